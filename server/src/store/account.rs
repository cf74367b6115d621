//! Accounts: a name, a password hash, and how often it was got wrong.

use diesel::prelude::*;

use super::Tx;
use super::schema::account;
use crate::error::Result;

/// A row of `account`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = account)]
pub struct Row {
    /// Account name, lower case.
    pub name: String,
    /// Person id.
    pub person: String,
    /// argon2id in PHC form.
    pub password_hash: String,
    /// Failures since the last success.
    pub failures: i32,
    /// Until when nobody may try.
    pub locked_until: i64,
    /// When it was made.
    pub created_at: i64,
}

/// Adds an account.
///
/// # Errors
/// The name exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(account::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// An account by name.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, name: &str) -> Result<Option<Row>> {
    Ok(account::table.find(name).select(Row::as_select()).first(tx.conn).optional()?)
}
