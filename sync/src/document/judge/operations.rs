//! Rule 7 of the gate: what the operations of one change do, and where.

use super::super::lines::Lines;
use super::attesting::Attesting;
use super::refuse;
use crate::attestation::ATTESTATIONS;
use crate::code::{Code, Refusal};
use crate::gate::{Shape, is_element_id};
use crate::limits;
use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where an object of the form lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Container(Holds),
    Element(Holds),
}

/// What a container holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Elements that are edited.
    Elements,
    /// Lines, written once.
    Lines,
    /// Attestations, made whole.
    Attestations,
}

/// Rule 7: what the operations do.
pub(super) struct Content<'a> {
    pub document: &'a Automerge,
    pub shape: &'a Shape,
    pub change: &'a automerge::Change,
}

impl Content<'_> {
    /// The attestation the change makes, if it makes one.
    pub(super) fn check(&self) -> Result<Option<Attesting>, Refusal> {
        let operations = catch_unwind(AssertUnwindSafe(|| self.change.decode().operations));
        let operations = operations.map_err(|_| refuse(Code::BadChange, "cannot be decoded"))?;
        let is_root = self.change.deps().is_empty();
        let mut made: HashMap<OpId, Level> = HashMap::new();
        let mut keys: HashSet<(Option<OpId>, String)> = HashSet::new();
        let mut lines = Lines::new(self.document, self.change);
        let mut attesting = Attesting::default();
        for (operation, counter) in operations.iter().zip(self.change.start_op().get()..) {
            let Key::Map(key) = &operation.key else {
                return Err(refuse(Code::OperationNotAllowed, "not a map"));
            };
            check_key(key)?;
            if operation.insert {
                return Err(refuse(Code::OperationNotAllowed, "insert"));
            }
            let level = self.level(&operation.obj, &made)?;
            match level {
                Level::Container(Holds::Attestations) => attesting.element(operation)?,
                Level::Element(Holds::Attestations) => attesting.field(
                    operation,
                    key,
                    matches!(&operation.obj, ObjectId::Id(id) if made.contains_key(id)),
                )?,
                _ => attesting.elsewhere(),
            }
            match &operation.action {
                OpType::Make(ObjType::Map) => {
                    let below = self.check_make(operation, key, level, is_root)?;
                    let object = match &operation.obj {
                        ObjectId::Root => None,
                        ObjectId::Id(id) => Some(id.clone()),
                    };
                    if !keys.insert((object, key.to_string())) {
                        return Err(refuse(Code::ElementNotAllowed, "made twice"));
                    }
                    made.insert(OpId::new(counter, self.change.actor_id()), below);
                }
                OpType::Put(scalar) => {
                    self.check_field(key, level)?;
                    check_value(key, scalar)?;
                }
                OpType::Delete => self.check_field(key, level)?,
                _ => return Err(refuse(Code::OperationNotAllowed, format!("field {key}"))),
            }
            if matches!(level, Level::Element(Holds::Lines | Holds::Attestations)) {
                lines.check(operation, key)?;
            }
        }
        self.check_containers(is_root, &keys)?;
        attesting.whole()
    }

    /// Where an operation's object lies: made earlier in this change, or part of the record.
    fn level(&self, object: &ObjectId, made: &HashMap<OpId, Level>) -> Result<Level, Refusal> {
        let ObjectId::Id(id) = object else { return Ok(Level::Root) };
        if let Some(level) = made.get(id) {
            return Ok(*level);
        }
        let unknown = || refuse(Code::ObjectUnknown, "object");
        let id = ObjId::Id(id.counter(), id.actor().clone(), 0);
        let parents = catch_unwind(AssertUnwindSafe(|| {
            let is_map = self.document.object_type(&id).ok()? == ObjType::Map;
            is_map.then_some(self.document.parents(&id).ok()?.take(limits::DEPTH).collect::<Vec<_>>())
        }));
        match parents.map_err(|_| unknown())?.as_deref() {
            Some([root]) => Ok(Level::Container(self.holds(&root.prop))),
            Some([_, root]) => Ok(Level::Element(self.holds(&root.prop))),
            _ => Err(unknown()),
        }
    }

    /// Containers come from the root change, elements are made once under a random id (P16).
    fn check_make(&self, operation: &Op, key: &str, level: Level, is_root: bool) -> Result<Level, Refusal> {
        match level {
            Level::Root => {
                let fits = is_root && operation.pred.is_empty() && self.is_container(key);
                if fits {
                    Ok(Level::Container(self.holds(&Prop::Map(key.to_owned()))))
                } else {
                    Err(refuse(Code::ContainerNotAllowed, key))
                }
            }
            Level::Container(holds) => {
                let ObjectId::Id(id) = &operation.obj else { return Err(refuse(Code::ObjectUnknown, key)) };
                let container = ObjId::Id(id.counter(), id.actor().clone(), 0);
                let is_there =
                    matches!(self.document.get_all(&container, key), Ok(values) if !values.is_empty());
                let fits = operation.pred.is_empty() && is_element_id(key) && !is_there;
                if fits { Ok(Level::Element(holds)) } else { Err(refuse(Code::ElementNotAllowed, key)) }
            }
            Level::Element(_) => Err(refuse(Code::ContainerNotAllowed, key)),
        }
    }

    fn holds(&self, container: &Prop) -> Holds {
        match container {
            Prop::Map(name) if name == ATTESTATIONS => Holds::Attestations,
            Prop::Map(name) if self.shape.immutable.contains(name) => Holds::Lines,
            _ => Holds::Elements,
        }
    }

    fn is_container(&self, key: &str) -> bool {
        self.shape.containers.iter().any(|container| container == key)
    }

    fn is_identity(&self, key: &str) -> bool {
        let identity = self.shape.founding.iter().flat_map(|founding| &founding.identity);
        identity.into_iter().any(|field| field == key)
    }

    /// Scalars live in the root and in elements, never in the place of a container or an element.
    fn check_field(&self, key: &str, level: Level) -> Result<(), Refusal> {
        match level {
            Level::Container(_) => Err(refuse(Code::ElementNotAllowed, key)),
            Level::Root if self.is_container(key) => Err(refuse(Code::ContainerNotAllowed, key)),
            Level::Root if !self.change.deps().is_empty() && self.is_identity(key) => {
                Err(refuse(Code::NotFounded, format!("field {key} says which record it is")))
            }
            // A container of the form version that made the record, which this version no longer has.
            Level::Root
                if matches!(self.document.get(ROOT, key), Ok(Some((automerge::Value::Object(_), _)))) =>
            {
                Err(refuse(Code::ContainerNotAllowed, key))
            }
            Level::Root | Level::Element(_) => Ok(()),
        }
    }

    fn check_containers(&self, is_root: bool, keys: &HashSet<(Option<OpId>, String)>) -> Result<(), Refusal> {
        let lacks = |container: &&String| is_root && !keys.contains(&(None, (*container).clone()));
        match self.shape.containers.iter().find(lacks) {
            Some(container) => Err(refuse(Code::ContainerMissing, container)),
            None => Ok(()),
        }
    }
}

