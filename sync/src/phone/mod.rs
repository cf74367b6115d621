//! The phone's side: outbox, seals, receipts, pull, new incarnations (`PROTOCOL.md` §6).
//!
//! The whole state is one value that [`Phone::save`] turns into bytes. The caller stores those bytes in one local
//! transaction after every call that changes something, and before it sends anything.

mod attest;
mod entries;
mod incarnation;
mod incoming;
mod outgoing;
mod read_back;
mod state;

pub use incoming::{Event, Received};

use crate::code::Refusal;
use crate::document::{Conflict, Document, DocumentError, Identity, Put, founded_id};
use crate::ids::{ActorId, ChangeHash, DeviceId, ItemId, RecordId};
use crate::message::{BatchManifest, Command, Cursor, Decision, GrantId, Message, SealedBatch};
use crate::time::Millis;
use serde_json::Value;
use state::{Pending, State, StoredRecord};
use std::collections::BTreeMap;

/// Why the phone could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// The record is not on this phone.
    #[error("no record {0}")]
    UnknownRecord(RecordId),
    /// A record of that id is there already.
    #[error("record {0} is there already")]
    RecordExists(RecordId),
    /// The content cannot be read or written.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The bytes are not a saved phone.
    #[error("not a saved phone: {0}")]
    BadState(String),
}

/// A record to make.
#[derive(Debug, Clone, Copy)]
pub struct NewRecord<'a> {
    /// UUIDv7.
    pub id: RecordId,
    /// `household` …
    pub kind: &'a str,
    /// `name/version` of the form.
    pub form: &'a str,
    /// 12-digit village code.
    pub area: &'a str,
    /// All containers of the form.
    pub containers: &'a [&'a str],
    /// First values.
    pub puts: &'a [Put],
}

/// A record to make of which there is one per identity.
#[derive(Debug, Clone, Copy)]
pub struct FoundedRecord<'a> {
    /// `income` …
    pub kind: &'a str,
    /// `name/version` of the form.
    pub form: &'a str,
    /// 12-digit village code.
    pub area: &'a str,
    /// All containers of the form.
    pub containers: &'a [&'a str],
    /// What it is about.
    pub identity: &'a Identity,
    /// First values.
    pub puts: &'a [Put],
}

/// What the server did not take, shown on the record until a person deals with it (P4).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The item.
    pub item: ItemId,
    /// A [`crate::code::Code`] as text.
    pub code: String,
    /// In words.
    pub detail: String,
}

/// One phone.
#[derive(Debug, Clone)]
pub struct Phone {
    state: State,
}

impl Phone {
    /// A new installation. `incarnation` is 8 fresh random bytes.
    pub fn new(device: DeviceId, incarnation: [u8; 8]) -> Self {
        Self { state: State::new(ActorId::new(device, incarnation)) }
    }

    /// The whole state.
    pub fn save(&self) -> Vec<u8> {
        self.state.encode()
    }

    /// A phone that starts from its saved state.
    ///
    /// # Errors
    /// [`PhoneError::BadState`].
    pub fn restore(bytes: &[u8]) -> Result<Self, PhoneError> {
        let mut phone = State::decode(bytes).map(|state| Self { state }).map_err(PhoneError::BadState)?;
        phone.await_held();
        Ok(phone)
    }

    /// Who writes now.
    pub fn actor(&self) -> ActorId {
        self.state.actor
    }

    /// Makes a record and puts it in the outbox.
    ///
    /// # Errors
    /// [`PhoneError::RecordExists`], [`PhoneError::Document`].
    pub fn create_record(
        &mut self,
        record: &NewRecord<'_>,
        item: ItemId,
        now: Millis,
    ) -> Result<ChangeHash, PhoneError> {
        if self.state.records.contains_key(&record.id) {
            return Err(PhoneError::RecordExists(record.id));
        }
        let (document, change) = Document::create(self.state.actor, now, record.containers, record.puts)?;
        let stored = StoredRecord::new(record.kind, record.form, record.area, &document);
        self.state.records.insert(record.id, stored);
        let hash = change.hash;
        self.state.queue_change(item, record.id, change);
        Ok(hash)
    }

    /// Writes fields of the record of that kind about that, which begins with it if it is not here. The record's id.
    ///
    /// # Errors
    /// As [`Phone::edit_record`].
    pub fn found_record(
        &mut self,
        record: &FoundedRecord<'_>,
        item: ItemId,
        now: Millis,
    ) -> Result<RecordId, PhoneError> {
        let id = founded_id(record.kind, record.identity);
        let is_here = self.stored(id).is_ok_and(|stored| stored.document.is_some());
        if !is_here {
            let (document, founding) = Document::found(record.kind, record.containers, record.identity)?;
            let stored = StoredRecord::new(record.kind, record.form, record.area, &document);
            self.state.records.insert(id, stored);
            self.state.queue_founding(item, id, founding);
        }
        self.edit_record(id, record.puts, item, now)?;
        Ok(id)
    }

