//! Records of which there is one per something, such as the income of a household in a month. Their id follows from
//! what they are about, and so does their root change, byte for byte: two phones that begin one without knowing of each
//! other have begun the same record, and what they write merges (sync ADR 0006).

use super::write::bad_put;
use super::{Change, Document, DocumentError, describe, to_actor};
use crate::code::{Code, Refusal};
use crate::feed::sha256;
use crate::gate::{Founding, Shape};
use crate::ids::{ActorId, DeviceId, RecordId};
use automerge::legacy::{Key, ObjectId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, ROOT, ScalarValue};
use std::collections::BTreeMap;

/// The device no phone is: it "made" the root changes that anybody can make.
pub(super) const FOUNDER: DeviceId = DeviceId([0; 8]);

/// What the record is about: the values of the form's identity fields, by name.
pub type Identity = BTreeMap<String, String>;

/// The id of the record of that kind about that.
pub fn founded_id(kind: &str, identity: &Identity) -> RecordId {
    let mut name = b"bidao-record-v1\0".to_vec();
    name.extend(kind.as_bytes());
    for (field, value) in identity {
        for part in [field, value] {
            name.push(0);
            name.extend(part.as_bytes());
        }
    }
    let mut id = [0; 16];
    id.copy_from_slice(&sha256(&name).0[..16]);
    RecordId(id)
}

impl Document {
    /// Begins the record of that kind about that, or the same beginning of it once more: its containers and its
    /// identity, nothing else, by nobody, at no time.
    ///
    /// # Errors
    /// [`DocumentError::BadPut`]: a container and a field of one name, or nothing to be about.
    pub fn found(
        kind: &str,
        containers: &[&str],
        identity: &Identity,
    ) -> Result<(Self, Change), DocumentError> {
        if identity.values().any(String::is_empty) || identity.is_empty() {
            return Err(DocumentError::BadPut("an identity without a value".into()));
        }
        let record = founded_id(kind, identity);
        let mut incarnation = [0; 8];
        incarnation.copy_from_slice(&record.0[..8]);
        let mut inner = Automerge::new().with_actor(to_actor(ActorId::new(FOUNDER, incarnation)));
        let mut transaction = inner.transaction();
        let mut sorted = containers.to_vec();
        sorted.sort_unstable();
        for container in sorted {
            transaction
                .put_object(ROOT, container, ObjType::Map)
                .map_err(|error| bad_put(container, &error))?;
        }
        for (field, value) in identity {
            let value = ScalarValue::Str(value.as_str().into());
            transaction.put(ROOT, field, value).map_err(|error| bad_put(field, &error))?;
        }
        transaction.commit_with(CommitOptions::default().with_time(0));
        let change = inner.get_last_local_change().ok_or_else(|| DocumentError::BadPut("nothing".into()))?;
        let change = describe(&change);
        Ok((Self { inner }, change))
    }
}

/// Whether anybody can make the change: it founds a record.
pub fn is_founding(change: &Change) -> bool {
    change.actor.device() == FOUNDER
}

/// A root change of a founded kind is the founding change of this very record, and nobody else's.
pub(super) fn check(record: RecordId, shape: &Shape, change: &automerge::Change) -> Result<(), Refusal> {
    let wrong = |detail: &str| Refusal::new(Code::NotFounded, detail);
    let founding = shape.founding.as_ref().ok_or_else(|| wrong("records of this kind are not founded"))?;
    let identity = identity_of(founding, change).ok_or_else(|| wrong("not what the record is about"))?;
    if founded_id(&founding.kind, &identity) != record {
        return Err(wrong("another record's"));
    }
    let containers: Vec<&str> = shape.containers.iter().map(String::as_str).collect();
    let (_, expected) =
        Document::found(&founding.kind, &containers, &identity).map_err(|error| wrong(&error.to_string()))?;
    if expected.hash.0 == change.hash().0 { Ok(()) } else { Err(wrong("another beginning")) }
}

/// The identity a root change writes.
fn identity_of(founding: &Founding, change: &automerge::Change) -> Option<Identity> {
    let mut identity = Identity::new();
    for operation in change.decode().operations {
        let (Key::Map(key), ObjectId::Root) = (&operation.key, &operation.obj) else { continue };
        if let OpType::Put(ScalarValue::Str(text)) = &operation.action
            && founding.identity.iter().any(|field| field.as_str() == key.as_str())
        {
            identity.insert(key.to_string(), text.to_string());
        }
    }
    (identity.len() == founding.identity.len()).then_some(identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn november() -> Identity {
        let pairs = [("household", "00112233445566778899aabbccddeeff"), ("month", "2015-11")];
        pairs.map(|(field, value)| (field.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn a_record_is_founded_the_same_way_everywhere() {
        let (_, one) = Document::found("income", &["lines", "attestations"], &november()).unwrap();
        let (_, other) = Document::found("income", &["attestations", "lines"], &november()).unwrap();
        assert_eq!(one, other);
        assert!(is_founding(&one));
        let mut december = november();
        december.insert("month".into(), "2015-12".into());
        assert_ne!(founded_id("income", &november()), founded_id("income", &december));
        assert_ne!(founded_id("income", &november()), founded_id("card", &november()));
    }

    #[test]
    fn a_record_about_nothing_is_not_founded() {
        assert!(Document::found("income", &["lines"], &Identity::new()).is_err());
        let empty = [("household".to_owned(), String::new())].into();
        assert!(Document::found("income", &["lines"], &empty).is_err());
    }
}
