//! Enrolment codes, kept as hashes only.

use diesel::prelude::*;

use super::Tx;
use super::schema::enrol_code;
use crate::error::Result;

/// A row of `enrol_code`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = enrol_code)]
pub struct Row {
    /// SHA-256 of the code, hex.
    pub code_hash: String,
    /// The person it is for.
    pub person: String,
    /// The person who asked for it, or `system`.
    pub made_by: String,
    /// When it ends.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// Adds a code.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(enrol_code::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A code by its hash.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, code_hash: &str) -> Result<Option<Row>> {
    Ok(enrol_code::table.find(code_hash).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Uses a code up; false when somebody was faster.
///
/// # Errors
/// The database fails.
pub fn use_up(tx: &mut Tx, code_hash: &str, at: i64) -> Result<bool> {
    let unused =
        enrol_code::table.filter(enrol_code::code_hash.eq(code_hash).and(enrol_code::used_at.is_null()));
    Ok(diesel::update(unused).set(enrol_code::used_at.eq(at)).execute(tx.conn)? == 1)
}

/// Ends the unused codes of a person: only the newest one works.
///
/// # Errors
/// The database fails.
pub fn end_unused(tx: &mut Tx, person: &str, at: i64) -> Result<()> {
    let unused = enrol_code::table.filter(
        enrol_code::person.eq(person).and(enrol_code::used_at.is_null()).and(enrol_code::expires_at.gt(at)),
    );
    diesel::update(unused).set(enrol_code::expires_at.eq(at)).execute(tx.conn)?;
    Ok(())
}
