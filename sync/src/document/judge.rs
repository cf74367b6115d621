//! Rules 3 to 9 of the gate (`PROTOCOL.md` §4). Rule 2 is in `chunk.rs`, rule 1 is the server's decoder.

use super::chunk::{Prescan, prescan};
use super::lines::Lines;
use super::{Document, change_hash, describe, from_hashes};
use crate::code::{Code, Refusal};
use crate::gate::{Judged, Rejected, Shape, is_element_id};
use crate::ids::{ChangeHash, DeviceId};
use crate::limits;
use crate::time::{Millis, is_sane};
use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ObjId, ObjType, Prop, ROOT, ReadDoc, ScalarValue};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// See [`crate::gate::judge`].
pub(crate) fn judge(
    document: Option<&Document>,
    changes: &[&[u8]],
    author: DeviceId,
    shape: &Shape,
    now: Millis,
) -> Result<Judged, Rejected> {
    if changes.len() > limits::CHANGES_PER_REQUEST {
        return Err(refuse(Code::LimitExceeded, "changes in one edit").into());
    }
    let mut parsed = Vec::new();
    for bytes in changes {
        let known =
            change_hash(bytes).is_some_and(|hash| document.is_some_and(|document| document.has(hash)));
        if !known {
            parsed.push(parse(bytes, author, now)?);
        }
    }
    match document {
        Some(document) if parsed.is_empty() => {
            return Ok(Judged { document: document.clone(), snapshot: document.save(), added: Vec::new() });
        }
        None if parsed.is_empty() => return Err(refuse(Code::BadChange, "no change").into()),
        _ => {}
    }
    let missing = missing(document, &parsed);
    if !missing.is_empty() {
        return Err(Rejected::Missing(missing));
    }
    let mut copy = document.map_or_else(Automerge::new, |document| document.inner.clone());
    for change in &parsed {
        check_place(&copy, change)?;
        Content { document: &copy, shape, change }.check()?;
        apply(&mut copy, change)?;
    }
    let (document, snapshot) = reload(&copy)?;
    Ok(Judged { document, snapshot, added: parsed.iter().map(describe).collect() })
}

fn refuse(code: Code, detail: impl Into<String>) -> Refusal {
    Refusal::new(code, detail)
}

/// Rules 2, 3, 4 and 6: the bytes by themselves.
fn parse(bytes: &[u8], author: DeviceId, now: Millis) -> Result<automerge::Change, Refusal> {
    let Prescan { actor, operations, checksum } = prescan(bytes)?;
    if actor.device() != author {
        return Err(refuse(Code::ForeignActor, format!("device {}", actor.device())));
    }
    let hash = change_hash(bytes).ok_or_else(|| refuse(Code::NotAChange, "only raw change chunks"))?;
    if hash.0[..4] != checksum {
        return Err(refuse(Code::BadChecksum, format!("change {hash}")));
    }
    let read = catch_unwind(AssertUnwindSafe(|| {
        let change =
            automerge::Change::try_from(bytes).map_err(|error| refuse(Code::BadChange, error.to_string()))?;
        let again = automerge::Change::from(change.decode());
        Ok((again.raw_bytes() == bytes, change))
    }));
    let (canonical, change) = read.map_err(|_| refuse(Code::BadChange, "cannot be decoded"))??;
    if change.hash().0 != hash.0 || change.len() as u64 != operations {
        return Err(refuse(Code::BadChange, "operations do not add up"));
    }
    if !change.extra_bytes().is_empty() {
        return Err(refuse(Code::ExtraBytes, "extra bytes"));
    }
    if !is_sane(change.timestamp(), now) {
        return Err(refuse(Code::BadTime, format!("{} s", change.timestamp())));
    }
    let distinct: HashSet<_> = change.deps().iter().collect();
    if distinct.len() != change.deps().len() {
        return Err(refuse(Code::DuplicateDependency, format!("change {hash}")));
    }
    if !canonical {
        return Err(refuse(Code::NotCanonical, format!("change {hash}")));
    }
    Ok(change)
}

