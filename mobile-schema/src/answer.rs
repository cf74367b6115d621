//! Answers: a plain JSON object that mirrors a record's document. Root keys are field names, a repeat
//! is an object of elements under 32 hex digits. Removed elements carry `deleted_at`.

use serde_json::{Map, Value};

/// Elements of one repeat that are looked at; more is a finding (`check`).
pub const MAX_ELEMENTS: usize = 500;

/// Key that marks a removed element; a date string.
pub const DELETED_AT: &str = "deleted_at";

/// A field path of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldPath<'a> {
    /// `address`.
    Root(&'a str),
    /// `members/<id>/name`.
    Element {
        /// Name of the repeat.
        repeat: &'a str,
        /// Element id.
        id: &'a str,
        /// Name of the field inside.
        field: &'a str,
    },
}

impl<'a> FieldPath<'a> {
    /// Splits a path; none when it has neither one nor three non-empty parts.
    pub fn parse(path: &'a str) -> Option<Self> {
        let mut parts = path.split('/');
        let first = parts.next().filter(|part| !part.is_empty())?;
        let Some(id) = parts.next() else { return Some(Self::Root(first)) };
        let field = parts.next().filter(|part| !part.is_empty())?;
        let complete = !id.is_empty() && parts.next().is_none();
        complete.then_some(Self::Element { repeat: first, id, field })
    }
}

/// Whether a string is a record or element id: 32 lower-case hex digits.
pub fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whether a string is the SHA-256 of a file: 64 lower-case hex digits.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whether a value counts as no answer: absent, null or the empty string.
pub fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// Whether an element was removed.
pub fn is_removed(element: &Map<String, Value>) -> bool {
    !is_empty(element.get(DELETED_AT))
}

/// An element of a repeat and its id.
pub type Element<'a> = (&'a str, &'a Map<String, Value>);

/// The well-formed elements of a repeat by id, removed ones too.
pub fn well_formed<'a>(answers: &'a Value, repeat: &str) -> Vec<Element<'a>> {
    let Some(Value::Object(all)) = answers.get(repeat) else { return Vec::new() };
    let mut elements: Vec<_> = all
        .iter()
        .filter(|(id, _)| is_id(id))
        .filter_map(|(id, element)| Some((id.as_str(), element.as_object()?)))
        .collect();
    elements.sort_unstable_by_key(|(id, _)| *id);
    elements
}

/// The present elements of a repeat by id, however many.
pub fn present<'a>(answers: &'a Value, repeat: &str) -> Vec<Element<'a>> {
    let mut elements = well_formed(answers, repeat);
    elements.retain(|(_, element)| !is_removed(element));
    elements
}

/// The present elements of a repeat, by id: well-formed, not removed, at most [`MAX_ELEMENTS`].
pub fn elements<'a>(answers: &'a Value, repeat: &str) -> Vec<Element<'a>> {
    let mut elements = present(answers, repeat);
    elements.truncate(MAX_ELEMENTS);
    elements
}

/// The value at a path, if there is one.
pub fn get<'a>(answers: &'a Value, path: &str) -> Option<&'a Value> {
    match FieldPath::parse(path)? {
        FieldPath::Root(name) => answers.get(name),
        FieldPath::Element { repeat, id, field } => answers.get(repeat)?.get(id)?.get(field),
    }
}

/// Writes one value and touches nothing else; missing containers are made. False, and nothing changed,
/// when the path is malformed or runs through something that is not an object.
pub fn set(answers: &mut Value, path: &str, value: Value) -> bool {
    let keys = match FieldPath::parse(path) {
        None => return false,
        Some(FieldPath::Root(name)) => vec![name],
        Some(FieldPath::Element { repeat, id, field }) => vec![repeat, id, field],
    };
    set_keys(answers, &keys, value)
}

fn set_keys(target: &mut Value, keys: &[&str], value: Value) -> bool {
    let (Some(object), Some((first, rest))) = (target.as_object_mut(), keys.split_first()) else {
        return false;
    };
    if rest.is_empty() {
        object.insert((*first).to_string(), value);
        return true;
    }
    match object.get_mut(*first) {
        Some(inner) => set_keys(inner, rest, value),
        None => {
            let mut inner = Value::Object(Map::new());
            let done = set_keys(&mut inner, rest, value);
            object.insert((*first).to_string(), inner);
            done
        }
    }
}
