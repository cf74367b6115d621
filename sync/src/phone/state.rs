//! What a phone remembers, all of it serialisable.

use crate::document::{Change, Document};
use crate::gate::Shape;
use crate::ids::{ActorId, ChangeHash, Digest, ItemId, RecordId};
use crate::message::{BatchManifest, Command, Cursor, Decision, GrantId, Item, Message, SealedBatch};
use crate::phone::Problem;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Version of the saved form.
const SAVED: u8 = 1;

/// Changes that travel as one item at most.
const CHANGES_PER_ITEM: usize = 64;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    saved: u8,
    pub actor: ActorId,
    pub records: BTreeMap<RecordId, StoredRecord>,
    /// Done, not sealed, in order.
    pub outbox: Vec<Pending>,
    /// Sealed, no receipt yet, in order; own and carried.
    pub sealed: Vec<SealedBatch>,
    /// Own batches with a receipt, the latest last (P17).
    pub kept: VecDeque<SealedBatch>,
    /// Per own actor the last batch sealed.
    pub links: BTreeMap<ActorId, Link>,
    pub cursors: BTreeMap<GrantId, Cursor>,
    /// Grants being read again from the start, with the own changes met so far.
    pub rewinding: BTreeSet<GrantId>,
    pub met_again: BTreeSet<ChangeHash>,
    /// Own changes the server has said to have, which have not come back with its feed yet (PROTOCOL.md §6.1).
    #[serde(default)]
    pub unread: BTreeMap<ChangeHash, RecordId>,
    /// Own changes that came back before their receipt did.
    #[serde(default)]
    pub read_early: BTreeSet<ChangeHash>,
    /// Those that were offered once more because they did not come back.
    #[serde(default)]
    pub offered: BTreeSet<ChangeHash>,
    /// Those that wait at the server for what they stand on.
    #[serde(default)]
    pub held: BTreeMap<ChangeHash, RecordId>,
    pub reference: Option<(String, ByteBuf)>,
    /// What forms allow, by `name/version`.
    #[serde(default)]
    pub shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredRecord {
    pub kind: String,
    pub form: String,
    pub area: String,
    /// A document chunk; missing while only a decision has arrived.
    pub document: Option<ByteBuf>,
    pub problems: Vec<Problem>,
    pub decision: Option<Decision>,
    /// Grants it came under.
    pub grants: BTreeSet<GrantId>,
    /// No grant covers it any more: delete once everything is pushed (P10).
    pub gone: bool,
    /// The village it went to, where none of the phone's grants follows.
    #[serde(default)]
    pub moved_to: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Pending {
    Edit(PendingEdit),
    Command(Command),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PendingEdit {
    pub item: ItemId,
    pub record: RecordId,
    pub actor: ActorId,
    pub changes: Vec<(ChangeHash, ByteBuf)>,
    /// Village of the record when it was edited.
    pub area: String,
    /// Position of that village's feed the author worked from.
    pub seen: Option<u64>,
}

impl Pending {
    pub fn record(&self) -> RecordId {
        match self {
            Pending::Edit(edit) => edit.record,
            Pending::Command(command) => command.record,
        }
    }
}

/// The last batch an actor sealed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Link {
    pub number: u64,
    pub digest: Digest,
}

impl StoredRecord {
    pub fn new(kind: &str, form: &str, area: &str, document: &Document) -> Self {
        Self { document: Some(ByteBuf::from(document.save())), ..Self::empty(kind, form, area) }
    }

    pub fn empty(kind: &str, form: &str, area: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            form: form.to_owned(),
            area: area.to_owned(),
            document: None,
            problems: Vec::new(),
            decision: None,
            grants: BTreeSet::new(),
            gone: false,
            moved_to: None,
        }
    }
}

