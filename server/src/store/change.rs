//! Changes: the raw chunks a record consists of, in the order they were stored.

use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::Tx;
use super::schema::{attestation, change, person};
use super::vault::OVERHEAD;
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// Mark in [`Row::item`] of a change that settled a conflict with one of the values shown: it chose, it did
/// not author content (INV-34).
pub const SETTLED: &str = "settled";

/// A row of `change`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = change)]
pub struct Row {
    /// Hash, 64 hex digits.
    pub hash: String,
    /// Record.
    pub record: String,
    /// 0, 1, 2 … in the record.
    pub position: i64,
    /// Actor, 32 hex digits.
    pub actor: String,
    /// The actor's count of changes in the record.
    pub seq: i64,
    /// Device, 16 hex digits.
    pub device: String,
    /// Person the device belonged to.
    pub person: String,
    /// When, by the device's clock.
    pub made_at: i64,
    /// When the server stored it.
    pub received_at: i64,
    /// Item that brought it, or [`SETTLED`].
    pub item: String,
    /// The raw chunk.
    pub bytes: Vec<u8>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        format!("{}/{}", self.hash, self.record)
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![(&place::CHANGE, Cell::Bytes(&mut self.bytes))]
    }
}

/// Where a change comes from, without its bytes.
#[derive(Queryable, Debug, Clone)]
pub struct Origin {
    /// Hash.
    pub hash: String,
    /// Device.
    pub device: String,
    /// Person the device belonged to.
    pub person: String,
    /// Name of the person.
    pub person_name: String,
    /// When the server stored it.
    pub received_at: i64,
}

/// Adds changes.
///
/// # Errors
/// One is there already, or the database fails.
pub fn insert(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    // SQLite binds at most 32,766 values in one statement.
    for rows in tx.vault.all_sealed(rows)?.chunks(500) {
        crate::each!(tx.conn, |c| diesel::insert_into(change::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// All changes of a record in the order they were stored.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, record: &str) -> Result<Vec<Row>> {
    let query = change::table.filter(change::record.eq(record)).order(change::position);
    tx.vault.all_opened(query.select(Row::as_select()).load(tx.conn)?)
}

/// Raw chunks by hash.
///
/// # Errors
/// The database fails.
pub fn bytes(tx: &mut Tx, hashes: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::with_capacity(hashes.len());
    for hashes in hashes.chunks(1000) {
        let query = change::table.filter(change::hash.eq_any(hashes.to_vec()));
        let rows = query.select((change::hash, change::record, change::bytes));
        for (hash, record, sealed) in rows.load::<(String, String, Vec<u8>)>(tx.conn)? {
            let bytes = tx.vault.unseal(&place::CHANGE, &format!("{hash}/{record}"), &sealed)?;
            found.push((hash, bytes));
        }
    }
    Ok(found)
}

/// Who wrote the changes of a record.
///
/// # Errors
/// The database fails.
pub fn origins(tx: &mut Tx, record: &str) -> Result<Vec<Origin>> {
    let query = change::table
        .left_join(person::table.on(person::id.eq(change::person)))
        .filter(change::record.eq(record))
        .order(change::position)
        .select((change::hash, change::device, change::person, person::name.nullable(), change::received_at));
    let rows: Vec<(String, String, String, Option<String>, i64)> = query.load(tx.conn)?;
    let origin = |(hash, device, person, name, received_at): (_, _, _, Option<String>, _)| Origin {
        hash,
        device,
        person,
        person_name: name.unwrap_or_default(),
        received_at,
    };
    Ok(rows.into_iter().map(origin).collect())
}

/// Whether the person wrote any of the record's content (INV-34). Taking down what others say, an attestation, is none.
///
/// # Errors
/// The database fails.
pub fn wrote(tx: &mut Tx, record: &str, person: &str) -> Result<bool> {
    let attested = attestation::table.filter(attestation::record.eq(record)).select(attestation::change);
    let own = change::table
        .filter(change::record.eq(record).and(change::person.eq(person)))
        .filter(change::item.ne(SETTLED).and(change::hash.ne_all(attested)))
        .select(change::hash)
        .first::<String>(tx.conn)
        .optional()?;
    Ok(own.is_some())
}

/// Sizes of raw chunks by hash, in bytes.
///
/// # Errors
/// The database fails.
pub fn sizes(tx: &mut Tx, hashes: &[String]) -> Result<Vec<(String, i32)>> {
    let mut found = Vec::with_capacity(hashes.len());
    for hashes in hashes.chunks(1000) {
        // Of the chunks and not of what they are sealed in.
        let columns = (change::hash, diesel::dsl::sql::<Integer>(&format!("length(bytes) - {OVERHEAD}")));
        let query = change::table.filter(change::hash.eq_any(hashes.to_vec()));
        found.extend(query.select(columns).load::<(String, i32)>(tx.conn)?);
    }
    Ok(found)
}

/// Persons who wrote the record's content, as [`wrote`] tells it.
///
/// # Errors
/// The database fails.
pub fn writers(tx: &mut Tx, record: &str) -> Result<Vec<String>> {
    let attested = attestation::table.filter(attestation::record.eq(record)).select(attestation::change);
    let rows = change::table
        .filter(change::record.eq(record).and(change::item.ne(SETTLED)).and(change::hash.ne_all(attested)))
        .order(change::person)
        .select(change::person)
        .distinct();
    Ok(rows.load(tx.conn)?)
}

/// Hashes of a record's changes, in the order stored.
///
/// # Errors
/// The database fails.
pub fn hashes(tx: &mut Tx, record: &str) -> Result<Vec<String>> {
    let of_record = change::table.filter(change::record.eq(record));
    Ok(of_record.order(change::position).select(change::hash).load(tx.conn)?)
}
