//! Conflicts: fields on which people disagree, open until a later value settles them (domain §6.16).

use diesel::prelude::*;

use super::Tx;
use super::record::Brief;
use super::schema::{conflict, record};
use crate::error::Result;

/// A row of `conflict`.
#[derive(Queryable, Insertable, AsChangeset, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = conflict)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// The record.
    pub record: String,
    /// Field path.
    pub path: String,
    /// The values as JSON.
    pub disagreeing: String,
    /// The value before they parted, as JSON.
    pub ancestor: String,
    /// `open` or `resolved`.
    pub state: String,
    /// When it was found.
    pub opened_at: i64,
    /// When it was settled.
    pub resolved_at: Option<i64>,
    /// By whom.
    pub resolved_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// The open conflicts of a record.
///
/// # Errors
/// The database fails.
pub fn open_of(tx: &mut Tx, of: &str) -> Result<Vec<Row>> {
    let query =
        conflict::table.filter(conflict::record.eq(of).and(conflict::state.eq("open"))).order(conflict::path);
    Ok(query.select(Row::as_select()).load(tx.conn)?)
}

/// A conflict by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(conflict::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Opens a conflict.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(conflict::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Writes a conflict's columns; none leaves a column as it is.
///
/// # Errors
/// The database fails.
pub fn update(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::update(conflict::table.find(&row.id)).set(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Conflicts under one of the area prefixes, oldest first.
///
/// # Errors
/// The database fails.
pub fn list(
    tx: &mut Tx,
    prefixes: &[String],
    area: Option<&str>,
    state: &str,
    limit: i64,
) -> Result<Vec<(Row, Brief)>> {
    let mut found = Vec::new();
    for prefix in prefixes {
        let mut query = conflict::table
            .inner_join(record::table.on(record::id.eq(conflict::record)))
            .filter(conflict::state.eq(state.to_owned()).and(record::area.like(format!("{prefix}%"))))
            .order((conflict::opened_at, conflict::id))
            .limit(limit)
            .select((Row::as_select(), Brief::as_select()))
            .into_boxed();
        if let Some(area) = area {
            query = query.filter(record::area.like(format!("{area}%")));
        }
        found.extend(query.load::<(Row, Brief)>(tx.conn)?);
    }
    found.sort_by(|(a, _), (b, _)| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
    found.dedup_by(|(a, _), (b, _)| a.id == b.id);
    Ok(found)
}
