//! Who may read, who wrote, who decided: nothing of it may be anybody else's.

use std::collections::{BTreeMap, HashMap};

use bidao_server::domain::feed;
use bidao_server::store::schema;
use bidao_sync::document::{Change, is_founding};
use bidao_sync::ids::RecordId;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::check::{ServerRecord, broken};
use super::world::World;

/// No phone holds a record of a village it has no grant for, save what it wrote itself and nobody took;
/// nothing written into a foreign village was stored.
pub fn of_readers(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    if let Some(id) = world.ledger.foreign.iter().find(|id| server.contains_key(id)) {
        return broken(format!("authority: record {id} was stored in a foreign village"));
    }
    for phone in world.phones.iter().filter(|phone| !phone.is_revoked) {
        for id in phone.engine.records() {
            let Some(record) = server.get(&id) else { continue };
            // What it alone wrote before any answer told it of a grant is nobody else's.
            let own = phone.actor().device();
            let document = phone.engine.document(id).map_err(|error| error.to_string())?;
            let is_own = |change: &Change| is_founding(change) || change.actor.device() == own;
            let is_own = document.changes_since(&[]).iter().all(is_own);
            if !is_own && !phone.covers(&record.area, record.household) {
                return broken(format!("authority: {} holds {id} of {}", phone.name, record.area));
            }
        }
    }
    Ok(())
}

/// Device, person, actor, arrival and hash of a change.
type ChangeRow = (String, String, String, i64, String);

/// Every change is its device's and that device is its owner's; nothing came from one that was revoked before.
pub fn of_authors(world: &World) -> Result<(), String> {
    let (changes, owners) = world.read(|tx| {
        use schema::{change, device};
        let columns = (change::device, change::person, change::actor, change::received_at, change::hash);
        let changes: Vec<ChangeRow> = change::table.order(change::hash).select(columns).load(tx.conn)?;
        let owners: Vec<(String, String)> =
            device::table.select((device::id, device::person)).load(tx.conn)?;
        Ok((changes, owners.into_iter().collect::<HashMap<_, _>>()))
    })?;
    for (device, person, actor, received_at, hash) in changes {
        let is_nobodys = actor.starts_with("0000000000000000");
        if !is_nobodys && !actor.starts_with(&device) {
            return broken(format!("authors: change {hash} of {actor} is filed under {device}"));
        }
        if owners.get(&device) != Some(&person) {
            return broken(format!("authors: change {hash} of {device} is filed under {person}"));
        }
        if world.ledger.revoked.get(&device).is_some_and(|at| received_at > *at) {
            return broken(format!("authors: change {hash} came after {device} was revoked"));
        }
    }
    Ok(())
}

/// What is approved is what the leader approved.
pub fn of_decisions(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    let approved: Vec<(String, Option<String>)> = world.read(|tx| {
        use schema::record::dsl;
        let approved = dsl::record.filter(dsl::review.eq("approved")).order(dsl::id);
        Ok(approved.select((dsl::id, dsl::reviewed_heads)).load(tx.conn)?)
    })?;
    for (id, heads) in approved {
        let id: RecordId = id.parse().map_err(|_| format!("record id {id}"))?;
        let Some(record) = server.get(&id) else { continue };
        let heads = feed::split(&heads.unwrap_or_default()).map_err(|error| error.to_string())?;
        let then = record.document.at(&heads).map_err(|error| format!("decisions: {id}: {error}"))?;
        if then.content() != record.document.content() {
            return broken(format!("decisions: {id} is approved, and changed since"));
        }
    }
    Ok(())
}
