//! Files: what is known of each; the bytes lie in the store of bytes.

use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;

use super::Tx;
use super::schema::{file, file_band, file_use};
use crate::error::Result;

/// A row of `file`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = file)]
pub struct Row {
    /// SHA-256 of the bytes, 64 hex digits.
    pub sha256: String,
    /// How many bytes.
    pub bytes: i64,
    /// Device that brought it.
    pub device: String,
    /// When all of it had arrived.
    pub stored_at: i64,
    /// [`STORED`], [`READY`] or [`REFUSED`].
    pub state: String,
    /// [`PICTURE`] or [`STROKES`].
    pub kind: String,
    /// Why it cannot be shown, or what to ask about it.
    pub finding: Option<String>,
    /// In words.
    pub detail: Option<String>,
    /// Pixels.
    pub width: Option<i32>,
    /// Pixels.
    pub height: Option<i32>,
    /// 64-bit perceptual hash of a picture.
    pub phash: Option<i64>,
}

/// Nobody has looked at it yet: these rows are the queue of the pictures.
pub const STORED: &str = "stored";
/// It can be shown.
pub const READY: &str = "ready";
/// It cannot be shown.
pub const REFUSED: &str = "refused";
/// Kind: taken for a picture until somebody looked.
pub const PICTURE: &str = "picture";
/// Kind: the strokes of a signature.
pub const STROKES: &str = "strokes";

/// A file.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, sha256: &str) -> Result<Option<Row>> {
    Ok(file::table.find(sha256).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Adds a file; one that is known stays as it is. Whether it is new.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<bool> {
    let added = crate::each!(tx.conn, |c| diesel::insert_into(file::table)
        .values(row.clone())
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(added > 0)
}

/// How many files a device has brought from `since` until before `until`, and their bytes.
///
/// # Errors
/// The database fails.
pub fn brought(tx: &mut Tx, device: &str, since: i64, until: i64) -> Result<(i64, i64)> {
    let rows = file::table
        .filter(file::device.eq(device))
        .filter(file::stored_at.ge(since))
        .filter(file::stored_at.lt(until));
    let count = rows.select(count_star()).first(tx.conn)?;
    // The sum of BIGINT is NUMERIC on PostgreSQL; a device's day is few rows.
    let sizes: Vec<i64> = rows.select(file::bytes).load(tx.conn)?;
    Ok((count, sizes.into_iter().sum()))
}

/// Names of the next files, for whoever walks through all of them.
///
/// # Errors
/// The database fails.
pub fn after(tx: &mut Tx, name: &str, limit: i64) -> Result<Vec<String>> {
    let query = file::table.filter(file::sha256.gt(name)).order(file::sha256).limit(limit);
    Ok(query.select(file::sha256).load(tx.conn)?)
}

/// Files stored before `before` that no record refers to, some at a time.
///
/// # Errors
/// The database fails.
pub fn unused(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<String>> {
    let uses = file_use::table.filter(file_use::sha256.eq(file::sha256));
    let unused = file::table.filter(file::stored_at.lt(before)).filter(not(exists(uses)));
    Ok(unused.order(file::stored_at).limit(limit).select(file::sha256).load(tx.conn)?)
}

/// Forgets a file if still no record refers to it; answers whether it did.
///
/// # Errors
/// The database fails.
pub fn remove_unused(tx: &mut Tx, sha256: &str) -> Result<bool> {
    let uses: i64 =
        file_use::table.filter(file_use::sha256.eq(sha256)).select(count_star()).first(tx.conn)?;
    if uses > 0 {
        return Ok(false);
    }
    diesel::delete(file_band::table.filter(file_band::sha256.eq(sha256))).execute(tx.conn)?;
    Ok(diesel::delete(file::table.find(sha256)).execute(tx.conn)? > 0)
}
