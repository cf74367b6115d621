//! A record's content. This folder is the only place that names Automerge.
//!
//! Root map: scalar fields and containers. Container: a map of elements under random ids of 32 hex digits.
//! Element: scalar fields. Nothing else, and nothing is ever deleted (P16).

mod attested;
mod chunk;
mod conflict;
mod content;
mod founding;
mod history;
#[cfg(test)]
mod hostile;
mod judge;
mod lines;
mod repair;
mod tree;
mod value;
mod write;

pub use attested::Attest;
pub use chunk::{change_hash, split_changes};
pub use conflict::{Conflict, ConflictValue};
pub use founding::{Identity, founded_id, is_founding};
pub use history::{FieldChange, FieldDifference};
pub(crate) use judge::judge;
pub use tree::flatten;

use crate::ids::{ActorId, ChangeHash};
use crate::time::{Millis, millis, seconds};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT, ReadDoc};
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use write::{bad_put, find, write};

/// One field to write. The path is `field` or `container/<element id>/field`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Put {
    /// Where.
    pub path: String,
    /// A JSON scalar; null clears.
    pub value: Value,
}

impl Put {
    /// A field to write.
    pub fn new(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { path: path.into(), value: value.into() }
    }
}

/// One raw change with what its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The actor's count of changes in this record.
    pub sequence: u64,
    /// What it knew.
    pub dependencies: Vec<ChangeHash>,
    /// When, by the device's clock.
    pub made_at: Millis,
    /// The raw chunk.
    pub bytes: Vec<u8>,
}

/// Why a document could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The bytes are not a document.
    #[error("not a document: {0}")]
    Unreadable(String),
    /// A path names no field of the record, or a value is not a scalar.
    #[error("not a field or not a scalar: {0}")]
    BadPut(String),
    /// Heads the document does not have (P13).
    #[error("unknown heads")]
    UnknownHeads,
    /// Changes whose dependencies are not there.
    #[error("dependencies are missing")]
    Missing(Vec<ChangeHash>),
    /// Another change of the same actor and sequence number is there (P6).
    #[error("sequence number used twice")]
    SequenceReused,
    /// Against a rule of the gate.
    #[error(transparent)]
    Refused(#[from] crate::code::Refusal),
}

/// A record's content with its whole history.
#[derive(Clone)]
pub struct Document {
    inner: Automerge,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("heads", &self.heads()).finish()
    }
}

fn to_actor(actor: ActorId) -> automerge::ActorId {
    automerge::ActorId::from(&actor.0[..])
}

/// The actor of a change that passed the gate; foreign documents may hold others, which read as zeros.
fn from_actor(actor: &automerge::ActorId) -> ActorId {
    ActorId::try_from(actor.to_bytes()).unwrap_or(ActorId([0; 16]))
}

fn to_hashes(hashes: &[ChangeHash]) -> Vec<automerge::ChangeHash> {
    hashes.iter().map(|hash| automerge::ChangeHash(hash.0)).collect()
}

fn from_hashes(hashes: &[automerge::ChangeHash]) -> Vec<ChangeHash> {
    hashes.iter().map(|hash| ChangeHash(hash.0)).collect()
}

fn describe(change: &automerge::Change) -> Change {
    Change {
        hash: ChangeHash(change.hash().0),
        actor: from_actor(change.actor_id()),
        sequence: change.seq(),
        dependencies: from_hashes(change.deps()),
        made_at: millis(change.timestamp()),
        bytes: change.raw_bytes().to_vec(),
    }
}

/// Reads the header of one raw change that was judged before.
///
/// # Errors
/// [`DocumentError::Unreadable`].
pub fn read_change(bytes: &[u8]) -> Result<Change, DocumentError> {
    let parsed = catch_unwind(AssertUnwindSafe(|| automerge::Change::try_from(bytes)));
    let parsed = parsed.map_err(|_| DocumentError::Unreadable("panic".into()))?;
    parsed.map(|change| describe(&change)).map_err(|error| DocumentError::Unreadable(error.to_string()))
}

