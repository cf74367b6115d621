//! Poverty lines by year, in fen (domain §8.4).

use diesel::prelude::*;

use super::Tx;
use super::schema::poverty_line;
use crate::error::Result;

/// Every line: year and fen, oldest first.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<(i32, i64)>> {
    Ok(poverty_line::table
        .order(poverty_line::year)
        .select((poverty_line::year, poverty_line::fen))
        .load(tx.conn)?)
}

/// The line of a year, in fen.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, year: i32) -> Result<Option<i64>> {
    Ok(poverty_line::table.find(year).select(poverty_line::fen).first(tx.conn).optional()?)
}

/// Sets the line of a year.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, year: i32, fen: i64) -> Result<()> {
    let row = (poverty_line::year.eq(year), poverty_line::fen.eq(fen));
    crate::each!(tx.conn, |c| diesel::insert_into(poverty_line::table)
        .values(row)
        .on_conflict(poverty_line::year)
        .do_update()
        .set(poverty_line::fen.eq(fen))
        .execute(c))?;
    Ok(())
}
