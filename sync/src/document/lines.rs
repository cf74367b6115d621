//! Immutable lines (domain §11-5): a field of a line is written once. What counts is what the change's own
//! past holds, never what others wrote meanwhile: a first answer stays acceptable whenever it arrives.

use super::value;
use crate::code::{Code, Refusal};
use automerge::legacy::{ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ObjId, ReadDoc, ScalarValue, Value};
use std::collections::HashSet;

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
