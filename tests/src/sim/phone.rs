//! A simulated phone: the real engine, what of it is saved, its key and its wrong clock.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_sync::attestation::Fields;
use bidao_sync::document::{Identity, Put, founded_id};
use bidao_sync::ids::{ActorId, ChangeHash, ItemId, RecordId};
use bidao_sync::message::{BatchManifest, Item, Message, SyncRequest, SyncResponse};
use bidao_sync::phone::{Event, FoundedRecord, NewRecord, Phone};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};

use super::ledger::{Ledger, Write};
use super::signing;

/// One phone of the world.
pub struct SimPhone {
    /// Its place among the phones.
    pub number: usize,
    /// What people call its owner.
    pub name: String,
    /// Person id.
    pub person: String,
    /// Device id, hex.
    pub device: String,
    /// Villages its owner works in, as far as it knows; none for a helper, who follows one household.
    pub villages: Vec<String>,
    /// The household its owner is paired with, as far as it knows.
    pub household: Option<RecordId>,
    /// Villages and household the office gave its owner; the phone learns of them with its next answer.
    pub right: (Vec<String>, Option<RecordId>),
    /// The office took it out of use.
    pub is_revoked: bool,
    /// Steps for which it has no room to save anything.
    pub full: u32,
    /// Steps for which nothing reaches it.
    pub deaf: u32,
    /// Whether it knows the forms of the next release.
    pub is_current: bool,
    /// The engine, in memory.
    pub engine: Phone,
    /// Milliseconds its clock is off.
    pub skew: i64,
    key: SigningKey,
    saved: Vec<u8>,
    /// A copy of what was saved, and how much of the ledger it knows.
    backup: Option<(Vec<u8>, usize)>,
    /// Writes since the last save: they are true only once saved.
    unsaved: Vec<Write>,
}

impl SimPhone {
    /// A freshly enrolled phone.
    pub fn new(
        number: usize,
        owner: (String, String),
        village: &str,
        device: [u8; 8],
        key: SigningKey,
        fresh: [u8; 8],
        skew: i64,
    ) -> Self {
        let device = bidao_sync::ids::DeviceId(device);
        let mut engine = Phone::new(device, fresh);
        signing::shapes().into_iter().for_each(|(form, shape)| engine.learn_form(&form, shape));
        let saved = engine.save();
        Self {
            person: owner.0,
            name: owner.1,
            device: device.to_string(),
            number,
            villages: vec![village.to_owned()],
            household: None,
            right: (vec![village.to_owned()], None),
            is_revoked: false,
            full: 0,
            deaf: 0,
            is_current: false,
            engine,
            skew,
            key,
            saved,
            backup: None,
            unsaved: Vec::new(),
        }
    }

    /// The same telephone a second time, from a copy of what was saved: one identity, one key.
    pub fn copy(&self, number: usize) -> Result<Self, String> {
        let (bytes, _) = self.backup.as_ref().ok_or("no copy")?;
        let engine = Phone::restore(bytes).map_err(|error| error.to_string())?;
        Ok(Self {
            number,
            name: format!("{}'s copy", self.name),
            person: self.person.clone(),
            device: self.device.clone(),
            villages: self.villages.clone(),
            household: self.household,
            right: self.right.clone(),
            is_revoked: self.is_revoked,
            full: 0,
            deaf: 0,
            is_current: self.is_current,
            engine,
            skew: self.skew,
            key: self.key.clone(),
            saved: bytes.clone(),
            backup: None,
            unsaved: Vec::new(),
        })
    }

    /// Who writes now.
    pub fn actor(&self) -> ActorId {
        self.engine.actor()
    }

    /// Whether its grants cover a record of this village about this household.
    pub fn covers(&self, area: &str, household: Option<RecordId>) -> bool {
        let (villages, of) = &self.right;
        villages.iter().any(|village| village == area) || (of.is_some() && *of == household)
    }

    /// Whether it believes so.
    pub fn works_in(&self, area: &str, household: Option<RecordId>) -> bool {
        self.villages.iter().any(|village| village == area)
            || (self.household.is_some() && self.household == household)
    }

    /// The office gives its owner other villages, or another household.
    pub fn grant(&mut self, villages: &[&str], household: Option<RecordId>) {
        self.right = (villages.iter().map(|village| (*village).to_owned()).collect(), household);
    }

