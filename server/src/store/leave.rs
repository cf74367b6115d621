//! Leave (domain §6.9): who was away from when to when, and who approved it.

use diesel::prelude::*;

use super::Tx;
use super::schema::leave;
use crate::error::Result;

/// A row of `leave`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = leave)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Person id.
    pub person: String,
    /// First day.
    pub from_on: String,
    /// Last day.
    pub to_on: String,
    /// Code of the kind.
    pub kind: String,
    /// Person id of who approved it.
    pub approved_by: String,
}

/// Adds leave.
///
/// # Errors
/// The person does not exist, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(leave::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Leave with a day between `first` and `last`, of anybody.
///
/// # Errors
/// The database fails.
pub fn between(tx: &mut Tx, first: &str, last: &str) -> Result<Vec<Row>> {
    let rows = leave::table
        .filter(leave::from_on.le(last).and(leave::to_on.ge(first)))
        .order(leave::id)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Leave of a person, earliest first.
///
/// # Errors
/// The database fails.
pub fn of_person(tx: &mut Tx, person: &str) -> Result<Vec<Row>> {
    let rows = leave::table
        .filter(leave::person.eq(person))
        .order((leave::from_on, leave::to_on, leave::id))
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// All leave, earliest first.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    Ok(leave::table
        .order((leave::from_on, leave::to_on, leave::id))
        .select(Row::as_select())
        .load(tx.conn)?)
}