impl Document {
    /// Makes a record: its one root change creates every container and writes the first values.
    ///
    /// # Errors
    /// [`DocumentError::BadPut`].
    pub fn create(
        actor: ActorId,
        now: Millis,
        containers: &[&str],
        puts: &[Put],
    ) -> Result<(Self, Change), DocumentError> {
        let mut inner = Automerge::new().with_actor(to_actor(actor));
        let mut transaction = inner.transaction();
        for container in containers {
            transaction
                .put_object(ROOT, *container, ObjType::Map)
                .map_err(|error| bad_put(container, &error))?;
        }
        for put in puts {
            write(&mut transaction, put)?;
        }
        transaction.commit_with(CommitOptions::default().with_time(seconds(now)));
        let change =
            inner.get_last_local_change().ok_or_else(|| DocumentError::BadPut("nothing to write".into()))?;
        let change = describe(&change);
        Ok((Self { inner }, change))
    }

    /// Reads a document chunk that [`Document::save`] made.
    ///
    /// # Errors
    /// [`DocumentError::Unreadable`], also when the bytes make Automerge panic.
    pub fn load(bytes: &[u8]) -> Result<Self, DocumentError> {
        let loaded = catch_unwind(AssertUnwindSafe(|| Automerge::load(bytes)))
            .map_err(|_| DocumentError::Unreadable("panic".into()))?;
        let inner = loaded.map_err(|error| DocumentError::Unreadable(error.to_string()))?;
        if inner.get_heads().is_empty() {
            return Err(DocumentError::Unreadable("no change in it".into()));
        }
        Ok(Self { inner })
    }

    /// A record from all its changes.
    ///
    /// # Errors
    /// As [`Document::apply`].
    pub fn from_changes(changes: &[&[u8]]) -> Result<Self, DocumentError> {
        let mut document = Self { inner: Automerge::new() };
        document.apply(changes)?;
        if document.heads().is_empty() {
            return Err(DocumentError::Unreadable("no change in it".into()));
        }
        Ok(document)
    }

    /// The document chunk, without compression: the transport compresses (P8).
    pub fn save(&self) -> Vec<u8> {
        self.inner.save_nocompress()
    }

    /// Hashes of the changes nothing depends on yet, sorted: the version.
    pub fn heads(&self) -> Vec<ChangeHash> {
        from_hashes(&self.inner.get_heads())
    }

    /// Whether the change is part of it.
    pub fn has(&self, hash: ChangeHash) -> bool {
        self.inner.get_change_meta_by_hash(&automerge::ChangeHash(hash.0)).is_some()
    }

    /// Whether all heads are known, and there is at least one.
    pub fn knows(&self, heads: &[ChangeHash]) -> bool {
        !heads.is_empty() && heads.iter().all(|head| self.has(*head))
    }

    fn known(&self, heads: &[ChangeHash]) -> Result<Vec<automerge::ChangeHash>, DocumentError> {
        if self.knows(heads) { Ok(to_hashes(heads)) } else { Err(DocumentError::UnknownHeads) }
    }

    /// Writes fields. Values that are there already are left out, so is clearing what was never written; nothing left
    /// means no change.
    ///
    /// A field with different concurrent values is written even if the winner is equal: that settles it.
    ///
    /// # Errors
    /// [`DocumentError::BadPut`]; then nothing was written.
    pub fn edit(
        &mut self,
        actor: ActorId,
        now: Millis,
        puts: &[Put],
    ) -> Result<Option<Change>, DocumentError> {
        let mut changed = Vec::new();
        for put in puts {
            if !self.holds(put) {
                changed.push(put);
            }
        }
        if changed.is_empty() {
            return Ok(None);
        }
        self.inner.set_actor(to_actor(actor));
        let mut transaction = self.inner.transaction();
        for put in changed {
            if let Err(error) = write(&mut transaction, put) {
                transaction.rollback();
                return Err(error);
            }
        }
        transaction.commit_with(CommitOptions::default().with_time(seconds(now)));
        Ok(self.inner.get_last_local_change().map(|change| describe(&change)))
    }

