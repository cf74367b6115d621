//! What the server decides, fact by fact.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::code::Code;
use bidao_sync::document::Document;
use bidao_sync::gate::Shape;
use bidao_sync::hub::{
    Access, BatchVerdict, CommandFacts, CommandVerdict, DeviceState, EditFacts, RecordFacts, Review,
    Standing, Verdict, judge_batch, judge_command, judge_edit,
};
use bidao_sync::ids::{ActorId, ChangeHash, DeviceId};
use bidao_sync::limits;
use bidao_sync::message::{Command, Edit, Item, Status};
use bidao_sync::seal::{VerifiedBatch, verify};
use std::collections::BTreeMap;
use support::{AREA, Hand, NOW, OTHER_AREA, item, public_key, put, record, shape};

/// A phone's edit of a record that it has read up to entry 5, as a verified batch.
fn edited() -> (VerifiedBatch, Edit, Document) {
    let mut server = support::Server::default();
    let mut hand = Hand::new(1);
    for n in 0..5 {
        hand.create(record(n), &[put("a", 1)]);
    }
    hand.sync(&mut server);
    let before = hand.phone.document(record(0)).unwrap();
    hand.edit(record(0), &[put("a", 2)]);
    let request = hand.request();
    let batch = verify(&request.push[0], &public_key(hand.device)).unwrap();
    let Item::Edit(edit) = batch.manifest.items[0].clone() else { panic!("no edit") };
    (batch, edit, before)
}

fn facts<'a>(document: &'a Document, shape: &'a Shape) -> EditFacts<'a> {
    EditFacts {
        device: DeviceState::Active,
        access: Access::Now,
        record: Some(RecordFacts { document, kind: "household", area: AREA, former: &[] }),
        shape: Some(shape),
        held: 0,
        now: NOW,
    }
}

fn fate(verdict: &Verdict) -> (Status, Option<Code>) {
    match verdict {
        Verdict::Quarantined(refusal) | Verdict::Refused(refusal) => (verdict.status(), Some(refusal.code)),
        _ => (verdict.status(), None),
    }
}

#[test]
fn an_edit_is_stored_with_what_the_server_needs() {
    let (batch, edit, before) = edited();
    let shape = shape();
    let Verdict::Stored(stored) = judge_edit(&batch, &edit, &facts(&before, &shape)) else {
        panic!("not stored")
    };
    assert_eq!(stored.added.iter().map(|change| change.hash).collect::<Vec<_>>(), edit.changes);
    assert_eq!(Document::load(&stored.snapshot).unwrap().heads(), stored.document.heads());
    assert_eq!(fate(&judge_edit(&batch, &edit, &facts(&stored.document, &shape))), (Status::Duplicate, None));
    assert_eq!(before.answers()["a"], 1, "the cached document was not touched");
}

#[test]
fn an_edit_must_fit_the_record() {
    let (batch, edit, before) = edited();
    let shape = shape();
    let good = facts(&before, &shape);
    let record = good.record.unwrap();
    let other_kind = EditFacts { record: Some(RecordFacts { kind: "visit", ..record }), ..good };
    assert_eq!(fate(&judge_edit(&batch, &edit, &other_kind)), (Status::Refused, Some(Code::KindMismatch)));
    let other_area = EditFacts { record: Some(RecordFacts { area: OTHER_AREA, ..record }), ..good };
    assert_eq!(fate(&judge_edit(&batch, &edit, &other_area)), (Status::Refused, Some(Code::AreaMismatch)));
    let former = [AREA.to_owned()];
    let moved =
        EditFacts { record: Some(RecordFacts { area: OTHER_AREA, former: &former, ..record }), ..good };
    assert_eq!(fate(&judge_edit(&batch, &edit, &moved)), (Status::Stored, None), "it was there when written");
    let no_form = EditFacts { shape: None, ..good };
    assert_eq!(fate(&judge_edit(&batch, &edit, &no_form)), (Status::Refused, Some(Code::UnknownForm)));
    let edit = Edit { form: "visit/1".into(), ..edit };
    assert_eq!(fate(&judge_edit(&batch, &edit, &good)), (Status::Refused, Some(Code::UnknownForm)));
}

