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

/// Every account, by name.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    Ok(account::table.order(account::name).select(Row::as_select()).load(tx.conn)?)
}

/// Counts one more failure and answers how many there are since the last success or lockout.
///
/// # Errors
/// The database fails.
pub fn count_failure(tx: &mut Tx, name: &str) -> Result<i32> {
    // Counting before reading takes the row's lock: two nodes cannot count the same failure once.
    diesel::update(account::table.find(name))
        .set(account::failures.eq(account::failures + 1))
        .execute(tx.conn)?;
    Ok(account::table.find(name).select(account::failures).first(tx.conn)?)
}

/// Account names by person id; of a person with several, the last in the alphabet.
///
/// # Errors
/// The database fails.
pub fn names(tx: &mut Tx) -> Result<std::collections::BTreeMap<String, String>> {
    let rows: Vec<(String, String)> =
        account::table.order(account::name).select((account::person, account::name)).load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// Sets failures and lock.
///
/// # Errors
/// The database fails.
pub fn set_failures(tx: &mut Tx, name: &str, failures: i32, locked_until: i64) -> Result<()> {
    diesel::update(account::table.find(name))
        .set((account::failures.eq(failures), account::locked_until.eq(locked_until)))
        .execute(tx.conn)?;
    Ok(())
}

/// Replaces the password and forgets failures and lock; whether there is such an account.
///
/// # Errors
/// The database fails.
pub fn set_password(tx: &mut Tx, name: &str, hash: &str) -> Result<usize> {
    let values = (account::password_hash.eq(hash), account::failures.eq(0), account::locked_until.eq(0_i64));
    Ok(diesel::update(account::table.find(name)).set(values).execute(tx.conn)?)
}
