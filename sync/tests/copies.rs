//! Two telephones with one identity, from a copy of what was saved: both go on writing, nothing is lost, nothing is made
//! twice. Each of these was a seed of the simulator first.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::message::{BatchManifest, Message};
use bidao_sync::phone::{Event, Phone};
use serde_json::json;
use support::{AREA, Hand, Server, element, put, record};

/// The second telephone; its counter of items is its own.
fn copy_of(hand: &Hand, n: u8) -> Hand {
    let mut copy = Hand::new(n);
    copy.phone = Phone::restore(&hand.phone.save()).unwrap();
    copy.device = hand.device;
    copy
}

fn settle(server: &mut Server, hands: &mut [&mut Hand]) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..4 {
        for hand in hands.iter_mut() {
            events.extend(hand.sync(server));
        }
    }
    events
}

fn troubles(events: &[Event]) -> Vec<&Event> {
    events.iter().filter(|event| matches!(event, Event::Troubled { .. } | Event::Incomplete { .. })).collect()
}

#[test]
fn a_record_that_both_copies_have_unsent_is_begun_once() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    let mut copy = copy_of(&one, 101);
    one.edit(record(1), &[put("b", "of the first")]);
    copy.edit(record(1), &[put("c", "of the copy")]);
    let events = settle(&mut server, &mut [&mut one, &mut copy, &mut two]);
    assert_eq!(troubles(&events), Vec::<&Event>::new());
    let expected = json!({"a": 1, "b": "of the first", "c": "of the copy", "members": {}});
    assert_eq!(server.answers(record(1)), expected);
    for hand in [&one, &copy, &two] {
        assert_eq!(hand.answers(record(1)), expected);
        assert_eq!(hand.phone.unsynced(), 0);
    }
    let writes = two.phone.document(record(1)).unwrap().history().len();
    assert_eq!(writes, 3, "what the server had was not made a second time");
}

#[test]
fn what_two_copies_made_again_each_for_itself_is_there_once() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    let mut first = copy_of(&one, 101);
    // Two of three telephones have the same member unsent; the third wrote under its number.
    one.edit(record(1), &[put(&format!("members/{}/name", element(9)), "张三")]);
    let mut copy = copy_of(&one, 102);
    first.edit(record(1), &[put("b", "of the first")]);
    first.sync(&mut server);
    copy.edit(record(1), &[put(&format!("members/{}/age", element(9)), 40)]);
    settle(&mut server, &mut [&mut one, &mut copy, &mut first, &mut two]);
    let expected =
        json!({"a": 1, "b": "of the first", "members": { element(9): { "name": "张三", "age": 40 } }});
    assert_eq!(server.answers(record(1)), expected);
    for hand in [&one, &copy, &first, &two] {
        assert_eq!(hand.answers(record(1)), expected);
        assert_eq!((hand.phone.unsynced(), hand.phone.problems(record(1)).len()), (0, 0));
    }
    assert!(server.records[&record(1)].document.made_twice().is_empty());
}

/// The position each area was seen at, of the batch sealed last.
fn seen(hand: &mut Hand) -> Option<u64> {
    let request = hand.request();
    let last = request.push.last()?;
    BatchManifest::decode(&last.manifest).unwrap().seen.get(AREA).copied()
}

#[test]
fn what_was_made_before_the_first_answer_had_read_nothing() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    two.create(record(1), &[put("a", 1)]);
    two.sync(&mut server);
    one.create(record(2), &[put("a", 2)]);
    let early = one.phone.request(1 << 20);
    let answer = server.sync(one.device, &early);
    one.phone.receive(&early, &answer, [1; 8]);
    one.create(record(3), &[put("a", 3)]);
    // One batch has one position a village: what is made later must not make the other later.
    assert_eq!(seen(&mut one), Some(0));
    assert_eq!(seen(&mut Hand::new(3)), None);
}

#[test]
fn what_is_made_again_was_made_no_later() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    let mut copy = copy_of(&one, 101);
    one.edit(record(1), &[put("b", 1)]);
    one.sync(&mut server);
    copy.edit(record(1), &[put("c", 1)]);
    let before = seen(&mut copy);
    for n in 2..=4 {
        two.create(record(n), &[put("a", n)]);
        two.sync(&mut server);
    }
    copy.sync(&mut server);
    // Its grant may have ended since it was made: only the position it was made at says that it counts (P11).
    assert_eq!((before, seen(&mut copy)), (Some(1), Some(1)));
    copy.sync(&mut server);
    assert_eq!(server.answers(record(1)), json!({"a": 1, "b": 1, "c": 1, "members": {}}));
}
