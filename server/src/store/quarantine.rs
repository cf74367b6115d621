//! Quarantine: items the server did not store, kept with their bytes (P4, P11, P12).

use diesel::prelude::*;

use super::Tx;
use super::schema::{assignment, device, person, quarantine};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `quarantine`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = quarantine)]
pub struct Row {
    /// Item, 32 hex digits.
    pub item: String,
    /// Device that wrote it.
    pub device: String,
    /// Actor that wrote it.
    pub actor: String,
    /// Number of its batch.
    pub number: i64,
    /// The record.
    pub record: String,
    /// `quarantined` or `refused`.
    pub status: String,
    /// Stable code.
    pub code: String,
    /// In words.
    pub detail: String,
    /// The item as CBOR.
    pub edit: Vec<u8>,
    /// Its raw chunks.
    pub payload: Vec<u8>,
    /// When it arrived.
    pub received_at: i64,
    /// When a person dealt with it.
    pub settled_at: Option<i64>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.item.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![
            (&place::KEPT_EDIT, Cell::Bytes(&mut self.edit)),
            (&place::KEPT_PAYLOAD, Cell::Bytes(&mut self.payload)),
            (&place::KEPT_DETAIL, Cell::Text(&mut self.detail)),
        ]
    }
}

/// Keeps an item; one that is kept already stays as it is.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    let sealed = tx.vault.sealed(row)?;
    crate::each!(tx.conn, |c| diesel::insert_into(quarantine::table)
        .values(sealed)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Unsettled items of devices whose owner holds something under one of the area prefixes, oldest first, with
/// the owner's name.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, prefixes: &[String], limit: i64) -> Result<Vec<(Row, String)>> {
    let mut owners: Vec<String> = Vec::new();
    for prefix in prefixes {
        let under =
            assignment::table.filter(assignment::area.like(format!("{prefix}%"))).select(assignment::person);
        owners.extend(under.load::<String>(tx.conn)?);
    }
    owners.sort();
    owners.dedup();
    let rows: Vec<(Row, String)> = quarantine::table
        .inner_join(device::table.on(device::id.eq(quarantine::device)))
        .inner_join(person::table.on(person::id.eq(device::person)))
        .filter(quarantine::settled_at.is_null().and(device::person.eq_any(owners)))
        .order((quarantine::received_at, quarantine::item))
        .limit(limit)
        .select((Row::as_select(), person::name))
        .load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}
