//! Fields on which people disagreed without knowing of each other.

use super::{Document, from_actor, value};
use crate::ids::{ActorId, ChangeHash};
use crate::time::{Millis, millis};
use automerge::iter::DocItem;
use automerge::{ObjId, ROOT, ReadDoc, ValueRef};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A field with more than one *different* concurrent value. Equal values are no conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Field path.
    pub path: String,
    /// The values, the winner last: every op that stands, equal values only once (the earliest).
    pub values: Vec<ConflictValue>,
    /// The value in the last version all of them knew; null if there was none.
    pub ancestor: Value,
}

/// One of the values that disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictValue {
    /// The value.
    pub value: Value,
    /// Who wrote it.
    pub actor: ActorId,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// When, by that device's clock.
    pub made_at: Millis,
}

impl Document {
    /// All conflicts, by path.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut paths: HashMap<ObjId, String> = HashMap::from([(ROOT, String::new())]);
        let mut conflicts = Vec::new();
        for entry in self.inner.iter() {
            let DocItem::Map(item) = &entry.item else { continue };
            let Some(prefix) = paths.get(&*entry.obj) else { continue };
            let path =
                if prefix.is_empty() { item.key.to_string() } else { format!("{prefix}/{}", item.key) };
            match &item.value {
                ValueRef::Object(_) => {
                    paths.insert(item.id(), path);
                }
                ValueRef::Scalar(_) if item.conflict => {
                    conflicts.extend(self.conflict(&entry.obj, &item.key, path))
                }
                ValueRef::Scalar(_) => {}
            }
        }
        conflicts.sort_by(|a, b| a.path.cmp(&b.path));
        conflicts
    }

    fn conflict(&self, object: &ObjId, key: &str, path: String) -> Option<Conflict> {
        let mut values: Vec<ConflictValue> = Vec::new();
        let mut writers = Vec::new();
        for (found, id) in self.inner.get_all(object, key).ok()? {
            let value = found.as_scalar().map(value::to_json)?;
            let hash = self.inner.hash_for_opid(&id)?;
            writers.push(hash);
            let meta = self.inner.get_change_meta_by_hash(&hash)?;
            if values.iter().all(|known| known.value != value) {
                let actor = from_actor(&meta.actor);
                values.push(ConflictValue {
                    value,
                    actor,
                    change: ChangeHash(hash.0),
                    made_at: millis(meta.timestamp),
                });
            }
        }
        if values.len() < 2 {
            return None;
        }
        let ancestor = self.value_before(object, key, &writers);
        Some(Conflict { path, values, ancestor })
    }

    /// The value in the greatest version that is part of the past of all `writers`.
    fn value_before(&self, object: &ObjId, key: &str, writers: &[automerge::ChangeHash]) -> Value {
        let dependencies: HashMap<_, _> =
            self.inner.get_changes_meta(&[]).into_iter().map(|meta| (meta.hash, meta.deps)).collect();
        let mut common: Option<HashSet<automerge::ChangeHash>> = None;
        for writer in writers {
            let past = ancestors(&dependencies, *writer);
            common = Some(match common {
                None => past,
                Some(both) => both.intersection(&past).copied().collect(),
            });
        }
        let common = common.unwrap_or_default();
        let covered: HashSet<_> = common.iter().filter_map(|hash| dependencies.get(hash)).flatten().collect();
        let heads: BTreeSet<_> = common.iter().filter(|hash| !covered.contains(hash)).copied().collect();
        if heads.is_empty() {
            return Value::Null;
        }
        let heads: Vec<_> = heads.into_iter().collect();
        match self.inner.get_at(object, key, &heads) {
            Ok(Some((found, _))) => found.as_scalar().map_or(Value::Null, value::to_json),
            _ => Value::Null,
        }
    }
}

fn ancestors(
    dependencies: &HashMap<automerge::ChangeHash, Vec<automerge::ChangeHash>>,
    of: automerge::ChangeHash,
) -> HashSet<automerge::ChangeHash> {
    let mut found = HashSet::new();
    let mut open = dependencies.get(&of).cloned().unwrap_or_default();
    while let Some(hash) = open.pop() {
        if found.insert(hash) {
            open.extend(dependencies.get(&hash).into_iter().flatten());
        }
    }
    found
}
