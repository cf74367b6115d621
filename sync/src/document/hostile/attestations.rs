//! Attestations: one change, one element, nothing else, and only over what its author had seen.

use super::*;
use crate::attestation::{ATTESTATIONS, Fields, Party, SigningState};
use crate::document::Attest;
use crate::ids::Digest;

pub(super) const SIGNED: &str = "fedcba9876543210fedcba9876543210";
pub(super) const AGAIN: &str = "00112233445566778899aabbccddeeff";
pub(super) const FORM: &str = "household/1";

pub(super) fn signed_shape() -> Shape {
    Shape::new(["members", ATTESTATIONS])
        .immutable([ATTESTATIONS])
        .attested([FORM, "household/2"], ["cause", "members/*/name"])
}

/// A household with two members.
pub(super) fn household() -> (Document, Change) {
    let puts = [
        Put::new("a", 1),
        Put::new(format!("members/{ELEMENT}/name"), "x"),
        Put::new(format!("members/{AGAIN}/name"), "y"),
    ];
    Document::create(me(), NOW, &["members", ATTESTATIONS], &puts).unwrap()
}

pub(super) fn head() -> Fields {
    Fields {
        role: "household_head".into(),
        signer_name: "冉某某".into(),
        signer_member: Some(ELEMENT.into()),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        stance: "agree".into(),
        strokes: Some(Digest([5; 32])),
        signed_at: NOW,
        ..Fields::default()
    }
}

pub(super) fn attested(document: &Document, element: &str, fields: &Fields) -> Change {
    let attest = Attest { record: RECORD, form: FORM, element, fields };
    document.clone().attest(me(), NOW, &attest, &signed_shape()).unwrap()
}

pub(super) fn judged(document: &Document, bytes: &[u8]) -> Result<Document, Code> {
    match judge(RECORD, Some(document), &[bytes], DEVICE, &signed_shape(), NOW) {
        Ok(judged) => Ok(judged.document),
        Err(Rejected::Refused(refusal)) => Err(refusal.code),
        Err(Rejected::Missing(_)) => panic!("held"),
    }
}

/// What the gate says to the attestation of the head after it was tampered with.
fn forged(tamper: impl FnOnce(&Document, &mut ExpandedChange)) -> Code {
    let (document, _) = household();
    let change = attested(&document, SIGNED, &head());
    let mut change = automerge::Change::try_from(&change.bytes[..]).unwrap().decode();
    tamper(&document, &mut change);
    judged(&document, &bytes_of(change)).expect_err("refused")
}

/// The same with other values in its fields, as plain edits write them.
fn with(values: &[(&str, Value)]) -> Code {
    let (document, _) = household();
    let change = attested(&document, SIGNED, &head());
    let mut puts = document_puts(&document, &change);
    for (field, value) in values {
        puts.retain(|put| put.path != at(SIGNED, field));
        puts.push(Put::new(at(SIGNED, field), value.clone()));
    }
    let bytes = document.clone().edit(me(), NOW, &puts).unwrap().unwrap().bytes;
    judged(&document, &bytes).expect_err("refused")
}

fn at(element: &str, field: &str) -> String {
    format!("{ATTESTATIONS}/{element}/{field}")
}

fn document_puts(document: &Document, change: &Change) -> Vec<Put> {
    let mut after = document.clone();
    after.apply(&[&change.bytes]).unwrap();
    after.puts_of(change.hash)
}

#[test]
fn an_attestation_of_what_was_shown_passes_and_is_read_back() {
    let (document, root) = household();
    let change = attested(&document, SIGNED, &head());
    let judged = judge(RECORD, Some(&document), &[&change.bytes], DEVICE, &signed_shape(), NOW).unwrap();
    assert!(judged.attests_only());
    let all = judged.document.attestations();
    assert_eq!(all.len(), 1);
    let one = &all[0];
    assert_eq!((one.element.as_str(), one.change, &one.covers), (SIGNED, change.hash, &vec![root.hash]));
    assert_eq!((one.form.as_str(), &one.fields, one.actor), (FORM, &head(), me()));
    assert_eq!(one.digest, document.digest(RECORD, FORM));
    assert_eq!(judged.document.digest(RECORD, FORM), one.digest, "an attestation is no content");
    assert_eq!(judged.document.content_at(&one.covers).unwrap(), document.content());
}

