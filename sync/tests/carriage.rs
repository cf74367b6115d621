//! Envelopes for what another phone carries, in both languages: `vectors/carriage.json` is made here and opened by the
//! phone's engine, `vectors/js_carriage.json` the other way round.
#![allow(clippy::unwrap_used, reason = "test support")]

use bidao_sync::carriage::{Content, Envelope, Keys, Piece};
use bidao_sync::code::Code;
use bidao_sync::feed::sha256;
use bidao_sync::ids::{Signature, from_hex, to_hex};
use bidao_sync::limits::PIECE_BYTES;
use bidao_sync::message::{Message, SealedBatch};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn keys() -> Keys {
    Keys::derive(&[7; 32])
}

fn contents() -> [Content; 2] {
    let batch = SealedBatch {
        manifest: vec![1, 2, 3],
        signature: Signature([4; 64]),
        payload: vec![vec![5], vec![6, 7]],
    };
    let bytes = b"the end of a photo".to_vec();
    let piece = Piece { sha256: sha256(b"a photo"), total: 65_536 + 18, offset: 65_536, bytes };
    [Content::Batch(batch), Content::Piece(piece)]
}

#[test]
fn the_vectors_are_fresh_and_hold_what_was_put_into_them() {
    let mut rng = StdRng::seed_from_u64(1);
    let keys = keys();
    let cases = contents().map(|content| {
        let envelope = Envelope::seal(&content, &keys.public, &mut rng).unwrap();
        assert_eq!(envelope.open(&keys).unwrap(), content);
        json!({"content": to_hex(&content.encode()), "envelope": to_hex(&envelope.encode())})
    });
    let vectors = json!({
        "private_key": to_hex(&keys.private),
        "public_key": to_hex(&keys.public),
        "key_id": to_hex(&keys.id()),
        "cases": cases,
    });
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path("carriage.json"), &text).unwrap();
    }
    let committed = std::fs::read_to_string(path("carriage.json")).unwrap_or_default();
    assert!(committed == text, "carriage.json is stale: run with UPDATE_VECTORS=1");
}

#[test]
fn envelopes_of_the_javascript_engine_are_opened() {
    let text = std::fs::read_to_string(path("js_carriage.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 2);
    for case in cases {
        let bytes = |name: &str| from_hex(case[name].as_str().unwrap()).unwrap();
        let envelope = Envelope::decode(&bytes("envelope")).unwrap();
        assert_eq!(envelope.key(), keys().id());
        assert_eq!(envelope.open(&keys()).unwrap().encode(), bytes("content"));
    }
}

#[test]
fn no_other_key_opens_an_envelope_and_no_bit_of_it_may_change() {
    let [content, _] = contents();
    let keys = keys();
    let envelope = Envelope::seal(&content, &keys.public, &mut StdRng::seed_from_u64(2)).unwrap();
    assert_eq!(Keys::of(&keys.private), Some(keys));
    assert_eq!(envelope.open(&Keys::derive(&[8; 32])).unwrap_err().code, Code::Malformed);
    let bytes = envelope.encode();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let opened = Envelope::decode(&changed).and_then(|envelope| envelope.open(&keys));
        assert!(opened.is_err(), "byte {at}");
    }
    assert!(
        Envelope::seal(&content, &[4; 65], &mut StdRng::seed_from_u64(2)).is_none(),
        "no point of the curve"
    );
    assert!(Keys::of(&[0; 32]).is_none() && Keys::of(&[1; 31]).is_none());
}

#[test]
fn a_piece_has_bytes_and_lies_within_its_file() {
    let piece = |offset, total, size| {
        let content = Content::Piece(Piece { sha256: sha256(b"x"), total, offset, bytes: vec![0; size] });
        Content::decode(&content.encode()).err().map(|refusal| refusal.code)
    };
    let largest = PIECE_BYTES as u64;
    assert_eq!(piece(0, largest, PIECE_BYTES), None);
    assert_eq!(piece(9, 10, 1), None);
    assert_eq!(piece(0, largest + 1, PIECE_BYTES + 1), Some(Code::TooLarge));
    assert_eq!(piece(0, 1, 0), Some(Code::TooLarge));
    assert_eq!(piece(9, 10, 2), Some(Code::Malformed));
    assert_eq!(piece(u64::MAX, u64::MAX, 2), Some(Code::Malformed));
}
