//! A small server in memory: the real seal, hub and feed, without SQL, and what tests need to sign.
#![allow(dead_code, reason = "every test binary uses another part")]
#![allow(clippy::unwrap_used, reason = "test support")]

use bidao_sync::code::{Code, Refusal};
use bidao_sync::document::{Document, Put};
use bidao_sync::feed::{CursorCheck, check_cursor, entry_digest, next_chain, sha256};
use bidao_sync::gate::Shape;
use bidao_sync::hub::{
    Access, BatchVerdict, CommandFacts, CommandVerdict, DeviceState, EditFacts, RecordFacts, Review,
    Standing, Verdict, judge_batch, judge_command, judge_edit, receipt,
};
use bidao_sync::ids::{ActorId, Chain, DeviceId, Digest, ItemId, RecordId};
use bidao_sync::message::{
    Command, Cursor, Decision, Edit, Entry, Item, ItemReceipt, Message, Receipt, SealedBatch, Status,
    SyncRequest, SyncResponse, VERSION, What,
};
use bidao_sync::phone::{NewRecord, Phone};
use bidao_sync::seal::{VerifiedBatch, verify};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use std::collections::{BTreeMap, BTreeSet};

mod signed;

#[allow(unused_imports, reason = "each test program uses its own part")]
pub use signed::{SIGNED_CONTAINERS, SIGNED_FORM, fields, parties, signed_shape};

/// A fixed moment: 2026-01-01T00:00:00Z.
pub const NOW: i64 = 1_767_225_600_000;
pub const AREA: &str = "420624101201";
pub const OTHER_AREA: &str = "420624101202";
/// One record per household and month.
pub const FOUNDED_FORM: &str = "income/1";

pub fn shape() -> Shape {
    Shape::new(["members"])
}

pub fn key_of(device: DeviceId) -> SigningKey {
    let mut secret = [7; 32];
    secret[..8].copy_from_slice(&device.0);
    SigningKey::from_slice(&secret).unwrap()
}

pub fn public_key(device: DeviceId) -> [u8; 65] {
    key_of(device).verifying_key().to_encoded_point(false).as_bytes().try_into().unwrap()
}

pub fn signer(device: DeviceId) -> impl Fn(&[u8]) -> [u8; 64] {
    let key = key_of(device);
    move |message: &[u8]| {
        let signature: Signature = key.sign(message);
        signature.to_bytes().into()
    }
}

pub fn id16(label: &str, n: u64) -> [u8; 16] {
    sha256(format!("{label}{n}").as_bytes()).0[..16].try_into().unwrap()
}

pub fn record(n: u64) -> RecordId {
    RecordId(id16("record", n))
}

pub fn item(n: u64) -> ItemId {
    ItemId(id16("item", n))
}

pub fn element(n: u64) -> String {
    record(n).to_string()
}

pub fn put(path: &str, value: impl Into<serde_json::Value>) -> Put {
    Put::new(path, value)
}

/// A phone with an item counter of its own.
pub struct Hand {
    pub phone: Phone,
    pub device: DeviceId,
    next: u64,
}

impl Hand {
    pub fn new(n: u8) -> Self {
        let device = DeviceId([n; 8]);
        Self { phone: Phone::new(device, [n; 8]), device, next: u64::from(n) * 1_000_000 }
    }

    pub fn item(&mut self) -> ItemId {
        self.next += 1;
        item(self.next)
    }

    pub fn create(&mut self, id: RecordId, puts: &[Put]) {
        let item = self.item();
        let new = NewRecord {
            id,
            kind: "household",
            form: "household/1",
            area: AREA,
            containers: &["members"],
            puts,
        };
        self.phone.create_record(&new, item, NOW).unwrap();
    }

    pub fn edit(&mut self, id: RecordId, puts: &[Put]) {
        let item = self.item();
        self.phone.edit_record(id, puts, item, NOW).unwrap();
    }

    pub fn command(&mut self, name: &str, id: RecordId, remark: Option<&str>) {
        let item = self.item();
        let heads = self.phone.document(id).unwrap().heads();
        let args = remark.map(|text| ("remark".to_owned(), text.into())).into_iter().collect();
        self.phone.command(name, id, &heads, args, item).unwrap();
    }

    pub fn request(&mut self) -> SyncRequest {
        while self.phone.seal(NOW, signer(self.device)).is_some() {}
        let request = self.phone.request(1 << 20);
        SyncRequest::decode(&request.encode()).unwrap()
    }

    /// One whole exchange, and again while there is more; the phone goes through its saved form each time.
    pub fn sync(&mut self, server: &mut Server) -> Vec<bidao_sync::phone::Event> {
        let mut events = Vec::new();
        loop {
            let request = self.request();
            let response = server.sync(self.device, &request);
            let mut fresh = [0; 8];
            self.next += 1;
            fresh.copy_from_slice(&id16("fresh", self.next)[..8]);
            let received = self.phone.receive(&request, &response, fresh);
            self.phone = Phone::restore(&self.phone.save()).unwrap();
            events.extend(received.events);
            if !received.more {
                return events;
            }
        }
    }

