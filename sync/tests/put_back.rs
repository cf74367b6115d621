//! A server that was put back to a backup gets back whatever a phone still has, and is not told it for ever.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::message::Status;
use bidao_sync::phone::Phone;
use support::{Hand, Server, put, record};

#[test]
fn a_server_that_lost_its_tail_gets_everything_again() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    two.sync(&mut server);
    let mut backup = server.clone();
    one.edit(record(1), &[put("b", 2)]);
    one.create(record(2), &[put("x", 1)]);
    one.command("submit", record(2), None);
    one.sync(&mut server);
    two.sync(&mut server);
    two.edit(record(2), &[put("y", 2)]);
    two.sync(&mut server);
    one.sync(&mut server);
    let server = &mut backup;
    let mut three = Hand::new(3);
    three.create(record(3), &[put("z", 3)]);
    three.sync(server);
    for _ in 0..3 {
        let events = two.sync(server);
        one.sync(server);
        drop(events);
    }
    for hand in [&one, &two] {
        for id in [record(1), record(2), record(3)] {
            assert_eq!(hand.answers(id), server.answers(id));
        }
        assert_eq!(hand.phone.unsynced(), 0);
    }
    assert_eq!(server.answers(record(2)), serde_json::json!({"x": 1, "y": 2, "members": {}}));
    assert_eq!(one.phone.decision(record(2)).unwrap().state, "submitted");
}

#[test]
fn what_was_acknowledged_on_a_page_before_it_is_offered_to_a_server_that_lost_it() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    for n in 1..=5 {
        two.create(record(n), &[put("a", n)]);
    }
    two.sync(&mut server);
    let backup = server.clone();
    // The answer acknowledges the edit, and its first page ends long before it.
    server.page = Some(2);
    one.create(record(9), &[put("b", 1)]);
    let request = one.request();
    let answer = server.sync(one.device, &request);
    assert!(answer.more);
    one.phone.receive(&request, &answer, [8; 8]);
    assert_eq!(one.phone.unsynced(), 0);
    // The server that is put back knows the cursor; nothing tells the phone but that its edit does not come back.
    let mut server = backup;
    for _ in 0..2 {
        one.sync(&mut server);
    }
    assert_eq!(server.answers(record(9))["b"], 1);
    for _ in 0..2 {
        one.sync(&mut server);
        assert!(one.request().push.is_empty(), "what has come back is not offered for ever");
    }
}

/// One exchange in which the batches before `from` are lost on the way.
fn exchange(one: &mut Hand, server: &mut Server, from: usize) -> Vec<Status> {
    let mut request = one.request();
    request.push.drain(..from);
    let answer = server.sync(one.device, &request);
    one.phone.receive(&request, &answer, [8; 8]);
    answer.receipts.iter().flat_map(|receipt| &receipt.items).map(|item| item.status).collect()
}

/// A phone whose edit waits at the server for the root of its record, which was lost on the way; and the server as it was.
fn held() -> (Hand, Server, Server) {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    two.create(record(1), &[put("a", 1)]);
    two.sync(&mut server);
    one.sync(&mut server);
    one.create(record(9), &[put("b", 1)]);
    one.request();
    one.edit(record(9), &[put("b", 2)]);
    let backup = server.clone();
    assert_eq!(exchange(&mut one, &mut server, 1), [Status::Held]);
    (one, server, backup)
}

#[test]
fn what_was_held_is_offered_to_a_server_that_lost_it() {
    let (mut one, _, mut server) = held();
    for _ in 0..3 {
        exchange(&mut one, &mut server, 0);
    }
    assert_eq!(server.answers(record(9))["b"], 2);
    assert_eq!(one.phone.unsynced(), 0);
    assert!(one.request().push.is_empty());
}

#[test]
fn what_is_held_is_offered_once_more_and_then_by_a_phone_that_starts_anew() {
    let (mut one, mut server, backup) = held();
    assert_eq!(exchange(&mut one, &mut server, 1), [Status::Held], "once more");
    assert_eq!(exchange(&mut one, &mut server, 1), [], "and not for ever");
    // A later edit that waits too takes nothing from the earlier one.
    one.edit(record(9), &[put("c", 3)]);
    assert_eq!(exchange(&mut one, &mut server, 1), [Status::Held]);
    assert_eq!(exchange(&mut one, &mut server, 1), [Status::Held]);
    let mut server = backup;
    one.phone = Phone::restore(&one.phone.save()).unwrap();
    for _ in 0..3 {
        exchange(&mut one, &mut server, 0);
    }
    assert_eq!(server.answers(record(9))["b"], 2);
    assert_eq!(server.answers(record(9))["c"], 3);
    assert!(one.request().push.is_empty());
}

#[test]
fn own_changes_without_a_kept_batch_are_offered_again_too() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    let mut other = Server::default();
    for n in 0..300 {
        one.edit(record(1), &[put("a", n + 10)]);
        one.sync(&mut server);
    }
    one.sync(&mut other);
    one.sync(&mut other);
    assert_eq!(other.answers(record(1)), one.answers(record(1)));
    assert_eq!(one.phone.unsynced(), 0);
    assert!(other.held.is_empty());
}
