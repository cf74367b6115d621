//! Settings that the operator or the server itself keeps in the database.

use diesel::prelude::*;

use super::Tx;
use super::schema::setting;
use crate::error::Result;

/// A setting's value.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(setting::table.find(name).select(setting::value).first(tx.conn).optional()?)
}

/// Writes a setting.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    let row = (setting::name.eq(name), setting::value.eq(value));
    crate::each!(tx.conn, |c| diesel::insert_into(setting::table)
        .values(row)
        .on_conflict(setting::name)
        .do_update()
        .set(setting::value.eq(value))
        .execute(c))?;
    Ok(())
}