impl State {
    pub fn new(actor: ActorId) -> Self {
        Self {
            saved: SAVED,
            actor,
            records: BTreeMap::new(),
            outbox: Vec::new(),
            sealed: Vec::new(),
            kept: VecDeque::new(),
            links: BTreeMap::new(),
            cursors: BTreeMap::new(),
            rewinding: BTreeSet::new(),
            met_again: BTreeSet::new(),
            unread: BTreeMap::new(),
            read_early: BTreeSet::new(),
            offered: BTreeSet::new(),
            held: BTreeMap::new(),
            reference: None,
            shapes: BTreeMap::new(),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a Vec cannot fail and every field can be serialised.
        let written = ciborium::into_writer(self, &mut bytes);
        debug_assert!(written.is_ok());
        bytes
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let state: Self = ciborium::from_reader(bytes).map_err(|error| error.to_string())?;
        if state.saved == SAVED { Ok(state) } else { Err(format!("saved form {}", state.saved)) }
    }

    pub fn replace_document(&mut self, record: RecordId, document: &Document) {
        if let Some(stored) = self.records.get_mut(&record) {
            stored.document = Some(ByteBuf::from(document.save()));
        }
    }

    /// Adds a change to the outbox: to the record's last item if that is an edit, else as a new item.
    pub fn queue_change(&mut self, item: ItemId, record: RecordId, change: Change) {
        let entry = (change.hash, ByteBuf::from(change.bytes));
        let area = self.records.get(&record).map(|stored| stored.area.clone()).unwrap_or_default();
        let last = self.outbox.iter_mut().rev().find(|pending| pending.record() == record);
        if let Some(Pending::Edit(edit)) = last
            && edit.actor == change.actor
            && edit.area == area
            && edit.changes.len() < CHANGES_PER_ITEM
        {
            edit.changes.push(entry);
            return;
        }
        let seen = self.seen(&area);
        let edit = PendingEdit { item, record, actor: change.actor, changes: vec![entry], area, seen };
        self.outbox.push(Pending::Edit(edit));
    }

    /// Adds the change everybody makes to the outbox, before what the phone wrote itself.
    pub fn queue_founding(&mut self, item: ItemId, record: RecordId, change: Change) {
        let changes = vec![(change.hash, ByteBuf::from(change.bytes))];
        let area = self.records.get(&record).map(|stored| stored.area.clone()).unwrap_or_default();
        let seen = self.seen(&area);
        self.outbox.push(Pending::Edit(PendingEdit { item, record, actor: self.actor, changes, area, seen }));
    }

    /// The feed position of an area the phone works from.
    pub fn seen(&self, area: &str) -> Option<u64> {
        if let Some(cursor) = self.cursors.get(&format!("a:{area}")) {
            return Some(cursor.0);
        }
        let of_household = self.cursors.iter().filter(|(grant, _)| {
            let household = grant.strip_prefix("h:").and_then(|hex| hex.parse().ok());
            household.and_then(|id| self.records.get(&id)).is_some_and(|stored| stored.area == area)
        });
        of_household.map(|(_, cursor)| cursor.0).min()
    }

    /// The manifests of the sealed batches that can be read (all own ones can).
    pub fn manifests(&self) -> impl Iterator<Item = BatchManifest> + '_ {
        self.sealed.iter().filter_map(|batch| BatchManifest::decode(&batch.manifest).ok())
    }

    pub fn is_pending(&self, record: RecordId) -> bool {
        self.outbox.iter().any(|pending| pending.record() == record)
            || self.manifests().any(|manifest| {
                manifest.actor.device() == self.actor.device()
                    && manifest.items.iter().any(|item| item.record() == record)
            })
    }

    /// Changes that are in the outbox or in a sealed batch.
    pub fn pending_changes(&self) -> BTreeSet<ChangeHash> {
        let mut hashes = BTreeSet::new();
        for pending in &self.outbox {
            if let Pending::Edit(edit) = pending {
                hashes.extend(edit.changes.iter().map(|(hash, _)| *hash));
            }
        }
        hashes.append(&mut self.sealed_changes());
        hashes
    }

    /// Changes in sealed batches.
    pub fn sealed_changes(&self) -> BTreeSet<ChangeHash> {
        let items = self.manifests().flat_map(|manifest| manifest.items);
        let edits = items.filter_map(|item| match item {
            Item::Edit(edit) => Some(edit.changes),
            Item::Command(_) => None,
        });
        edits.flatten().collect()
    }

    pub fn unsynced(&self) -> u64 {
        let own = self.manifests().filter(|manifest| manifest.actor.device() == self.actor.device());
        let sealed: usize = own.map(|manifest| manifest.items.len()).sum();
        (self.outbox.len() + sealed) as u64
    }

    /// Whether any grant the phone still has covers the record.
    pub fn is_covered(&self, stored: &StoredRecord) -> bool {
        let village = format!("a:{}", stored.area);
        self.cursors.contains_key(&village)
            || stored.grants.iter().any(|grant| self.cursors.contains_key(grant))
    }
}