    pub fn answers(&self, id: RecordId) -> serde_json::Value {
        self.phone.answers(id).unwrap()
    }
}

#[derive(Clone)]
pub struct Stored {
    pub document: Document,
    pub kind: String,
    pub form: String,
    pub area: String,
    pub review: Review,
}

#[derive(Clone)]
pub struct Row {
    pub record: RecordId,
    pub what: What,
    pub data: Vec<u8>,
    pub chain: Chain,
}

#[derive(Clone, Default)]
pub struct Server {
    pub records: BTreeMap<RecordId, Stored>,
    pub feeds: BTreeMap<String, Vec<Row>>,
    pub batches: BTreeMap<(ActorId, u64), (Digest, Receipt)>,
    pub held: Vec<(VerifiedBatch, Edit)>,
    pub quarantine: Vec<(VerifiedBatch, ItemId, Refusal)>,
    /// Grants per device that are not the whole of `AREA`.
    pub grants: BTreeMap<DeviceId, Vec<String>>,
    pub revoked: BTreeSet<DeviceId>,
    pub ended: BTreeMap<DeviceId, (u64, i64)>,
    pub page: Option<usize>,
    pub whole_documents: bool,
}

impl Server {
    fn grants_of(&self, device: DeviceId) -> Vec<String> {
        self.grants.get(&device).cloned().unwrap_or_else(|| vec![format!("a:{AREA}")])
    }

    pub fn sync(&mut self, device: DeviceId, request: &SyncRequest) -> SyncResponse {
        let receipts = request.push.iter().map(|batch| self.push(batch)).collect();
        let mut response = SyncResponse {
            v: VERSION,
            now: NOW,
            receipts,
            entries: Vec::new(),
            cursors: BTreeMap::new(),
            rewound: Vec::new(),
            more: false,
            want: Vec::new(),
            revoked: Vec::new(),
            reference: None,
            reference_tag: "r1".into(),
        };
        let grants = self.grants_of(device);
        response.revoked = request.cursors.keys().filter(|grant| !grants.contains(grant)).cloned().collect();
        for grant in grants {
            let cursor = request.cursors.get(&grant).copied().unwrap_or(Cursor::START);
            self.pull(&grant, cursor, &mut response);
        }
        SyncResponse::decode(&response.encode()).unwrap()
    }

    fn pull(&self, grant: &str, cursor: Cursor, response: &mut SyncResponse) {
        let Some(area) = grant.strip_prefix("a:") else { return };
        let empty = Vec::new();
        let feed = self.feeds.get(area).unwrap_or(&empty);
        let at = |seq: u64| feed.get(usize::try_from(seq).unwrap() - 1).map(|row| row.chain);
        let mut from = usize::try_from(cursor.0).unwrap();
        if check_cursor(cursor, at) == CursorCheck::Rewound {
            response.rewound.push(grant.to_owned());
            from = 0;
        }
        let upto = self.page.map_or(feed.len(), |page| feed.len().min(from + page));
        response.more |= upto < feed.len();
        for (index, row) in feed.iter().enumerate().take(upto).skip(from) {
            let stored = &self.records[&row.record];
            let whole = self.whole_documents && row.what == What::Changes;
            response.entries.push(Entry {
                grant: grant.to_owned(),
                seq: index as u64 + 1,
                record: row.record,
                kind: stored.kind.clone(),
                form: stored.form.clone(),
                area: stored.area.clone(),
                what: if whole { What::Document } else { row.what },
                data: if whole { stored.document.save() } else { row.data.clone() },
            });
        }
        let chain = if upto == 0 { Chain::START } else { feed[upto - 1].chain };
        response.cursors.insert(grant.to_owned(), Cursor(upto as u64, chain));
    }

    fn append(&mut self, area: &str, record: RecordId, what: What, data: Vec<u8>, parts: &[[u8; 32]]) {
        let feed = self.feeds.entry(area.to_owned()).or_default();
        let previous = feed.last().map_or(Chain::START, |row| row.chain);
        let digest = entry_digest(feed.len() as u64 + 1, record, what, parts);
        feed.push(Row { record, what, data, chain: next_chain(previous, digest) });
    }

