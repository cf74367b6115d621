//! A simulated phone: the real phone of the sync engine, a line to the server, and a diary of every value
//! it wrote, against which the server is checked at the end.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::forms;
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::ids::{ChangeHash, Digest, ItemId, RecordId};
use bidao_sync::message::{Status, Want};
use bidao_sync::phone::{Event, NewRecord, Phone, PhoneError};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::camera::View;
use super::line::{Line, Trouble};
use super::township::Worker;

/// Bytes of entries a phone asks for at once.
const MAX_BYTES: u64 = 128 * 1024;

/// One value written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The record.
    pub record: RecordId,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// Field path.
    pub path: String,
    /// The value.
    pub value: Value,
}

/// What happened to one phone.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Requests that failed on the line and were sent again.
    pub retries: u64,
    /// Evenings on which it gave up and stayed offline.
    pub gave_up: u64,
    /// Times the app was killed and read its state back.
    pub killed: u64,
    /// Conflicts settled.
    pub settled: u64,
    /// Commands that came too late: the record had moved on.
    pub stale: u64,
    /// Photos taken.
    pub photos: u64,
    /// Uploads that went on in the middle of a file.
    pub resumed: u64,
    /// Items the server did not take, by code. Must stay empty.
    pub troubled: BTreeMap<String, u64>,
}

/// One phone with its owner.
pub struct SimPhone {
    /// Its owner.
    pub worker: Worker,
    /// The engine.
    pub phone: Phone,
    /// The way to the server.
    pub line: Line,
    /// Decides what its owner does: the same for the same seed, whatever the line does.
    pub rng: StdRng,
    /// Everything else that is random: proofs, item ids, accidents, what a leader thinks.
    pub chance: StdRng,
    /// Every value written.
    pub written: Vec<Written>,
    /// Every change made.
    pub changes: Vec<(RecordId, ChangeHash)>,
    /// Attestations made: record and element.
    pub attested: Vec<(RecordId, String)>,
    /// Every file made: photos, slips and strokes.
    pub files: BTreeMap<Digest, Vec<u8>>,
    /// Views photographed.
    pub album: Vec<View>,
    /// Paths of photos that show a household already photographed as another.
    pub reused: Vec<String>,
    /// Numbers for the table.
    pub tally: Tally,
    /// Days left without any signal.
    pub offline_days: u32,
    /// Households this phone's owner looks after.
    pub households: Vec<RecordId>,
    /// Difficulties raised and not yet solved.
    pub difficulties: Vec<RecordId>,
    /// Records whose work is done and not yet handed in.
    pub to_submit: BTreeSet<RecordId>,
}

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// Everything is there, both ways.
    Whole,
    /// The line was too bad; the work waits on the phone.
    NotYet,
}

impl SimPhone {
    /// A new record with its first values.
    ///
    /// # Errors
    /// The engine refuses: a fault of the demo.
    pub fn create(&mut self, kind: &str, area: &str, puts: &[Put], now: i64) -> Result<RecordId, PhoneError> {
        let id = RecordId(
            *uuid::Builder::from_unix_timestamp_millis(now.unsigned_abs(), &self.rng.random())
                .as_uuid()
                .as_bytes(),
        );
        let form = format!("{kind}/1");
        let containers = forms::find(&form).map(bidao_schema::form::Form::containers).unwrap_or_default();
        let record = NewRecord { id, kind, form: &form, area, containers: &containers, puts };
        let item = self.item();
        let change = self.phone.create_record(&record, item, now)?;
        self.note(id, change, puts);
        Ok(id)
    }

