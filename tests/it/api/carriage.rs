//! Unsent work that another phone carries: the carrier's envelope is its author's work, whoever brings it, however often.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::person::Role;
use bidao_server::domain::carriage::rotate;
use bidao_server::store::{batch, setting};
use bidao_sync::carriage::{Content, Envelope, Keys, Piece};
use bidao_sync::feed::sha256;
use bidao_sync::ids::{Signature, to_hex};
use bidao_sync::limits::{BODY_WIRE, PIECE_BYTES};
use bidao_sync::message::{Message, SealedBatch, Status};
use bidao_tests::app::{TOWNSHIP, TestApp, VILLAGE, on_both};
use bidao_tests::client::{Answer, Client};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::cadre::{Cadre, verify};
use super::file::{head, is_stored, offset, on_all, random_bytes};

const CBOR: [(&str, &str); 1] = [("content-type", "application/cbor")];

/// The key phones have from their reference data.
fn key_of(client: &Client) -> [u8; 65] {
    let text = client.get("/api/v1/reference").ok()["carriage_key"].as_str().expect("a key").to_owned();
    URL_SAFE_NO_PAD.decode(text).expect("base64url").try_into().expect("a point")
}

fn envelope(content: &Content, key: &[u8; 65]) -> Vec<u8> {
    let mut rng = StdRng::seed_from_u64(9);
    Envelope::seal(content, key, &mut rng).expect("a key").encode()
}

fn bring(carrier: &Cadre, body: &[u8]) -> Answer {
    carrier.hardware.client.send("POST", "/api/v1/carriages", &CBOR, body)
}

fn outcome(answer: &Answer) -> String {
    let said = answer.ok();
    assert_eq!(said.as_object().map(serde_json::Map::len), Some(1), "it says nothing else: {said}");
    said["outcome"].as_str().unwrap_or_default().to_owned()
}

fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

/// What a cadre's phone sealed and did not send.
fn sealed(app: &TestApp, author: &mut Cadre) -> SealedBatch {
    author.household(app);
    author.seal(app);
    author.phone.sealed()[0].clone()
}

fn two(app: &TestApp) -> (Cadre, Cadre) {
    (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember))
}

#[test]
fn a_batch_in_an_envelope_is_its_authors_whoever_brings_it_and_however_often() {
    on_both(|app| {
        let (mut author, carrier) = two(app);
        let another = Cadre::new(app, "丙", Role::TeamMember);
        let id = author.household(app);
        author.submit(id);
        author.seal(app);
        let content = Content::Batch(author.phone.sealed()[0].clone());
        let body = envelope(&content, &key_of(&carrier.person.desk));
        assert_eq!(outcome(&bring(&carrier, &body)), "taken");
        for again in [&carrier, &another, &author] {
            assert_eq!(outcome(&bring(again, &body)), "present");
        }
        let detail = carrier.person.desk.get(&format!("/api/v1/records/{id}")).ok();
        assert_eq!(detail["summary"]["author_name"], "甲");
        let actor = author.phone.actor().to_string();
        let row = app.write(move |tx| batch::find(tx, &actor, 1)).expect("recorded");
        assert_eq!(row.carrier, to_hex(&carrier.hardware.device));
        // The author's phone hears the same as if it had brought it itself.
        assert_eq!(author.sync(app), [(Status::Stored, None), (Status::Done, None)]);
        assert_eq!(author.phone.unsynced(), 0);
        verify(app);
    });
}

#[test]
fn a_file_comes_in_pieces_in_order_and_is_there_for_its_author() {
    on_all(|app| {
        let (author, carrier) = two(app);
        let key = key_of(&carrier.person.desk);
        let photo = random_bytes(7, 2 * PIECE_BYTES + 100);
        let pieces: Vec<Vec<u8>> = (0..3)
            .map(|at| {
                let start = at * PIECE_BYTES;
                let bytes = photo[start..photo.len().min(start + PIECE_BYTES)].to_vec();
                let (sha256, total) = (sha256(&photo), photo.len() as u64);
                envelope(&Content::Piece(Piece { sha256, total, offset: start as u64, bytes }), &key)
            })
            .collect();
        assert_eq!(refusal(&bring(&carrier, &pieces[1])), (409, "offset_mismatch".into()));
        assert_eq!(outcome(&bring(&carrier, &pieces[0])), "taken");
        assert_eq!(refusal(&bring(&carrier, &pieces[2])), (409, "offset_mismatch".into()));
        assert_eq!(outcome(&bring(&carrier, &pieces[0])), "present");
        assert_eq!(outcome(&bring(&carrier, &pieces[1])), "taken");
        assert!(!is_stored(app, &photo));
        assert_eq!(outcome(&bring(&carrier, &pieces[2])), "taken");
        assert!(is_stored(app, &photo));
        for piece in &pieces {
            assert_eq!(outcome(&bring(&carrier, piece)), "present");
        }
        let name = sha256(&photo).to_string();
        let asked = head(&author.hardware.client, &name);
        assert_eq!((asked.status, offset(&asked)), (200, Some(photo.len())));
    });
}

#[test]
fn a_file_that_is_not_what_it_is_called_is_thrown_away() {
    on_all(|app| {
        let (_, carrier) = two(app);
        let key = key_of(&carrier.person.desk);
        let (photo, other) = (random_bytes(8, 500), random_bytes(9, 500));
        let piece =
            |bytes: &[u8]| Piece { sha256: sha256(&photo), total: 500, offset: 0, bytes: bytes.to_vec() };
        let forged = envelope(&Content::Piece(piece(&other)), &key);
        assert_eq!(refusal(&bring(&carrier, &forged)), (422, "digest_mismatch".into()));
        assert_eq!(outcome(&bring(&carrier, &envelope(&Content::Piece(piece(&photo)), &key))), "taken");
        assert!(is_stored(app, &photo));
    });
}

