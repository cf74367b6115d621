//! What must hold, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::forms;
use bidao_schema::merge_policy::MergePolicy;
use bidao_server::store::audit::{self, Chain};
use bidao_server::store::{record, schema};
use bidao_sync::document::Document;
use bidao_sync::ids::RecordId;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::world::World;
use super::{family, moving, signing, upgrade};

pub(super) fn broken<T>(what: String) -> Result<T, String> {
    Err(what)
}

/// Durability (P1): what some phone has a receipt for is on the server.
pub fn acknowledged_is_stored(world: &World) -> Result<(), String> {
    let acknowledged: BTreeSet<String> = world.ledger.acknowledged.keys().map(ToString::to_string).collect();
    let read = world.app.db.read_blocking(|tx| {
        let stored: Vec<String> = schema::change::table.select(schema::change::hash).load(tx.conn)?;
        let held: Vec<String> = schema::held::table.select(schema::held::item).load(tx.conn)?;
        Ok((stored, held))
    });
    let (stored, held) = read.map_err(|error| error.to_string())?;
    let mut durable: BTreeSet<String> = stored.into_iter().collect();
    for item in held {
        let carried = item.parse().ok().and_then(|item| world.ledger.items.get(&item));
        durable.extend(carried.into_iter().flat_map(|(_, changes)| changes.iter().map(ToString::to_string)));
    }
    match acknowledged.difference(&durable).next() {
        Some(hash) => broken(format!("durability: change {hash} was acknowledged and is not on the server")),
        None => Ok(()),
    }
}

/// What happened in a world: one without any of it proves little.
pub struct Proof {
    /// Fields that ask, on which people disagree.
    pub disagreements: usize,
    /// Records that are signed now.
    pub signed: usize,
    /// Attestations of any version.
    pub attestations: usize,
    /// Pairs of records that the office settled.
    pub settled: usize,
}

/// Everything that must hold once the line is good and everybody has synced.
pub fn everything(world: &World) -> Result<Proof, String> {
    acknowledged_is_stored(world)?;
    let server = documents(world)?;
    convergence(world, &server)?;
    nothing_lost(world, &server)?;
    nothing_invented(world, &server)?;
    let disagreements = disagreement_is_shown(world, &server)?;
    authority(world, &server)?;
    audit_matches(world)?;
    let (signed, attestations) = signing::only_what_was_signed(world, &server)?;
    moving::whole_where_they_are(world, &server)?;
    let settled = family::counted_once(world, &server)?;
    upgrade::newest_form_shows(world, &server)?;
    Ok(Proof { disagreements, signed, attestations, settled })
}

/// A record as the server has it.
pub(super) struct ServerRecord {
    /// Village.
    pub area: String,
    /// Village the work was done in.
    pub made_in: String,
    /// Household it is about.
    pub household: Option<RecordId>,
    /// `name/version` it was last written with.
    pub form: String,
    /// Content.
    pub document: Document,
}

/// Id, village, village of the work, household, form and document.
fn documents(world: &World) -> Result<BTreeMap<RecordId, ServerRecord>, String> {
    let rows = world.read(|tx| record::after(tx, "", i64::MAX))?;
    rows.into_iter()
        .map(|row| {
            let id: RecordId = row.id.parse().map_err(|_| format!("record id {}", row.id))?;
            let document = Document::load(&row.document).map_err(|error| format!("record {id}: {error}"))?;
            let household = row.household.and_then(|household| household.parse().ok());
            let (area, made_in, form) = (row.area, row.made_in, row.form);
            Ok((id, ServerRecord { area, made_in, household, form, document }))
        })
        .collect()
}

/// Every phone holds exactly the server's records of its villages and its household, in the same version, with nothing unsent.
fn convergence(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    for phone in &world.phones {
        let name = &phone.name;
        if phone.engine.unsynced() > 0 {
            return broken(format!("convergence: {name} still has {} unsent items", phone.engine.unsynced()));
        }
        for (id, record) in server.iter().filter(|(_, record)| phone.covers(&record.area, record.household)) {
            let Ok(document) = phone.engine.document(*id) else {
                return broken(format!("convergence: {name} lacks record {id}"));
            };
            if document.heads() != record.document.heads() || document.answers() != record.document.answers()
            {
                return broken(format!("convergence: {name} has another version of {id}"));
            }
        }
    }
    Ok(())
}