    /// Writes fields as if only the version `heads` were known: what others wrote meanwhile stays beside it.
    ///
    /// # Errors
    /// As [`Document::edit`]; [`DocumentError::UnknownHeads`], [`DocumentError::SequenceReused`] if the actor wrote
    /// something that is not part of that version.
    pub fn edit_at(
        &mut self,
        heads: &[ChangeHash],
        actor: ActorId,
        now: Millis,
        puts: &[Put],
    ) -> Result<Option<Change>, DocumentError> {
        let mut past = self.at(heads)?;
        let Some(change) = past.edit(actor, now, puts)? else { return Ok(None) };
        self.apply(&[&change.bytes])?;
        Ok(Some(change))
    }

    /// The record as it was in an earlier version, with the history up to it.
    ///
    /// # Errors
    /// [`DocumentError::UnknownHeads`].
    pub fn at(&self, heads: &[ChangeHash]) -> Result<Self, DocumentError> {
        let heads = self.known(heads)?;
        let inner = self.inner.fork_at(&heads).map_err(|_| DocumentError::UnknownHeads)?;
        Ok(Self { inner })
    }

    /// Whether the field already holds exactly that value and no other.
    fn holds(&self, put: &Put) -> bool {
        let Some((object, key)) = find(&self.inner, &put.path) else { return false };
        let Ok(values) = self.inner.get_all(&object, key) else { return false };
        let wanted = value::to_scalar(&put.value).map(|scalar| value::to_json(&scalar));
        if values.is_empty() {
            return put.value.is_null();
        }
        values.iter().all(|(value, _)| value.as_scalar().map(value::to_json) == wanted && wanted.is_some())
    }

    /// The content as JSON; of concurrent values the winner.
    pub fn answers(&self) -> Value {
        self.tree(None)
    }

    /// The content of an earlier version.
    ///
    /// # Errors
    /// [`DocumentError::UnknownHeads`]: never an empty view of what is not there (P13).
    pub fn answers_at(&self, heads: &[ChangeHash]) -> Result<Value, DocumentError> {
        let heads = self.known(heads)?;
        Ok(self.tree(Some(&heads)))
    }

    /// Every leaf by path.
    pub fn leaves(&self) -> BTreeMap<String, Value> {
        flatten(&self.answers())
    }

    /// All changes that are not ancestors of `heads`, in causal order. Unknown heads are ignored.
    pub fn changes_since(&self, heads: &[ChangeHash]) -> Vec<Change> {
        self.inner.get_changes(&to_hashes(heads)).iter().map(describe).collect()
    }

    /// Takes changes from a source that has judged them already: the server, or the local store. Known ones are
    /// skipped. Nothing is taken if an error is returned.
    ///
    /// # Errors
    /// [`DocumentError::Unreadable`], [`DocumentError::Missing`], [`DocumentError::SequenceReused`].
    pub fn apply(&mut self, changes: &[&[u8]]) -> Result<(), DocumentError> {
        let mut copy = self.inner.clone();
        let unreadable = |error: String| DocumentError::Unreadable(error);
        let parsed: Result<Vec<_>, _> =
            changes.iter().map(|bytes| automerge::Change::try_from(*bytes)).collect();
        let parsed = parsed.map_err(|error| unreadable(error.to_string()))?;
        let applied = catch_unwind(AssertUnwindSafe(|| copy.apply_changes(parsed)));
        match applied.map_err(|_| unreadable("panic".into()))? {
            Err(automerge::AutomergeError::DuplicateSeqNumber(..)) => {
                return Err(DocumentError::SequenceReused);
            }
            Err(error) => return Err(unreadable(error.to_string())),
            Ok(()) => {}
        }
        let missing = copy.get_missing_deps(&[]);
        if !missing.is_empty() {
            return Err(DocumentError::Missing(from_hashes(&missing)));
        }
        self.inner = copy;
        Ok(())
    }

    /// Takes everything another copy of the record has.
    ///
    /// # Errors
    /// As [`Document::apply`].
    pub fn merge(&mut self, other: &Document) -> Result<(), DocumentError> {
        let known: Vec<ChangeHash> = other.heads().into_iter().filter(|head| self.has(*head)).collect();
        let changes = other.changes_since(&known);
        self.apply(&changes.iter().map(|change| change.bytes.as_slice()).collect::<Vec<_>>())
    }
}
