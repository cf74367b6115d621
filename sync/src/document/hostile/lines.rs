//! Immutable lines: written once, corrected by new lines, and never a reason to lose somebody's work.

use super::*;
use crate::ids::DeviceId;

const SECOND: &str = "fedcba9876543210fedcba9876543210";

fn lines() -> Shape {
    Shape::new(["lines", "members"]).immutable(["lines"])
}

fn at(element: &str, field: &str) -> String {
    format!("lines/{element}/{field}")
}

/// A record with one line; its `note` was written as empty.
fn record() -> Document {
    let puts = [
        Put::new("a", 1),
        Put::new(at(ELEMENT, "amount"), 100),
        Put::new(at(ELEMENT, "note"), Value::Null),
        Put::new(format!("members/{ELEMENT}/name"), "x"),
    ];
    let (_, root) = Document::create(me(), NOW, &["lines", "members"], &puts).unwrap();
    judge(RECORD, None, &[&root.bytes], DEVICE, &lines(), NOW).unwrap().document
}

fn judged(document: &Document, bytes: &[u8], author: DeviceId) -> Result<Document, Code> {
    match judge(RECORD, Some(document), &[bytes], author, &lines(), NOW) {
        Ok(judged) => Ok(judged.document),
        Err(Rejected::Refused(refusal)) => Err(refusal.code),
        Err(Rejected::Missing(_)) => panic!("held"),
    }
}

fn written(document: &Document, actor: ActorId, puts: &[Put]) -> Vec<u8> {
    document.clone().edit(actor, NOW, puts).unwrap().unwrap().bytes
}

/// What the gate says to one edit of `me`.
fn edit(document: &Document, puts: &[Put]) -> Result<Document, Code> {
    judged(document, &written(document, me(), puts), DEVICE)
}

#[test]
fn a_field_of_a_line_is_written_once() {
    let document = record();
    for value in [Value::from(101), Value::Null, Value::from("")] {
        assert_eq!(
            edit(&document, &[Put::new(at(ELEMENT, "amount"), value)]).err(),
            Some(Code::LineImmutable)
        );
    }
    let with_source = edit(&document, &[Put::new(at(ELEMENT, "source"), "wages")]).unwrap();
    let again = edit(&with_source, &[Put::new(at(ELEMENT, "source"), "rent")]);
    assert_eq!(again.err(), Some(Code::LineImmutable), "also by who wrote it, also in a field no form knows");
}

#[test]
fn an_empty_answer_is_no_answer() {
    let answered = edit(&record(), &[Put::new(at(ELEMENT, "note"), "")]).unwrap();
    let answered = edit(&answered, &[Put::new(at(ELEMENT, "note"), "x")]).unwrap();
    assert_eq!(edit(&answered, &[Put::new(at(ELEMENT, "note"), "y")]).err(), Some(Code::LineImmutable));
}

#[test]
fn everything_else_of_the_record_is_edited_as_before() {
    let puts = [Put::new("a", 2), Put::new(format!("members/{ELEMENT}/name"), "y")];
    assert_eq!(edit(&record(), &puts).unwrap().answers()["a"], 2);
}

#[test]
fn a_line_is_corrected_by_a_new_line_and_taken_back_once() {
    let correction = [Put::new(at(SECOND, "amount"), 120), Put::new(at(SECOND, "supersedes"), ELEMENT)];
    let corrected = edit(&record(), &correction).unwrap();
    let back = edit(&corrected, &[Put::new(at(SECOND, "deleted_at"), "2016-01-05")]).unwrap();
    for value in [Value::Null, Value::from("2016-01-06")] {
        assert_eq!(
            edit(&back, &[Put::new(at(SECOND, "deleted_at"), value)]).err(),
            Some(Code::LineImmutable)
        );
    }
}