    pub fn push(&mut self, sealed: &SealedBatch) -> Receipt {
        let manifest = bidao_sync::message::BatchManifest::decode(&sealed.manifest).unwrap();
        let key = (manifest.actor, manifest.number);
        let all = |status, refusal: &Refusal| Receipt {
            actor: manifest.actor,
            number: manifest.number,
            items: manifest.items.iter().map(|item| receipt(item.id(), status, Some(refusal))).collect(),
        };
        let batch = match verify(sealed, &public_key(manifest.actor.device())) {
            Ok(batch) => batch,
            Err(refusal) => return all(Status::Refused, &refusal),
        };
        match judge_batch(&batch, self.batches.get(&key).map(|(digest, _)| *digest)) {
            BatchVerdict::Repeated => return self.batches[&key].1.clone(),
            BatchVerdict::NumberReused => {
                return all(Status::Refused, &Refusal::new(Code::BatchNumberReused, "number"));
            }
            BatchVerdict::New => {}
        }
        let items: Vec<ItemReceipt> =
            batch.manifest.items.iter().map(|item| self.take(&batch, item)).collect();
        let receipt = Receipt { actor: manifest.actor, number: manifest.number, items };
        self.batches.insert(key, (batch.digest, receipt.clone()));
        receipt
    }

    fn take(&mut self, batch: &VerifiedBatch, item: &Item) -> ItemReceipt {
        match item {
            Item::Edit(edit) => {
                let verdict = self.edit(batch, edit);
                if let Verdict::Quarantined(refusal) | Verdict::Refused(refusal) = &verdict {
                    self.quarantine.push((batch.clone(), edit.id, refusal.clone()));
                }
                let receipt = verdict.receipt(edit);
                if matches!(verdict, Verdict::Stored(_)) {
                    self.try_held();
                }
                receipt
            }
            Item::Command(command) => self.command(batch, command),
        }
    }

    fn edit(&mut self, batch: &VerifiedBatch, edit: &Edit) -> Verdict {
        let shape = match edit.form.as_str() {
            "household/1" => Some(shape()),
            SIGNED_FORM => Some(signed_shape()),
            FOUNDED_FORM => Some(
                Shape::new(["attestations", "lines"])
                    .immutable(["lines"])
                    .founded("income", ["household", "month"]),
            ),
            _ => None,
        };
        let known = self.records.get(&edit.record);
        let access = match self.ended.get(&batch.device()) {
            Some((seq, at)) => Access::Ended { seq: *seq, at: *at },
            None => Access::Now,
        };
        let device =
            if self.revoked.contains(&batch.device()) { DeviceState::Revoked } else { DeviceState::Active };
        let record = known.map(|known| RecordFacts {
            document: &known.document,
            kind: &known.kind,
            area: &known.area,
            former: &[],
        });
        let facts =
            EditFacts { device, access, record, shape: shape.as_ref(), held: self.held.len(), now: NOW };
        let verdict = judge_edit(batch, edit, &facts);
        match &verdict {
            Verdict::Stored(stored) => {
                let review = known.map_or(Review::Draft, |known| match stored.attests_only() {
                    true => known.review,
                    false => known.review.after_edit(),
                });
                let area = edit.area.clone();
                let entry = Stored {
                    document: stored.document.clone(),
                    kind: edit.kind.clone(),
                    form: edit.form.clone(),
                    area: area.clone(),
                    review,
                };
                self.records.insert(edit.record, entry);
                let data = stored.added.iter().flat_map(|change| change.bytes.clone()).collect();
                let parts: Vec<[u8; 32]> = stored.added.iter().map(|change| change.hash.0).collect();
                self.append(&area, edit.record, What::Changes, data, &parts);
            }
            Verdict::Held { .. } => self.held.push((batch.clone(), edit.clone())),
            _ => {}
        }
        verdict
    }

    fn try_held(&mut self) {
        loop {
            let held = std::mem::take(&mut self.held);
            let count = held.len();
            for (batch, edit) in held {
                self.edit(&batch, &edit);
            }
            if self.held.len() == count {
                return;
            }
        }
    }

    fn command(&mut self, batch: &VerifiedBatch, command: &Command) -> ItemReceipt {
        let known = self.records.get(&command.record);
        let is_author = known.is_some_and(|known| {
            known.document.changes_since(&[]).iter().any(|change| change.actor.device() == batch.device())
        });
        let facts = CommandFacts {
            device: DeviceState::Active,
            document: known.map(|known| &known.document),
            review: known.map_or(Review::Draft, |known| known.review),
            standing: Standing { writes: true, reviews: true, is_author },
        };
        let verdict = judge_command(command, &facts);
        if let CommandVerdict::Done { review, heads, remark } = &verdict {
            let state = review.as_str().to_owned();
            let decision = Decision {
                state,
                remark: remark.clone(),
                by: "某人".into(),
                at: NOW,
                heads: heads.clone(),
                facts: BTreeMap::new(),
            };
            let data = decision.encode();
            let parts = [sha256(&data).0];
            let known = self.records.get_mut(&command.record).unwrap();
            known.review = *review;
            let area = known.area.clone();
            self.append(&area, command.record, What::Decision, data, &parts);
        }
        verdict.receipt(command)
    }

    pub fn answers(&self, id: RecordId) -> serde_json::Value {
        self.records[&id].document.answers()
    }
}
