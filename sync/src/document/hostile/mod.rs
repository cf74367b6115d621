//! What must never pass the gate, and what must hold for everything that does (`PROTOCOL.md` §4).

use super::*;
use crate::code::Code;
use crate::gate::{Rejected, Shape, judge};
use crate::ids::{DeviceId, RecordId};
use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};
use sha2::{Digest, Sha256};

mod attestations;
mod boundaries;
mod lines;
mod properties;
mod signing;

use properties::check_harmless;

const NOW: i64 = 1_767_225_600_000;
const DEVICE: DeviceId = DeviceId([1; 8]);
const RECORD: RecordId = RecordId([7; 16]);
const ELEMENT: &str = "0123456789abcdef0123456789abcdef";

fn me() -> ActorId {
    ActorId::new(DEVICE, [2; 8])
}

fn other() -> ActorId {
    ActorId::new(DeviceId([3; 8]), [4; 8])
}

fn shape() -> Shape {
    Shape::new(["members"])
}

fn base() -> (Document, Change) {
    let puts = [Put::new("a", 1), Put::new(format!("members/{ELEMENT}/name"), "x")];
    Document::create(me(), NOW, &["members"], &puts).unwrap()
}

/// The next change of `me`, as one may write it by hand.
fn next(document: &Document) -> ExpandedChange {
    let mut copy = document.clone();
    let change = copy.edit(me(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
    automerge::Change::try_from(&change.bytes[..]).unwrap().decode()
}

fn bytes_of(change: ExpandedChange) -> Vec<u8> {
    automerge::Change::from(change).raw_bytes().to_vec()
}

/// Makes length and checksum right again after the contents were changed.
fn fix(chunk: &mut [u8]) {
    let hash = Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&hash[..4]);
}

/// A change chunk of any contents.
fn chunk_of(contents: &[u8]) -> Vec<u8> {
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    let mut length = contents.len();
    while length >= 0x80 {
        chunk.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    chunk.push(u8::try_from(length).unwrap());
    chunk.extend(contents);
    fix(&mut chunk);
    chunk
}

fn code(document: Option<&Document>, chunk: &[u8]) -> Code {
    match judge(RECORD, document, &[chunk], DEVICE, &shape(), NOW) {
        Err(Rejected::Refused(refusal)) => refusal.code,
        Err(Rejected::Missing(_)) => panic!("held"),
        Ok(_) => panic!("accepted"),
    }
}

/// The code for the next change after it was tampered with.
fn tampered(tamper: impl FnOnce(&mut ExpandedChange)) -> Code {
    let (document, _) = base();
    let mut change = next(&document);
    tamper(&mut change);
    code(Some(&document), &bytes_of(change))
}

fn op(action: OpType, key: &str) -> Op {
    Op { action, obj: ObjectId::Root, key: Key::Map(key.into()), pred: Vec::new().into(), insert: false }
}

fn container(document: &Document) -> OpId {
    let (_, id) = document.inner.get(ROOT, "members").unwrap().unwrap();
    let automerge::ObjId::Id(counter, actor, _) = id else { panic!("no map") };
    OpId::new(counter, &actor)
}

#[test]
fn the_ordinary_change_passes_and_is_known_afterwards() {
    let (document, root) = base();
    let judged = judge(RECORD, None, &[&root.bytes], DEVICE, &shape(), NOW).unwrap();
    assert_eq!((judged.added.len(), judged.snapshot), (1, document.save()));
    let change = bytes_of(next(&document));
    let judged = judge(RECORD, Some(&document), &[&change], DEVICE, &shape(), NOW).unwrap();
    assert_eq!(judged.document.answers()["a"], 2);
    let again =
        judge(RECORD, Some(&judged.document), &[&root.bytes, &change], DEVICE, &shape(), NOW).unwrap();
    assert!(again.added.is_empty());
    let both = judge(RECORD, None, &[&root.bytes, &change], DEVICE, &shape(), NOW).unwrap();
    assert_eq!(both.document.heads(), judged.document.heads());
}

#[test]
fn only_raw_change_chunks_are_read() {
    let (document, root) = base();
    for kind in [0, 2, 3, 9] {
        let mut chunk = root.bytes.clone();
        chunk[8] = kind;
        fix(&mut chunk);
        assert_eq!(code(None, &chunk), Code::NotAChange);
    }
    assert_eq!(code(None, &document.save()), Code::NotAChange);
    assert_eq!(code(None, &[]), Code::NotAChange);
    let mut long = root.bytes.clone();
    long.push(0);
    assert_eq!(code(None, &long), Code::NotAChange);
    let mut wrong = root.bytes.clone();
    wrong[4] ^= 1;
    assert_eq!(code(None, &wrong), Code::BadChecksum);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused_or_harmless() {
    let (document, root) = base();
    let change = bytes_of(next(&document));
    for end in 0..change.len() {
        code(Some(&document), &change[..end]);
    }
    for chunk in [&root.bytes, &change] {
        let document = (chunk != &root.bytes).then_some(&document);
        for bit in 0..chunk.len() * 8 {
            let mut flipped = chunk.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if bit / 8 >= 9 {
                assert!(judge(RECORD, document, &[&flipped], DEVICE, &shape(), NOW).is_err(), "checksum");
                fix(&mut flipped);
            }
            check_harmless(document, &flipped);
        }
    }
}

/// A run of a million operations in a few bytes.
#[test]
fn a_run_length_bomb_is_refused_before_anything_is_allocated() {
    for (run, expected) in
        [(1_000_000_i64, Code::LimitExceeded), (1 << 40, Code::LimitExceeded), (4097, Code::LimitExceeded)]
    {
        let mut column = Vec::new();
        let mut value = run;
        loop {
            let byte = u8::try_from(value & 0x7f).unwrap();
            value >>= 7;
            if value == 0 && byte & 0x40 == 0 {
                column.push(byte);
                break;
            }
            column.push(byte | 0x80);
        }
        column.push(1);
        let mut contents = vec![0, 16];
        contents.extend(me().0);
        contents.extend([1, 1, 0, 0, 0]);
        contents.extend([1, 66, u8::try_from(column.len()).unwrap()]);
        contents.extend(column);
        let chunk = chunk_of(&contents);
        assert!(chunk.len() < 64);
        assert_eq!(code(None, &chunk), expected);
    }
}

#[test]
fn actors_and_numbers_must_be_right() {
    assert_eq!(tampered(|change| change.actor_id = to_actor(other())), Code::ForeignActor);
    assert_eq!(tampered(|change| change.actor_id = automerge::ActorId::from(vec![1; 8])), Code::ForeignActor);
    assert_eq!(
        tampered(|change| change.actor_id = automerge::ActorId::from(vec![1; 17])),
        Code::ForeignActor
    );
    assert_eq!(tampered(|change| change.seq = 3), Code::SequenceGap);
    assert_eq!(tampered(|change| change.seq = 1), Code::SequenceReused);
    assert_eq!(tampered(|change| change.start_op = 1.try_into().unwrap()), Code::BadStartOperation);
    assert_eq!(tampered(|change| change.start_op = 99.try_into().unwrap()), Code::BadStartOperation);
    let huge = |change: &mut ExpandedChange| change.start_op = ((1 << 31) - 1).try_into().unwrap();
    assert_eq!(tampered(huge), Code::LimitExceeded);
    assert_eq!(tampered(|change| change.deps.push(change.deps[0])), Code::DuplicateDependency);
    assert_eq!(tampered(|change| change.deps.clear()), Code::SecondRoot);
    assert_eq!(tampered(|change| change.time = -1), Code::BadTime);
    assert_eq!(tampered(|change| change.time = i64::MIN), Code::BadTime);
    assert_eq!(tampered(|change| change.extra_bytes = vec![1, 2, 3]), Code::ExtraBytes);
    assert_eq!(tampered(|change| change.message = Some("x".repeat(257))), Code::LimitExceeded);
    assert_eq!(tampered(|change| change.operations.clear()), Code::BadChange);
    let new_incarnation = |change: &mut ExpandedChange| {
        change.actor_id = to_actor(ActorId::new(DEVICE, [9; 8]));
        change.seq = 2;
    };
    assert_eq!(tampered(new_incarnation), Code::SequenceGap);
}

#[test]
fn the_previous_change_must_be_among_the_dependencies() {
    let (mut document, root) = base();
    document.edit(me(), NOW, &[Put::new("a", 5)]).unwrap().unwrap();
    let mut change = next(&document);
    change.deps = to_hashes(&[root.hash]);
    assert_eq!(code(Some(&document), &bytes_of(change.clone())), Code::PreviousMissing);
    change.seq = 2;
    assert_eq!(code(Some(&document), &bytes_of(change)), Code::SequenceReused);
}

#[test]
fn an_unknown_dependency_holds_the_edit() {
    let (document, root) = base();
    let mut ahead = document.clone();
    let between = ahead.edit(me(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
    let last = ahead.edit(me(), NOW, &[Put::new("a", 3)]).unwrap().unwrap();
    let held = judge(RECORD, Some(&document), &[&last.bytes], DEVICE, &shape(), NOW);
    assert!(matches!(held, Err(Rejected::Missing(missing)) if missing == [between.hash]));
    let held = judge(RECORD, None, &[&between.bytes, &last.bytes], DEVICE, &shape(), NOW);
    assert!(matches!(held, Err(Rejected::Missing(missing)) if missing == [root.hash]));
}

#[test]
fn only_maps_scalars_and_removals_are_allowed() {
    for action in [
        OpType::Make(ObjType::List),
        OpType::Make(ObjType::Text),
        OpType::Make(ObjType::Table),
        OpType::Increment(1),
        OpType::Put(ScalarValue::counter(1)),
    ] {
        assert_eq!(tampered(|change| change.operations.push(op(action, "x"))), Code::OperationNotAllowed);
    }
    let mark = automerge::legacy::MarkData { name: "m".into(), value: ScalarValue::Null, expand: false };
    let mark = op(OpType::MarkBegin(mark), "x");
    assert_eq!(tampered(|change| change.operations.push(mark)), Code::OperationNotAllowed);
    let mut insert = op(OpType::Put(ScalarValue::Null), "x");
    insert.insert = true;
    assert_eq!(tampered(|change| change.operations.push(insert)), Code::OperationNotAllowed);
    let sequence = Op { key: Key::head(), ..op(OpType::Put(ScalarValue::Null), "x") };
    assert_eq!(tampered(|change| change.operations.push(sequence)), Code::OperationNotAllowed);
    let unknown = ScalarValue::Unknown { type_code: 14, bytes: vec![1] };
    assert_eq!(tampered(|change| change.operations.push(op(OpType::Put(unknown), "x"))), Code::BadValue);
    let infinite = ScalarValue::F64(f64::INFINITY);
    assert_eq!(tampered(|change| change.operations.push(op(OpType::Put(infinite), "x"))), Code::BadValue);
    let long = ScalarValue::Str("x".repeat(crate::limits::VALUE_BYTES + 1).into());
    assert_eq!(tampered(|change| change.operations.push(op(OpType::Put(long), "x"))), Code::BadValue);
    for key in ["__proto__", "", "a/b", &"k".repeat(65)] {
        let put = op(OpType::Put(ScalarValue::Null), key);
        assert_eq!(tampered(|change| change.operations.push(put)), Code::BadKey);
    }
}

#[test]
fn objects_must_exist() {
    let unknown =
        Op { obj: ObjectId::Id(OpId::new(77, &to_actor(me()))), ..op(OpType::Put(ScalarValue::Null), "x") };
    assert_eq!(tampered(|change| change.operations.push(unknown)), Code::ObjectUnknown);
    let stranger =
        Op { obj: ObjectId::Id(OpId::new(1, &to_actor(other()))), ..op(OpType::Put(ScalarValue::Null), "x") };
    assert_eq!(tampered(|change| change.operations.push(stranger)), Code::ObjectUnknown);
}

#[test]
fn predecessors_must_exist_on_that_key() {
    for pred in [OpId::new(77, &to_actor(me())), OpId::new(1, &to_actor(other()))] {
        let put = Op { pred: vec![pred].into(), ..op(OpType::Put(ScalarValue::Null), "x") };
        let code = tampered(|change| change.operations.push(put));
        assert!(matches!(code, Code::CannotApply | Code::CannotReload), "{code}");
    }
    let code = tampered(|change| change.operations.push(op(OpType::Delete, "x")));
    assert!(matches!(code, Code::CannotApply | Code::CannotReload), "{code}");
}

#[test]
fn containers_come_only_from_the_root_change() {
    let make = op(OpType::Make(ObjType::Map), "members");
    assert_eq!(tampered(|change| change.operations.push(make)), Code::ContainerNotAllowed);
    let make = op(OpType::Make(ObjType::Map), "photos");
    assert_eq!(tampered(|change| change.operations.push(make)), Code::ContainerNotAllowed);
    for action in [OpType::Put(ScalarValue::Null), OpType::Delete] {
        let (document, _) = base();
        let mut change = next(&document);
        change.operations.push(Op { pred: vec![container(&document)].into(), ..op(action, "members") });
        assert_eq!(code(Some(&document), &bytes_of(change)), Code::ContainerNotAllowed);
    }
    let (_, lacking) = Document::create(me(), NOW, &[], &[Put::new("a", 1)]).unwrap();
    assert_eq!(code(None, &lacking.bytes), Code::ContainerMissing);
    let (_, unknown) = Document::create(me(), NOW, &["members", "secrets"], &[]).unwrap();
    assert_eq!(code(None, &unknown.bytes), Code::ContainerNotAllowed);
}

#[test]
fn elements_are_made_once_and_never_removed() {
    let (document, _) = base();
    let inside = ObjectId::Id(container(&document));
    let tries = [
        (OpType::Make(ObjType::Map), ELEMENT),
        (OpType::Delete, ELEMENT),
        (OpType::Put(ScalarValue::Null), ELEMENT),
        (OpType::Put(ScalarValue::Null), "field"),
        (OpType::Make(ObjType::Map), "not-an-id"),
        (OpType::Make(ObjType::Map), "0123456789ABCDEF0123456789ABCDEF"),
    ];
    for (action, key) in tries {
        let mut change = next(&document);
        change.operations.push(Op { obj: inside.clone(), ..op(action, key) });
        assert_eq!(code(Some(&document), &bytes_of(change)), Code::ElementNotAllowed, "{key}");
    }
}

#[test]
fn maps_do_not_nest_deeper_than_the_form() {
    let (document, _) = base();
    let (_, element) =
        find(&document.inner, &format!("members/{ELEMENT}/x")).map(|(id, _)| ((), id)).unwrap();
    let automerge::ObjId::Id(counter, actor, _) = element else { panic!("no map") };
    let mut change = next(&document);
    let obj = ObjectId::Id(OpId::new(counter, &actor));
    change.operations.push(Op { obj, ..op(OpType::Make(ObjType::Map), "deeper") });
    assert_eq!(code(Some(&document), &bytes_of(change)), Code::ContainerNotAllowed);
    let mut inner = automerge::Automerge::new().with_actor(to_actor(me()));
    let mut transaction = inner.transaction();
    let mut object = ROOT;
    for _ in 0..300 {
        object = transaction.put_object(&object, "m", ObjType::Map).unwrap();
    }
    transaction.commit();
    let deep = inner.get_last_local_change().unwrap().raw_bytes().to_vec();
    assert_eq!(code(None, &deep), Code::ContainerNotAllowed);
}

#[test]
fn other_encodings_of_the_same_change_are_refused() {
    let (document, _) = base();
    let change = bytes_of(next(&document));
    // A literal of one (`7f x`) can also be written as a run of one (`01 x`).
    let contents = &change[change.len() - contents_length(&change)..];
    let mut codes = Vec::new();
    for at in 58..contents.len() {
        if contents[at] == 0x7f {
            let mut again = contents.to_vec();
            again[at] = 0x01;
            codes.push(code(Some(&document), &chunk_of(&again)));
        }
    }
    assert!(codes.contains(&Code::NotCanonical), "{codes:?}");
}

fn contents_length(chunk: &[u8]) -> usize {
    let first = chunk[9..].iter().position(|byte| byte & 0x80 == 0).unwrap();
    chunk.len() - 9 - first - 1
}