#[test]
fn grants_and_revocation_quarantine() {
    let (batch, edit, before) = edited();
    let shape = shape();
    let good = facts(&before, &shape);
    let judge = |access, device| fate(&judge_edit(&batch, &edit, &EditFacts { access, device, ..good }));
    let active = DeviceState::Active;
    let window = NOW - limits::LATE_WORK_MS;
    assert_eq!(judge(Access::Ended { seq: 5, at: window }, active), (Status::Stored, None));
    let ended = (Status::Quarantined, Some(Code::GrantEnded));
    assert_eq!(judge(Access::Ended { seq: 5, at: window - 1 }, active), ended, "too late");
    assert_eq!(judge(Access::Ended { seq: 4, at: window }, active), ended, "had seen what came after");
    assert_eq!(judge(Access::Left { seq: 5, at: window }, active), (Status::Stored, None));
    assert_eq!(judge(Access::Left { seq: 4, at: window }, active), ended, "had seen that it left");
    assert_eq!(judge(Access::Left { seq: 5, at: window - 1 }, active), ended, "too late");
    let nothing_seen = [Access::Left { seq: 0, at: window }, Access::Ended { seq: 0, at: window }];
    assert_eq!(nothing_seen.map(|access| access.counts(None, NOW)), [true, false]);
    assert_eq!(judge(Access::Never, active), (Status::Quarantined, Some(Code::NoGrant)));
    let revoked = (Status::Quarantined, Some(Code::DeviceRevoked));
    assert_eq!(judge(Access::Now, DeviceState::Revoked), revoked);
    assert_eq!(judge(Access::Released, DeviceState::Revoked), (Status::Stored, None));
}

#[test]
fn held_items_are_bounded() {
    let (batch, edit, _) = edited();
    let shape = shape();
    let judge = |held| {
        let facts = EditFacts {
            device: DeviceState::Active,
            access: Access::Now,
            record: None,
            shape: Some(&shape),
            held,
            now: NOW,
        };
        fate(&judge_edit(&batch, &edit, &facts))
    };
    assert_eq!(judge(limits::HELD_PER_DEVICE - 1), (Status::Held, None));
    assert_eq!(judge(limits::HELD_PER_DEVICE), (Status::Refused, Some(Code::TooManyHeld)));
}

#[test]
fn another_batch_under_a_known_number_is_recognised() {
    let (batch, _, _) = edited();
    assert_eq!(judge_batch(&batch, None), BatchVerdict::New);
    assert_eq!(judge_batch(&batch, Some(batch.digest)), BatchVerdict::Repeated);
    assert_eq!(judge_batch(&batch, Some(bidao_sync::feed::sha256(b"x"))), BatchVerdict::NumberReused);
}

const LEADER: Standing = Standing { writes: true, reviews: true, is_author: false };
const AUTHOR: Standing = Standing { writes: true, reviews: false, is_author: true };

fn asked(name: &str, expected: &[ChangeHash], remark: Option<&str>) -> Command {
    let args: BTreeMap<_, _> = remark.map(|text| ("remark".to_owned(), text.into())).into_iter().collect();
    Command { id: item(1), name: name.into(), record: record(1), expected: expected.to_vec(), args }
}