/// Dependencies that are neither in the record nor earlier in the edit.
fn missing(document: Option<&Document>, changes: &[automerge::Change]) -> Vec<ChangeHash> {
    let mut earlier = HashSet::new();
    let mut missing = Vec::new();
    for change in changes {
        for hash in from_hashes(change.deps()) {
            let known = earlier.contains(&hash) || document.is_some_and(|document| document.has(hash));
            if !known && !missing.contains(&hash) {
                missing.push(hash);
            }
        }
        earlier.insert(ChangeHash(change.hash().0));
    }
    missing
}

/// Rule 5: sequence, previous change and first operation number.
fn check_place(document: &Automerge, change: &automerge::Change) -> Result<(), Refusal> {
    let mut max_operation = 0;
    let mut previous = None;
    for hash in change.deps() {
        let meta =
            document.get_change_meta_by_hash(hash).ok_or_else(|| refuse(Code::CannotApply, "dependency"))?;
        max_operation = max_operation.max(meta.max_op);
        if &*meta.actor == change.actor_id() {
            previous = previous.max(Some(meta.seq));
        }
    }
    if change.deps().is_empty() && !document.get_heads().is_empty() {
        return Err(refuse(Code::SecondRoot, "a record has one root change"));
    }
    // The usual case looks only at what the author had not seen; anything odd looks at the whole record.
    let usual = previous == Some(change.seq() - 1);
    let unseen = document.get_changes_meta(if usual { change.deps() } else { &[] });
    let own = unseen.iter().filter(|meta| &*meta.actor == change.actor_id());
    let own: Vec<u64> = own.map(|meta| meta.seq).collect();
    if own.contains(&change.seq()) {
        return Err(refuse(Code::SequenceReused, format!("sequence {}", change.seq())));
    }
    let next = own.iter().max().copied().or(previous.filter(|_| usual)).unwrap_or(0) + 1;
    if change.seq() != next {
        return Err(refuse(Code::SequenceGap, format!("sequence {} instead of {next}", change.seq())));
    }
    if change.seq() > 1 && !usual {
        return Err(refuse(Code::PreviousMissing, format!("sequence {}", change.seq())));
    }
    if change.start_op().get() != max_operation + 1 {
        let detail = format!("{} instead of {}", change.start_op(), max_operation + 1);
        return Err(refuse(Code::BadStartOperation, detail));
    }
    Ok(())
}

/// Where an object of the form lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Container { immutable: bool },
    Element { immutable: bool },
}

/// Rule 7: what the operations do.
struct Content<'a> {
    document: &'a Automerge,
    shape: &'a Shape,
    change: &'a automerge::Change,
}

