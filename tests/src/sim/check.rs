//! What must hold, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::forms;
use bidao_schema::merge_policy::MergePolicy;
use bidao_server::store::audit::{self, Chain};
use bidao_server::store::{record, schema};
use bidao_sync::document::Document;
use bidao_sync::ids::{ChangeHash, DeviceId, RecordId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::ledger::{Present, Write};
use super::present::{Aside, nothing_lost, present};
use super::world::World;
use super::{authority, family, limits, months, moving, signing, upgrade};

pub(super) fn broken<T>(what: String) -> Result<T, String> {
    Err(what)
}

/// Durability (P1): what some phone has a receipt for is on the server.
pub fn acknowledged_is_stored(world: &World) -> Result<(), String> {
    let stored: Vec<String> =
        world.read(|tx| Ok(schema::change::table.select(schema::change::hash).load(tx.conn)?))?;
    let stored: BTreeSet<ChangeHash> = stored.iter().filter_map(|hash| hash.parse().ok()).collect();
    let mut missing = world.ledger.acknowledged.keys().filter(|hash| !stored.contains(hash)).peekable();
    if missing.peek().is_none() {
        return Ok(());
    }
    let aside = Aside::read(world)?;
    // What waited may have been judged since, and then waits for a leader with its bytes (P4).
    let is_kept = |hash: &ChangeHash| {
        [&aside.held, &aside.quarantined, &aside.refused].iter().any(|kept| kept.contains(hash))
    };
    match missing.find(|hash| !is_kept(hash)) {
        Some(hash) => {
            let write = world.ledger.writes.iter().find(|write| world.ledger.names(write).contains(hash));
            let what = write.map(|write| {
                format!("{} in {} by {}", write.path, write.record, world.phones[write.phone].name)
            });
            broken(format!("durability: {hash} was acknowledged and is not on the server: {what:?}"))
        }
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
    /// What became of the months.
    pub months: months::Proof,
}

/// Everything that must hold once the line is good and everybody has synced.
pub fn everything(world: &World) -> Result<Proof, String> {
    acknowledged_is_stored(world)?;
    let server = documents(world)?;
    let (present, aside) = (present(&server), Aside::read(world)?);
    convergence(world, &server, &aside)?;
    nothing_lost(world, &present, &aside)?;
    nothing_invented(world, &server)?;
    let disagreements = disagreement_is_shown(world, &server, &present)?;
    authority::of_readers(world, &server)?;
    authority::of_authors(world)?;
    authority::of_decisions(world, &server)?;
    audit_matches(world)?;
    limits::of_store(world, &server)?;
    let (signed, attestations) = signing::only_what_was_signed(world, &server)?;
    moving::whole_where_they_are(world, &server)?;
    let settled = family::counted_once(world, &server)?;
    upgrade::newest_form_shows(world, &server)?;
    let months = months::one_statement_each(world, &server, &present)?;
    Ok(Proof { disagreements, signed, attestations, settled, months })
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

impl ServerRecord {
    /// Whether it was written with any version of that form.
    pub fn is_of(&self, form: &str) -> bool {
        self.form.split('/').next() == Some(form)
    }
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
fn convergence(
    world: &World,
    server: &BTreeMap<RecordId, ServerRecord>,
    aside: &Aside,
) -> Result<(), String> {
    for phone in world.phones.iter().filter(|phone| !phone.is_revoked) {
        let name = &phone.name;
        if phone.engine.unsynced() > 0 {
            return broken(format!("convergence: {name} still has {} unsent items", phone.engine.unsynced()));
        }
        for (id, record) in server.iter().filter(|(_, record)| phone.covers(&record.area, record.household)) {
            let Ok(document) = phone.engine.document(*id) else {
                return broken(format!("convergence: {name} lacks record {id}"));
            };
            if world.ledger.displaced.contains(&phone.device) && aside.explains(&document, &record.document) {
                continue;
            }
            if document.heads() != record.document.heads() || document.answers() != record.document.answers()
            {
                return broken(format!("convergence: {name} has another version of {id}"));
            }
        }
    }
    Ok(())
}

/// Every value on the server was written by somebody, under their own name.
fn nothing_invented(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    let written: BTreeSet<_> = world.ledger.writes.iter().map(Write::key).collect();
    for (id, record) in server {
        for change in record.document.history() {
            // Nobody writes what a record is about: its id says so.
            if change.actor.device() == DeviceId([0; 8]) {
                months::is_about_itself(*id, record)?;
                continue;
            }
            let key = (*id, change.path.clone(), change.new.to_string(), change.actor.device());
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
fn disagreement_is_shown(
    world: &World,
    server: &BTreeMap<RecordId, ServerRecord>,
    present: &Present,
) -> Result<usize, String> {
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
    let mut expected = BTreeSet::new();
    for ((id, path), standing) in world.ledger.standing(present) {
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
        if forms::find(&record.form).is_some_and(|form| form.merge_policy(&path) == MergePolicy::Ask) {
            expected.insert((id.to_string(), path));
        }
    }
    match expected.symmetric_difference(&open).next() {
        Some((id, path)) => broken(format!("conflicts: {path} of {id} is open on one side only")),
        None => Ok(expected.len()),
    }
}

/// Every stored item has exactly one audit entry, and the chain is whole. Two copies of a phone may both have sealed an
/// item that was unsent when the one was made from the other: each part that was new has its entry.
fn audit_matches(world: &World) -> Result<(), String> {
    let (items, entries, chain) = world.read(|tx| {
        let columns = (schema::change::item, schema::change::device);
        let items: Vec<(String, String)> =
            schema::change::table.select(columns).distinct().order(columns).load(tx.conn)?;
        let entries: Vec<String> = schema::audit::table
            .filter(schema::audit::action.eq("edit"))
            .select(schema::audit::detail)
            .load(tx.conn)?;
        Ok((items, entries, audit::verify(tx.conn)?))
    })?;
    if let Chain::Broken { at } = chain {
        return broken(format!("audit: the chain is broken at {at}"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &entries {
        *counts.entry(entry.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    for (item, device) in &items {
        let count = counts.remove(item.as_str()).unwrap_or_default();
        let is_copied = world.ledger.copied.contains(device);
        if count == 0 || count > 1 && !is_copied {
            return broken(format!("audit: item {item} has {count} entries"));
        }
    }
    match counts.into_iter().next() {
        Some((item, _)) => broken(format!("audit: {item} was entered and not stored")),
        None => Ok(()),
    }
}