    /// Edits a record that will be handed in again, unless all that is there already.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn edit(&mut self, record: RecordId, puts: &[Put], now: i64) -> Result<(), PhoneError> {
        let before = self.phone.document(record)?.leaves();
        let item = self.item();
        if let Some(change) = self.phone.edit_record(record, puts, item, now)? {
            let news: Vec<Put> =
                puts.iter().filter(|put| before.get(&put.path) != Some(&put.value)).cloned().collect();
            self.note(record, change, &news);
            self.to_submit.insert(record);
        }
        Ok(())
    }

    /// Somebody signs a record as this phone shows it.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn attest(&mut self, record: RecordId, fields: &Fields, now: i64) -> Result<(), PhoneError> {
        let element = bidao_sync::ids::to_hex(&self.rng.random::<[u8; 16]>());
        let item = self.item();
        let change = self.phone.attest(record, &element, fields, item, now)?;
        let history = self.phone.document(record)?.history();
        let made = history.into_iter().filter(|entry| entry.change == change);
        let puts: Vec<Put> = made.map(|entry| Put::new(entry.path, entry.new)).collect();
        self.note(record, change, &puts);
        self.attested.push((record, element));
        Ok(())
    }

    /// Asks the server for something about the version the phone shows.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn command(&mut self, name: &str, record: RecordId, remark: Option<&str>) -> Result<(), PhoneError> {
        let heads = self.phone.document(record)?.heads();
        let args = remark.map(|text| ("remark".to_owned(), Value::from(text))).into_iter().collect();
        let item = self.item();
        self.phone.command(name, record, &heads, args, item)
    }

    /// Hands in everything finished.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn submit_finished(&mut self) -> Result<(), PhoneError> {
        for record in std::mem::take(&mut self.to_submit) {
            self.command("submit", record, None)?;
        }
        Ok(())
    }

    /// Sends and fetches until both sides have everything, or patience ends.
    ///
    /// # Errors
    /// The server refused the phone as such, or its state could not be read back: never expected.
    pub fn sync(&mut self, patience: u32, now: i64) -> Result<Synced, String> {
        let mut failures = 0;
        loop {
            while self.phone.seal(now, |bytes| self.line.sign(bytes)).is_some() {}
            match self.exchange() {
                Ok(true) => return Ok(Synced::Whole),
                Ok(false) => {}
                Err(Trouble::Refused(code, detail)) if code != ProblemCode::BadProof => {
                    return Err(format!("{}: {code:?}: {detail}", self.worker.account));
                }
                Err(_) => {
                    failures += 1;
                    if failures > patience {
                        self.tally.gave_up += 1;
                        return Ok(Synced::NotYet);
                    }
                    self.tally.retries += 1;
                    self.maybe_die()?;
                }
            }
        }
    }

    /// One request; once all words are there, the files that the server asked for. Answers whether nothing is left.
    fn exchange(&mut self) -> Result<bool, Trouble> {
        let request = self.phone.request(MAX_BYTES);
        let answer = self.line.sync(&request, &mut self.chance)?;
        let received = self.phone.receive(&request, &answer, self.chance.random());
        self.count(&received.events);
        if received.more || self.phone.unsynced() > 0 {
            return Ok(false);
        }
        for Want(digest, from) in &answer.want {
            let Some(bytes) = self.files.get(digest) else { continue };
            self.tally.resumed += u64::from(*from > 0);
            self.line.bring(*digest, *from, bytes, &mut self.chance)?;
        }
        Ok(answer.want.is_empty())
    }

    /// Sometimes the app is killed after a failure: what it saved must be all it needs.
    fn maybe_die(&mut self) -> Result<(), String> {
        if self.chance.random_bool(0.3) {
            self.phone = Phone::restore(&self.phone.save()).map_err(|error| error.to_string())?;
            self.tally.killed += 1;
        }
        Ok(())
    }

    fn count(&mut self, events: &[Event]) {
        for event in events {
            let Event::Troubled { record, status, code, .. } = event else { continue };
            if *status == Status::Stale {
                self.tally.stale += 1;
                self.phone.clear_problems(*record);
            } else {
                *self.tally.troubled.entry(code.clone()).or_default() += 1;
            }
        }
    }

    fn item(&mut self) -> ItemId {
        ItemId(self.chance.random())
    }

    fn note(&mut self, record: RecordId, change: ChangeHash, puts: &[Put]) {
        self.changes.push((record, change));
        let written = puts.iter().map(|put| {
            let (path, value) = (put.path.clone(), put.value.clone());
            Written { record, change, path, value }
        });
        self.written.extend(written);
    }
}
