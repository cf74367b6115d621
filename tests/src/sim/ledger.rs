//! What the phones wrote, kept apart from both phones and server: the truth the checks compare with.

use std::collections::{BTreeMap, BTreeSet};

use bidao_sync::ids::{ActorId, ChangeHash, ItemId, RecordId};
use serde_json::Value;

/// One value that a person wrote and the phone saved.
#[derive(Debug, Clone)]
pub struct Write {
    /// The record.
    pub record: RecordId,
    /// Field path.
    pub path: String,
    /// The value, different from every other write's.
    pub value: Value,
    /// The change that holds it.
    pub change: ChangeHash,
    /// Who.
    pub actor: ActorId,
    /// Every change the author's phone knew of this record.
    pub seen: BTreeSet<ChangeHash>,
}

/// The truth.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Saved writes, in order.
    pub writes: Vec<Write>,
    /// Changes that some phone holds a receipt for, with their record.
    pub acknowledged: BTreeMap<ChangeHash, RecordId>,
    /// Which changes an item carries.
    pub items: BTreeMap<ItemId, (RecordId, Vec<ChangeHash>)>,
    /// The newest version of its form that a record was sent with.
    pub versions: BTreeMap<RecordId, u32>,
    /// Records written where their author has no business: they must never be stored.
    pub foreign: BTreeSet<RecordId>,
}

impl Ledger {
    /// Every field somebody wrote, with the values that nobody knowingly replaced.
    #[must_use]
    pub fn standing(&self) -> BTreeMap<(RecordId, String), Vec<&Write>> {
        let mut fields: BTreeMap<(RecordId, String), Vec<&Write>> = BTreeMap::new();
        for write in &self.writes {
            fields.entry((write.record, write.path.clone())).or_default().push(write);
        }
        for writes in fields.values_mut() {
            let all = writes.clone();
            writes.retain(|write| !all.iter().any(|later| later.seen.contains(&write.change)));
        }
        fields
    }
}
