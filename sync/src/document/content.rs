//! Content as it is attested: all of a record's answers but the attestations themselves, with every value that stands.
//!
//! Unlike [`Document::answers`] nothing is chosen: a field with several different concurrent values is the list of all of
//! them, so that content with something unsettled in it never has the name of content without.

use super::{Document, DocumentError, FieldDifference, flatten, value};
use crate::attestation::{ATTESTATIONS, content_digest, matches_path, to_canonical};
use crate::ids::{ChangeHash, Digest, RecordId};
use crate::limits;
use automerge::iter::DocItem;
use automerge::{ObjId, ROOT, ReadDoc, ValueRef};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Document {
    /// The content now. Null, empty texts and empty maps are left out; several values of a field are sorted by their
    /// canonical text, no answer among them as null.
    pub fn content(&self) -> Value {
        self.content_of(None)
    }

    /// The content of an earlier version.
    ///
    /// # Errors
    /// [`DocumentError::UnknownHeads`]: never an empty view of what is not there (P13).
    pub fn content_at(&self, heads: &[ChangeHash]) -> Result<Value, DocumentError> {
        let heads = self.known(heads)?;
        Ok(self.content_of(Some(&heads)))
    }

    /// The name of the content now, shown with a form `name/version`.
    pub fn digest(&self, record: RecordId, form: &str) -> Digest {
        content_digest(record, form, &self.content())
    }

    /// The name of the content of an earlier version.
    ///
    /// # Errors
    /// As [`Document::content_at`].
    pub fn digest_at(
        &self,
        record: RecordId,
        form: &str,
        heads: &[ChangeHash],
    ) -> Result<Digest, DocumentError> {
        Ok(content_digest(record, form, &self.content_at(heads)?))
    }

    /// Fields whose content differs between two versions, by path: what changed since one was signed. Attestations are
    /// no content.
    ///
    /// # Errors
    /// As [`Document::content_at`].
    pub fn content_difference(
        &self,
        before: &[ChangeHash],
        after: &[ChangeHash],
    ) -> Result<Vec<FieldDifference>, DocumentError> {
        let (old, new) = (flatten(&self.content_at(before)?), flatten(&self.content_at(after)?));
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|path| !path.is_empty()).collect();
        let of = |leaves: &BTreeMap<String, Value>, path: &String| {
            leaves.get(path).cloned().unwrap_or(Value::Null)
        };
        let differences = paths.into_iter().map(|path| FieldDifference {
            path: path.clone(),
            old: of(&old, path),
            new: of(&new, path),
        });
        Ok(differences.filter(|difference| difference.old != difference.new).collect())
    }

    pub(super) fn content_of(&self, heads: Option<&[automerge::ChangeHash]>) -> Value {
        let mut objects: HashMap<ObjId, Vec<(String, Leaf)>> = HashMap::new();
        for entry in self.inner.iter_at(ROOT, heads) {
            let DocItem::Map(item) = &entry.item else { continue };
            let leaf = match &item.value {
                ValueRef::Object(_) => Leaf::Object(item.id()),
                ValueRef::Scalar(_) if item.conflict => {
                    Leaf::Value(self.concurrent(&entry.obj, &item.key, heads))
                }
                ValueRef::Scalar(scalar) => Leaf::Value(value::reference_to_json(scalar)),
            };
            objects.entry((*entry.obj).clone()).or_default().push((item.key.to_string(), leaf));
        }
        if let Some(root) = objects.get_mut(&ROOT) {
            root.retain(|(key, _)| key != ATTESTATIONS);
        }
        assemble(&mut objects, &ROOT, limits::DEPTH)
    }

    /// All different values of a field: one by itself, several as a list.
    fn concurrent(&self, object: &ObjId, key: &str, heads: Option<&[automerge::ChangeHash]>) -> Value {
        let all = match heads {
            Some(heads) => self.inner.get_all_at(object, key, heads),
            None => self.inner.get_all(object, key),
        };
        let scalars = all.unwrap_or_default().into_iter();
        let values = scalars.filter_map(|(found, _)| found.as_scalar().map(value::to_json));
        let mut sorted: BTreeMap<String, Value> = BTreeMap::new();
        for value in values {
            let value = if is_empty(&value) { Value::Null } else { value };
            sorted.insert(to_canonical(&value), value);
        }
        let mut values: Vec<Value> = sorted.into_values().collect();
        if values.len() < 2 { values.pop().unwrap_or(Value::Null) } else { Value::Array(values) }
    }
}

/// A field of the content that asks and has several values, if there is one.
pub(super) fn unsettled(content: &Value, asks: &[String]) -> Option<String> {
    let several = flatten(content).into_iter().filter(|(_, value)| value.is_array());
    several.map(|(path, _)| path).find(|path| asks.iter().any(|pattern| matches_path(pattern, path)))
}

enum Leaf {
    Value(Value),
    Object(ObjId),
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

fn assemble(objects: &mut HashMap<ObjId, Vec<(String, Leaf)>>, id: &ObjId, depth: usize) -> Value {
    let mut map = Map::new();
    for (key, leaf) in objects.remove(id).unwrap_or_default() {
        let value = match leaf {
            Leaf::Value(value) => value,
            Leaf::Object(child) if depth > 1 => assemble(objects, &child, depth - 1),
            Leaf::Object(_) => continue,
        };
        let is_nothing = is_empty(&value) || value.as_object().is_some_and(Map::is_empty);
        if !is_nothing {
            map.insert(key, value);
        }
    }
    Value::Object(map)
}
