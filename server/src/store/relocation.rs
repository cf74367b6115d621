//! Relocations: which household went from which village to which, when and why.

use diesel::prelude::*;

use super::Tx;
use super::schema::{area, person, relocation};
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

/// Adds one.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(relocation::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(relocation::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
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
    Ok(rows.load(tx.conn)?)
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
    Ok(rows.load(tx.conn)?)
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
    Ok(rows.load(tx.conn)?)
}
