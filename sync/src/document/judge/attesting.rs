//! Rule 7 for attestations: one change, one element, nothing else, and its digest is that of what its author had seen.

use super::super::{Document, from_hashes, value};
use super::refuse;
use crate::attestation::Fields;
use crate::attestation::fields::{DIGEST, FORM, invalid, parse_digest};
use crate::code::{Code, Refusal};
use crate::gate::Shape;
use crate::ids::RecordId;
use automerge::legacy::{Op, OpType};
use serde_json::{Map, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Fields an attestation never has: it is neither removed nor corrected.
const NEVER: [&str; 2] = ["deleted_at", "supersedes"];

/// What a change does to the attestations of a record, operation by operation.
#[derive(Default)]
pub(super) struct Attesting {
    elements: usize,
    elsewhere: bool,
    values: Map<String, Value>,
}

impl Attesting {
    /// An operation anywhere else.
    pub(super) fn elsewhere(&mut self) {
        self.elsewhere = true;
    }

    /// An operation on the container: it makes the element.
    pub(super) fn element(&mut self, operation: &Op) -> Result<(), Refusal> {
        if !matches!(operation.action, OpType::Make(_)) {
            return Err(refuse(Code::AttestationImmutable, "an element"));
        }
        self.elements += 1;
        Ok(())
    }

    /// An operation in an element, made by this change or there before.
    pub(super) fn field(&mut self, operation: &Op, key: &str, is_new: bool) -> Result<(), Refusal> {
        if !is_new || NEVER.contains(&key) {
            return Err(refuse(Code::AttestationImmutable, format!("field {key}")));
        }
        match &operation.action {
            OpType::Put(scalar) => drop(self.values.insert(key.to_owned(), value::to_json(scalar))),
            _ => return Err(refuse(Code::AttestationMixed, format!("field {key}"))),
        }
        Ok(())
    }

    /// Nothing if the change is no attestation.
    pub(super) fn whole(self) -> Result<Option<Self>, Refusal> {
        match (self.elements, self.elsewhere) {
            (0, _) => Ok(None),
            (1, false) => Ok(Some(self)),
            _ => Err(refuse(Code::AttestationMixed, "one attestation is one change")),
        }
    }
}

/// Holds an attestation against the version its author had seen, which the record has.
pub(super) fn check(
    document: &Document,
    record: RecordId,
    shape: &Shape,
    change: &automerge::Change,
    made: &Attesting,
) -> Result<(), Refusal> {
    let checked = catch_unwind(AssertUnwindSafe(|| compare(document, record, shape, change, made)));
    checked.map_err(|_| refuse(Code::BadChange, "cannot be compared"))?
}

fn compare(
    document: &Document,
    record: RecordId,
    shape: &Shape,
    change: &automerge::Change,
    made: &Attesting,
) -> Result<(), Refusal> {
    let text = |field: &str| made.values.get(field).and_then(Value::as_str);
    let form = text(FORM).ok_or_else(|| invalid(FORM, "missing"))?;
    let claimed = text(DIGEST).ok_or_else(|| invalid(DIGEST, "missing"))?;
    let claimed = parse_digest(DIGEST, claimed)?;
    let covers = from_hashes(change.deps());
    let content = document.content_at(&covers).map_err(|_| refuse(Code::CannotApply, "dependency"))?;
    document.check_attestation(form, &Fields::read(&made.values)?, &content, shape)?;
    let digest = crate::attestation::content_digest(record, form, &content);
    if digest == claimed {
        Ok(())
    } else {
        Err(refuse(Code::AttestationMismatch, "the digest is that of other content"))
    }
}