fn check_key(key: &str) -> Result<(), Refusal> {
    if key.is_empty() || key.len() > limits::KEY_BYTES || key == "__proto__" || key.contains('/') {
        return Err(refuse(Code::BadKey, "empty, too long or reserved"));
    }
    Ok(())
}

fn check_value(key: &str, scalar: &ScalarValue) -> Result<(), Refusal> {
    const TIME: i64 = 8_640_000_000_000_000;
    let fits = match scalar {
        ScalarValue::Str(text) => text.len() <= limits::VALUE_BYTES,
        ScalarValue::Bytes(bytes) => bytes.len() <= limits::VALUE_BYTES,
        ScalarValue::Int(integer) => (-limits::INTEGER..=limits::INTEGER).contains(integer),
        ScalarValue::Uint(integer) => *integer <= limits::INTEGER.unsigned_abs(),
        ScalarValue::Timestamp(at) => (-TIME..=TIME).contains(at),
        ScalarValue::F64(float) => float.is_finite(),
        ScalarValue::Boolean(_) | ScalarValue::Null => true,
        ScalarValue::Counter(_) => {
            return Err(refuse(Code::OperationNotAllowed, format!("counter in {key}")));
        }
        ScalarValue::Unknown { .. } => false,
    };
    if fits { Ok(()) } else { Err(refuse(Code::BadValue, format!("field {key}"))) }
}

#[cfg(test)]
mod value_tests {
    use super::super::super::value;
    use super::*;

    #[test]
    fn values_pass_up_to_their_limit() {
        let text = |size: usize| ScalarValue::Str("x".repeat(size).into());
        assert!(check_value("f", &text(limits::VALUE_BYTES)).is_ok());
        assert!(check_value("f", &text(limits::VALUE_BYTES + 1)).is_err());
        assert!(check_value("f", &ScalarValue::Int(limits::INTEGER)).is_ok());
        assert!(check_value("f", &ScalarValue::Int(limits::INTEGER + 1)).is_err());
        assert!(check_value("f", &ScalarValue::Int(i64::MIN)).is_err());
        assert!(check_value("f", &ScalarValue::F64(f64::NAN)).is_err());
        assert_eq!(value::to_json(&ScalarValue::F64(3.0)), serde_json::json!(3));
    }

    #[test]
    fn keys_pass_up_to_their_limit() {
        assert!(check_key(&"k".repeat(limits::KEY_BYTES)).is_ok());
        assert!(check_key(&"k".repeat(limits::KEY_BYTES + 1)).is_err());
        assert!(check_key("").is_err());
        assert!(check_key("__proto__").is_err());
    }
}
