//! Disputes: what was raised, how far each is, and the steps it took.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Tx;
use super::dialect::AnyConnection;
use super::record::Reach;
use super::schema::{dispute, dispute_event, person, record};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// Kind of their records.
pub const KIND: &str = "dispute";
/// State of a dispute that is over.
pub const CLOSED: &str = "closed";
/// Values in one `IN` list: below the limit of bound variables of either database.
const CHUNK: usize = 1000;

/// A row of `dispute`.
#[derive(Queryable, Insertable, AsChangeset, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = dispute, primary_key(record), treat_none_as_null = true)]
pub struct Row {
    /// Record id.
    pub record: String,
    /// Record id of the household.
    pub household: String,
    /// Village code.
    pub village: String,
    /// Code of the subject.
    pub subject: String,
    /// Record it is about.
    pub document: Option<String>,
    /// Version of it that was shown.
    pub document_digest: Option<String>,
    /// Lines of it, separated by spaces.
    pub line_ids: String,
    /// Code of who raised it.
    pub raised_by: String,
    /// Code of the way it came.
    pub channel: String,
    /// In the household's words.
    pub statement: String,
    /// What it should be, in fen.
    pub claimed_fen: Option<i64>,
    /// `YYYY-MM-DD`.
    pub raised_on: String,
    /// Person who took it down.
    pub author: String,
    /// Version of the record that was raised.
    pub heads: String,
    /// When the server got it.
    pub raised_at: i64,
    /// Steps taken; raising is the first.
    pub version: i32,
    /// Word of `DisputeState`.
    pub state: String,
    /// Last day for the next step.
    pub due_on: Option<String>,
    /// Person who handles it.
    pub handler: Option<String>,
    /// What was found.
    pub finding: Option<String>,
    /// Record that was corrected.
    pub resulting: Option<String>,
    /// Its corrected version.
    pub resulting_digest: Option<String>,
    /// `YYYY-MM-DD`.
    pub told_on: Option<String>,
    /// Word of `Satisfied`.
    pub satisfied: Option<String>,
}

/// A row of `dispute_event`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = dispute_event)]
pub struct Event {
    /// The dispute.
    pub record: String,
    /// Its version after the step.
    pub version: i32,
    /// Word of `Step`; none for raising.
    pub step: Option<String>,
    /// The state it led to.
    pub state: String,
    /// Who.
    pub person: String,
    /// When.
    pub at: i64,
    /// Finding, or name of the handler.
    pub text: Option<String>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.record.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        let mut cells = vec![(&place::STATEMENT, Cell::Text(&mut self.statement))];
        cells.extend(self.finding.as_mut().map(|text| (&place::FINDING, Cell::Text(text))));
        cells
    }
}

impl Sealed for Event {
    fn key(&self) -> String {
        format!("{}/{}", self.record, self.version)
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        self.text.as_mut().map(|text| (&place::STEP_TEXT, Cell::Text(text))).into_iter().collect()
    }
}

/// What a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these states; none: all.
    pub states: Vec<String>,
    /// Only villages whose code starts so.
    pub area: Option<String>,
    /// Only of this household.
    pub household: Option<String>,
    /// Only with a deadline before this day.
    pub due_before: Option<String>,
}

type Condition =
    Box<dyn BoxableExpression<dispute::table, <AnyConnection as Connection>::Backend, SqlType = Bool>>;

/// A dispute by its record.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, record: &str) -> Result<Option<Row>> {
    let row: Option<Row> = dispute::table.find(record).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// The dispute of a record, if it is one, is of another village now.
///
/// # Errors
/// The database fails.
pub fn move_to(tx: &mut Tx, record: &str, village: &str) -> Result<()> {
    diesel::update(dispute::table.find(record)).set(dispute::village.eq(village)).execute(tx.conn)?;
    Ok(())
}

/// Adds a dispute with its first event.
///
/// # Errors
/// It exists, its household does not, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row, event: &Event) -> Result<()> {
    diesel::insert_into(dispute::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    diesel::insert_into(dispute_event::table).values(tx.vault.sealed(event)?).execute(tx.conn)?;
    Ok(())
}

