//! Phones that sign, against the small server: lost answers, restored backups, new incarnations.

use super::support::{Hand, SIGNED_FORM, Server, element, fields, parties, put, record, signed_shape};
use bidao_sync::attestation::SigningState;
use bidao_sync::code::Code;
use bidao_sync::document::DocumentError;
use bidao_sync::gate::Shape;
use bidao_sync::hub::Review;
use bidao_sync::phone::{Phone, PhoneError};
use proptest::prelude::*;

const ROLES: [&str; 3] = ["household_head", "village_or_group_cadre", "resident_team"];

fn state(hand: &Hand) -> SigningState {
    hand.phone.signing(record(1), &parties()).unwrap().state
}

fn code(error: &PhoneError) -> Option<Code> {
    match error {
        PhoneError::Document(DocumentError::Refused(refusal)) => Some(refusal.code),
        _ => None,
    }
}

#[test]
fn three_phones_sign_one_version() {
    let mut server = Server::default();
    let mut hands: Vec<Hand> = (1..=3).map(Hand::new).collect();
    hands[0].create_signed(record(1));
    hands[0].sync(&mut server);
    for (hand, role) in hands.iter_mut().zip(ROLES) {
        hand.sync(&mut server);
        hand.attest(
            record(1),
            &fields(role, u64::from(role != ROLES[0]) + u64::from(role == ROLES[2]), "agree"),
        );
    }
    for _ in 0..2 {
        hands.iter_mut().for_each(|hand| drop(hand.sync(&mut server)));
    }
    assert!(server.quarantine.is_empty(), "{:?}", server.quarantine);
    assert!(hands.iter().all(|hand| state(hand) == SigningState::Signed));
    hands[1].edit(record(1), &[put("address", 5)]);
    for _ in 0..2 {
        hands.iter_mut().for_each(|hand| drop(hand.sync(&mut server)));
    }
    assert!(hands.iter().all(|hand| state(hand) == SigningState::Changed));
}

#[test]
fn a_signature_is_no_edit_of_what_was_approved() {
    let (mut server, mut one, mut leader) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create_signed(record(1));
    one.command("submit", record(1), None);
    one.sync(&mut server);
    leader.sync(&mut server);
    leader.command("approve", record(1), None);
    leader.sync(&mut server);
    assert_eq!(server.records[&record(1)].review, Review::Approved);
    one.attest(record(1), &fields("household_head", 0, "agree"));
    one.sync(&mut server);
    assert_eq!(server.records[&record(1)].document.attestations().len(), 1);
    assert_eq!(server.records[&record(1)].review, Review::Approved);
    one.edit(record(1), &[put("address", 5)]);
    one.sync(&mut server);
    assert_eq!(server.records[&record(1)].review, Review::Changed);
}

/// A phone that lost its last edit edits, signs and edits again, under numbers that are used already. With `reads_first`
/// it hears what the other wrote, and of its own lost edit, before it sends anything.
fn sign_after_a_loss(reads_first: bool) {
    let (mut server, mut one, mut two) = (Server::default(), Hand::new(1), Hand::new(2));
    one.create_signed(record(1));
    one.sync(&mut server);
    two.sync(&mut server);
    let backup = one.phone.save();
    two.edit(record(1), &[put("address", 77)]);
    two.sync(&mut server);
    one.edit(record(1), &[put("note", "before the loss")]);
    one.sync(&mut server);
    one.phone = Phone::restore(&backup).unwrap();
    one.edit(record(1), &[put("address", 5)]);
    let made = one.attest(record(1), &fields("household_head", 0, "agree"));
    one.edit(record(1), &[put("note", "after the signature")]);
    let digest = one.phone.signing(record(1), &parties()).unwrap().attestations[0].digest;
    let old = one.phone.actor();
    if reads_first {
        let request = one.phone.request(1 << 20);
        let answer = server.sync(one.device, &request);
        one.phone.receive(&request, &answer, [0x77; 8]);
    }
    for _ in 0..3 {
        one.sync(&mut server);
        two.sync(&mut server);
    }
    assert_ne!(one.phone.actor(), old);
    assert_eq!(one.phone.problems(record(1)), []);
    for document in [server.records[&record(1)].document.clone(), two.phone.document(record(1)).unwrap()] {
        let all = document.attestations();
        assert_eq!((all.len(), &all[0].element, all[0].digest), (1, &made, digest));
        assert_eq!(document.digest_at(record(1), SIGNED_FORM, &all[0].covers).unwrap(), digest);
        assert_ne!(all[0].actor, old, "made again");
    }
    let conflicts = one.phone.conflicts(record(1)).unwrap();
    assert_eq!(conflicts.len(), 2, "what was written apart stands beside each other");
}

#[test]
fn a_new_incarnation_signs_what_was_signed() {
    sign_after_a_loss(false);
}

#[test]
fn a_new_incarnation_signs_what_was_signed_though_it_knows_more_by_then() {
    sign_after_a_loss(true);
}