/// Every saved write is in the history of its record, unless its author had no business there.
fn nothing_lost(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    let mut histories = BTreeMap::new();
    for write in world.ledger.writes.iter().filter(|write| !world.ledger.foreign.contains(&write.record)) {
        let Some(record) = server.get(&write.record) else {
            return broken(format!("lost: record {} never arrived", write.record));
        };
        let history = histories.entry(write.record).or_insert_with(|| record.document.history());
        let found = history.iter().any(|change| {
            change.path == write.path && change.new == write.value && change.actor == write.actor
        });
        if !found {
            return broken(format!("lost: {} = {} in {}", write.path, write.value, write.record));
        }
    }
    Ok(())
}

/// Every value on the server was written by somebody, under their own name.
fn nothing_invented(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    let written: BTreeSet<(RecordId, String, String, _)> = world
        .ledger
        .writes
        .iter()
        .map(|write| (write.record, write.path.clone(), write.value.to_string(), write.actor))
        .collect();
    for (id, record) in server {
        for change in record.document.history() {
            let key = (*id, change.path.clone(), change.new.to_string(), change.actor);
            if !written.contains(&key) {
                return broken(format!(
                    "invented: {} = {} in {id} by {}",
                    change.path, change.new, change.actor
                ));
            }
        }
    }
    Ok(())
}

/// An "ask" field that people wrote without knowing of each other shows every value that still stands,
/// and the leader's list has a row for it; others have none.
fn disagreement_is_shown(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<usize, String> {
    use schema::conflict::dsl;
    let open: BTreeSet<(String, String)> = world
        .app
        .db
        .read_blocking(|tx| {
            Ok(dsl::conflict.filter(dsl::state.eq("open")).select((dsl::record, dsl::path)).load(tx.conn)?)
        })
        .map_err(|error| error.to_string())?
        .into_iter()
        .collect();
    let household = forms::newest("household").ok_or("no household form")?;
    let mut expected = BTreeSet::new();
    for ((id, path), standing) in world.ledger.standing() {
        let Some(record) = server.get(&id) else { continue };
        if standing.len() < 2 {
            continue;
        }
        let shown = record.document.conflicts().into_iter().find(|conflict| conflict.path == path);
        let values: BTreeSet<String> =
            shown.into_iter().flat_map(|c| c.values).map(|value| value.value.to_string()).collect();
        let written: BTreeSet<String> = standing.iter().map(|write| write.value.to_string()).collect();
        if values != written {
            return broken(format!("silent loss: {path} of {id} shows {values:?}, people wrote {written:?}"));
        }
        if household.merge_policy(&path) == MergePolicy::Ask {
            expected.insert((id.to_string(), path));
        }
    }
    match expected.symmetric_difference(&open).next() {
        Some((id, path)) => broken(format!("conflicts: {path} of {id} is open on one side only")),
        None => Ok(expected.len()),
    }
}

/// No phone holds a record of a village it has no grant for, save what it wrote itself and nobody took;
/// nothing written into a foreign village was stored.
fn authority(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    if let Some(id) = world.ledger.foreign.iter().find(|id| server.contains_key(id)) {
        return broken(format!("authority: record {id} was stored in a foreign village"));
    }
    for phone in &world.phones {
        for id in phone.engine.records() {
            let Some(record) = server.get(&id) else { continue };
            if !phone.covers(&record.area, record.household) {
                return broken(format!("authority: {} holds {id} of {}", phone.name, record.area));
            }
        }
    }
    Ok(())
}

/// Every stored item has exactly one audit entry, and the chain is whole.
fn audit_matches(world: &World) -> Result<(), String> {
    let read = world.app.db.read_blocking(|tx| {
        let items: Vec<String> =
            schema::change::table.select(schema::change::item).distinct().load(tx.conn)?;
        let entries: Vec<String> = schema::audit::table
            .filter(schema::audit::action.eq("edit"))
            .select(schema::audit::detail)
            .load(tx.conn)?;
        Ok((items, entries, audit::verify(tx.conn)?))
    });
    let (items, entries, chain) = read.map_err(|error| error.to_string())?;
    if let Chain::Broken { at } = chain {
        return broken(format!("audit: the chain is broken at {at}"));
    }
    for item in &items {
        let count = entries.iter().filter(|entry| entry.contains(item.as_str())).count();
        if count != 1 {
            return broken(format!("audit: item {item} has {count} entries"));
        }
    }
    if entries.len() != items.len() {
        return broken(format!("audit: {} entries for {} stored items", entries.len(), items.len()));
    }
    Ok(())
}
