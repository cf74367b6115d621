//! Messages from anybody: decoding never panics, what decodes encodes again, limits hold.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::code::Code;
use bidao_sync::ids::from_hex;
use bidao_sync::limits;
use bidao_sync::message::{BatchManifest, Cursor, Decision, Message, SealedBatch, SyncRequest, SyncResponse};
use bidao_sync::phone::Phone;
use bidao_sync::seal::verify;
use proptest::prelude::*;
use support::{Hand, public_key, put, record};

fn vectors() -> Vec<(String, Vec<u8>)> {
    let text = include_str!("../vectors/messages.json");
    let vectors: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let read = |vector: &serde_json::Value, key: &str| vector[key].as_str().unwrap().to_owned();
    vectors.iter().map(|vector| (read(vector, "type"), from_hex(&read(vector, "hex")).unwrap())).collect()
}

fn round_trip<T: Message + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(message) = T::decode(bytes) {
        assert_eq!(T::decode(&message.encode()).unwrap(), message);
    }
}

fn decode_as_anything(bytes: &[u8]) {
    round_trip::<SyncRequest>(bytes);
    round_trip::<SyncResponse>(bytes);
    round_trip::<SealedBatch>(bytes);
    round_trip::<BatchManifest>(bytes);
    round_trip::<Decision>(bytes);
    let _ = Phone::restore(bytes);
}

#[test]
fn nesting_length_and_rubbish_are_refused() {
    let deep = vec![0x81; limits::MESSAGE_DEPTH * 100];
    assert_eq!(SyncRequest::decode(&deep).unwrap_err().code, Code::Malformed);
    let long = vec![0; limits::BODY_INFLATED + 1];
    assert_eq!(SyncRequest::decode(&long).unwrap_err().code, Code::TooLarge);
    assert_eq!(SyncRequest::decode(&[]).unwrap_err().code, Code::Malformed);
    // An array that says it has 2^40 members.
    assert!(SealedBatch::decode(&[0x9b, 0, 0, 1, 0, 0, 0, 0, 0]).is_err());
    for (kind, mut bytes) in vectors() {
        bytes.push(0);
        if kind == "sync-request" {
            assert_eq!(SyncRequest::decode(&bytes).unwrap_err().code, Code::Malformed);
        }
    }
}

#[test]
fn another_version_is_named_even_if_nothing_else_is_known() {
    let other = [0xa2, 0x61, b'v', 2, 0x61, b'x', 0x80];
    assert_eq!(SyncRequest::decode(&other).unwrap_err().code, Code::UnsupportedVersion);
    assert_eq!(SyncResponse::decode(&other).unwrap_err().code, Code::UnsupportedVersion);
}

#[test]
fn counts_hold_at_their_boundary() {
    let mut request = Hand::new(1).request();
    for n in 0..limits::CURSORS_PER_REQUEST {
        request.cursors.insert(format!("a:{n}"), Cursor::START);
    }
    assert!(SyncRequest::decode(&request.encode()).is_ok());
    request.cursors.insert("one more".into(), Cursor::START);
    assert_eq!(SyncRequest::decode(&request.encode()).unwrap_err().code, Code::TooLarge);
    let mut hand = Hand::new(1);
    hand.create(record(1), &[put("a", 1)]);
    let mut request = hand.request();
    let chunk = request.push[0].payload[0].clone();
    request.push[0].payload[0] = chunk.repeat(limits::CHANGES_PER_REQUEST);
    assert!(SyncRequest::decode(&request.encode()).is_ok());
    request.push[0].payload.push(chunk);
    assert_eq!(SyncRequest::decode(&request.encode()).unwrap_err().code, Code::TooLarge);
    let manifest = BatchManifest::decode(&request.push[0].manifest).unwrap();
    let long = BatchManifest { seen: [("x".repeat(limits::NAME_BYTES + 1), 1)].into(), ..manifest.clone() };
    assert_eq!(BatchManifest::decode(&long.encode()).unwrap_err().code, Code::TooLarge);
    let empty = BatchManifest { items: Vec::new(), ..manifest.clone() };
    assert_eq!(BatchManifest::decode(&empty.encode()).unwrap_err().code, Code::Malformed);
    let nought = BatchManifest { number: 0, ..manifest };
    assert_eq!(BatchManifest::decode(&nought.encode()).unwrap_err().code, Code::Malformed);
}

#[test]
fn a_phone_splits_a_large_outbox_into_batches_and_requests_that_fit() {
    let mut hand = Hand::new(1);
    let text = "长".repeat(2000);
    for n in 0..80 {
        hand.create(record(n), &[put("a", text.clone()), put("b", n)]);
    }
    let mut server = support::Server::default();
    let request = hand.request();
    assert!(request.push.len() > 1 && request.push.len() < hand.phone.sealed().len());
    for batch in &request.push {
        assert!(batch.payload.iter().map(Vec::len).sum::<usize>() <= limits::BATCH_PAYLOAD);
    }
    assert!(request.encode().len() <= limits::BODY_WIRE);
    while hand.phone.unsynced() > 0 {
        hand.sync(&mut server);
    }
    assert_eq!(server.records.len(), 80);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_anybody_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_as_anything(&bytes);
    }

    #[test]
    fn mutated_messages_never_panic_and_never_verify_as_something_else(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let vectors = vectors();
        let (kind, original) = which.get(&vectors);
        let mut bytes = original.clone();
        for (index, byte, how) in edits {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        decode_as_anything(&bytes);
        if kind == "sealed-batch"
            && let Ok(mutated) = SealedBatch::decode(&bytes)
            && let Ok(verified) = verify(&mutated, &public_key(bidao_sync::ids::DeviceId([0x0b; 8])))
        {
            let original = SealedBatch::decode(original).unwrap();
            prop_assert_eq!(&mutated.manifest, &original.manifest);
            prop_assert_eq!(mutated.payload, original.payload);
            prop_assert_eq!(verified.digest, bidao_sync::feed::sha256(&original.manifest));
        }
    }
}

#[test]
fn a_carrier_cannot_spoil_the_checksum_of_what_another_sealed() {
    let mut spoilt = 0;
    for (kind, bytes) in vectors().into_iter().filter(|(kind, _)| kind == "sealed-batch") {
        let sealed = SealedBatch::decode(&bytes).unwrap();
        for (at, payload) in sealed.payload.iter().enumerate().filter(|(_, payload)| !payload.is_empty()) {
            let mut mutated = sealed.clone();
            mutated.payload[at][4] = !payload[4];
            let refused = verify(&mutated, &public_key(bidao_sync::ids::DeviceId([0x0b; 8]))).unwrap_err();
            assert_eq!(refused.code, Code::PayloadMismatch, "{kind}");
            spoilt += 1;
        }
    }
    assert!(spoilt > 0);
}

#[test]
fn a_decision_without_facts_is_written_as_before_there_were_any_and_facts_survive_the_way() {
    let (_, bytes) = vectors().into_iter().find(|(kind, _)| kind == "decision").unwrap();
    let plain = Decision::decode(&bytes).unwrap();
    assert!(plain.facts.is_empty());
    assert_eq!(plain.encode(), bytes);
    let facts = [("state".to_owned(), "upheld".into()), ("due_on".to_owned(), serde_json::Value::Null)];
    let decision = Decision { facts: facts.into(), ..plain };
    assert_eq!(Decision::decode(&decision.encode()).unwrap(), decision);
}
