//! Mutated and invented changes: refused, or harmless for ever.

use super::attestations::{AGAIN, FORM, SIGNED, attested, head, household, signed_shape};
use super::*;
use crate::attestation::{ATTESTATIONS, Party};
use crate::gate::Judged;
use proptest::prelude::*;

/// If the gate lets it pass: it reloads, replays to the same document, and others can go on working with it.
pub(super) fn check_harmless(document: Option<&Document>, chunk: &[u8]) {
    let Ok(Judged { document: judged, snapshot, added, .. }) =
        judge(RECORD, document, &[chunk], DEVICE, &shape(), NOW)
    else {
        return;
    };
    assert_eq!(added.len(), 1);
    let reloaded = Document::load(&snapshot).unwrap();
    assert_eq!(reloaded.heads(), judged.heads());
    assert_eq!(reloaded.answers(), judged.answers());
    let changes = judged.changes_since(&[]);
    let chunks: Vec<&[u8]> = changes.iter().map(|change| change.bytes.as_slice()).collect();
    assert_eq!(Document::from_changes(&chunks).unwrap().save(), snapshot);
    let mut foreign = reloaded.clone();
    let change = foreign.edit(other(), NOW, &[Put::new("a", 99), Put::new("new", "field")]).unwrap().unwrap();
    let again = Document::load(&foreign.save()).unwrap();
    assert_eq!(again.answers()["a"], 99);
    let judged = judge(RECORD, Some(&reloaded), &[&change.bytes], other().device(), &shape(), NOW).unwrap();
    assert_eq!(judged.document.heads(), foreign.heads());
    judged.document.history();
    judged.document.conflicts();
}

/// If the gate lets it pass: every attestation can be read, and names the content its author had seen; all others stand.
fn check_attested(document: &Document, chunk: &[u8]) {
    let judged = judge(RECORD, Some(document), &[chunk], DEVICE, &signed_shape(), NOW);
    let Ok(Judged { document: judged, snapshot, attested, .. }) = judged else { return };
    assert_eq!(Document::load(&snapshot).unwrap().attestations(), judged.attestations());
    let answers = judged.answers();
    let elements = answers[ATTESTATIONS].as_object().map_or(0, serde_json::Map::len);
    let all = judged.attestations();
    assert_eq!(all.len(), elements, "all can be read");
    assert_eq!(all.len(), document.attestations().len() + attested.len());
    for one in &all {
        assert_eq!(judged.digest_at(RECORD, &one.form, &one.covers).unwrap(), one.digest);
        one.fields.check().unwrap();
    }
    for old in document.attestations() {
        assert!(all.contains(&old), "an attestation stands as it is");
    }
    if !attested.is_empty() {
        assert_eq!(judged.content(), document.content(), "whoever signs writes nothing else");
    }
    judged.signing(RECORD, FORM, &[Party::new("household", ["household_head"])]);
}

