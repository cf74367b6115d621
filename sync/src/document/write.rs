//! Writing one field by its path.

use super::{DocumentError, Put, value};
use automerge::transaction::Transactable;
use automerge::{ObjId, ObjType, ROOT, ReadDoc};

/// The map that holds a path's field, and the field's key.
pub(super) fn find<'p>(document: &impl ReadDoc, path: &'p str) -> Option<(ObjId, &'p str)> {
    let mut object = ROOT;
    let mut parts = path.split('/');
    let key = parts.next_back()?;
    for part in parts {
        object = match document.get(&object, part).ok()?? {
            (automerge::Value::Object(ObjType::Map), id) => id,
            _ => return None,
        };
    }
    Some((object, key))
}

pub(super) fn write(transaction: &mut impl Transactable, put: &Put) -> Result<(), DocumentError> {
    let bad = || DocumentError::BadPut(put.path.clone());
    let scalar = value::to_scalar(&put.value).ok_or_else(bad)?;
    let parts: Vec<&str> = put.path.split('/').collect();
    let (object, key) = match parts[..] {
        [field] => (ROOT, field),
        [container, element, field] => {
            let (container, _) = find(transaction, &format!("{container}/{element}")).ok_or_else(bad)?;
            (element_of(transaction, &container, element).ok_or_else(bad)?, field)
        }
        _ => return Err(bad()),
    };
    if key.is_empty() || matches!(transaction.get(&object, key), Ok(Some((automerge::Value::Object(_), _)))) {
        return Err(bad());
    }
    transaction.put(&object, key, scalar).map_err(|error| bad_put(&put.path, &error))
}

/// The element's map, made if it is not there.
fn element_of(transaction: &mut impl Transactable, container: &ObjId, element: &str) -> Option<ObjId> {
    match transaction.get(container, element).ok()? {
        Some((automerge::Value::Object(ObjType::Map), id)) => Some(id),
        Some(_) => None,
        None => crate::gate::is_element_id(element)
            .then(|| transaction.put_object(container, element, ObjType::Map).ok())
            .flatten(),
    }
}

pub(super) fn bad_put(path: &str, error: &automerge::AutomergeError) -> DocumentError {
    DocumentError::BadPut(format!("{path}: {error}"))
}
