//! How records travel and merge. Pure: no socket, disk, clock, randomness or SQL; what the outside world knows comes in
//! as arguments. `PROTOCOL.md` beside this crate is normative, its P-numbers are cited everywhere.
//!
//! | Module | What it is |
//! |---|---|
//! | [`message`] | the one request and its answer, as types and as CBOR |
//! | [`seal`] | signing a batch, checking a signature |
//! | [`document`] | a record's content; the only place that names Automerge |
//! | [`attestation`] | who signed exactly which content |
//! | [`gate`] | what a change passes before anything is stored |
//! | [`hub`] | what the server decides about one item |
//! | [`phone`] | outbox, receipts, pull: everything a phone remembers |
//! | [`feed`] | chain values: a cursor proves its past |
//! | [`carriage`] | envelopes for what another phone carries |
//! | [`code`], [`ids`], [`limits`], [`time`] | words, names, numbers |
//!
//! # Two phones and a lost message
//!
//! The server here keeps everything in memory and knows one village, but it judges with the same functions as the real
//! one.
//!
//! ```
//! use bidao_sync::document::{Document, Put};
//! use bidao_sync::feed::{CursorCheck, check_cursor, entry_digest, next_chain};
//! use bidao_sync::gate::Shape;
//! use bidao_sync::hub::{Access, DeviceState, EditFacts, RecordFacts, Verdict, judge_edit};
//! use bidao_sync::ids::{Chain, DeviceId, ItemId, RecordId};
//! use bidao_sync::message::*;
//! use bidao_sync::phone::{NewRecord, Phone};
//! use bidao_sync::seal::verify;
//! use p256::ecdsa::{Signature, SigningKey, signature::Signer};
//! use std::collections::BTreeMap;
//!
//! const AREA: &str = "420624101201";
//! const NOW: i64 = 1_767_225_600_000;
//!
//! fn key(device: DeviceId) -> SigningKey {
//!     SigningKey::from_slice(&[device.0[0]; 32]).unwrap()
//! }
//!
//! #[derive(Default)]
//! struct Server {
//!     records: BTreeMap<RecordId, Document>,
//!     feed: Vec<(RecordId, Vec<u8>, Chain)>,
//! }
//!
//! impl Server {
//!     fn answer(&mut self, request: &SyncRequest) -> SyncResponse {
//!         let receipts = request.push.iter().map(|batch| self.take(batch)).collect();
//!         let grant = format!("a:{AREA}");
//!         let cursor = request.cursors.get(&grant).copied().unwrap_or(Cursor::START);
//!         let known = check_cursor(cursor, |seq| self.feed.get(seq as usize - 1).map(|row| row.2));
//!         assert_eq!(known, CursorCheck::Known);
//!         let entries = (1..).zip(&self.feed).skip(cursor.0 as usize).map(|(seq, (record, data, _))| Entry {
//!             grant: grant.clone(), seq, record: *record, kind: "household".into(), form: "household/1".into(),
//!             area: AREA.into(), what: What::Changes, data: data.clone(),
//!         });
//!         let chain = self.feed.last().map_or(Chain::START, |row| row.2);
//!         SyncResponse {
//!             v: VERSION, now: NOW, receipts, entries: entries.collect(),
//!             cursors: BTreeMap::from([(grant.clone(), Cursor(self.feed.len() as u64, chain))]),
//!             rewound: vec![], more: false, want: vec![], revoked: vec![], reference: None,
//!             reference_tag: String::new(),
//!         }
//!     }
//!
//!     fn take(&mut self, sealed: &SealedBatch) -> Receipt {
//!         let device = bidao_sync::seal::claimed_device(sealed).unwrap();
//!         let public = key(device).verifying_key().to_encoded_point(false).as_bytes().try_into().unwrap();
//!         let batch = verify(sealed, &public).unwrap();
//!         let mut items = Vec::new();
//!         for item in &batch.manifest.items {
//!             let Item::Edit(edit) = item else { continue };
//!             let shape = Shape::new(["members"]);
//!             let known = self.records.get(&edit.record);
//!             let record = known.map(|document| RecordFacts { document, kind: "household", area: AREA, former: &[] });
//!             let facts = EditFacts {
//!                 device: DeviceState::Active, access: Access::Now, record, shape: Some(&shape), held: 0, now: NOW,
//!             };
//!             let verdict = judge_edit(&batch, edit, &facts);
//!             items.push(verdict.receipt(edit));
//!             if let Verdict::Stored(stored) = verdict {
//!                 let hashes: Vec<[u8; 32]> = stored.added.iter().map(|change| change.hash.0).collect();
//!                 let digest = entry_digest(self.feed.len() as u64 + 1, edit.record, What::Changes, &hashes);
//!                 let before = self.feed.last().map_or(Chain::START, |row| row.2);
//!                 let data = stored.added.iter().flat_map(|change| change.bytes.clone()).collect();
//!                 self.feed.push((edit.record, data, next_chain(before, digest)));
//!                 self.records.insert(edit.record, stored.document);
//!             }
//!         }
//!         Receipt { actor: batch.manifest.actor, number: batch.manifest.number, items }
//!     }
//! }
//!
//! let sign = |device: DeviceId| move |bytes: &[u8]| {
//!     let signature: Signature = key(device).sign(bytes);
//!     signature.to_bytes().into()
//! };
//! let (one, two) = (DeviceId([1; 8]), DeviceId([2; 8]));
//! let mut server = Server::default();
//! let mut phone_one = Phone::new(one, [1; 8]);
//! let mut phone_two = Phone::new(two, [1; 8]);
//! let household = RecordId([7; 16]);
//!
//! // Phone one makes a household while offline; later it gets through.
//! phone_one.create_record(&NewRecord {
//!     id: household, kind: "household", form: "household/1", area: AREA,
//!     containers: &["members"], puts: &[Put::new("address", "三组"), Put::new("cause", "不详")],
//! }, ItemId([1; 16]), NOW)?;
//! phone_one.seal(NOW, sign(one));
//! for phone in [&mut phone_one, &mut phone_two] {
//!     let request = phone.request(16_384);
//!     phone.receive(&request, &server.answer(&request), [9; 8]);
//! }
//! assert_eq!(phone_two.answers(household)?["address"], "三组");
//!
//! // Both write the same field. The request of phone one arrives; the answer is lost on the way back.
//! phone_one.edit_record(household, &[Put::new("cause", "因病")], ItemId([2; 16]), NOW)?;
//! phone_two.edit_record(household, &[Put::new("cause", "因学")], ItemId([3; 16]), NOW)?;
//! phone_one.seal(NOW, sign(one));
//! let lost = server.answer(&phone_one.request(16_384));
//! drop(lost);
//! assert_eq!(phone_one.unsynced(), 1, "kept until the receipt comes");
//!
//! // Both go on. Sending again does no harm: the server says `duplicate`.
//! phone_two.seal(NOW, sign(two));
//! for _ in 0..2 {
//!     for phone in [&mut phone_one, &mut phone_two] {
//!         let request = phone.request(16_384);
//!         phone.receive(&request, &server.answer(&request), [9; 8]);
//!     }
//! }
//! assert_eq!(phone_one.unsynced(), 0);
//! assert_eq!(phone_one.answers(household)?, phone_two.answers(household)?);
//!
//! // Nothing was overwritten in silence: both values stand until a person settles it.
//! let conflicts = phone_one.conflicts(household)?;
//! assert_eq!((conflicts.len(), conflicts[0].values.len()), (1, 2));
//! assert_eq!(conflicts[0].ancestor, "不详");
//! # Ok::<(), bidao_sync::phone::PhoneError>(())
//! ```

mod access;
pub mod attestation;
pub mod carriage;
pub mod code;
pub mod document;
pub mod feed;
pub mod gate;
pub mod hub;
pub mod ids;
pub mod limits;
pub mod message;
pub mod phone;
pub mod planted;
pub mod seal;
pub mod time;
