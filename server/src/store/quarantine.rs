//! Quarantine: items the server did not store, kept with their bytes (P4, P11, P12).

use diesel::prelude::*;

use super::Tx;
use super::held::beside;
use super::schema::{device, person, quarantine};
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
    /// Who.
    pub settled_by: Option<String>,
    /// `released` or `dismissed`.
    pub outcome: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.item.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        let reason = self.reason.as_mut().map(|text| (&place::KEPT_BECAUSE, Cell::Text(text)));
        let mut cells = vec![
            (&place::KEPT_EDIT, Cell::Bytes(&mut self.edit)),
            (&place::KEPT_PAYLOAD, Cell::Bytes(&mut self.payload)),
            (&place::KEPT_DETAIL, Cell::Text(&mut self.detail)),
        ];
        cells.extend(reason);
        cells
    }
}

/// Keeps an item; one that is kept already stays as it is. Another one of the same id, as a copy of a phone may seal it,
/// is kept beside it, named by its batch too: what is acknowledged is there.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    let known: Option<Row> =
        quarantine::table.find(&row.item).select(Row::as_select()).first(tx.conn).optional()?;
    let is_other = known.is_some_and(|known| (&known.actor, known.number) != (&row.actor, row.number));
    let item = if is_other { beside(&row.item, &row.actor, row.number) } else { row.item.clone() };
    let sealed = tx.vault.sealed(&Row { item, ..row.clone() })?;
    crate::each!(tx.conn, |c| diesel::insert_into(quarantine::table)
        .values(sealed)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Unsettled items of these persons' devices, oldest first, with the owner's name.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, persons: &[String], limit: i64) -> Result<Vec<(Row, String)>> {
    let rows: Vec<(Row, String)> = quarantine::table
        .inner_join(device::table.on(device::id.eq(quarantine::device)))
        .inner_join(person::table.on(person::id.eq(device::person)))
        .filter(quarantine::settled_at.is_null().and(device::person.eq_any(persons)))
        .order((quarantine::received_at, quarantine::item))
        .limit(limit)
        .select((Row::as_select(), person::name))
        .load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}

/// One item.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, item: &str) -> Result<Option<Row>> {
    let found: Option<Row> =
        quarantine::table.find(item).select(Row::as_select()).first(tx.conn).optional()?;
    found.map(|row| tx.vault.opened(row)).transpose()
}

/// Items about a record, settled or not, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, record: &str) -> Result<Vec<Row>> {
    let query = quarantine::table.filter(quarantine::record.eq(record));
    let rows = query.order((quarantine::received_at, quarantine::item)).select(Row::as_select());
    tx.vault.all_opened(rows.load(tx.conn)?)
}

/// Writes down that `by` dealt with an item, how and why.
///
/// # Errors
/// The database fails.
pub fn settle(tx: &mut Tx, row: Row, (by, at): (&str, i64), (outcome, reason): (&str, &str)) -> Result<()> {
    let decided = Row {
        settled_at: Some(at),
        settled_by: Some(by.to_owned()),
        outcome: Some(outcome.to_owned()),
        reason: Some(reason.to_owned()),
        ..row
    };
    let decided = tx.vault.sealed(&decided)?;
    let settled = (
        quarantine::settled_at.eq(decided.settled_at),
        quarantine::settled_by.eq(decided.settled_by),
        quarantine::outcome.eq(decided.outcome),
        quarantine::reason.eq(decided.reason),
    );
    diesel::update(quarantine::table.find(decided.item)).set(settled).execute(tx.conn)?;
    Ok(())
}
