//! Reading and making attestations (`PROTOCOL.md` §8).

use super::content::unsettled;
use super::{Change, Document, DocumentError, Put, from_actor, from_hashes, value};
use crate::attestation::fields::{DIGEST, FORM, invalid, parse_digest};
use crate::attestation::{
    ATTESTATIONS, Attestation, Fields, MEMBERS, Party, Signing, content_digest, signing,
};
use crate::code::{Code, Refusal};
use crate::gate::Shape;
use crate::ids::{ActorId, ChangeHash, RecordId};
use crate::limits;
use crate::time::{Millis, millis};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value as Found};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, HashSet};

/// An attestation to make.
#[derive(Debug, Clone, Copy)]
pub struct Attest<'a> {
    /// The record: a digest names it too, so that nothing signed for one fits another (INV-15).
    pub record: RecordId,
    /// Form the content was shown with.
    pub form: &'a str,
    /// Fresh element id, 32 hex digits.
    pub element: &'a str,
    /// What was said.
    pub fields: &'a Fields,
}

impl Document {
    /// All attestations; whoever knew another comes after it, whatever the order of arrival. Elements that cannot be
    /// read as one are left out: the gate lets none in.
    pub fn attestations(&self) -> Vec<Attestation> {
        let Some(container) = self.attestations_container() else { return Vec::new() };
        let elements: Vec<String> = self.inner.keys(&container).collect();
        let mut found: Vec<(u64, Attestation)> =
            elements.into_iter().filter_map(|element| self.attestation(&container, element)).collect();
        found.sort_by(|(a, one), (b, other)| (a, one.change).cmp(&(b, other.change)));
        let mut all: Vec<Attestation> = found.into_iter().map(|(_, one)| one).collect();
        if all.len() > 1 {
            self.note_who_knew(&mut all);
        }
        all
    }

    /// The signatures of the record, with its form and who has to sign.
    pub fn signing(&self, record: RecordId, form: &str, parties: &[Party]) -> Signing {
        signing(self.attestations(), self.digest(record, form), parties, |_| true)
    }

    /// Attests the content now: one change that makes one element.
    ///
    /// # Errors
    /// [`DocumentError::Refused`] for what the gate would refuse, [`DocumentError::BadPut`] where the record has no
    /// container for it.
    pub fn attest(
        &mut self,
        actor: ActorId,
        now: Millis,
        attest: &Attest<'_>,
        shape: &Shape,
    ) -> Result<Change, DocumentError> {
        let content = self.content();
        self.check_attestation(attest.form, attest.fields, &content, shape)?;
        let path = |field: &str| format!("{ATTESTATIONS}/{}/{field}", attest.element);
        if self.attestations_container().is_none() || self.has_element(attest.element) {
            return Err(DocumentError::BadPut(path("")));
        }
        let digest = content_digest(attest.record, attest.form, &content);
        let mut puts = vec![Put::new(path(FORM), attest.form), Put::new(path(DIGEST), digest.to_string())];
        puts.extend(attest.fields.values().into_iter().map(|(field, value)| Put::new(path(field), value)));
        let change = self.edit(actor, now, &puts)?;
        change.ok_or_else(|| DocumentError::BadPut("nothing to write".into()))
    }

    /// What an attestation of this content must keep to; its digest is the caller's to compare.
    pub(super) fn check_attestation(
        &self,
        form: &str,
        fields: &Fields,
        content: &Value,
        shape: &Shape,
    ) -> Result<(), Refusal> {
        let Some(attested) = &shape.attested else { return Err(invalid(FORM, "nobody signs this form")) };
        if !attested.forms.iter().any(|known| known == form) {
            return Err(invalid(FORM, "no such form of this kind"));
        }
        fields.check()?;
        if let Some(path) = unsettled(content, &attested.asks) {
            return Err(Refusal::new(Code::AttestationInvalid, format!("conflict: {path}")));
        }
        let names_members = shape.containers.iter().any(|container| container == MEMBERS);
        if let Some(member) = fields.signer_member.as_ref().filter(|_| names_members) {
            let member = content.get(MEMBERS).and_then(|members| members.get(member));
            if member.is_none_or(|member| member.get("deleted_at").is_some()) {
                return Err(invalid("signer_member", "no member of this household"));
            }
        }
        let container = self.attestations_container();
        if container.is_some_and(|id| self.inner.length(&id) >= limits::ATTESTATIONS_PER_RECORD) {
            return Err(Refusal::new(Code::LimitExceeded, "attestations in a record"));
        }
        Ok(())
    }

    fn attestations_container(&self) -> Option<ObjId> {
        match self.inner.get(ROOT, ATTESTATIONS) {
            Ok(Some((Found::Object(ObjType::Map), id))) => Some(id),
            _ => None,
        }
    }

    fn has_element(&self, element: &str) -> bool {
        let container = self.attestations_container();
        container.is_some_and(|id| matches!(self.inner.get(&id, element), Ok(Some(_))))
    }

    /// One element and the last operation of its change, which is greater than that of everything it knew.
    fn attestation(&self, container: &ObjId, element: String) -> Option<(u64, Attestation)> {
        let Ok(Some((Found::Object(ObjType::Map), id))) = self.inner.get(container, &element) else {
            return None;
        };
        let hash = self.inner.hash_for_opid(&id)?;
        let meta = self.inner.get_change_meta_by_hash(&hash)?;
        let mut values = Map::new();
        for key in self.inner.keys(&id) {
            let found = self.inner.get(&id, key.as_str()).ok()??;
            values.insert(key, found.0.as_scalar().map_or(Value::Null, value::to_json));
        }
        let text = |field: &str| values.get(field).and_then(Value::as_str);
        let mut covers = from_hashes(&meta.deps);
        covers.sort_unstable();
        let attestation = Attestation {
            change: ChangeHash(hash.0),
            covers,
            actor: from_actor(&meta.actor),
            made_at: millis(meta.timestamp),
            form: text(FORM)?.to_owned(),
            digest: parse_digest(DIGEST, text(DIGEST)?).ok()?,
            fields: Fields::read(&values).ok()?,
            follows: Vec::new(),
            element,
        };
        Some((meta.max_op, attestation))
    }

    /// Fills in which attestations each author knew: those in the past of its change.
    fn note_who_knew(&self, all: &mut [Attestation]) {
        let metas = self.inner.get_changes_meta(&[]).into_iter();
        let dependencies: HashMap<ChangeHash, Vec<ChangeHash>> =
            metas.map(|meta| (ChangeHash(meta.hash.0), from_hashes(&meta.deps))).collect();
        let made: HashMap<ChangeHash, String> =
            all.iter().map(|one| (one.change, one.element.clone())).collect();
        for one in all {
            let mut past = HashSet::new();
            let mut open = one.covers.clone();
            let mut follows = BTreeSet::new();
            while let Some(hash) = open.pop() {
                if past.insert(hash) {
                    follows.extend(made.get(&hash).cloned());
                    open.extend(dependencies.get(&hash).into_iter().flatten());
                }
            }
            one.follows = follows.into_iter().collect();
        }
    }
}