#[test]
fn whoever_also_edits_has_signed_nothing() {
    let elsewhere = |_: &Document, change: &mut ExpandedChange| {
        change.operations.push(op(OpType::Put(ScalarValue::Int(7)), "b"));
    };
    assert_eq!(forged(elsewhere), Code::AttestationMixed);
    let second = |document: &Document, change: &mut ExpandedChange| {
        let (_, id) = document.inner.get(ROOT, ATTESTATIONS).unwrap().unwrap();
        let automerge::ObjId::Id(counter, actor, _) = id else { panic!("no map") };
        let obj = ObjectId::Id(OpId::new(counter, &actor));
        change.operations.push(Op { obj, ..op(OpType::Make(ObjType::Map), AGAIN) });
    };
    assert_eq!(forged(second), Code::AttestationMixed);
    let (document, _) = household();
    let mut puts = document_puts(&document, &attested(&document, SIGNED, &head()));
    puts.push(Put::new("b", 1));
    let (_, root) = Document::create(me(), NOW, &["members", ATTESTATIONS], &puts).unwrap();
    let first = judge(RECORD, None, &[&root.bytes], DEVICE, &signed_shape(), NOW);
    assert!(matches!(first, Err(Rejected::Refused(refusal)) if refusal.code == Code::AttestationMixed));
}

#[test]
fn an_attestation_stands_as_it_is() {
    let (document, _) = household();
    let stands = judged(&document, &attested(&document, SIGNED, &head()).bytes).unwrap();
    let edit = |path: String, value: Value| {
        let change = stands.clone().edit(me(), NOW, &[Put::new(path, value)]).unwrap().unwrap();
        judged(&stands, &change.bytes).expect_err("refused")
    };
    for (field, value) in [
        ("stance", Value::from("disagree")),
        ("remark", Value::from("x")),
        ("deleted_at", Value::from("2016-01-05")),
        ("unknown", Value::from(1)),
    ] {
        assert_eq!(edit(at(SIGNED, field), value), Code::AttestationImmutable, "{field}");
    }
    for never in ["deleted_at", "supersedes"] {
        assert_eq!(with(&[(never, Value::from("x"))]), Code::AttestationImmutable);
    }
    let (_, id) = stands.inner.get(ROOT, ATTESTATIONS).unwrap().unwrap();
    let automerge::ObjId::Id(counter, actor, _) = id else { panic!("no map") };
    let container = ObjectId::Id(OpId::new(counter, &actor));
    for (action, expected) in [
        (OpType::Delete, Code::AttestationImmutable),
        (OpType::Put(ScalarValue::Null), Code::AttestationImmutable),
        (OpType::Make(ObjType::Map), Code::ElementNotAllowed),
    ] {
        let mut change = next(&stands);
        change.operations = vec![Op { obj: container.clone(), ..op(action, SIGNED) }];
        assert_eq!(judged(&stands, &bytes_of(change)).unwrap_err(), expected);
    }
}

#[test]
fn a_field_of_a_new_attestation_is_written_once() {
    let twice = |_: &Document, change: &mut ExpandedChange| {
        let last = change.operations.last().unwrap().clone();
        change.operations.push(last);
    };
    assert_eq!(forged(twice), Code::LineImmutable);
    let gone = |_: &Document, change: &mut ExpandedChange| {
        let obj = change.operations.last().unwrap().obj.clone();
        change.operations.push(Op { obj, ..op(OpType::Delete, "x") });
    };
    assert_eq!(forged(gone), Code::AttestationMixed);
}

