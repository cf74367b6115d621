//! Who changed which field from what to what.

use super::{Document, DocumentError, flatten, from_actor, from_hashes, value};
use crate::ids::{ActorId, ChangeHash};
use crate::time::{Millis, millis};
use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::{ObjId, ReadDoc};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// One field written by one change.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Field path.
    pub path: String,
    /// The different values the author saw there; none for a new field, several if it settled a conflict.
    pub old: Vec<Value>,
    /// The value after the change, in the author's view.
    pub new: Value,
    /// The change.
    pub change: ChangeHash,
    /// Who.
    pub actor: ActorId,
    /// When, by the device's clock.
    pub made_at: Millis,
    /// What the author knew: the heads shown.
    pub seen: Vec<ChangeHash>,
}

/// One field that differs between two versions.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldDifference {
    /// Field path.
    pub path: String,
    /// In the earlier version; null if it was not there.
    pub old: Value,
    /// In the later version; null if it is not there.
    pub new: Value,
}

impl Document {
    /// Every change of every field in causal order.
    pub fn history(&self) -> Vec<FieldChange> {
        let mut paths: HashMap<OpId, String> = HashMap::new();
        let mut written: HashMap<OpId, Value> = HashMap::new();
        let mut history = Vec::new();
        for change in self.inner.get_changes(&[]) {
            let seen = change.deps().to_vec();
            let hash = change.hash();
            for (operation, counter) in change.decode().operations.iter().zip(change.start_op().get()..) {
                let Key::Map(key) = &operation.key else { continue };
                let (path, object) = match &operation.obj {
                    ObjectId::Root => (key.to_string(), ObjId::Root),
                    ObjectId::Id(id) => {
                        let Some(prefix) = paths.get(id) else { continue };
                        (format!("{prefix}/{key}"), ObjId::Id(id.counter(), id.actor().clone(), 0))
                    }
                };
                if let OpType::Make(_) = &operation.action {
                    paths.insert(OpId::new(counter, change.actor_id()), path);
                    continue;
                }
                let (old, new) = match &operation.action {
                    // What a change overwrites is what its author saw.
                    OpType::Put(scalar) => {
                        let new = value::to_json(scalar);
                        written.insert(OpId::new(counter, change.actor_id()), new.clone());
                        (distinct(operation.pred.iter().filter_map(|id| written.get(id).cloned())), new)
                    }
                    // Settling a conflict for the winner removes the others: the winner is the new value.
                    _ => {
                        let after = self.values_at(&object, key, &[hash]).pop();
                        (self.values_at(&object, key, &seen), after.unwrap_or(Value::Null))
                    }
                };
                let seen = from_hashes(&seen);
                let (actor, made_at) = (from_actor(change.actor_id()), millis(change.timestamp()));
                history.push(FieldChange {
                    path,
                    old,
                    new,
                    change: ChangeHash(hash.0),
                    actor,
                    made_at,
                    seen,
                });
            }
        }
        history
    }

    /// The different values of a field in a version, the winner last.
    fn values_at(&self, object: &ObjId, key: &str, heads: &[automerge::ChangeHash]) -> Vec<Value> {
        let all = self.inner.get_all_at(object, key, heads).unwrap_or_default();
        distinct(all.iter().filter_map(|(found, _)| found.as_scalar().map(value::to_json)))
    }

    /// Fields that differ between two versions, by path. `before` may be empty: then all of `after` is new.
    ///
    /// # Errors
    /// [`DocumentError::UnknownHeads`].
    pub fn difference(
        &self,
        before: &[ChangeHash],
        after: &[ChangeHash],
    ) -> Result<Vec<FieldDifference>, DocumentError> {
        let old = if before.is_empty() { Default::default() } else { flatten(&self.answers_at(before)?) };
        let new = flatten(&self.answers_at(after)?);
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let value = |leaves: &std::collections::BTreeMap<String, Value>, path: &String| {
            leaves.get(path).cloned().unwrap_or(Value::Null)
        };
        Ok(paths
            .into_iter()
            .map(|path| FieldDifference {
                path: path.clone(),
                old: value(&old, path),
                new: value(&new, path),
            })
            .filter(|difference| difference.old != difference.new)
            .collect())
    }
}

/// Every value once, where it came last.
fn distinct(all: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values = Vec::new();
    for value in all {
        values.retain(|known| *known != value);
        values.push(value);
    }
    values
}
