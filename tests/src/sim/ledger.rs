//! What the phones wrote, kept apart from both phones and server: the truth the checks compare with.

use std::collections::{BTreeMap, BTreeSet};

use bidao_sync::ids::{ActorId, ChangeHash, DeviceId, ItemId, RecordId};
use serde_json::Value;

/// One value that a person wrote and the phone saved.
#[derive(Debug, Clone)]
pub struct Write {
    /// The record.
    pub record: RecordId,
    /// Field path.
    pub path: String,
    /// The value, different from every other write's of the field.
    pub value: Value,
    /// The change that holds it, as it was first made.
    pub change: ChangeHash,
    /// Who.
    pub actor: ActorId,
    /// Every change the author's phone knew of this record.
    pub seen: BTreeSet<ChangeHash>,
    /// On which phone.
    pub phone: usize,
}

impl Write {
    /// What tells it from all others.
    #[must_use]
    pub fn key(&self) -> (RecordId, String, String, DeviceId) {
        (self.record, self.path.clone(), self.value.to_string(), self.actor.device())
    }
}

/// The truth.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Saved writes, in order.
    pub writes: Vec<Write>,
    /// Changes that some phone holds a receipt for, with their record.
    pub acknowledged: BTreeMap<ChangeHash, RecordId>,
    /// Which changes an item of a phone carries.
    pub items: BTreeMap<(usize, ItemId), (RecordId, Vec<ChangeHash>)>,
    /// The oldest and the newest version of its form that a change was sent with.
    pub versions: BTreeMap<ChangeHash, (u32, u32)>,
    /// Records written where their author has no business: they must never be stored.
    pub foreign: BTreeSet<RecordId>,
    /// Changes that were on a phone only, which was then put back to before them: they may be lost.
    pub perhaps: BTreeSet<ChangeHash>,
    /// Other names of changes that were made again under a new incarnation.
    pub again: BTreeMap<ChangeHash, BTreeSet<ChangeHash>>,
    /// Devices whose owner lost a right, or that were revoked: what they wrote may wait for a leader.
    pub displaced: BTreeSet<String>,
    /// Devices that were revoked, and when.
    pub revoked: BTreeMap<String, i64>,
    /// Devices of which a copy was put back or used.
    pub copied: BTreeSet<String>,
}

impl Ledger {
    /// What a device wrote.
    pub fn by(&self, device: DeviceId) -> impl Iterator<Item = &Write> {
        self.writes.iter().filter(move |write| write.actor.device() == device)
    }

    /// A phone forgot what it wrote since: all that nobody acknowledged may be lost.
    pub fn forget(&mut self, phone: usize, since: usize) {
        let forgotten = self.writes[since..].iter().filter(|write| write.phone == phone);
        let forgotten = forgotten.map(|write| write.change);
        self.perhaps.extend(forgotten.filter(|change| !self.acknowledged.contains_key(change)));
    }

    /// A device may write now where it had no business: what it wrote there is taken or not.
    pub fn pardon(&mut self, device: &str) {
        let foreign = self.writes.iter().filter(|write| {
            self.foreign.contains(&write.record) && write.actor.device().to_string() == device
        });
        let pardoned: Vec<(RecordId, ChangeHash)> =
            foreign.map(|write| (write.record, write.change)).collect();
        for (record, change) in pardoned {
            self.foreign.remove(&record);
            self.perhaps.insert(change);
        }
    }

    /// With which version of its form changes were sent.
    pub fn note_versions(&mut self, changes: &[ChangeHash], version: u32) {
        for change in changes {
            let known = self.versions.entry(*change).or_insert((version, version));
            *known = (known.0.min(version), known.1.max(version));
        }
    }

    /// All names of a write's change.
    #[must_use]
    pub fn names(&self, write: &Write) -> BTreeSet<ChangeHash> {
        let again = self.again.get(&write.change).cloned().unwrap_or_default();
        again.into_iter().chain([write.change]).collect()
    }

    /// Every field somebody wrote, with the values that nobody knowingly replaced, of the writes that are `there`.
    #[must_use]
    pub fn standing(&self, there: &Present) -> BTreeMap<(RecordId, String), Vec<&Write>> {
        let mut fields: BTreeMap<(RecordId, String), Vec<&Write>> = BTreeMap::new();
        for write in self.writes.iter().filter(|write| there.contains_key(&write.key())) {
            fields.entry((write.record, write.path.clone())).or_default().push(write);
        }
        for writes in fields.values_mut() {
            // A phone and its copy may have saved the same write.
            writes.dedup_by_key(|write| write.change);
            let all = writes.clone();
            let names = |write: &Write| {
                let mut names = self.names(write);
                names.extend(there.get(&write.key()));
                names
            };
            writes.retain(|write| {
                let names = names(write);
                !all.iter().any(|later| later.seen.iter().any(|seen| names.contains(seen)))
            });
        }
        fields
    }
}

/// What the server has of what was written, with the name it has there.
pub type Present = BTreeMap<(RecordId, String, String, DeviceId), ChangeHash>;
