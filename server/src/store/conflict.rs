//! Conflicts: fields on which people disagree, open until a later value settles them (domain §6.16).

use diesel::prelude::*;

use super::Tx;
use super::record::Brief;
use super::schema::{conflict, record};
use super::vault::place::{self, Cell, Place, Sealed};
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

impl Sealed for Row {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        let mut cells = vec![
            (&place::DISAGREEING, Cell::Text(&mut self.disagreeing)),
            (&place::ANCESTOR, Cell::Text(&mut self.ancestor)),
        ];
        cells.extend(self.reason.as_mut().map(|text| (&place::SETTLED_BECAUSE, Cell::Text(text))));
        cells
    }
}

/// The open conflicts of a record.
///
/// # Errors
/// The database fails.
pub fn open_of(tx: &mut Tx, of: &str) -> Result<Vec<Row>> {
    let query =
        conflict::table.filter(conflict::record.eq(of).and(conflict::state.eq("open"))).order(conflict::path);
    tx.vault.all_opened(query.select(Row::as_select()).load(tx.conn)?)
}

/// A conflict by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    let row: Option<Row> = conflict::table.find(id).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// Opens a conflict.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(conflict::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Writes a conflict's columns; none leaves a column as it is.
///
/// # Errors
/// The database fails.
pub fn update(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::update(conflict::table.find(&row.id)).set(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Conflicts under one of the area prefixes, oldest first: the first `limit`, and how many there are.
///
/// # Errors
/// The database fails.
pub fn list(
    tx: &mut Tx,
    prefixes: &[String],
    area: Option<&str>,
    state: &str,
    limit: i64,
) -> Result<(Vec<(Row, Brief)>, u32)> {
    let (mut rows, mut total) = (Vec::new(), 0_i64);
    // A prefix inside another one would be counted twice.
    let widest = prefixes
        .iter()
        .filter(|inner| !prefixes.iter().any(|outer| outer != *inner && inner.starts_with(outer.as_str())));
    for prefix in widest {
        let joined = || {
            conflict::table
                .inner_join(record::table.on(record::id.eq(conflict::record)))
                .filter(conflict::state.eq(state.to_owned()).and(record::area.like(format!("{prefix}%"))))
                .filter(record::area.like(format!("{}%", area.unwrap_or_default())))
        };
        total += joined().count().get_result::<i64>(tx.conn)?;
        let columns = (Row::as_select(), Brief::as_select());
        let ordered = joined().order((conflict::opened_at, conflict::id)).limit(limit).select(columns);
        rows.extend(ordered.load::<(Row, Brief)>(tx.conn)?);
    }
    rows.sort_by(|(a, _), (b, _)| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let opened = |(row, brief)| Ok((tx.vault.opened(row)?, tx.vault.opened(brief)?));
    let rows = rows.into_iter().map(opened).collect::<Result<_>>()?;
    Ok((rows, u32::try_from(total).unwrap_or(u32::MAX)))
}
