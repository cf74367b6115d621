//! Phones against the small server: loss, repetition, reordering, forgery, restored backups, lost grants.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::code::Code;
use bidao_sync::message::{Message, SealedBatch, Status, SyncResponse};
use bidao_sync::phone::{Event, Phone};
use support::{AREA, Hand, NOW, OTHER_AREA, Server, element, put, record, signer};

fn troubled(events: &[Event]) -> Vec<String> {
    let code = |event: &Event| match event {
        Event::Troubled { code, .. } => Some(code.clone()),
        _ => None,
    };
    events.iter().filter_map(code).collect()
}

#[test]
fn a_record_made_offline_reaches_another_phone() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(
        record(1),
        &[put("address", "三组"), put("persons", 4), put("poor", true), put("area_mu", 1.5)],
    );
    one.edit(record(1), &[put(&format!("members/{}/name", element(9)), "张三")]);
    assert_eq!(one.phone.unsynced(), 1, "edits of one record travel as one item");
    let events = one.sync(&mut server);
    assert!(events.iter().any(|event| matches!(event, Event::Settled { status: Status::Stored, .. })));
    assert_eq!(one.phone.unsynced(), 0);
    two.sync(&mut server);
    let expected = serde_json::json!({
        "address": "三组", "persons": 4, "poor": true, "area_mu": 1.5, "members": { element(9): { "name": "张三" } }
    });
    assert_eq!(two.answers(record(1)), expected);
    assert_eq!(server.answers(record(1)), expected);
    assert_eq!(two.phone.about(record(1)).unwrap(), ("household", "household/1", AREA));
}

#[test]
fn an_answer_that_is_lost_or_comes_twice_changes_nothing() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    let request = one.request();
    let lost = server.sync(one.device, &request);
    one.edit(record(1), &[put("a", 2)]);
    let late_request = one.request();
    let answer = server.sync(one.device, &late_request);
    assert_eq!(answer.receipts[0], lost.receipts[0], "the same receipt again");
    one.phone.receive(&late_request, &answer, [9; 8]);
    let state = one.phone.save();
    one.phone.receive(&late_request, &answer, [9; 8]);
    one.phone.receive(&request, &lost, [9; 8]);
    assert_eq!(one.phone.save(), state);
    assert_eq!(server.feeds[AREA].len(), 2);
    assert_eq!(one.answers(record(1)), serde_json::json!({"a": 2, "members": {}}));
}

#[test]
fn an_answer_to_what_the_phone_asked_before_it_was_put_back_skips_nothing() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.sync(&mut server);
    let backup = one.phone.save();
    two.create(record(1), &[put("a", 1)]);
    two.sync(&mut server);
    one.sync(&mut server);
    two.create(record(2), &[put("a", 2)]);
    two.sync(&mut server);
    let request = one.request();
    let late = server.sync(one.device, &request);
    one.phone = Phone::restore(&backup).unwrap();
    let received = one.phone.receive(&request, &late, [9; 8]);
    assert!(received.more && received.events.is_empty(), "{received:?}");
    one.sync(&mut server);
    assert_eq!(one.phone.records().count(), 2, "the older entry too");
}

#[test]
fn an_answer_from_another_past_is_not_taken() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    two.create(record(1), &[put("a", 1)]);
    two.sync(&mut server);
    one.sync(&mut server);
    let mut other = Server::default();
    for n in 2..5 {
        two.create(record(n), &[put("a", n)]);
    }
    two.sync(&mut server);
    let request = one.request();
    let late = server.sync(one.device, &request);
    one.sync(&mut other);
    let stands = one.phone.cursors().clone();
    let received = one.phone.receive(&request, &late, [9; 8]);
    assert!(received.more);
    assert_eq!(one.phone.cursors(), &stands, "a higher number of another feed is not further on");
}

#[test]
fn batches_may_arrive_in_any_order() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.request();
    one.edit(record(1), &[put("a", 2)]);
    let request = one.request();
    let (first, second) = (&request.push[0], &request.push[1]);
    assert_eq!(server.push(second).items[0].status, Status::Held);
    assert_eq!(server.push(first).items[0].status, Status::Stored);
    assert_eq!(server.answers(record(1))["a"], 2);
    one.sync(&mut server);
    assert_eq!(one.phone.unsynced(), 0);
}