#[test]
fn the_phone_says_what_the_gate_would_say() {
    let mut one = Hand::new(1);
    one.create_signed(record(1));
    let made = one.attest(record(1), &fields("household_head", 0, "agree"));
    let mut edit = |path: String, value: i64| {
        let item = one.item();
        one.phone.edit_record(record(1), &[put(&path, value)], item, 0).err().and_then(|error| code(&error))
    };
    assert_eq!(edit(format!("attestations/{made}/stance"), 1), Some(Code::AttestationImmutable));
    assert_eq!(edit(format!("attestations/{}/stance", element(9)), 1), Some(Code::AttestationImmutable));
    let item = one.item();
    let bad = fields("adult_member_proxy", 7, "agree");
    let refused = one.phone.attest(record(1), &element(8), &bad, item, 0).unwrap_err();
    assert_eq!(code(&refused), Some(Code::AttestationInvalid), "no member of this household");
    let mut other = Hand::new(2);
    other.create(record(2), &[put("a", 1)]);
    let refused = other.phone.attest(record(2), &element(8), &fields("town", 1, "agree"), item, 0);
    assert_eq!(
        refused.err().and_then(|error| code(&error)),
        Some(Code::AttestationInvalid),
        "nobody signs it"
    );
}

#[test]
fn an_answer_of_a_line_is_written_once_on_the_phone_too() {
    let mut one = Hand::new(1);
    one.create(record(1), &[]);
    let line = |field: &str| format!("members/{}/{field}", element(1));
    let edit = |one: &mut Hand, path: &str, value: serde_json::Value| {
        let item = one.item();
        one.phone.edit_record(record(1), &[put(path, value)], item, 0).err().and_then(|error| code(&error))
    };
    assert_eq!(edit(&mut one, &line("amount"), 100.into()), None);
    assert_eq!(edit(&mut one, &line("amount"), 101.into()), None, "the phone does not know the form");
    one.phone.learn_form("household/1", Shape::new(["members"]).immutable(["members"]));
    one.phone = Phone::restore(&one.phone.save()).unwrap();
    for value in [serde_json::json!(102), serde_json::Value::Null, "".into()] {
        assert_eq!(edit(&mut one, &line("amount"), value), Some(Code::LineImmutable));
    }
    assert_eq!(edit(&mut one, &line("amount"), 101.into()), None, "it is there already");
    assert_eq!(edit(&mut one, &line("note"), "".into()), None);
    assert_eq!(edit(&mut one, &line("note"), "x".into()), None, "an empty answer is none");
    assert_eq!(edit(&mut one, &line("note"), "y".into()), Some(Code::LineImmutable));
}

#[derive(Debug, Clone)]
enum Step {
    Edit { hand: usize, value: i64 },
    Sign { hand: usize, role: usize },
    Sync { hand: usize },
    LoseAnswer { hand: usize },
    BackUp { hand: usize },
    Restore { hand: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let hand = 0..3_usize;
    prop_oneof![
        3 => (hand.clone(), 0..4_i64).prop_map(|(hand, value)| Step::Edit { hand, value }),
        3 => (hand.clone(), 0..3_usize).prop_map(|(hand, role)| Step::Sign { hand, role }),
        3 => hand.clone().prop_map(|hand| Step::Sync { hand }),
        1 => hand.clone().prop_map(|hand| Step::LoseAnswer { hand }),
        1 => hand.clone().prop_map(|hand| Step::BackUp { hand }),
        1 => hand.prop_map(|hand| Step::Restore { hand }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_signature_survives_lost_answers_and_restored_phones(steps in prop::collection::vec(step(), 1..40)) {
        let mut server = Server::default();
        let mut hands: Vec<Hand> = (1..=3).map(Hand::new).collect();
        hands[0].create_signed(record(1));
        for hand in [0, 1, 2] {
            hands[hand].sync(&mut server);
            hands[hand].phone.learn_form(SIGNED_FORM, signed_shape());
        }
        let mut backups: Vec<Vec<u8>> = hands.iter().map(|hand| hand.phone.save()).collect();
        for step in steps {
            match step {
                Step::Edit { hand, value } => hands[hand].edit(record(1), &[put(["address", "note"][value as usize % 2], value)]),
                Step::Sign { hand, role } => drop(hands[hand].attest(record(1), &fields(ROLES[role], role as u64, "agree"))),
                Step::Sync { hand } => drop(hands[hand].sync(&mut server)),
                Step::LoseAnswer { hand } => {
                    let request = hands[hand].request();
                    server.sync(hands[hand].device, &request);
                }
                Step::BackUp { hand } => backups[hand] = hands[hand].phone.save(),
                Step::Restore { hand } => hands[hand].phone = Phone::restore(&backups[hand]).unwrap(),
            }
        }
        let there: Vec<Vec<(String, bidao_sync::ids::Digest)>> = hands.iter().map(|hand| {
            let all = hand.phone.document(record(1)).unwrap().attestations();
            all.into_iter().map(|one| (one.element, one.digest)).collect()
        }).collect();
        for _ in 0..4 {
            hands.iter_mut().for_each(|hand| drop(hand.sync(&mut server)));
        }
        let document = server.records[&record(1)].document.clone();
        let all = document.attestations();
        for (element, digest) in there.into_iter().flatten() {
            prop_assert!(all.iter().any(|one| one.element == element && one.digest == digest), "{} is lost", element);
        }
        for one in &all {
            prop_assert_eq!(document.digest_at(record(1), SIGNED_FORM, &one.covers).unwrap(), one.digest);
        }
        for (_, _, refusal) in &server.quarantine {
            prop_assert!(!refusal.code.as_str().starts_with("attestation"), "{:?}", refusal);
        }
        for hand in &hands {
            prop_assert_eq!(hand.phone.document(record(1)).unwrap().heads(), document.heads());
            prop_assert_eq!(hand.phone.unsynced(), 0);
        }
    }
}
