//! Pictures among the files: those nobody has looked at, what became of the others, and which look alike.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Tx;
use super::file::{PICTURE, READY, REFUSED, STORED};
use super::schema::{file, file_band, file_use};
use crate::error::Result;

/// What came of looking at a picture.
#[derive(AsChangeset, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = file, treat_none_as_null = true)]
pub struct Looked {
    /// [`READY`] or [`REFUSED`].
    pub state: String,
    /// Why it cannot be shown.
    pub finding: Option<String>,
    /// In words.
    pub detail: Option<String>,
    /// Pixels of the view.
    pub width: Option<i32>,
    /// Pixels of the view.
    pub height: Option<i32>,
    /// 64-bit perceptual hash.
    pub phash: Option<i64>,
}

impl Looked {
    /// It can be shown.
    #[must_use]
    pub fn ready(width: i32, height: i32, phash: Option<i64>) -> Self {
        let (width, height) = (Some(width), Some(height));
        Self { state: READY.into(), finding: None, detail: None, width, height, phash }
    }

    /// It cannot.
    #[must_use]
    pub fn refused(finding: String, detail: String) -> Self {
        let (finding, detail) = (Some(finding), Some(detail));
        Self { state: REFUSED.into(), finding, detail, width: None, height: None, phash: None }
    }
}

/// Pictures that a record refers to and nobody has looked at, oldest first, without those in `except`.
///
/// # Errors
/// The database fails.
pub fn waiting(tx: &mut Tx, except: &[String], limit: i64) -> Result<Vec<String>> {
    let uses = file_use::table.filter(file_use::sha256.eq(file::sha256));
    let rows = file::table
        .filter(file::state.eq(STORED))
        .filter(file::kind.eq(PICTURE))
        .filter(exists(uses))
        .filter(file::sha256.ne_all(except.to_vec()));
    Ok(rows.order((file::stored_at, file::sha256)).limit(limit).select(file::sha256).load(tx.conn)?)
}

/// Whether there are pictures that no record refers to and nobody has looked at, but for those in `except`.
///
/// # Errors
/// The database fails.
pub fn are_unused(tx: &mut Tx, except: &[String]) -> Result<bool> {
    let uses = file_use::table.filter(file_use::sha256.eq(file::sha256));
    let rows = file::table
        .filter(file::state.eq(STORED))
        .filter(file::kind.eq(PICTURE))
        .filter(not(exists(uses)))
        .filter(file::sha256.ne_all(except.to_vec()));
    Ok(rows.select(file::sha256).first::<String>(tx.conn).optional()?.is_some())
}

/// The record and path of one use of a file.
///
/// # Errors
/// The database fails.
pub fn first_use(tx: &mut Tx, sha256: &str) -> Result<Option<(String, String)>> {
    let rows = file_use::table.filter(file_use::sha256.eq(sha256));
    let order = (file_use::removed, file_use::record, file_use::path);
    Ok(rows.order(order).select((file_use::record, file_use::path)).first(tx.conn).optional()?)
}

/// Notes what came of it, unless that is known already; answers whether it was news.
///
/// # Errors
/// The database fails.
pub fn settle(tx: &mut Tx, sha256: &str, looked: &Looked) -> Result<bool> {
    let waiting = file::table.filter(file::sha256.eq(sha256)).filter(file::state.eq(STORED));
    Ok(diesel::update(waiting).set(looked.clone()).execute(tx.conn)? > 0)
}

/// Adds the bands of a file's hash.
///
/// # Errors
/// The database fails.
pub fn put_bands(tx: &mut Tx, sha256: &str, bands: &[(i32, i32)]) -> Result<()> {
    let rows: Vec<_> = bands
        .iter()
        .map(|(band, bits)| {
            (file_band::band.eq(*band), file_band::bits.eq(*bits), file_band::sha256.eq(sha256))
        })
        .collect();
    crate::each!(tx.conn, |c| diesel::insert_into(file_band::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Files with one of `bits` in a band, with their hashes.
///
/// # Errors
/// The database fails.
pub fn in_band(tx: &mut Tx, band: i32, bits: &[i32]) -> Result<Vec<(String, i64)>> {
    let rows = file_band::table
        .inner_join(file::table.on(file::sha256.eq(file_band::sha256)))
        .filter(file_band::band.eq(band))
        .filter(file_band::bits.eq_any(bits.to_vec()))
        .filter(file::phash.is_not_null());
    Ok(rows.select((file::sha256, file::phash.assume_not_null())).load(tx.conn)?)
}

/// Uses of any of these files that were not taken back.
///
/// # Errors
/// The database fails.
pub fn uses_of(tx: &mut Tx, files: &[String]) -> Result<Vec<super::file_use::Row>> {
    let rows =
        file_use::table.filter(file_use::sha256.eq_any(files.to_vec())).filter(file_use::removed.eq(false));
    let order = (file_use::record, file_use::path);
    Ok(rows.order(order).select(super::file_use::Row::as_select()).load(tx.conn)?)
}

/// Record and state of every photo of these records that was not taken back; no state where the file is missing.
/// Strokes and slips belong to signatures and are not counted.
///
/// # Errors
/// The database fails.
pub fn states(tx: &mut Tx, records: &[String]) -> Result<Vec<(String, Option<String>)>> {
    let rows = file_use::table
        .left_join(file::table.on(file::sha256.eq(file_use::sha256)))
        .filter(file_use::record.eq_any(records.to_vec()))
        .filter(file_use::path.like("photos/%"))
        .filter(file_use::removed.eq(false));
    Ok(rows.select((file_use::record, file::state.nullable())).load(tx.conn)?)
}
