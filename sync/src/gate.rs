//! What a change passes before anything is stored (`PROTOCOL.md` §4): the public side.
//!
//! The rules themselves are in `document/judge.rs`, because they read Automerge's structures.

use crate::code::Refusal;
use crate::document::{self, Change, Document};
use crate::ids::{ChangeHash, DeviceId, RecordId};
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// What a form allows: the containers that every root change makes, and no others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// Names of the root containers (repeats), in any order.
    pub containers: Vec<String>,
    /// Those of them whose elements are written once: lines that are corrected by new lines.
    pub immutable: Vec<String>,
    /// What attestations of the form are held against; none where nobody signs.
    pub attested: Option<Attested>,
    /// How its records begin; none where every record is somebody's own.
    #[serde(default)]
    pub founding: Option<Founding>,
}

/// How records begin of which there is one per something: everywhere alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Founding {
    /// The kind, part of the record's id.
    pub kind: String,
    /// Root fields that say what a record is about: texts, written by the founding change, never again.
    pub identity: Vec<String>,
}

/// What an attestation is held against beside its own fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attested {
    /// Every form of the kind that content may have been shown with, `name/version`.
    pub forms: Vec<String>,
    /// Paths on which different values ask, `severity` or `members/*/name`: nothing unsettled there can be signed.
    pub asks: Vec<String>,
}

impl Shape {
    /// A shape with these containers.
    pub fn new<T: Into<String>>(containers: impl IntoIterator<Item = T>) -> Self {
        Self { containers: containers.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The shape with these of its containers immutable.
    #[must_use]
    pub fn immutable<T: Into<String>>(self, containers: impl IntoIterator<Item = T>) -> Self {
        Self { immutable: containers.into_iter().map(Into::into).collect(), ..self }
    }

    /// The shape of a kind of which there is one record per identity.
    #[must_use]
    pub fn founded<T: Into<String>>(self, kind: &str, identity: impl IntoIterator<Item = T>) -> Self {
        let identity = identity.into_iter().map(Into::into).collect();
        Self { founding: Some(Founding { kind: kind.to_owned(), identity }), ..self }
    }

    /// The shape of a form that is signed.
    #[must_use]
    pub fn attested<F: Into<String>, A: Into<String>>(
        self,
        forms: impl IntoIterator<Item = F>,
        asks: impl IntoIterator<Item = A>,
    ) -> Self {
        let forms = forms.into_iter().map(Into::into).collect();
        let asks = asks.into_iter().map(Into::into).collect();
        Self { attested: Some(Attested { forms, asks }), ..self }
    }
}

/// What came out well.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The record with the changes, reloaded from `snapshot`.
    pub document: Document,
    /// [`Document::save`] of it: store this.
    pub snapshot: Vec<u8>,
    /// The changes that were new, in the order given.
    pub added: Vec<Change>,
    /// Those of them that are attestations.
    pub attested: Vec<ChangeHash>,
}

impl Judged {
    /// Whether something was added, and nothing but attestations: the content is what it was.
    pub fn attests_only(&self) -> bool {
        !self.added.is_empty() && self.added.len() == self.attested.len()
    }
}

/// What came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// Against a rule.
    Refused(Refusal),
    /// Depends on changes the record lacks: hold it (P9).
    Missing(Vec<ChangeHash>),
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Rejected::Refused(refusal)
    }
}

/// Judges the changes of one edit against the record as it is. All or nothing.
///
/// `record` is named by the digests of attestations. `document` is not touched and is cloned once. If every change is known already, `added` is empty.
///
/// # Errors
/// [`Rejected`].
pub fn judge(
    record: RecordId,
    document: Option<&Document>,
    changes: &[&[u8]],
    author: DeviceId,
    shape: &Shape,
    now: Millis,
) -> Result<Judged, Rejected> {
    document::judge(record, document, changes, author, shape, now)
}

/// Whether a key names an element of a container: 32 lower-case hex digits.
pub fn is_element_id(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
