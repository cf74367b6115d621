//! Uploads under way: who brings what. How much of one has arrived is what the store of bytes holds.

use diesel::prelude::*;

use super::Tx;
use super::schema::upload;
use crate::error::Result;

/// A row of `upload`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = upload)]
pub struct Row {
    /// `<SHA-256>-<device>` for a file that is named, 32 hex digits for one that is not.
    pub id: String,
    /// The file it is to become; for one without a name, what it has become.
    pub sha256: Option<String>,
    /// Bytes it will have.
    pub bytes: i64,
    /// Device that brings it.
    pub device: String,
    /// When it was begun.
    pub created_at: i64,
    /// When it is forgotten.
    pub expires_at: i64,
}

/// An upload.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(upload::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Adds an upload.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(upload::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Notes what an upload without a name has become.
///
/// # Errors
/// The database fails.
pub fn became(tx: &mut Tx, id: &str, sha256: &str) -> Result<()> {
    diesel::update(upload::table.find(id)).set(upload::sha256.eq(sha256)).execute(tx.conn)?;
    Ok(())
}

/// Forgets an upload.
///
/// # Errors
/// The database fails.
pub fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    diesel::delete(upload::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Every upload of a device, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_device(tx: &mut Tx, device: &str) -> Result<Vec<Row>> {
    let rows = upload::table.filter(upload::device.eq(device));
    Ok(rows.order((upload::created_at, upload::id)).select(Row::as_select()).load(tx.conn)?)
}

/// Every upload that is to become a file, from whichever device.
///
/// # Errors
/// The database fails.
pub fn of_file(tx: &mut Tx, sha256: &str) -> Result<Vec<Row>> {
    let rows = upload::table.filter(upload::sha256.eq(sha256));
    Ok(rows.order(upload::id).select(Row::as_select()).load(tx.conn)?)
}

/// Uploads that ended before `now`, some at a time.
///
/// # Errors
/// The database fails.
pub fn expired(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<String>> {
    let rows = upload::table.filter(upload::expires_at.le(now));
    Ok(rows.order(upload::expires_at).limit(limit).select(upload::id).load(tx.conn)?)
}