#[test]
fn concurrent_edits_of_one_field_are_both_kept_and_settled() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("cause", "old"), put("note", "n")]);
    one.sync(&mut server);
    two.sync(&mut server);
    one.edit(record(1), &[put("cause", "illness"), put("note", "same")]);
    two.edit(record(1), &[put("cause", "school"), put("note", "same")]);
    one.sync(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(one.answers(record(1)), two.answers(record(1)));
    let conflicts = one.phone.conflicts(record(1)).unwrap();
    assert_eq!(conflicts.len(), 1, "equal values are no conflict");
    assert_eq!(conflicts[0].path, "cause");
    assert_eq!(conflicts[0].ancestor, "old");
    let mut values: Vec<_> = conflicts[0].values.iter().map(|value| value.value.as_str().unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, ["illness", "school"]);
    let winner = one.answers(record(1))["cause"].clone();
    one.edit(record(1), &[put("cause", winner.clone())]);
    one.sync(&mut server);
    two.sync(&mut server);
    for answers in [one.answers(record(1)), two.answers(record(1)), server.answers(record(1))] {
        assert_eq!(answers["cause"], winner);
    }
    assert!(two.phone.conflicts(record(1)).unwrap().is_empty());
    let history = two.phone.document(record(1)).unwrap().history();
    let last = history.iter().rfind(|change| change.path == "cause").unwrap();
    assert_eq!((last.old.len(), &last.new), (2, &winner));
}

#[test]
fn a_restored_backup_makes_its_edits_again_under_a_new_incarnation() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    let backup = one.phone.save();
    one.edit(record(1), &[put("b", "before the loss")]);
    one.sync(&mut server);
    let old = one.phone.actor();
    one.phone = Phone::restore(&backup).unwrap();
    one.edit(record(1), &[put("c", "after the loss")]);
    one.command("submit", record(1), None);
    let events = one.sync(&mut server);
    assert!(events.iter().any(|event| matches!(event, Event::NewIncarnation { .. })), "{events:?}");
    assert_ne!(one.phone.actor(), old);
    one.sync(&mut server);
    two.sync(&mut server);
    let expected = serde_json::json!({"a": 1, "b": "before the loss", "c": "after the loss", "members": {}});
    assert_eq!(server.answers(record(1)), expected);
    assert_eq!(one.answers(record(1)), expected);
    assert_eq!(two.answers(record(1)), expected);
    assert_eq!(one.phone.decision(record(1)).unwrap().state, "submitted");
    assert_eq!(one.phone.unsynced(), 0);
    assert!(one.phone.problems(record(1)).is_empty());
}

#[test]
fn a_backup_that_first_reads_what_it_lost_keeps_both() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    let backup = one.phone.save();
    one.edit(record(1), &[put("b", 2)]);
    one.sync(&mut server);
    one.phone = Phone::restore(&backup).unwrap();
    one.edit(record(1), &[put("c", 3)]);
    // The push is lost on the way; only the pull arrives.
    let mut request = one.phone.request(1 << 20);
    request.push.clear();
    let answer = server.sync(one.device, &request);
    let received = one.phone.receive(&request, &answer, [8; 8]);
    assert!(received.events.iter().any(|event| matches!(event, Event::NewIncarnation { .. })));
    assert_eq!(one.answers(record(1)), serde_json::json!({"a": 1, "b": 2, "c": 3, "members": {}}));
    one.sync(&mut server);
    assert_eq!(server.answers(record(1))["c"], 3);
}

#[test]
fn a_lost_grant_pushes_first_and_then_deletes() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    one.edit(record(1), &[put("a", 2)]);
    server.grants.insert(one.device, vec![format!("a:{OTHER_AREA}")]);
    let mut early = one.phone.request(1 << 20);
    early.push.clear();
    let answer = server.sync(one.device, &early);
    one.phone.receive(&early, &answer, [1; 8]);
    assert_eq!(one.phone.records().count(), 1, "not pushed yet");
    let events = one.sync(&mut server);
    assert!(events.contains(&Event::Removed { record: record(1) }), "{events:?}");
    assert_eq!(server.answers(record(1))["a"], 2);
    assert_eq!(one.phone.records().count(), 0);
}

#[test]
fn work_after_the_grant_ended_waits_for_the_leader_and_stays_visible() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    one.edit(record(1), &[put("a", 2)]);
    server.ended.insert(one.device, (1, NOW - bidao_sync::limits::LATE_WORK_MS - 1));
    let events = one.sync(&mut server);
    assert_eq!(troubled(&events), [Code::GrantEnded.as_str()]);
    assert_eq!(one.phone.problems(record(1)).len(), 1);
    assert_eq!(server.quarantine.len(), 1);
    assert_eq!(server.answers(record(1))["a"], 1);
    assert_eq!(one.answers(record(1))["a"], 2, "the phone keeps its copy");
}

#[test]
fn work_under_a_grant_that_has_ended_counts() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.sync(&mut server);
    one.edit(record(1), &[put("a", 2)]);
    server.ended.insert(one.device, (1, NOW - bidao_sync::limits::LATE_WORK_MS));
    assert!(troubled(&one.sync(&mut server)).is_empty());
    assert_eq!(server.answers(record(1))["a"], 2);
}