    /// An answer says what its owner may do now.
    pub fn learn(&mut self) {
        (self.villages, self.household) = self.right.clone();
    }

    /// Somebody copies it away.
    pub fn back_up(&mut self, ledger: &Ledger) {
        self.backup = Some((self.saved.clone(), ledger.writes.len()));
    }

    /// Whether there is a copy of it.
    pub fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// The copy is put back: what was not acknowledged since may be lost.
    pub fn put_back(&mut self, ledger: &mut Ledger) -> Result<(), String> {
        let Some((bytes, known)) = self.backup.clone() else { return Ok(()) };
        self.saved = bytes;
        self.crash()?;
        ledger.forget(self.number, known);
        self.note_items(ledger)
    }

    /// The village a record is in, as far as this phone knows.
    pub fn village_of(&self, id: RecordId) -> Option<String> {
        self.engine.about(id).ok().map(|(_, _, area)| area.to_owned())
    }

    /// The form this phone makes records of a kind with: the newest it was told of.
    pub fn form(&self, kind: &str) -> Result<&'static Form, String> {
        let known = forms::built_in().iter().filter(|form| form.name == kind);
        let known = known.filter(|form| self.is_current || form.version == 1);
        known.max_by_key(|form| form.version).ok_or_else(|| format!("no form {kind}"))
    }

    /// Makes a record of a form, in a village, with first values.
    pub fn create(
        &mut self,
        (form, village): (&Form, &str),
        id: RecordId,
        item: ItemId,
        puts: &[Put],
        now: i64,
    ) -> Result<(), String> {
        let containers: Vec<&str> = form.containers();
        let form_id = form.id();
        let skew = self.skew;
        let record =
            NewRecord { id, kind: &form.name, form: &form_id, area: village, containers: &containers, puts };
        let change = self.engine.create_record(&record, item, now + skew).map_err(|e| e.to_string())?;
        self.note(id, puts, change, BTreeSet::new());
        Ok(())
    }

    /// Writes fields of the record of that form about that, wherever else it was begun.
    pub fn found(
        &mut self,
        (form, village): (&Form, &str),
        identity: &Identity,
        item: ItemId,
        puts: &[Put],
        now: i64,
    ) -> Result<RecordId, String> {
        let id = founded_id(&form.name, identity);
        let containers: Vec<&str> = form.containers();
        let (kind, form, containers) = (form.name.as_str(), &form.id(), containers.as_slice());
        let before = self.engine.document(id).map(|document| document.heads()).unwrap_or_default();
        let record = FoundedRecord { kind, form, area: village, containers, identity, puts };
        self.engine.found_record(&record, item, now + self.skew).map_err(|e| e.to_string())?;
        let after = self.engine.document(id).map_err(|e| e.to_string())?;
        let Some(change) = after.changes_since(&before).pop() else { return Ok(id) };
        let all = after.changes_since(&[]).into_iter().map(|change| change.hash);
        let seen = all.filter(|hash| *hash != change.hash).collect();
        self.note(id, puts, change.hash, seen);
        Ok(id)
    }

    /// Writes fields of a record.
    pub fn edit(&mut self, id: RecordId, item: ItemId, puts: &[Put], now: i64) -> Result<(), String> {
        let document = self.engine.document(id).map_err(|e| e.to_string())?;
        let seen = document.changes_since(&[]).into_iter().map(|change| change.hash).collect();
        let change = self.engine.edit_record(id, puts, item, now + self.skew).map_err(|e| e.to_string())?;
        if let Some(change) = change {
            self.note(id, puts, change, seen);
        }
        Ok(())
    }

    /// Attests a record as it is on this phone; false where people disagree about a field.
    pub fn attest(
        &mut self,
        id: RecordId,
        (item, element): (ItemId, RecordId),
        fields: &Fields,
        now: i64,
    ) -> Result<bool, String> {
        let before = self.engine.document(id).map_err(|e| e.to_string())?;
        let form = self.engine.about(id).map_err(|e| e.to_string())?.1.to_owned();
        let now = (now + self.skew).max(0);
        let fields = Fields { signed_at: now, ..fields.clone() };
        let change = match self.engine.attest(id, &element.to_string(), &fields, item, now) {
            Ok(change) => change,
            Err(error) if error.to_string().contains("conflict") => return Ok(false),
            Err(error) => return Err(error.to_string()),
        };
        let after = self.engine.document(id).map_err(|e| e.to_string())?;
        let puts = signing::written(&after, change);
        signing::names_what_was_shown(&before, id, &form, &puts)?;
        let seen = before.changes_since(&[]).into_iter().map(|change| change.hash).collect();
        self.note(id, &puts, change, seen);
        Ok(true)
    }

    fn note(&mut self, record: RecordId, puts: &[Put], change: ChangeHash, seen: BTreeSet<ChangeHash>) {
        let actor = self.actor();
        self.unsaved.extend(puts.iter().map(|put| Write {
            record,
            path: put.path.clone(),
            value: put.value.clone(),
            change,
            actor,
            seen: seen.clone(),
            phone: self.number,
        }));
    }

    /// Saves: from here on what was written is the truth.
    pub fn save(&mut self, ledger: &mut Ledger) {
        self.saved = self.engine.save();
        ledger.writes.append(&mut self.unsaved);
    }

    /// Dies without saving and starts again from what was saved.
    pub fn crash(&mut self) -> Result<(), String> {
        self.engine = Phone::restore(&self.saved).map_err(|error| error.to_string())?;
        self.unsaved.clear();
        Ok(())
    }

    /// Seals the outbox and notes which changes travel in which item.
    pub fn seal(&mut self, now: i64, ledger: &mut Ledger) -> Result<(), String> {
        let (key, skew) = (&self.key, self.skew);
        self.engine.seal(now + skew, |bytes| {
            let signature: Signature = key.sign(bytes);
            signature.to_bytes().into()
        });
        self.note_items(ledger)
    }

    fn note_items(&self, ledger: &mut Ledger) -> Result<(), String> {
        for batch in self.engine.sealed() {
            let manifest = BatchManifest::decode(&batch.manifest).map_err(|error| error.to_string())?;
            for item in manifest.items {
                if let Item::Edit(edit) = item {
                    let version = edit.form.rsplit('/').next().and_then(|number| number.parse().ok());
                    ledger.note_versions(&edit.changes, version.unwrap_or_default());
                    ledger.items.insert((self.number, edit.id), (edit.record, edit.changes));
                }
            }
        }
        Ok(())
    }

    /// Takes in an answer; returns whether to ask again at once.
    pub fn receive(
        &mut self,
        request: &SyncRequest,
        answer: &SyncResponse,
        fresh: [u8; 8],
        ledger: &mut Ledger,
    ) -> Result<(bool, Vec<Event>), String> {
        let received = self.engine.receive(request, answer, fresh);
        for event in &received.events {
            let Event::Settled { item, .. } = event else { continue };
            if let Some((record, changes)) = ledger.items.get(&(self.number, *item)) {
                for change in changes {
                    ledger.acknowledged.insert(*change, *record);
                }
            }
        }
        if received.events.iter().any(|event| matches!(event, Event::NewIncarnation { .. })) {
            self.find_again(ledger)?;
        }
        Ok((received.more, received.events))
    }

    /// What was made again has other names now.
    fn find_again(&self, ledger: &mut Ledger) -> Result<(), String> {
        let device = self.actor().device();
        let records: BTreeSet<RecordId> = ledger.by(device).map(|write| write.record).collect();
        let mut named = BTreeMap::new();
        for id in records.into_iter().filter(|id| self.engine.about(*id).is_ok()) {
            let Ok(document) = self.engine.document(id) else { continue };
            let own = document.history().into_iter().filter(|entry| entry.actor.device() == device);
            named.extend(own.map(|entry| ((id, entry.path, entry.new.to_string()), entry.change)));
        }
        let again: Vec<(ChangeHash, ChangeHash)> = ledger
            .by(device)
            .filter_map(|write| {
                let key = (write.record, write.path.clone(), write.value.to_string());
                named.get(&key).map(|change| (write.change, *change))
            })
            .collect();
        for (old, new) in again.into_iter().filter(|(old, new)| old != new) {
            ledger.again.entry(old).or_default().insert(new);
        }
        Ok(())
    }
}
