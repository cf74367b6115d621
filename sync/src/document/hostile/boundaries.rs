//! Every limit of a change at its boundary (P14).

use super::*;

#[test]
fn limits_hold_at_their_boundary() {
    let fields = |count: usize| {
        let puts: Vec<Put> = (0..count).map(|n| Put::new(format!("f{n}"), 1)).collect();
        Document::create(me(), NOW, &["members"], &puts).unwrap().1
    };
    let most = usize::try_from(crate::limits::CHANGE_OPERATIONS).unwrap() - 1;
    assert!(judge(RECORD, None, &[&fields(most).bytes], DEVICE, &shape(), NOW).is_ok());
    assert_eq!(code(None, &fields(most + 1).bytes), Code::LimitExceeded);
    let (document, _) = base();
    let big = |count: usize| {
        let text = "x".repeat(crate::limits::VALUE_BYTES);
        let puts: Vec<Put> =
            (0..count).map(|n| Put::new(format!("f{n}"), format!("{n}{}", &text[3..]))).collect();
        document.clone().edit(me(), NOW, &puts).unwrap().unwrap()
    };
    assert!(judge(RECORD, Some(&document), &[&big(7).bytes], DEVICE, &shape(), NOW).is_ok());
    assert_eq!(code(Some(&document), &big(9).bytes), Code::LimitExceeded);
}

#[test]
fn dependencies_and_other_actors_are_counted() {
    let (mut document, root) = base();
    for n in 0..33_u8 {
        let actor = ActorId::new(DeviceId([9; 8]), [n; 8]);
        let mut copy = Document::from_changes(&[&root.bytes]).unwrap();
        let change = copy.edit(actor, NOW, &[Put::new(format!("g{n}"), 1)]).unwrap().unwrap();
        document.apply(&[&change.bytes]).unwrap();
        // All heads and the own change before.
        let joining = document.clone().edit(me(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
        let count = joining.dependencies.len() as u64;
        let judged = judge(RECORD, Some(&document), &[&joining.bytes], DEVICE, &shape(), NOW);
        assert_eq!(judged.is_ok(), count <= crate::limits::CHANGE_DEPENDENCIES, "{count} dependencies");
    }
    let actors = |count: u8| {
        let (mut document, root) = base();
        for n in 0..count {
            let actor = ActorId::new(DeviceId([9; 8]), [n; 8]);
            document.edit(actor, NOW, &[Put::new(format!("g{n}"), 1)]).unwrap();
        }
        assert!(document.has(root.hash));
        let puts: Vec<Put> = (0..count).map(|n| Put::new(format!("g{n}"), 2)).collect();
        let change = document.clone().edit(me(), NOW, &puts).unwrap().unwrap();
        judge(RECORD, Some(&document), &[&change.bytes], DEVICE, &shape(), NOW).map(|_| ())
    };
    assert_eq!(actors(64), Ok(()));
    assert!(matches!(actors(65), Err(Rejected::Refused(refusal)) if refusal.code == Code::LimitExceeded));
}

#[test]
fn a_change_sees_at_most_so_many_predecessors() {
    let (document, _) = base();
    let preds = |count: u64| (1..=count).map(|n| OpId::new(n, &to_actor(other()))).collect::<Vec<_>>();
    let most = crate::limits::CHANGE_PREDECESSORS;
    for (count, within) in [(most, true), (most + 1, false)] {
        let mut change = next(&document);
        change.operations[0].pred = preds(count).into();
        let code = code(Some(&document), &bytes_of(change));
        assert_eq!(code != Code::LimitExceeded, within, "{count} predecessors: {code}");
    }
}

#[test]
fn a_record_grows_to_its_limit_and_no_further() {
    let (mut document, _) = base();
    let text = "x".repeat(crate::limits::VALUE_BYTES - 8);
    for round in 0.. {
        let puts: Vec<Put> =
            (0..7).map(|n| Put::new(format!("f{round}_{n}"), format!("{round}{n}{text}"))).collect();
        let change = document.clone().edit(me(), NOW, &puts).unwrap().unwrap();
        match judge(RECORD, Some(&document), &[&change.bytes], DEVICE, &shape(), NOW) {
            Ok(judged) => document = judged.document,
            Err(Rejected::Refused(refusal)) => {
                assert_eq!(refusal.code, Code::RecordTooLarge);
                assert!((17..=19).contains(&round), "{round} rounds of 56 KiB");
                return;
            }
            Err(missing) => panic!("{missing:?}"),
        }
    }
}
