//! What the duty report reads: a month's projections, phones, households.

use diesel::prelude::*;

use super::Tx;
use super::device::Row as Device;
use super::projection::{Difficulty, Stay, Trip, Visit};
use super::schema::{device, difficulty, record, stay, trip, visit};
use crate::error::Result;

/// Values in one `IN` list: below the limit of bound variables of either database.
const CHUNK: usize = 1000;

/// Trips of a month in villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn trips(tx: &mut Tx, month: &str, prefix: &str) -> Result<Vec<Trip>> {
    let rows = trip::table
        .filter(trip::month.eq(month).and(trip::village.like(format!("{prefix}%"))))
        .order(trip::record)
        .select(Trip::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Stays of a month in villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn stays(tx: &mut Tx, month: &str, prefix: &str) -> Result<Vec<Stay>> {
    let rows = stay::table
        .filter(stay::month.eq(month).and(stay::village.like(format!("{prefix}%"))))
        .order(stay::record)
        .select(Stay::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Visits of a month in villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn visits(tx: &mut Tx, month: &str, prefix: &str) -> Result<Vec<Visit>> {
    let rows = visit::table
        .filter(visit::month.eq(month).and(visit::village.like(format!("{prefix}%"))))
        .order(visit::record)
        .select(Visit::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Difficulties raised or solved in a month in villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn difficulties(tx: &mut Tx, month: &str, prefix: &str) -> Result<Vec<Difficulty>> {
    let in_month =
        difficulty::raised_month.eq(month).or(difficulty::solved_month.eq(month).assume_not_null());
    let rows = difficulty::table
        .filter(difficulty::village.like(format!("{prefix}%")).and(in_month))
        .order(difficulty::record)
        .select(Difficulty::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Devices of these persons that are not revoked.
///
/// # Errors
/// The database fails.
pub fn phones(tx: &mut Tx, persons: &[String]) -> Result<Vec<Device>> {
    let mut rows = Vec::new();
    for some in persons.chunks(CHUNK) {
        let found: Vec<Device> = device::table
            .filter(device::person.eq_any(some.to_vec()).and(device::revoked_at.is_null()))
            .select(Device::as_select())
            .load(tx.conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Village and record id of every household on file under a prefix.
///
/// # Errors
/// The database fails.
pub fn households(tx: &mut Tx, prefix: &str) -> Result<Vec<(String, String)>> {
    let rows = record::table
        .filter(record::kind.eq("household").and(record::area.like(format!("{prefix}%"))))
        .select((record::area, record::id))
        .load(tx.conn)?;
    Ok(rows)
}