fn refused(verdict: CommandVerdict) -> Code {
    match verdict {
        CommandVerdict::Refused(refusal) | CommandVerdict::Quarantined(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_command_moves_the_review_as_the_table_says() {
    let actor = ActorId::new(DeviceId([1; 8]), [1; 8]);
    let (mut document, root) = Document::create(actor, NOW, &["members"], &[put("a", 1)]).unwrap();
    document.edit(actor, NOW, &[put("a", 2)]).unwrap().unwrap();
    let heads = document.heads();
    let long = "x".repeat(limits::REMARK_BYTES + 1);
    let all = [Review::Draft, Review::Submitted, Review::Returned, Review::Approved, Review::Changed];
    for review in all {
        assert_eq!(Review::parse(review.as_str()), Some(review));
        let decide = |name: &str, standing, heads: &[ChangeHash], remark| {
            let facts =
                CommandFacts { device: DeviceState::Active, document: Some(&document), review, standing };
            judge_command(&asked(name, heads, remark), &facts)
        };
        let done = |review, heads: &[ChangeHash], remark: Option<&str>| CommandVerdict::Done {
            review,
            heads: heads.to_vec(),
            remark: remark.map(str::to_owned),
        };
        let waits = matches!(review, Review::Submitted | Review::Changed);
        match review {
            Review::Approved => {
                assert_eq!(refused(decide("submit", AUTHOR, &heads, None)), Code::AlreadyApproved);
            }
            _ => {
                let seen = [root.hash];
                assert_eq!(decide("submit", AUTHOR, &heads, None), done(Review::Submitted, &heads, None));
                assert_eq!(decide("submit", AUTHOR, &seen, None), done(Review::Submitted, &seen, None));
            }
        }
        if review == Review::Submitted {
            assert_eq!(decide("withdraw", AUTHOR, &heads, None), done(Review::Draft, &heads, None));
        } else {
            assert_eq!(refused(decide("withdraw", AUTHOR, &heads, None)), Code::NotSubmitted);
        }
        assert_eq!(decide("approve", LEADER, &[root.hash], None), CommandVerdict::Stale);
        if waits {
            assert_eq!(decide("approve", LEADER, &heads, None), done(Review::Approved, &heads, None));
            let sentence = Some("请补充");
            assert_eq!(decide("return", LEADER, &heads, sentence), done(Review::Returned, &heads, sentence));
            assert_eq!(refused(decide("return", LEADER, &heads, Some("  "))), Code::RemarkMissing);
            assert_eq!(refused(decide("return", LEADER, &heads, Some(&long))), Code::RemarkTooLong);
        } else {
            assert_eq!(refused(decide("approve", LEADER, &heads, None)), Code::NotSubmitted);
        }
        let own = Standing { is_author: true, ..LEADER };
        assert_eq!(refused(decide("approve", own, &heads, None)), Code::OwnWork);
        assert_eq!(refused(decide("approve", AUTHOR, &heads, None)), Code::NotAllowed);
        assert_eq!(refused(decide("submit", Standing::default(), &heads, None)), Code::NotAllowed);
        assert_eq!(refused(decide("approve", LEADER, &[], None)), Code::UnknownHeads);
        assert_eq!(refused(decide("submit", AUTHOR, &[ChangeHash([1; 32])], None)), Code::UnknownHeads);
        assert_eq!(refused(decide("explode", LEADER, &heads, None)), Code::UnknownCommand);
    }
}

#[test]
fn an_edit_after_the_approval_waits_again() {
    assert_eq!(Review::Approved.after_edit(), Review::Changed);
    assert_eq!(Review::Returned.after_edit(), Review::Returned);
}

#[test]
fn commands_of_revoked_devices_and_about_unknown_records_do_nothing() {
    let heads = [ChangeHash([1; 32])];
    let revoked = CommandFacts {
        device: DeviceState::Revoked,
        document: None,
        review: Review::Draft,
        standing: LEADER,
    };
    assert_eq!(refused(judge_command(&asked("approve", &heads, None), &revoked)), Code::DeviceRevoked);
    let unknown = CommandFacts { device: DeviceState::Active, ..revoked };
    assert_eq!(refused(judge_command(&asked("approve", &heads, None), &unknown)), Code::UnknownRecord);
}
