//! Devices: enrolled phones with their public keys.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Tx;
use super::schema::{device, held, quarantine};
use crate::error::Result;

/// A row of `device`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = device)]
pub struct Row {
    /// 16 hex digits.
    pub id: String,
    /// Person id.
    pub person: String,
    /// What the phone calls itself.
    pub name: String,
    /// 65-byte uncompressed P-256 point.
    pub public_key: Vec<u8>,
    /// `active` or `revoked`.
    pub state: String,
    /// Version of the app at its last contact.
    pub app_version: String,
    /// When it enrolled.
    pub enrolled_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// Its last sync.
    pub last_sync_at: Option<i64>,
    /// Items it said it had not sent, then.
    pub unsynced: i32,
}

/// Adds a device.
///
/// # Errors
/// The id exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(device::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A device by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(device::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Devices of these people, by person and enrolment.
///
/// # Errors
/// The database fails.
pub fn of_persons(tx: &mut Tx, persons: &[String]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for some in persons.chunks(1000) {
        let found: Vec<Row> = device::table
            .filter(device::person.eq_any(some.to_vec()))
            .order((device::person, device::enrolled_at))
            .select(Row::as_select())
            .load(tx.conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// The active device of a person with this key.
///
/// # Errors
/// The database fails.
pub fn with_key(tx: &mut Tx, person: &str, key: &[u8]) -> Result<Option<Row>> {
    let found = device::table
        .filter(device::person.eq(person).and(device::public_key.eq(key.to_vec())))
        .order(device::enrolled_at.desc())
        .select(Row::as_select())
        .first(tx.conn);
    Ok(found.optional()?)
}

/// Marks a device as revoked; a second time keeps the first date.
///
/// # Errors
/// The database fails.
pub fn revoke(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    diesel::update(device::table.filter(device::id.eq(id).and(device::revoked_at.is_null())))
        .set((device::state.eq("revoked"), device::revoked_at.eq(at)))
        .execute(tx.conn)?;
    Ok(())
}

/// How many items of each device wait for a decision: held, refused or quarantined and not settled.
///
/// # Errors
/// The database fails.
pub fn problems(tx: &mut Tx, ids: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut problems = BTreeMap::new();
    for some in ids.chunks(1000) {
        let kept: Vec<(String, i64)> = quarantine::table
            .filter(quarantine::device.eq_any(some.to_vec()).and(quarantine::settled_at.is_null()))
            .group_by(quarantine::device)
            .select((quarantine::device, diesel::dsl::count_star()))
            .load(tx.conn)?;
        let waiting: Vec<(String, i64)> = held::table
            .filter(held::device.eq_any(some.to_vec()))
            .group_by(held::device)
            .select((held::device, diesel::dsl::count_star()))
            .load(tx.conn)?;
        for (device, count) in kept.into_iter().chain(waiting) {
            *problems.entry(device).or_insert(0) += count;
        }
    }
    Ok(problems)
}

/// Notes a contact: when, and how much the device says it has not sent.
///
/// # Errors
/// The database fails.
pub fn note_sync(tx: &mut Tx, id: &str, at: i64, unsynced: i32) -> Result<()> {
    diesel::update(device::table.find(id))
        .set((device::last_sync_at.eq(at), device::unsynced.eq(unsynced)))
        .execute(tx.conn)?;
    Ok(())
}
