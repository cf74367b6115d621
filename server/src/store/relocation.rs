//! Relocations: which household went from which village to which, when and why.

use diesel::prelude::*;

use super::Tx;
use super::schema::{area, person, relocation};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `relocation`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = relocation)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Record id of the household.
    pub household: String,
    /// Village it left.
    pub from_area: String,
    /// Village it went to.
    pub to_area: String,
    /// Villagers' group it left.
    pub group_name: String,
    /// `YYYY-MM-DD`, as people say.
    pub moved_on: String,
    /// Why, in a sentence.
    pub reason: String,
    /// Who entered it.
    pub person: String,
    /// When the records changed hands.
    pub at: i64,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![(&place::MOVED_BECAUSE, Cell::Text(&mut self.reason))]
    }
}

/// Adds one.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(relocation::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    let row: Option<Row> = relocation::table.find(id).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// Those of a household, newest first, with the name of who entered them.
///
/// # Errors
/// The database fails.
pub fn of_household(tx: &mut Tx, household: &str) -> Result<Vec<(Row, String)>> {
    let rows = relocation::table
        .inner_join(person::table.on(person::id.eq(relocation::person)))
        .filter(relocation::household.eq(household))
        .order((relocation::at.desc(), relocation::id.desc()))
        .select((Row::as_select(), person::name));
    let rows: Vec<(Row, String)> = rows.load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}

/// Those of a household out of one village, newest first.
///
/// # Errors
/// The database fails.
pub fn out_of(tx: &mut Tx, household: &str, area: &str) -> Result<Vec<Row>> {
    let rows = relocation::table
        .filter(relocation::household.eq(household).and(relocation::from_area.eq(area)))
        .order((relocation::at.desc(), relocation::id.desc()))
        .select(Row::as_select());
    tx.vault.all_opened(rows.load(tx.conn)?)
}

/// Villages to which households went from villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn destinations(tx: &mut Tx, prefix: &str) -> Result<Vec<super::area::Row>> {
    let rows = relocation::table
        .inner_join(area::table.on(area::code.eq(relocation::to_area)))
        .filter(relocation::from_area.like(format!("{prefix}%")))
        .select(super::area::Row::as_select())
        .distinct();
    Ok(rows.load(tx.conn)?)
}

/// Those that left villages under a prefix between two days, oldest first.
///
/// # Errors
/// The database fails.
pub fn leaving(tx: &mut Tx, prefix: &str, from: &str, to: &str) -> Result<Vec<Row>> {
    let rows = relocation::table
        .filter(relocation::from_area.like(format!("{prefix}%")))
        .filter(relocation::moved_on.between(from, to))
        .order((relocation::at, relocation::id))
        .select(Row::as_select());
    tx.vault.all_opened(rows.load(tx.conn)?)
}
