//! A document as a tree of JSON, walked with `iter`: `hydrate` would overflow on depth the gate never saw.

use super::{Document, value};
use crate::limits;
use automerge::iter::DocItem;
use automerge::{ObjId, ROOT, ReadDoc, ValueRef};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

impl Document {
    pub(super) fn tree(&self, heads: Option<&[automerge::ChangeHash]>) -> Value {
        let mut objects: HashMap<ObjId, Vec<(String, Leaf)>> = HashMap::new();
        for entry in self.inner.iter_at(ROOT, heads) {
            let DocItem::Map(item) = &entry.item else { continue };
            let leaf = match &item.value {
                ValueRef::Object(_) => Leaf::Object(item.id()),
                ValueRef::Scalar(scalar) => Leaf::Value(value::reference_to_json(scalar)),
            };
            objects.entry((*entry.obj).clone()).or_default().push((item.key.to_string(), leaf));
        }
        assemble(&mut objects, &ROOT, limits::DEPTH)
    }
}

enum Leaf {
    Value(Value),
    Object(ObjId),
}

fn assemble(objects: &mut HashMap<ObjId, Vec<(String, Leaf)>>, id: &ObjId, depth: usize) -> Value {
    let mut map = Map::new();
    for (key, leaf) in objects.remove(id).unwrap_or_default() {
        let value = match leaf {
            Leaf::Value(value) => value,
            Leaf::Object(child) if depth > 1 => assemble(objects, &child, depth - 1),
            Leaf::Object(_) => continue,
        };
        map.insert(key, value);
    }
    Value::Object(map)
}

/// Leaves of a tree of answers by path.
pub fn flatten(answers: &Value) -> BTreeMap<String, Value> {
    fn walk(prefix: &str, value: &Value, leaves: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}/{key}") };
                    walk(&path, inner, leaves);
                }
            }
            leaf => {
                leaves.insert(prefix.to_owned(), leaf.clone());
            }
        }
    }
    let mut leaves = BTreeMap::new();
    walk("", answers, &mut leaves);
    leaves
}