#[test]
fn a_revoked_phone_is_quarantined_and_blocks_nobody() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    server.revoked.insert(one.device);
    one.create(record(1), &[put("a", 1)]);
    two.create(record(2), &[put("a", 1)]);
    assert_eq!(troubled(&one.sync(&mut server)), [Code::DeviceRevoked.as_str()]);
    two.sync(&mut server);
    assert!(!server.records.contains_key(&record(1)));
    assert!(server.records.contains_key(&record(2)));
}

#[test]
fn one_bad_item_never_blocks_another() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    one.phone.set_form(record(1), "household/99").unwrap();
    one.create(record(2), &[put("a", 1)]);
    let events = one.sync(&mut server);
    assert_eq!(troubled(&events), [Code::UnknownForm.as_str()]);
    assert!(server.records.contains_key(&record(2)));
}

#[test]
fn a_damaged_or_forged_batch_is_offered_again_untouched() {
    let (mut server, mut one) = (Server::default(), Hand::new(1));
    one.create(record(1), &[put("a", 1)]);
    let good = one.request();
    let mut damaged = good.clone();
    let last = damaged.push[0].payload[0].last_mut().unwrap();
    *last ^= 1;
    let answer = server.sync(one.device, &damaged);
    assert_eq!(answer.receipts[0].items[0].code.as_deref(), Some("payload_mismatch"));
    one.phone.receive(&damaged, &answer, [1; 8]);
    let mut forged = good.clone();
    forged.push[0].signature.0 = signer(bidao_sync::ids::DeviceId([2; 8]))(b"x");
    let answer = server.sync(one.device, &forged);
    assert_eq!(answer.receipts[0].items[0].code.as_deref(), Some("bad_signature"));
    let received = one.phone.receive(&forged, &answer, [1; 8]);
    assert_eq!(received.events, [Event::Unsettled { number: 1, code: "bad_signature".into() },]);
    one.sync(&mut server);
    assert_eq!(one.phone.unsynced(), 0);
    assert_eq!(server.answers(record(1))["a"], 1);
}

#[test]
fn anybody_may_carry_a_sealed_batch() {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    let card = one.request().push[0].encode();
    two.phone.carry(SealedBatch::decode(&card).unwrap()).unwrap();
    let events = two.sync(&mut server);
    assert!(events.contains(&Event::Delivered { actor: one.phone.actor(), number: 1 }));
    assert_eq!(two.answers(record(1))["a"], 1);
    one.sync(&mut server);
    assert_eq!(one.phone.unsynced(), 0);
}

#[test]
fn a_decision_is_about_exactly_what_was_shown() {
    let (mut server, mut one, mut leader) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create(record(1), &[put("a", 1)]);
    one.command("submit", record(1), None);
    one.sync(&mut server);
    leader.sync(&mut server);
    assert_eq!(leader.phone.decision(record(1)).unwrap().state, "submitted");
    one.edit(record(1), &[put("a", 2)]);
    one.sync(&mut server);
    leader.command("approve", record(1), None);
    assert_eq!(troubled(&leader.sync(&mut server)), ["stale"]);
    leader.command("return", record(1), Some("请补充地址"));
    leader.sync(&mut server);
    one.sync(&mut server);
    let decision = one.phone.decision(record(1)).unwrap().clone();
    assert_eq!((decision.state.as_str(), decision.remark.as_deref()), ("returned", Some("请补充地址")));
    one.command("submit", record(1), None);
    one.command("approve", record(1), None);
    assert_eq!(troubled(&one.sync(&mut server)), ["own_work"]);
}

#[test]
fn a_long_pull_comes_in_pages_and_in_whole_documents() {
    for whole_documents in [false, true] {
        let mut server = Server { page: Some(3), whole_documents, ..Server::default() };
        let (mut one, mut two) = (Hand::new(1), Hand::new(2));
        for n in 0..10 {
            one.create(record(n), &[put("n", n)]);
            one.sync(&mut server);
            one.edit(record(n), &[put("n", n + 100)]);
        }
        one.sync(&mut server);
        two.sync(&mut server);
        for n in 0..10 {
            assert_eq!(two.answers(record(n))["n"], n + 100);
        }
    }
}

#[test]
fn an_answer_of_another_version_is_not_understood() {
    let mut server = Server::default();
    let response = server.sync(bidao_sync::ids::DeviceId([1; 8]), &Hand::new(1).request());
    let bytes = SyncResponse { v: 2, ..response }.encode();
    assert_eq!(SyncResponse::decode(&bytes).unwrap_err().code, Code::UnsupportedVersion);
}
