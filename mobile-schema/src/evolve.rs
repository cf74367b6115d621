//! Form version skew (domain §11-7): an old phone edits records of a new form and the reverse. Answers of
//! fields a version does not know are kept as they are; this module says which those are, and which
//! changes of a form a new version may make.

use crate::answer::DELETED_AT;
use crate::field::{Field, FieldType};
use crate::form::Form;
use serde_json::Value;

/// Paths in the answers that the form does not know, sorted.
pub fn unknown_paths(form: &Form, answers: &Value) -> Vec<String> {
    let mut unknown = Vec::new();
    for (name, value) in answers.as_object().into_iter().flatten() {
        match (form.root_field(name), value) {
            (None, _) => unknown.push(name.clone()),
            (Some(field), Value::Object(elements)) if field.field_type == FieldType::Repeat => {
                for (id, element) in elements {
                    let keys = element.as_object().into_iter().flatten().map(|(key, _)| key);
                    let strange = keys.filter(|key| *key != DELETED_AT && field.element_field(key).is_none());
                    unknown.extend(strange.map(|key| format!("{name}/{id}/{key}")));
                }
            }
            _ => {}
        }
    }
    unknown.sort_unstable();
    unknown
}

/// Why a form cannot be the next version of another; empty when it can. Records written with either must
/// stay readable with both, for as long as a phone may be offline.
pub fn breaks(old: &Form, new: &Form) -> Vec<String> {
    let mut breaks = Vec::new();
    if old.name != new.name || new.version <= old.version {
        breaks.push("a next version has the same name and a higher number".to_string());
    }
    if old.containers() != new.containers() {
        // A record's containers are made in its root change, all at once; two phones that made one
        // later would each make their own and one would be hidden.
        breaks.push("repeats cannot be added, removed or reordered".to_string());
    }
    if old.identity != new.identity {
        breaks.push("what a record is about cannot change: it is the record's id".to_string());
    }
    for field in old.fields() {
        if let Some(next) = new.root_field(&field.name) {
            breaks.extend(field_breaks(field, next, &field.name));
        }
    }
    breaks
}

fn field_breaks(old: &Field, new: &Field, path: &str) -> Vec<String> {
    let mut breaks = Vec::new();
    if old.field_type != new.field_type {
        breaks.push(format!("{path}: a field keeps its type; make a new field"));
    }
    if old.immutable != new.immutable {
        // An older phone would go on overwriting, or have its edits refused.
        breaks.push(format!("{path}: a repeat stays immutable, or not"));
    }
    if old.is_masked() && !new.is_masked() {
        breaks.push(format!("{path}: what is masked stays masked"));
    }
    if old.target != new.target {
        breaks.push(format!("{path}: a reference keeps its target"));
    }
    for inner in &old.fields {
        if let Some(next) = new.element_field(&inner.name) {
            breaks.extend(field_breaks(inner, next, &format!("{path}/{}", inner.name)));
        }
    }
    breaks
}
