//! Records of which there is one per something: begun on several phones, they are one record.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::code::Code;
use bidao_sync::document::{Document, Identity, Put, founded_id, is_founding};
use bidao_sync::gate::{Rejected, Shape, judge};
use bidao_sync::ids::{ActorId, DeviceId, RecordId};
use bidao_sync::phone::{Event, FoundedRecord, Phone};
use proptest::prelude::*;
use support::{AREA, Hand, NOW, Server, element, put};

const CONTAINERS: [&str; 2] = ["attestations", "lines"];

fn november() -> Identity {
    let household = support::record(1).to_string();
    [("household".to_owned(), household), ("month".to_owned(), "2015-11".to_owned())].into()
}

fn shape() -> Shape {
    Shape::new(CONTAINERS).immutable(["lines"]).founded("income", ["household", "month"])
}

fn found(hand: &mut Hand, puts: &[Put]) -> RecordId {
    let item = hand.item();
    let new = FoundedRecord {
        kind: "income",
        form: support::FOUNDED_FORM,
        area: AREA,
        containers: &CONTAINERS,
        identity: &november(),
        puts,
    };
    hand.phone.found_record(&new, item, NOW).unwrap()
}

fn line(n: u64, amount: i64) -> Put {
    put(&format!("lines/{}/amount", element(n)), amount)
}

#[test]
fn two_phones_that_begin_the_same_month_have_one_record_with_all_lines() {
    let mut server = Server::default();
    let (mut one, mut other) = (Hand::new(1), Hand::new(2));
    let id = found(&mut one, &[line(1, 240_000), put("remark", "路")]);
    assert_eq!(found(&mut other, &[line(2, 180_000), put("remark", "猪")]), id);
    one.sync(&mut server);
    let events = other.sync(&mut server);
    assert!(!events.iter().any(|event| matches!(event, Event::Troubled { .. })), "{events:?}");
    one.sync(&mut server);
    assert_eq!(server.answers(id)["lines"].as_object().unwrap().len(), 2);
    for hand in [&one, &other] {
        assert_eq!(hand.answers(id), server.answers(id));
        assert_eq!(hand.phone.conflicts(id).unwrap().len(), 1, "two remarks that did not know of each other");
    }
}

#[test]
fn a_founding_change_is_offered_to_a_server_that_lost_it() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    let backup = server.clone();
    let id = found(&mut one, &[put("remark", "路")]);
    server.page = Some(0);
    let request = one.request();
    let answer = server.sync(one.device, &request);
    one.phone.receive(&request, &answer, [8; 8]);
    assert_eq!(one.phone.unsynced(), 0);
    let mut server = backup;
    for _ in 0..3 {
        one.sync(&mut server);
    }
    assert_eq!(server.answers(id)["remark"], "路");
    assert!(server.held.is_empty());
}

#[test]
fn a_phone_that_begins_what_it_already_has_edits_it() {
    let mut one = Hand::new(1);
    let id = found(&mut one, &[line(1, 1)]);
    assert_eq!(found(&mut one, &[line(2, 2)]), id);
    let document = one.phone.document(id).unwrap();
    assert_eq!(document.changes_since(&[]).iter().filter(|change| is_founding(change)).count(), 1);
    assert_eq!(one.answers(id)["lines"].as_object().unwrap().len(), 2);
}

#[test]
fn a_restored_phone_writes_its_founded_records_again() {
    let mut server = Server::default();
    let mut one = Hand::new(1);
    one.create(support::record(9), &[put("a", 1)]);
    one.sync(&mut server);
    let backup = one.phone.save();
    let id = found(&mut one, &[line(1, 1)]);
    one.sync(&mut server);
    one.phone = Phone::restore(&backup).unwrap();
    found(&mut one, &[line(2, 2)]);
    for _ in 0..4 {
        one.sync(&mut server);
    }
    assert_eq!(server.answers(id)["lines"].as_object().unwrap().len(), 2);
    assert_eq!(one.answers(id), server.answers(id));
    assert_eq!(one.phone.unsynced(), 0);
}

