//! Feed: per area the order in which the server accepted things (P7), with its chain (P17).

use diesel::prelude::*;

use super::Tx;
use super::schema::{area_counter, feed};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `feed`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = feed)]
pub struct Row {
    /// Village code.
    pub area: String,
    /// 1, 2, 3 … per area.
    pub seq: i64,
    /// The record.
    pub record: String,
    /// The household it is about.
    pub household: Option<String>,
    /// `document`, `changes`, `decision` …
    pub what: String,
    /// Hashes of the changes it added, separated by spaces.
    pub change: Option<String>,
    /// A decision as CBOR; empty for content, which is in `change`.
    pub data: Vec<u8>,
    /// Chain value after it.
    pub chain: Vec<u8>,
    /// When.
    pub at: i64,
}

impl Sealed for Row {
    fn key(&self) -> String {
        format!("{}/{}", self.area, self.seq)
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![(&place::DECISION, Cell::Bytes(&mut self.data))]
    }
}

/// What an area's counter says: last position and chain value there. Locks it until the commit.
///
/// # Errors
/// The database fails.
pub fn lock_counter(tx: &mut Tx, area: &str) -> Result<(i64, Vec<u8>)> {
    // Writing before reading takes the row lock on PostgreSQL; on SQLite the writer is alone anyway.
    let found = diesel::update(area_counter::table.find(area))
        .set(area_counter::seq.eq(area_counter::seq))
        .execute(tx.conn)?;
    if found == 0 {
        let first =
            (area_counter::area.eq(area), area_counter::seq.eq(0), area_counter::chain.eq(vec![0_u8; 8]));
        diesel::insert_into(area_counter::table).values(first).execute(tx.conn)?;
    }
    Ok(area_counter::table.find(area).select((area_counter::seq, area_counter::chain)).first(tx.conn)?)
}

/// The last position of an area and the chain value there.
///
/// # Errors
/// The database fails.
pub fn counter(tx: &mut Tx, area: &str) -> Result<Option<(i64, Vec<u8>)>> {
    let columns = (area_counter::seq, area_counter::chain);
    Ok(area_counter::table.find(area).select(columns).first(tx.conn).optional()?)
}

/// Appends rows of one area and moves its counter to the last of them.
///
/// # Errors
/// The database fails.
pub fn append(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    let Some(last) = rows.last() else { return Ok(()) };
    for rows in tx.vault.all_sealed(rows)?.chunks(500) {
        crate::each!(tx.conn, |c| diesel::insert_into(feed::table).values(rows).execute(c))?;
    }
    diesel::update(area_counter::table.find(&last.area))
        .set((area_counter::seq.eq(last.seq), area_counter::chain.eq(last.chain.clone())))
        .execute(tx.conn)?;
    Ok(())
}

/// The chain value after an entry, if there is such an entry.
///
/// # Errors
/// The database fails.
pub fn chain_at(tx: &mut Tx, area: &str, seq: i64) -> Result<Option<Vec<u8>>> {
    Ok(feed::table.find((area, seq)).select(feed::chain).first(tx.conn).optional()?)
}

/// The next rows of an area, or of one household in it.
///
/// # Errors
/// The database fails.
pub fn after(tx: &mut Tx, area: &str, household: Option<&str>, seq: i64, limit: i64) -> Result<Vec<Row>> {
    let mut query = feed::table
        .filter(feed::area.eq(area.to_owned()).and(feed::seq.gt(seq)))
        .order(feed::seq)
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(household) = household {
        query = query.filter(feed::household.eq(household.to_owned()));
    }
    tx.vault.all_opened(query.load(tx.conn)?)
}

/// The last position of an area that was taken at or before `at`.
///
/// # Errors
/// The database fails.
pub fn position_at(tx: &mut Tx, area: &str, at: i64) -> Result<i64> {
    let last: Option<i64> = feed::table
        .filter(feed::area.eq(area).and(feed::at.le(at)))
        .order(feed::seq.desc())
        .select(feed::seq)
        .first(tx.conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Where a record was before it was moved: area, position and time of each `moved`, newest first.
///
/// # Errors
/// The database fails.
pub fn left(tx: &mut Tx, record: &str) -> Result<Vec<(String, i64, i64)>> {
    let moved = feed::table.filter(feed::record.eq(record).and(feed::what.eq("moved")));
    let order = (feed::at.desc(), feed::seq.desc());
    Ok(moved.order(order).select((feed::area, feed::seq, feed::at)).load(tx.conn)?)
}
