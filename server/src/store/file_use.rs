//! Uses of files: which record refers to which file, projected from the records' content.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Tx;
use super::schema::{file, file_use};
use crate::error::Result;

/// A row of `file_use`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = file_use)]
pub struct Row {
    /// Record id.
    pub record: String,
    /// Path of the field, e.g. `photos/<element>/file`.
    pub path: String,
    /// The file.
    pub sha256: String,
    /// Bytes it has, as the record says.
    pub bytes: Option<i64>,
    /// Code of what a photo shows, as the record says.
    pub subject: Option<String>,
    /// Village code of the record.
    pub area: String,
    /// Household the record is about.
    pub household: Option<String>,
    /// `YYYY-MM` of its use.
    pub month: String,
    /// Device that wrote the reference.
    pub device: String,
    /// Person who wrote it.
    pub person: String,
    /// Whether the element was taken back.
    pub removed: bool,
}

/// The uses of a record.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, record: &str) -> Result<Vec<Row>> {
    let rows = file_use::table.filter(file_use::record.eq(record));
    Ok(rows.order(file_use::path).select(Row::as_select()).load(tx.conn)?)
}

/// Makes `rows` the uses of a record.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, record: &str, rows: &[Row]) -> Result<()> {
    diesel::delete(file_use::table.filter(file_use::record.eq(record))).execute(tx.conn)?;
    // A statement has a limited number of values.
    for rows in rows.chunks(500) {
        crate::each!(tx.conn, |c| diesel::insert_into(file_use::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Where a file is used: village and household of each record.
///
/// # Errors
/// The database fails.
pub fn places(tx: &mut Tx, sha256: &str) -> Result<Vec<(String, Option<String>)>> {
    let rows = file_use::table.filter(file_use::sha256.eq(sha256));
    Ok(rows.select((file_use::area, file_use::household)).distinct().load(tx.conn)?)
}

/// Files that a device's own changes refer to and that are not there, some of them.
///
/// # Errors
/// The database fails.
pub fn wanted(tx: &mut Tx, device: &str, limit: i64) -> Result<Vec<String>> {
    let there = file::table.filter(file::sha256.eq(file_use::sha256));
    let rows = file_use::table
        .filter(file_use::device.eq(device))
        .filter(file_use::removed.eq(false))
        .filter(not(exists(there)));
    Ok(rows.order(file_use::sha256).limit(limit).select(file_use::sha256).distinct().load(tx.conn)?)
}

/// The uses of a record are in another village now.
///
/// # Errors
/// The database fails.
pub fn move_to(tx: &mut Tx, record: &str, area: &str) -> Result<()> {
    diesel::update(file_use::table.filter(file_use::record.eq(record)))
        .set(file_use::area.eq(area))
        .execute(tx.conn)?;
    Ok(())
}