    /// Writes fields of a record. Values that are there already make no change. Edits of one record that were not
    /// sealed yet travel as one item, under the id of the first.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`], [`PhoneError::Document`]; for a form it knows ([`Phone::learn_form`]) also
    /// [`crate::code::Code::LineImmutable`], always [`crate::code::Code::AttestationImmutable`].
    pub fn edit_record(
        &mut self,
        record: RecordId,
        puts: &[Put],
        item: ItemId,
        now: Millis,
    ) -> Result<Option<ChangeHash>, PhoneError> {
        self.guard(record, puts)?;
        let actor = self.state.actor;
        let mut document = self.document(record)?;
        let Some(change) = document.edit(actor, now, puts)? else { return Ok(None) };
        let hash = change.hash;
        self.state.replace_document(record, &document);
        self.state.queue_change(item, record, change);
        Ok(Some(hash))
    }

    /// Says which version of the form the record is written with from now on.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`].
    pub fn set_form(&mut self, record: RecordId, form: &str) -> Result<(), PhoneError> {
        let stored = self.state.records.get_mut(&record).ok_or(PhoneError::UnknownRecord(record))?;
        form.clone_into(&mut stored.form);
        Ok(())
    }

    /// Asks the server for something, naming the heads the person saw.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`], or [`DocumentError::UnknownHeads`] if the record has no such version.
    pub fn command(
        &mut self,
        name: &str,
        record: RecordId,
        expected: &[ChangeHash],
        args: BTreeMap<String, Value>,
        item: ItemId,
    ) -> Result<(), PhoneError> {
        if !self.document(record)?.knows(expected) {
            return Err(DocumentError::UnknownHeads.into());
        }
        let command = Command { id: item, name: name.to_owned(), record, expected: expected.to_vec(), args };
        self.state.outbox.push(Pending::Command(command));
        Ok(())
    }

    /// Takes over somebody else's sealed batch, to bring it to the server.
    ///
    /// # Errors
    /// The manifest cannot be read. The seal is the server's to check: the phone need not know the key.
    pub fn carry(&mut self, batch: SealedBatch) -> Result<(), Refusal> {
        BatchManifest::decode(&batch.manifest)?;
        if !self.state.sealed.contains(&batch) {
            self.state.sealed.push(batch);
        }
        Ok(())
    }

    /// Sealed batches without a receipt, own and carried: what another phone or a memory card may take along.
    pub fn sealed(&self) -> &[SealedBatch] {
        &self.state.sealed
    }

    /// Ids of all records here, in order.
    pub fn records(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.state.records.iter().filter(|(_, stored)| stored.document.is_some()).map(|(id, _)| *id)
    }

    fn stored(&self, record: RecordId) -> Result<&StoredRecord, PhoneError> {
        self.state.records.get(&record).ok_or(PhoneError::UnknownRecord(record))
    }

    /// A record's content and history.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`], [`PhoneError::Document`].
    pub fn document(&self, record: RecordId) -> Result<Document, PhoneError> {
        let bytes = self.stored(record)?.document.as_ref().ok_or(PhoneError::UnknownRecord(record))?;
        Ok(Document::load(bytes)?)
    }

    /// A record's content as JSON.
    ///
    /// # Errors
    /// As [`Phone::document`].
    pub fn answers(&self, record: RecordId) -> Result<Value, PhoneError> {
        Ok(self.document(record)?.answers())
    }

    /// Fields with different concurrent values; the form says which of them ask.
    ///
    /// # Errors
    /// As [`Phone::document`].
    pub fn conflicts(&self, record: RecordId) -> Result<Vec<Conflict>, PhoneError> {
        Ok(self.document(record)?.conflicts())
    }

    /// Kind, form and area of a record.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`].
    pub fn about(&self, record: RecordId) -> Result<(&str, &str, &str), PhoneError> {
        let stored = self.stored(record)?;
        Ok((&stored.kind, &stored.form, &stored.area))
    }

    /// The village a record went to, where none of the phone's grants follows: it stays only until everything about it
    /// has been sent.
    pub fn moved_to(&self, record: RecordId) -> Option<&str> {
        self.state.records.get(&record)?.moved_to.as_deref()
    }

    /// The last decision about a record that reached the phone.
    pub fn decision(&self, record: RecordId) -> Option<&Decision> {
        self.state.records.get(&record)?.decision.as_ref()
    }

    /// What the server did not take of a record.
    pub fn problems(&self, record: RecordId) -> &[Problem] {
        self.state.records.get(&record).map_or(&[], |stored| &stored.problems)
    }

    /// A person has dealt with a record's problems.
    pub fn clear_problems(&mut self, record: RecordId) {
        if let Some(stored) = self.state.records.get_mut(&record) {
            stored.problems.clear();
        }
    }

    /// Items no receipt has covered.
    pub fn unsynced(&self) -> u64 {
        self.state.unsynced()
    }

    /// Whether the server has received everything about a record.
    pub fn is_synced(&self, record: RecordId) -> bool {
        !self.state.is_pending(record)
    }

    /// What it has read per grant.
    pub fn cursors(&self) -> &BTreeMap<GrantId, Cursor> {
        &self.state.cursors
    }

    /// Reference data and its tag.
    pub fn reference(&self) -> Option<(&str, &[u8])> {
        self.state.reference.as_ref().map(|(tag, bytes)| (tag.as_str(), bytes.as_slice()))
    }
}
