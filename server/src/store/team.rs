//! Resident work teams (domain §6.9): a number and the village it lives in.

use diesel::prelude::*;

use super::Tx;
use super::schema::team;
use crate::error::Result;

/// A row of `team`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = team)]
pub struct Row {
    /// Team number.
    pub number: String,
    /// Village code.
    pub village: String,
    /// Name.
    pub name: String,
}

/// Adds a team.
///
/// # Errors
/// The number exists, the village does not, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(team::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A team by number.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, number: &str) -> Result<Option<Row>> {
    Ok(team::table.find(number).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Teams of villages under a prefix, by number.
///
/// # Errors
/// The database fails.
pub fn under(tx: &mut Tx, prefix: &str) -> Result<Vec<Row>> {
    let rows = team::table
        .filter(team::village.like(format!("{prefix}%")))
        .order(team::number)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}
