//! Records that may be one family: the keys they share, and what leaders said of them.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Tx;
use super::schema::{duplicate, household_key};
use crate::error::Result;

/// Values in one `IN` list: below the limit of bound variables of either database.
const CHUNK: usize = 1000;

/// A row of `household_key`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = household_key)]
pub struct Key {
    /// Record id.
    pub record: String,
    /// `id`, `head` or `member`.
    pub kind: String,
    /// Keyed hash, hex.
    pub value: String,
}

/// A row of `duplicate`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = duplicate)]
pub struct Row {
    /// The lesser record id.
    pub one: String,
    /// The greater.
    pub other: String,
    /// Word of `Verdict`.
    pub verdict: String,
    /// The record that is kept, when they are the same.
    pub kept: Option<String>,
    /// Person.
    pub settled_by: String,
    /// When.
    pub settled_at: i64,
}

/// Makes these the keys of a record.
///
/// # Errors
/// The database fails.
pub fn put_keys(tx: &mut Tx, record: &str, keys: &[Key]) -> Result<()> {
    let all = household_key::table.filter(household_key::record.eq(record));
    let mut before: Vec<Key> = all.select(Key::as_select()).load(tx.conn)?;
    let order = |a: &Key, b: &Key| (&a.kind, &a.value).cmp(&(&b.kind, &b.value));
    before.sort_by(order);
    if before == keys {
        return Ok(());
    }
    diesel::delete(household_key::table.filter(household_key::record.eq(record))).execute(tx.conn)?;
    for key in keys {
        diesel::insert_into(household_key::table).values(key.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// Keys that more than one record has, those of one kind and value together.
///
/// # Errors
/// The database fails.
pub fn shared(tx: &mut Tx) -> Result<Vec<Key>> {
    let values: Vec<String> = household_key::table
        .group_by((household_key::kind, household_key::value))
        .having(count_star().gt(1))
        .select(household_key::value)
        .load(tx.conn)?;
    let mut keys = Vec::new();
    for some in values.chunks(CHUNK) {
        let rows = household_key::table.filter(household_key::value.eq_any(some.to_vec()));
        let order = (household_key::kind, household_key::value, household_key::record);
        keys.extend(rows.order(order).select(Key::as_select()).load(tx.conn)?);
    }
    Ok(keys)
}

/// Every verdict, newest first.
///
/// # Errors
/// The database fails.
pub fn verdicts(tx: &mut Tx) -> Result<Vec<Row>> {
    let order = (duplicate::settled_at.desc(), duplicate::one, duplicate::other);
    Ok(duplicate::table.order(order).select(Row::as_select()).load(tx.conn)?)
}

/// What was said of a pair; the lesser record id first.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, one: &str, other: &str) -> Result<Option<Row>> {
    Ok(duplicate::table.find((one, other)).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Writes a verdict in place of the one before.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::delete(duplicate::table.find((&row.one, &row.other))).execute(tx.conn)?;
    diesel::insert_into(duplicate::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}
