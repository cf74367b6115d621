//! Persons.

use diesel::prelude::*;

use super::Tx;
use super::schema::person;
use crate::error::Result;

/// A row of `person`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = person)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Name as written.
    pub name: String,
    /// When it was entered.
    pub created_at: i64,
}

/// Adds a person.
///
/// # Errors
/// The id exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(person::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A person by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(person::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Names by id, of those asked for.
///
/// # Errors
/// The database fails.
pub fn names(tx: &mut Tx, ids: &[String]) -> Result<std::collections::BTreeMap<String, String>> {
    let mut names = std::collections::BTreeMap::new();
    for some in ids.chunks(1000) {
        let rows: Vec<(String, String)> = person::table
            .filter(person::id.eq_any(some.to_vec()))
            .select((person::id, person::name))
            .load(tx.conn)?;
        names.extend(rows);
    }
    Ok(names)
}