#[test]
fn a_server_that_lost_the_record_gets_it_whole_again() {
    let mut server = Server::default();
    let mut one = Hand::new(1);
    one.create(support::record(9), &[put("a", 1)]);
    one.sync(&mut server);
    let backup = server.clone();
    let id = found(&mut one, &[line(1, 1)]);
    one.sync(&mut server);
    let mut server = backup;
    one.edit(support::record(9), &[put("a", 2)]);
    for _ in 0..3 {
        one.sync(&mut server);
    }
    assert_eq!(server.answers(id), one.answers(id));
}

fn refused(record: RecordId, document: Option<&Document>, bytes: &[u8], author: u8) -> Code {
    match judge(record, document, &[bytes], DeviceId([author; 8]), &shape(), NOW) {
        Err(Rejected::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_founded_record_begins_in_no_other_way() {
    let id = founded_id("income", &november());
    let mine = ActorId::new(DeviceId([1; 8]), [1; 8]);
    let same = [put("household", support::record(1).to_string()), put("month", "2015-11")];
    let (_, own_root) = Document::create(mine, NOW, &CONTAINERS, &same).unwrap();
    assert_eq!(refused(id, None, &own_root.bytes, 1), Code::NotFounded);

    let nobody = ActorId::new(DeviceId([0; 8]), id.0[..8].try_into().unwrap());
    let more = [same[0].clone(), same[1].clone(), line(1, 5)];
    for (puts, time) in [(&same[..], NOW), (&more[..], 0), (&same[..1], 0)] {
        let (_, forged) = Document::create(nobody, time, &CONTAINERS, puts).unwrap();
        assert_eq!(refused(id, None, &forged.bytes, 1), Code::NotFounded);
    }
    let (document, founding) = Document::found("income", &CONTAINERS, &november()).unwrap();
    assert_eq!(refused(support::record(3), None, &founding.bytes, 1), Code::NotFounded);
    assert!(judge(id, None, &[&founding.bytes], DeviceId([1; 8]), &shape(), NOW).is_ok());

    let by_nobody = document.clone().edit(nobody, 0, &[line(1, 5)]).unwrap().unwrap();
    assert_eq!(refused(id, Some(&document), &by_nobody.bytes, 1), Code::ForeignActor);
    let elsewhere = document.clone().edit(mine, NOW, &[put("month", "2015-12")]).unwrap().unwrap();
    assert_eq!(refused(id, Some(&document), &elsewhere.bytes, 1), Code::NotFounded);
}

#[test]
fn records_of_other_kinds_are_not_founded() {
    let (_, founding) = Document::found("income", &CONTAINERS, &november()).unwrap();
    let id = founded_id("income", &november());
    let own = Shape::new(CONTAINERS);
    let judged = judge(id, None, &[&founding.bytes], DeviceId([1; 8]), &own, NOW);
    assert!(matches!(judged, Err(Rejected::Refused(refusal)) if refusal.code == Code::NotFounded));
}

proptest! {
    #[test]
    fn whoever_begins_and_whoever_syncs_first_everything_is_there(
        order in prop::collection::vec((0_usize..3, any::<bool>()), 1..24)
    ) {
        let mut server = Server::default();
        let mut hands = [Hand::new(1), Hand::new(2), Hand::new(3)];
        let (mut written, mut id) = (0, None);
        for (n, (who, does_sync)) in order.iter().enumerate() {
            if *does_sync {
                hands[*who].sync(&mut server);
            } else {
                id = Some(found(&mut hands[*who], &[line(n as u64, 1)]));
                written += 1;
            }
        }
        for _ in 0..2 {
            for hand in &mut hands {
                hand.sync(&mut server);
            }
        }
        if let Some(id) = id {
            prop_assert_eq!(server.answers(id)["lines"].as_object().unwrap().len(), written);
            for hand in &hands {
                prop_assert_eq!(hand.answers(id), server.answers(id));
            }
        }
    }
}