/// A household that its head has signed.
fn signed_household() -> Document {
    let (mut document, _) = household();
    document.apply(&[&attested(&document, SIGNED, &head()).bytes]).unwrap();
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn mutated_changes_are_refused_or_harmless(
        of_root in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..5),
    ) {
        let (document, root) = base();
        let chunk = if of_root { root.bytes } else { bytes_of(next(&document)) };
        let mut contents = chunk[chunk.len() - contents_length(&chunk)..].to_vec();
        for (index, byte, how) in edits {
            let at = index.index(contents.len());
            match how {
                0 => contents[at] = byte,
                1 => contents[at] = contents[at].wrapping_add(byte % 3),
                2 => contents.insert(at, byte),
                _ => { contents.remove(at); }
            }
        }
        check_harmless((!of_root).then_some(&document), &chunk_of(&contents));
    }

    #[test]
    fn invented_operations_are_refused_or_harmless(
        ops in prop::collection::vec((0..6_u8, 0..4_u64, 0..6_usize, prop::collection::vec(0..9_u64, 0..2)), 1..6),
    ) {
        let (document, _) = base();
        let mut change = next(&document);
        change.operations = ops.into_iter().map(|(action, object, key, preds)| {
            let action = match action {
                0 => OpType::Make(ObjType::Map),
                1 => OpType::Delete,
                2 => OpType::Put(ScalarValue::Null),
                3 => OpType::Put(ScalarValue::Int(7)),
                4 => OpType::Put(ScalarValue::F64(0.5)),
                _ => OpType::Put(ScalarValue::Str("s".into())),
            };
            let id = |counter| OpId::new(counter, &to_actor(me()));
            let obj = if object == 0 { ObjectId::Root } else { ObjectId::Id(id(object)) };
            let key = ["a", "members", ELEMENT, "ffffffffffffffffffffffffffffffff", "name", "z"][key];
            let pred: Vec<OpId> = preds.into_iter().map(id).collect();
            Op { action, obj, key: Key::Map(key.into()), pred: pred.into(), insert: false }
        }).collect();
        check_harmless(Some(&document), &bytes_of(change));
    }

    #[test]
    fn mutated_attestations_are_refused_or_true(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let document = signed_household();
        let chunk = attested(&document, AGAIN, &head()).bytes;
        let mut contents = chunk[chunk.len() - contents_length(&chunk)..].to_vec();
        for (index, byte, how) in edits {
            let at = index.index(contents.len());
            match how {
                0 => contents[at] = byte,
                1 => contents[at] = contents[at].wrapping_add(byte % 3),
                2 => contents.insert(at, byte),
                _ => { contents.remove(at); }
            }
        }
        check_attested(&document, &chunk_of(&contents));
    }

    /// Operations on the container, the attestation that is there, the one that is made, and elsewhere; fields left out,
    /// written twice, of another type.
    #[test]
    fn invented_attestations_are_refused_or_true(
        dropped in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        more in prop::collection::vec((0..5_u8, 0..5_usize, 0..8_usize, 0..9_usize, prop::option::of(0..40_u64)), 0..4),
        place in any::<prop::sample::Index>(),
    ) {
        let document = signed_household();
        let chunk = attested(&document, AGAIN, &head()).bytes;
        let mut change = automerge::Change::try_from(&chunk[..]).unwrap().decode();
        let made = ObjectId::Id(OpId::new(change.start_op.get(), &to_actor(me())));
        let object = |path: &str| {
            let (id, _) = find(&document.inner, path).unwrap();
            let automerge::ObjId::Id(counter, actor, _) = id else { panic!("no map") };
            ObjectId::Id(OpId::new(counter, &actor))
        };
        let objects = [
            made, object(&format!("{ATTESTATIONS}/{SIGNED}/x")), object(&format!("{ATTESTATIONS}/x")),
            object(&format!("members/{ELEMENT}/x")), ObjectId::Root,
        ];
        let keys = ["stance", "role", "content_digest", "form", "deleted_at", "x", ELEMENT, "a"];
        let values: [ScalarValue; 9] = [
            ScalarValue::Null, "agree".into(), "disagree".into(), "household_head".into(), FORM.into(),
            ScalarValue::Int(7), ScalarValue::F64(0.5), ScalarValue::Boolean(true), ScalarValue::Bytes(vec![1]),
        ];
        for index in dropped {
            if !change.operations.is_empty() {
                change.operations.remove(index.index(change.operations.len()));
            }
        }
        for (action, object, key, value, pred) in more {
            let action = match action {
                0 => OpType::Make(ObjType::Map),
                1 => OpType::Delete,
                _ => OpType::Put(values[value].clone()),
            };
            let pred: Vec<OpId> = pred.map(|counter| OpId::new(counter, &to_actor(me()))).into_iter().collect();
            let obj = objects[object].clone();
            let operation = Op { action, obj, key: Key::Map(keys[key].into()), pred: pred.into(), insert: false };
            // Places after the first keep the element's own id.
            let at = 1 + place.index(change.operations.len().max(1));
            change.operations.insert(at.min(change.operations.len()), operation);
        }
        if !change.operations.is_empty() {
            check_attested(&document, &bytes_of(change));
        }
    }
}