/// Writes a dispute after a step, with its event.
///
/// # Errors
/// The version was there before, or the database fails.
pub fn update(tx: &mut Tx, row: &Row, event: &Event) -> Result<()> {
    diesel::update(dispute::table.find(&row.record)).set(tx.vault.sealed(row)?).execute(tx.conn)?;
    diesel::insert_into(dispute_event::table).values(tx.vault.sealed(event)?).execute(tx.conn)?;
    Ok(())
}

/// Disputes within reach: those due first, then the others by the day they were raised, newest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, reach: &Reach, filter: &Filter, limit: i64) -> Result<Vec<Row>> {
    let mut query = dispute::table.select(Row::as_select()).into_boxed().filter(within(reach));
    if !filter.states.is_empty() {
        query = query.filter(dispute::state.eq_any(filter.states.clone()));
    }
    if let Some(area) = &filter.area {
        query = query.filter(dispute::village.like(format!("{area}%")));
    }
    if let Some(household) = &filter.household {
        query = query.filter(dispute::household.eq(household.clone()));
    }
    if let Some(day) = &filter.due_before {
        query = query.filter(dispute::due_on.is_not_null().and(dispute::due_on.lt(day.clone())));
    }
    let order = (dispute::raised_at.desc(), dispute::record.asc());
    tx.vault.all_opened(query.order(order).limit(limit).load(tx.conn)?)
}

/// How many within reach are open, and how many of those had to go on before `today`.
///
/// # Errors
/// The database fails.
pub fn counts(tx: &mut Tx, reach: &Reach, today: &str) -> Result<(u32, u32)> {
    let open = || dispute::table.count().into_boxed().filter(within(reach)).filter(dispute::state.ne(CLOSED));
    let all: i64 = open().get_result(tx.conn)?;
    let late: i64 = open().filter(dispute::due_on.lt(today.to_owned())).get_result(tx.conn)?;
    Ok((u32::try_from(all).unwrap_or(u32::MAX), u32::try_from(late).unwrap_or(u32::MAX)))
}

/// How many open disputes these households have; those without any are left out.
///
/// # Errors
/// The database fails.
pub fn open_of(tx: &mut Tx, households: &[String]) -> Result<BTreeMap<String, u32>> {
    let mut open = BTreeMap::new();
    for some in households.chunks(CHUNK) {
        let rows: Vec<(String, i64)> = dispute::table
            .filter(dispute::household.eq_any(some.to_vec()).and(dispute::state.ne(CLOSED)))
            .group_by(dispute::household)
            .select((dispute::household, count_star()))
            .load(tx.conn)?;
        open.extend(rows.into_iter().map(|(id, n)| (id, u32::try_from(n).unwrap_or(u32::MAX))));
    }
    Ok(open)
}

/// Households of villages under a prefix that have an open dispute.
///
/// # Errors
/// The database fails.
pub fn open_under(tx: &mut Tx, prefix: &str) -> Result<Vec<String>> {
    let rows = dispute::table
        .inner_join(record::table.on(record::id.eq(dispute::household)))
        .filter(record::area.like(format!("{prefix}%")).and(dispute::state.ne(CLOSED)))
        .order(dispute::household)
        .select(dispute::household)
        .distinct();
    Ok(rows.load(tx.conn)?)
}

/// What happened to a dispute, oldest first, with the person's name.
///
/// # Errors
/// The database fails.
pub fn events(tx: &mut Tx, of: &str) -> Result<Vec<(Event, Option<String>)>> {
    let query = dispute_event::table
        .left_join(person::table.on(person::id.eq(dispute_event::person)))
        .filter(dispute_event::record.eq(of))
        .order(dispute_event::version)
        .select((Event::as_select(), person::name.nullable()));
    let rows: Vec<(Event, Option<String>)> = query.load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}

fn within(reach: &Reach) -> Condition {
    let by_pair: Condition = Box::new(dispute::household.eq_any(reach.households.clone()));
    reach
        .prefixes
        .iter()
        .fold(by_pair, |any, prefix| Box::new(any.or(dispute::village.like(format!("{prefix}%")))))
}
