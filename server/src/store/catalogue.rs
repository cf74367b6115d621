//! Catalogues of income items that the operator loaded (domain §8.2).

use diesel::prelude::*;

use super::Tx;
use super::schema::catalogue;
use crate::error::Result;

/// A row of `catalogue`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = catalogue)]
pub struct Row {
    /// Version, from 2; version 1 is built in.
    pub version: i32,
    /// First day it is in force.
    pub effective_from: String,
    /// The catalogue as JSON.
    pub body: String,
    /// When it was loaded.
    pub loaded_at: i64,
}

/// All of them, by version.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    Ok(catalogue::table.order(catalogue::version).select(Row::as_select()).load(tx.conn)?)
}

/// Adds a version.
///
/// # Errors
/// It exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(catalogue::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}
