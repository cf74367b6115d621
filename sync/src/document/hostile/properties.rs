//! Mutated and invented changes: refused, or harmless for ever.

use super::*;
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
}