#[test]
fn what_is_no_envelope_of_this_server_is_refused_and_nothing_is_kept() {
    on_both(|app| {
        let (mut author, carrier) = two(app);
        let key = key_of(&carrier.person.desk);
        let batch = sealed(app, &mut author);
        let body = envelope(&Content::Batch(batch.clone()), &key);
        for garbage in [&b""[..], b"{}", b"\xff", b"\x83\x40\x40", &body[..body.len() - 1]] {
            assert_eq!(refusal(&bring(&carrier, garbage)), (400, "invalid".into()));
        }
        assert_eq!(refusal(&bring(&carrier, &vec![0; BODY_WIRE + 1])), (413, "too_large".into()));
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        bomb.write_all(&vec![0; 8 << 20]).expect("a bomb");
        let bomb = bomb.finish().expect("a bomb");
        let packed = [CBOR[0], ("content-encoding", "gzip")];
        let answer = carrier.hardware.client.send("POST", "/api/v1/carriages", &packed, &bomb);
        assert_eq!(refusal(&answer), (413, "too_large".into()));
        let foreign = envelope(&Content::Batch(batch.clone()), &Keys::derive(&[5; 32]).public);
        assert_eq!(refusal(&bring(&carrier, &foreign)), (422, "carriage_key_unknown".into()));
        // One bit anywhere behind the name of the key: the sender's point, the ciphertext, the tag.
        for at in [12, 40, 76, 90, body.len() / 2, body.len() - 1] {
            let mut changed = body.clone();
            changed[at] ^= 1;
            let answer = bring(&carrier, &changed);
            assert!(matches!(answer.status, 400 | 422), "byte {at}: {}", answer.status);
            assert!(["invalid", "carriage_damaged"].contains(&answer.code().as_str()), "{}", answer.code());
        }
        assert_eq!(author.phone.unsynced(), 1);
        assert_eq!(author.sync(app), [(Status::Stored, None)], "nothing was recorded under its number");
        verify(app);
    });
}

#[test]
fn what_is_in_an_envelope_must_be_whole_too() {
    on_both(|app| {
        let (mut author, carrier) = two(app);
        let key = key_of(&carrier.person.desk);
        let right = sealed(app, &mut author);
        let mut forged = right.clone();
        forged.signature = Signature([1; 64]);
        let mut changed = right.clone();
        changed.payload[0][20] ^= 1;
        let unreadable = SealedBatch { manifest: b"\x01".to_vec(), ..right.clone() };
        for batch in [forged, changed, unreadable] {
            let answer = bring(&carrier, &envelope(&Content::Batch(batch), &key));
            assert_eq!(refusal(&answer), (422, "carriage_damaged".into()));
        }
        let piece = |offset, bytes: Vec<u8>| Piece { sha256: sha256(b"x"), total: 10, offset, bytes };
        for wrong in [piece(0, vec![]), piece(5, vec![0; 6]), piece(u64::MAX, vec![0; 2])] {
            let answer = bring(&carrier, &envelope(&Content::Piece(wrong), &key));
            assert_eq!(refusal(&answer), (422, "carriage_damaged".into()));
        }
        let large = Piece { total: 1 << 20, ..piece(0, vec![0; PIECE_BYTES + 1]) };
        let answer = bring(&carrier, &envelope(&Content::Piece(large), &key));
        assert_eq!(refusal(&answer), (422, "carriage_damaged".into()));
        let huge = Piece { total: 1 << 40, ..piece(0, vec![0; 9]) };
        let answer = bring(&carrier, &envelope(&Content::Piece(huge), &key));
        assert_eq!(refusal(&answer), (413, "too_large".into()));
        assert_eq!(outcome(&bring(&carrier, &envelope(&Content::Batch(right), &key))), "taken");
        verify(app);
    });
}

#[test]
fn a_new_key_leaves_the_old_envelopes_readable() {
    on_both(|app| {
        let (mut author, carrier) = two(app);
        let old = key_of(&carrier.person.desk);
        let id = rotate(&app.app.db, &app.app.ctx).expect("a key");
        let new = key_of(&carrier.person.desk);
        assert_ne!(old, new);
        assert_eq!(id, to_hex(&bidao_sync::carriage::id_of(&new)));
        let content = Content::Batch(sealed(app, &mut author));
        assert_eq!(outcome(&bring(&carrier, &envelope(&content, &old))), "taken");
        assert_eq!(outcome(&bring(&carrier, &envelope(&content, &new))), "present");
        let kept = app.write(|tx| setting::find(tx, "carriage_keys")).expect("kept");
        assert!(kept.starts_with("sealed:"), "the private keys lie sealed");
        verify(app);
    });
}

#[test]
fn the_work_of_a_phone_taken_out_of_use_waits_for_the_leader_also_in_an_envelope() {
    on_both(|app| {
        let (mut author, carrier) = two(app);
        let office = app.person("镇办", Role::TownOffice, TOWNSHIP);
        author.household(app);
        author.sync(app);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let content = Content::Batch(sealed(app, &mut author));
        let device = to_hex(&author.hardware.device);
        let _ = leader.desk.post(&format!("/api/v1/devices/{device}/revoke"), &json!({})).ok();
        assert_eq!(outcome(&bring(&carrier, &envelope(&content, &key_of(&office.desk)))), "taken");
        let waiting = leader.desk.get("/api/v1/quarantine").ok();
        assert_eq!(waiting.as_array().map(Vec::len), Some(1));
        verify(app);
    });
}