impl Content<'_> {
    fn check(&self) -> Result<(), Refusal> {
        let operations = catch_unwind(AssertUnwindSafe(|| self.change.decode().operations));
        let operations = operations.map_err(|_| refuse(Code::BadChange, "cannot be decoded"))?;
        let is_root = self.change.deps().is_empty();
        let mut made: HashMap<OpId, Level> = HashMap::new();
        let mut keys: HashSet<(Option<OpId>, String)> = HashSet::new();
        let mut lines = Lines::new(self.document, self.change);
        for (operation, counter) in operations.iter().zip(self.change.start_op().get()..) {
            let Key::Map(key) = &operation.key else {
                return Err(refuse(Code::OperationNotAllowed, "not a map"));
            };
            check_key(key)?;
            if operation.insert {
                return Err(refuse(Code::OperationNotAllowed, "insert"));
            }
            let level = self.level(&operation.obj, &made)?;
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
            if level == (Level::Element { immutable: true }) {
                lines.check(operation, key)?;
            }
        }
        self.check_containers(is_root, &keys)
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
            Some([root]) => Ok(Level::Container { immutable: self.is_immutable(&root.prop) }),
            Some([_, root]) => Ok(Level::Element { immutable: self.is_immutable(&root.prop) }),
            _ => Err(unknown()),
        }
    }

    /// Containers come from the root change, elements are made once under a random id (P16).
    fn check_make(&self, operation: &Op, key: &str, level: Level, is_root: bool) -> Result<Level, Refusal> {
        match level {
            Level::Root => {
                let fits = is_root && operation.pred.is_empty() && self.is_container(key);
                let immutable = self.shape.immutable.iter().any(|container| container == key);
                if fits {
                    Ok(Level::Container { immutable })
                } else {
                    Err(refuse(Code::ContainerNotAllowed, key))
                }
            }
            Level::Container { immutable } => {
                let ObjectId::Id(id) = &operation.obj else { return Err(refuse(Code::ObjectUnknown, key)) };
                let container = ObjId::Id(id.counter(), id.actor().clone(), 0);
                let is_there =
                    matches!(self.document.get_all(&container, key), Ok(values) if !values.is_empty());
                let fits = operation.pred.is_empty() && is_element_id(key) && !is_there;
                if fits {
                    Ok(Level::Element { immutable })
                } else {
                    Err(refuse(Code::ElementNotAllowed, key))
                }
            }
            Level::Element { .. } => Err(refuse(Code::ContainerNotAllowed, key)),
        }
    }

    fn is_immutable(&self, container: &Prop) -> bool {
        let Prop::Map(name) = container else { return false };
        self.shape.immutable.contains(name)
    }

    fn is_container(&self, key: &str) -> bool {
        self.shape.containers.iter().any(|container| container == key)
    }

    /// Scalars live in the root and in elements, never in the place of a container or an element.
    fn check_field(&self, key: &str, level: Level) -> Result<(), Refusal> {
        match level {
            Level::Container { .. } => Err(refuse(Code::ElementNotAllowed, key)),
            Level::Root if self.is_container(key) => Err(refuse(Code::ContainerNotAllowed, key)),
            // A container of the form version that made the record, which this version no longer has.
            Level::Root
                if matches!(self.document.get(ROOT, key), Ok(Some((automerge::Value::Object(_), _)))) =>
            {
                Err(refuse(Code::ContainerNotAllowed, key))
            }
            Level::Root | Level::Element { .. } => Ok(()),
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

/// Rule 8, first half: apply to the copy; on a panic the copy is dropped by the caller.
fn apply(copy: &mut Automerge, change: &automerge::Change) -> Result<(), Refusal> {
    let applied = catch_unwind(AssertUnwindSafe(|| copy.apply_changes([change.clone()])));
    match applied {
        Err(_) => Err(refuse(Code::CannotApply, "panic")),
        Ok(Err(automerge::AutomergeError::DuplicateSeqNumber(..))) => {
            Err(refuse(Code::SequenceReused, format!("sequence {}", change.seq())))
        }
        Ok(Err(error)) => Err(refuse(Code::CannotApply, error.to_string())),
        Ok(Ok(())) if copy.get_change_meta_by_hash(&change.hash()).is_none() => {
            Err(refuse(Code::CannotApply, "dependencies"))
        }
        Ok(Ok(())) => Ok(()),
    }
}

/// Rule 8, second half: what is kept has been loaded from what is stored.
fn reload(copy: &Automerge) -> Result<(Document, Vec<u8>), Refusal> {
    let saved = catch_unwind(AssertUnwindSafe(|| {
        let snapshot = copy.save_nocompress();
        Automerge::load(&snapshot).map(|inner| (inner, snapshot)).map_err(|error| error.to_string())
    }));
    let failed = |detail: String| refuse(Code::CannotReload, detail);
    let (inner, snapshot) = saved.map_err(|_| failed("panic".into()))?.map_err(failed)?;
    if inner.get_heads() != copy.get_heads() {
        return Err(failed("other heads".into()));
    }
    if snapshot.len() > limits::RECORD_BYTES {
        return Err(refuse(Code::RecordTooLarge, format!("{} bytes", snapshot.len())));
    }
    Ok((Document { inner }, snapshot))
}

#[cfg(test)]
mod value_tests {
    use super::super::value;
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
