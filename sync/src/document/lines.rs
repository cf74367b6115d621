//! Immutable lines (domain §11-5): a field of a line is written once. What counts is what the change's own
//! past holds, never what others wrote meanwhile: a first answer stays acceptable whenever it arrives.

use super::write::find;
use super::{Document, DocumentError, Put, value};
use crate::attestation::ATTESTATIONS;
use crate::code::{Code, Refusal};
use crate::gate::Shape;
use automerge::legacy::{ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ObjId, ReadDoc, ScalarValue, Value};
use std::collections::HashSet;

impl Document {
    /// Whether these may be written in a record of that shape: answers of immutable lines stand, and attestations are
    /// made only by [`Document::attest`]. The gate judges the change; this tells a person before it is made.
    ///
    /// # Errors
    /// [`DocumentError::Refused`] with the path.
    pub fn guard(&self, shape: &Shape, puts: &[Put]) -> Result<(), DocumentError> {
        for put in puts {
            let Some((container, _)) = put.path.split_once('/') else { continue };
            let is_line = shape.immutable.iter().any(|name| name == container);
            if container == ATTESTATIONS {
                return Err(Refusal::new(Code::AttestationImmutable, &put.path).into());
            }
            if is_line && self.is_answered(put) {
                return Err(Refusal::new(Code::LineImmutable, &put.path).into());
            }
        }
        Ok(())
    }

    /// Whether the field has an answer that the put would not leave; of two first answers one may be chosen.
    fn is_answered(&self, put: &Put) -> bool {
        let Some((object, key)) = find(&self.inner, &put.path) else { return false };
        let all = self.inner.get_all(&object, key).unwrap_or_default();
        let scalars = all.iter().filter_map(|(found, _)| found.as_scalar());
        let answers: Vec<_> = scalars.filter(|scalar| !is_empty(scalar)).map(value::to_json).collect();
        !answers.is_empty() && !answers.contains(&put.value)
    }
}

/// The lines as one change may write them.
pub(super) struct Lines<'a> {
    document: &'a Automerge,
    change: &'a automerge::Change,
    written: HashSet<(ObjectId, String)>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(document: &'a Automerge, change: &'a automerge::Change) -> Self {
        Self { document, change, written: HashSet::new() }
    }

    /// One operation on a field of a line, whose object is known to be there.
    pub(super) fn check(&mut self, operation: &Op, key: &str) -> Result<(), Refusal> {
        let refused = || Refusal::new(Code::LineImmutable, key);
        if !self.written.insert((operation.obj.clone(), key.to_owned())) {
            return Err(refused());
        }
        let before = self.before(&operation.obj, key);
        if operation.pred.iter().any(|id| before.iter().all(|(_, known)| known != id)) {
            return Err(refused());
        }
        let mut answers = before.iter().filter(|(value, _)| !is_empty(value)).peekable();
        let fits = match &operation.action {
            _ if answers.peek().is_none() => true,
            // Two first answers met: choosing one of them is settling, not writing.
            OpType::Put(chosen) => {
                let chosen = value::to_json(chosen);
                before.len() > 1 && answers.any(|(answer, _)| value::to_json(answer) == chosen)
            }
            _ => answers.any(|(_, id)| operation.pred.iter().all(|gone| gone != id)),
        };
        if fits { Ok(()) } else { Err(refused()) }
    }

    /// The values of a field in the past of the change; nothing in a line that this change makes.
    fn before(&self, object: &ObjectId, key: &str) -> Vec<(ScalarValue, OpId)> {
        let ObjectId::Id(id) = object else { return Vec::new() };
        let object = ObjId::Id(id.counter(), id.actor().clone(), 0);
        let found = self.document.get_all_at(&object, key, self.change.deps()).unwrap_or_default();
        let scalar = |(value, id): (Value<'_>, ObjId)| match (value, id) {
            (Value::Scalar(value), ObjId::Id(counter, actor, _)) => {
                Some((value.into_owned(), OpId::new(counter, &actor)))
            }
            _ => None,
        };
        found.into_iter().filter_map(scalar).collect()
    }
}

/// Whether a value counts as no answer, as forms see it.
fn is_empty(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::Null => true,
        ScalarValue::Str(text) => text.is_empty(),
        _ => false,
    }
}