#[test]
fn the_digest_is_that_of_what_the_author_had_seen() {
    assert_eq!(with(&[("content_digest", Value::from("0".repeat(64)))]), Code::AttestationMismatch);
    assert_eq!(
        with(&[("form", Value::from("household/2"))]),
        Code::AttestationMismatch,
        "shown with another form"
    );
    let (document, _) = household();
    let change = attested(&document, SIGNED, &head());
    let elsewhere = judge(RecordId([8; 16]), Some(&document), &[&change.bytes], DEVICE, &signed_shape(), NOW);
    assert!(
        matches!(elsewhere, Err(Rejected::Refused(refusal)) if refusal.code == Code::AttestationMismatch),
        "signed for another record (INV-15)"
    );
    let mut ahead = document.clone();
    let edit = ahead.edit(other(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
    let claimed = ahead.digest(RECORD, FORM).to_string();
    let mut puts = document_puts(&document, &change);
    puts.retain(|put| put.path != at(SIGNED, "content_digest"));
    puts.push(Put::new(at(SIGNED, "content_digest"), claimed));
    let forged = document.clone().edit(me(), NOW, &puts).unwrap().unwrap();
    let mut known = document.clone();
    known.apply(&[&edit.bytes]).unwrap();
    assert_eq!(
        judged(&known, &forged.bytes).unwrap_err(),
        Code::AttestationMismatch,
        "content it had not seen"
    );
}

#[test]
fn an_attestation_of_an_unknown_version_is_held() {
    let (document, _) = household();
    let mut ahead = document.clone();
    let between = ahead.edit(me(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
    let change = attested(&ahead, SIGNED, &head());
    let held = judge(RECORD, Some(&document), &[&change.bytes], DEVICE, &signed_shape(), NOW);
    assert!(matches!(held, Err(Rejected::Missing(missing)) if missing == [between.hash]));
}

#[test]
fn fields_are_judged_by_type_and_by_the_rules_of_the_form() {
    let digest = "ab".repeat(32);
    for values in [
        vec![("form", Value::Null)],
        vec![("form", Value::from("visit/1"))],
        vec![("form", Value::from(1))],
        vec![("content_digest", Value::from(""))],
        vec![("content_digest", Value::from("AB".repeat(32)))],
        vec![("role", Value::from("mayor"))],
        vec![("role", Value::from(""))],
        vec![("stance", Value::from("maybe"))],
        vec![("stance", Value::from(true))],
        vec![("method", Value::from("voice"))],
        vec![("signer_name", Value::from(" "))],
        vec![("signer_name", Value::from("某".repeat(31)))],
        vec![("signer_member", Value::Null)],
        vec![("signer_member", Value::from("c".repeat(32)))],
        vec![("signer_member", Value::from("C".repeat(32)))],
        vec![("signer_person", Value::from("c".repeat(32)))],
        vec![("strokes", Value::from("AB".repeat(32)))],
        vec![("strokes", Value::from("ab"))],
        vec![("strokes", Value::Null)],
        vec![("literacy_aid", Value::Null)],
        vec![("signed_at", Value::from(-1))],
        vec![("signed_at", Value::from(1.5))],
        vec![("signed_at", Value::from("now"))],
        vec![("remark", Value::from("某".repeat(501)))],
        vec![("stance", Value::from("disagree"))],
        vec![("role", Value::from("adult_member_proxy"))],
        vec![("role", Value::from("resident_team"))],
        vec![("method", Value::from("paper_scan"))],
        vec![("method", Value::from("thumbprint_on_paper_photo")), ("paper", Value::from(digest))],
        vec![("literacy_aid", Value::from("read_aloud_by_person"))],
    ] {
        assert_eq!(with(&values), Code::AttestationInvalid, "{values:?}");
    }
}

#[test]
fn only_a_present_member_signs_for_the_household() {
    let (mut document, _) = household();
    let change = attested(&document, SIGNED, &head());
    document.edit(me(), NOW, &[Put::new(format!("members/{ELEMENT}/deleted_at"), "2016-01-05")]).unwrap();
    let attest = Attest { record: RECORD, form: FORM, element: AGAIN, fields: &head() };
    let refused = document.clone().attest(other(), NOW, &attest, &signed_shape()).unwrap_err();
    assert!(matches!(refused, DocumentError::Refused(refusal) if refusal.code == Code::AttestationInvalid));
    // Who signed before the member left has signed.
    let (before, _) = household();
    assert!(judged(&before, &change.bytes).is_ok());
}

#[test]
fn nothing_unsettled_can_be_signed_where_a_person_is_asked() {
    let (document, _) = household();
    let both = |path: &str| {
        let mut mine = document.clone();
        mine.edit(me(), NOW, &[Put::new(path, "illness")]).unwrap();
        let mut theirs = document.clone();
        theirs.edit(other(), NOW, &[Put::new(path, "school")]).unwrap();
        mine.merge(&theirs).unwrap();
        mine
    };
    for path in ["cause".to_owned(), format!("members/{ELEMENT}/name")] {
        let open = both(&path);
        let attest = Attest { record: RECORD, form: FORM, element: SIGNED, fields: &head() };
        let refused = open.clone().attest(me(), NOW, &attest, &signed_shape()).unwrap_err();
        let said = format!("attestation_invalid: conflict: {path}");
        assert_eq!(refused.to_string(), said);
        let lenient = signed_shape().attested([FORM], [""; 0]);
        let forged = open.clone().attest(me(), NOW, &attest, &lenient).unwrap();
        assert_eq!(judged(&open, &forged.bytes).unwrap_err(), Code::AttestationInvalid);
        let mut settled = open;
        settled.edit(me(), NOW, &[Put::new(&path, "illness")]).unwrap();
        assert!(judged(&settled, &attested(&settled, SIGNED, &head()).bytes).is_ok());
    }
    let open = both("note");
    let signed = judged(&open, &attested(&open, SIGNED, &head()).bytes).unwrap();
    assert_eq!(signed.content()["note"], serde_json::json!(["illness", "school"]), "both values were signed");
    let mut chosen = signed.clone();
    let winner = chosen.answers()["note"].clone();
    chosen.edit(me(), NOW, &[Put::new("note", winner)]).unwrap();
    let parties = [Party::new("household", ["household_head"])];
    assert_eq!(signed.signing(RECORD, FORM, &parties).state, SigningState::Signed);
    assert_eq!(chosen.signing(RECORD, FORM, &parties).state, SigningState::Changed);
}

#[test]
fn where_nobody_signs_nothing_is_attested() {
    let (document, _) = household();
    let change = attested(&document, SIGNED, &head());
    let shape = Shape::new(["members", ATTESTATIONS]).immutable([ATTESTATIONS]);
    let refused = judge(RECORD, Some(&document), &[&change.bytes], DEVICE, &shape, NOW);
    assert!(matches!(refused, Err(Rejected::Refused(refusal)) if refusal.code == Code::AttestationInvalid));
}

#[test]
fn a_record_takes_so_many_attestations_and_no_more() {
    let (mut document, _) = household();
    for n in 0..=crate::limits::ATTESTATIONS_PER_RECORD {
        let element = format!("{n:032x}");
        let attest = Attest { record: RECORD, form: FORM, element: &element, fields: &head() };
        let mut copy = document.clone();
        let made = copy.attest(me(), NOW, &attest, &signed_shape());
        let Ok(change) = made else {
            let said = made.unwrap_err().to_string();
            assert_eq!((n, said.as_str()), (100, "limit_exceeded: attestations in a record"));
            return;
        };
        document = judged(&document, &change.bytes).unwrap();
    }
    panic!("no limit");
}