#[test]
fn two_first_answers_are_both_kept_and_one_is_chosen() {
    let document = record();
    let mine = written(&document, me(), &[Put::new(at(ELEMENT, "source"), "wages")]);
    let theirs = written(&document, other(), &[Put::new(at(ELEMENT, "source"), "rent")]);
    let both = judged(&document, &mine, DEVICE).unwrap();
    let both = judged(&both, &theirs, other().device()).unwrap();
    let conflicts = both.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].path.as_str()), (1, at(ELEMENT, "source").as_str()));
    for chosen in ["wages", "rent"] {
        let settled = edit(&both, &[Put::new(at(ELEMENT, "source"), chosen)]).unwrap();
        assert_eq!(
            (settled.conflicts(), &settled.answers()["lines"][ELEMENT]["source"]),
            (vec![], &chosen.into())
        );
        assert_eq!(
            edit(&settled, &[Put::new(at(ELEMENT, "source"), "gift")]).err(),
            Some(Code::LineImmutable)
        );
    }
    for other in [Value::from("gift"), Value::Null] {
        assert_eq!(edit(&both, &[Put::new(at(ELEMENT, "source"), other)]).err(), Some(Code::LineImmutable));
    }
}

/// The next change of `me` with an operation on the amount of the line, which has an answer.
fn forged(action: OpType, pred: impl FnOnce(OpId) -> Vec<OpId>, times: usize) -> Code {
    let document = record();
    let (object, _) = find(&document.inner, &at(ELEMENT, "amount")).unwrap();
    let (_, value) = document.inner.get(&object, "amount").unwrap().unwrap();
    let (automerge::ObjId::Id(counter, actor, _), automerge::ObjId::Id(at, writer, _)) = (object, value)
    else {
        panic!("no ids")
    };
    let obj = ObjectId::Id(OpId::new(counter, &actor));
    let mut change = next(&document);
    let pred = pred(OpId::new(at, &writer));
    for _ in 0..times {
        change.operations.push(Op {
            obj: obj.clone(),
            pred: pred.clone().into(),
            ..op(action.clone(), "amount")
        });
    }
    judged(&document, &bytes_of(change), DEVICE).unwrap_err()
}

#[test]
fn no_operation_gets_around_it() {
    let put = || OpType::Put(ScalarValue::Int(7));
    assert_eq!(forged(put(), |_| Vec::new(), 1), Code::LineImmutable, "a value beside the one it knows");
    assert_eq!(forged(put(), |known| vec![known], 1), Code::LineImmutable);
    assert_eq!(forged(OpType::Delete, |known| vec![known], 1), Code::LineImmutable, "nothing would be left");
    let stranger = |_| vec![OpId::new(1, &to_actor(other()))];
    assert_eq!(forged(put(), stranger, 1), Code::LineImmutable, "over what it cannot have seen");
    assert_eq!(forged(OpType::Delete, stranger, 1), Code::LineImmutable);
}

#[test]
fn what_others_wrote_meanwhile_cannot_be_overwritten_unseen() {
    let document = record();
    let theirs = written(&document, other(), &[Put::new(at(ELEMENT, "source"), "rent")]);
    let ahead = judged(&document, &theirs, other().device()).unwrap();
    let mut mine = automerge::Change::try_from(
        &written(&document, me(), &[Put::new(at(ELEMENT, "source"), "wages")])[..],
    )
    .unwrap()
    .decode();
    let (object, _) = find(&ahead.inner, &at(ELEMENT, "source")).unwrap();
    let (_, automerge::ObjId::Id(counter, actor, _)) = ahead.inner.get(&object, "source").unwrap().unwrap()
    else {
        panic!("no id")
    };
    mine.operations[0].pred = vec![OpId::new(counter, &actor)].into();
    assert_eq!(judged(&ahead, &bytes_of(mine), DEVICE).err(), Some(Code::LineImmutable));
}

#[test]
fn a_new_line_is_written_once_within_its_own_change_too() {
    let document = record();
    let bytes = written(&document, me(), &[Put::new(at(SECOND, "amount"), 1)]);
    let mut change = automerge::Change::try_from(&bytes[..]).unwrap().decode();
    let first = change.start_op.get() + 1;
    let again = Op {
        obj: change.operations[1].obj.clone(),
        pred: vec![OpId::new(first, &to_actor(me()))].into(),
        ..op(OpType::Put(ScalarValue::Int(2)), "amount")
    };
    change.operations.push(again);
    assert_eq!(judged(&document, &bytes_of(change), DEVICE).err(), Some(Code::LineImmutable));
}
