//! Review events: what happened to a record in review, and the memory that makes commands idempotent.

use diesel::prelude::*;

use super::Tx;
use super::schema::{person, review_event};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `review_event`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = review_event)]
pub struct Row {
    /// Id of the command.
    pub id: String,
    /// The record.
    pub record: String,
    /// The state it led to.
    pub state: String,
    /// Who.
    pub person: String,
    /// When the server decided.
    pub at: i64,
    /// The version it is about, separated by spaces.
    pub heads: String,
    /// The sentence.
    pub remark: Option<String>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        self.remark.as_mut().map(|text| (&place::REVIEW_REMARK, Cell::Text(text))).into_iter().collect()
    }
}

/// An event by the id of its command.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    let row: Option<Row> = review_event::table.find(id).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// Adds an event.
///
/// # Errors
/// The id exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(review_event::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Events of a record, oldest first, with the person's name.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, record: &str) -> Result<Vec<(Row, Option<String>)>> {
    let query = review_event::table
        .left_join(person::table.on(person::id.eq(review_event::person)))
        .filter(review_event::record.eq(record))
        .order((review_event::at, review_event::id))
        .select((Row::as_select(), person::name.nullable()));
    let rows: Vec<(Row, Option<String>)> = query.load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}
