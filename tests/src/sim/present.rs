//! What of all that was written the server has, and what may be missing there with good reason.

use std::collections::{BTreeMap, BTreeSet};

use bidao_server::store::{held, quarantine, schema};
use bidao_sync::document::Document;
use bidao_sync::ids::{ChangeHash, RecordId};
use bidao_sync::message::Item;
use diesel::{QueryDsl, RunQueryDsl, SelectableHelper};

use super::check::{ServerRecord, broken};
use super::ledger::{Present, Write};
use super::world::World;

/// Everything the server shows, by what was written.
pub fn present(server: &BTreeMap<RecordId, ServerRecord>) -> Present {
    let entries = server.iter().flat_map(|(id, record)| {
        let history = record.document.history().into_iter();
        history
            .map(|change| ((*id, change.path, change.new.to_string(), change.actor.device()), change.change))
    });
    entries.collect()
}

/// Changes in items that the server keeps aside: held ones, and what waits for a leader.
pub struct Aside {
    /// They wait for what they depend on.
    pub held: BTreeSet<ChangeHash>,
    /// They wait for a leader.
    pub quarantined: BTreeSet<ChangeHash>,
    /// They were refused; the bytes are there.
    pub refused: BTreeSet<ChangeHash>,
}

impl Aside {
    /// Reads it.
    pub fn read(world: &World) -> Result<Self, String> {
        let (held, kept) = world.read(|tx| {
            let held: Vec<held::Row> = schema::held::table.select(held::Row::as_select()).load(tx.conn)?;
            let kept: Vec<quarantine::Row> =
                schema::quarantine::table.select(quarantine::Row::as_select()).load(tx.conn)?;
            let held = held.into_iter().map(|row| tx.vault.opened(row)).collect::<Result<Vec<_>, _>>()?;
            let kept = kept.into_iter().map(|row| tx.vault.opened(row)).collect::<Result<Vec<_>, _>>()?;
            Ok((held, kept))
        })?;
        let held: Vec<Vec<u8>> = held.into_iter().map(|row| row.edit).collect();
        let (waiting, refused): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|row| row.status == "quarantined");
        let bytes = |rows: Vec<quarantine::Row>| rows.into_iter().map(|row| row.edit).collect::<Vec<_>>();
        Ok(Self {
            held: changes(&held)?,
            quarantined: changes(&bytes(waiting))?,
            refused: changes(&bytes(refused))?,
        })
    }
}

impl Aside {
    /// Whether a phone has all that the server has of a record, and beside it only what the server keeps aside.
    pub fn explains(&self, phone: &Document, server: &Document) -> bool {
        let mut more = phone.changes_since(&server.heads()).into_iter();
        phone.knows(&server.heads())
            && more.all(|change| self.held.contains(&change.hash) || self.quarantined.contains(&change.hash))
    }
}

fn changes(items: &[Vec<u8>]) -> Result<BTreeSet<ChangeHash>, String> {
    let mut changes = BTreeSet::new();
    for bytes in items {
        let item: Item = ciborium::from_reader(bytes.as_slice()).map_err(|error| format!("{error}"))?;
        if let Item::Edit(edit) = item {
            changes.extend(edit.changes);
        }
    }
    Ok(changes)
}

/// Every saved write is on the server, unless its author had no business there or its only phone was put back to before
/// it. What somebody wrote who lost a right may wait for a leader instead; of a revoked phone it may still be there.
pub fn nothing_lost(world: &World, present: &Present, aside: &Aside) -> Result<(), String> {
    let ledger = &world.ledger;
    for write in ledger.writes.iter().filter(|write| !ledger.foreign.contains(&write.record)) {
        if present.contains_key(&write.key()) || is_excused(world, write, aside) {
            continue;
        }
        let who = &world.phones[write.phone].name;
        return broken(format!("lost: {} = {} in {} by {who}", write.path, write.value, write.record));
    }
    Ok(())
}

fn is_excused(world: &World, write: &Write, aside: &Aside) -> bool {
    let (ledger, names) = (&world.ledger, world.ledger.names(write));
    let device = write.actor.device().to_string();
    if names.iter().any(|name| ledger.perhaps.contains(name)) {
        return true;
    }
    let is_in = |kept: &BTreeSet<ChangeHash>| names.iter().any(|name| kept.contains(name));
    // What it depends on was on a phone that forgot it, or waits for a leader. What a copy sends late may wait for one.
    let is_odd = ledger.copied.contains(&device) || ledger.displaced.contains(&device);
    let waits = is_odd && is_in(&aside.held);
    let is_late = is_odd && is_in(&aside.quarantined);
    let is_still_there =
        ledger.revoked.contains_key(&device) && !ledger.acknowledged.contains_key(&write.change);
    waits || is_late || is_still_there
}
