//! Projections: one flat row a record of the kinds that duties are counted from.

use diesel::prelude::*;

use super::Tx;
use super::schema::{difficulty, document, household, income, measure, project, record, stay, trip, visit};
use crate::error::Result;

/// A row of `trip`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = trip)]
pub struct Trip {
    /// Record id.
    pub record: String,
    /// Who arrived.
    pub person: String,
    /// Village code.
    pub village: String,
    /// `YYYY-MM-DD`.
    pub occurred_on: String,
    /// `YYYY-MM` of that date.
    pub month: String,
    /// Whether the night was spent there.
    pub lodged: bool,
    /// When the server first stored this claim.
    pub received_at: i64,
}

/// A row of `stay`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = stay)]
pub struct Stay {
    /// Record id.
    pub record: String,
    /// Who stayed.
    pub person: String,
    /// Village code.
    pub village: String,
    /// `YYYY-MM-DD`, of the evening.
    pub occurred_on: String,
    /// `YYYY-MM` of that date.
    pub month: String,
    /// Whether the night was spent there.
    pub lodged: bool,
    /// When the server first stored this claim.
    pub received_at: i64,
}

/// A row of `visit`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = visit)]
pub struct Visit {
    /// Record id.
    pub record: String,
    /// Its author.
    pub person: String,
    /// Record id of the household.
    pub household: String,
    /// Record id of the trip, empty for a conversation by phone.
    pub trip: String,
    /// Village code.
    pub village: String,
    /// `YYYY-MM-DD`.
    pub occurred_on: String,
    /// `YYYY-MM` of that date.
    pub month: String,
    /// Code of the kind of visit.
    pub visit_type: String,
    /// Code of who was met.
    pub met: String,
    /// Codes of the work done, separated by spaces.
    pub activities: String,
    /// When the server first stored this claim.
    pub received_at: i64,
    /// Code of what a survey found at the door.
    pub outcome: String,
}

/// A row of `difficulty`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = difficulty)]
pub struct Difficulty {
    /// Record id.
    pub record: String,
    /// Record id of the household.
    pub household: String,
    /// Village code.
    pub village: String,
    /// `YYYY-MM` it was raised in.
    pub raised_month: String,
    /// `YYYY-MM` it was solved in.
    pub solved_month: Option<String>,
    /// Code of the state.
    pub state: String,
    /// `yes`, `no`, `not_asked`, `reason` (not confirmed, but a reason is on file) or empty.
    pub confirmed: String,
}

/// A row of `household`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = household)]
pub struct Household {
    /// Record id.
    pub record: String,
    /// Village code.
    pub village: String,
    /// Name of the villagers' group.
    pub group_name: String,
    /// `in`, `outside`, or empty.
    pub in_system: String,
    /// Code of the severity; empty where none, or more than one, is said.
    pub severity: String,
    /// Code of the main cause; empty as above.
    pub main_cause: String,
    /// Members who have not left.
    pub persons: i32,
}

/// The projected trip of a record.
///
/// # Errors
/// The database fails.
pub fn find_trip(tx: &mut Tx, record: &str) -> Result<Option<Trip>> {
    Ok(trip::table.find(record).select(Trip::as_select()).first(tx.conn).optional()?)
}

/// The projected stay of a record.
///
/// # Errors
/// The database fails.
pub fn find_stay(tx: &mut Tx, record: &str) -> Result<Option<Stay>> {
    Ok(stay::table.find(record).select(Stay::as_select()).first(tx.conn).optional()?)
}

/// The projected visit of a record.
///
/// # Errors
/// The database fails.
pub fn find_visit(tx: &mut Tx, record: &str) -> Result<Option<Visit>> {
    Ok(visit::table.find(record).select(Visit::as_select()).first(tx.conn).optional()?)
}

/// What is counted of a household.
///
/// # Errors
/// The database fails.
pub fn find_household(tx: &mut Tx, record: &str) -> Result<Option<Household>> {
    Ok(household::table.find(record).select(Household::as_select()).first(tx.conn).optional()?)
}

/// Acceptance visits of a household in a year.
///
/// # Errors
/// The database fails.
pub fn acceptance_visits(tx: &mut Tx, household: &str, year: &str) -> Result<Vec<String>> {
    let rows = visit::table
        .filter(visit::visit_type.eq("acceptance").and(visit::household.eq(household)))
        .filter(visit::occurred_on.between(format!("{year}-01-01"), format!("{year}-12-31")))
        .order(visit::record)
        .select(visit::record);
    Ok(rows.load(tx.conn)?)
}

/// Makes `row` the projection of the record; none removes it.
///
/// # Errors
/// The database fails.
pub fn put_trip(tx: &mut Tx, record: &str, row: Option<&Trip>) -> Result<()> {
    diesel::delete(trip::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(trip::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// As [`put_trip`].
///
/// # Errors
/// The database fails.
pub fn put_stay(tx: &mut Tx, record: &str, row: Option<&Stay>) -> Result<()> {
    diesel::delete(stay::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(stay::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// As [`put_trip`].
///
/// # Errors
/// The database fails.
pub fn put_visit(tx: &mut Tx, record: &str, row: Option<&Visit>) -> Result<()> {
    diesel::delete(visit::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(visit::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// As [`put_trip`].
///
/// # Errors
/// The database fails.
pub fn put_difficulty(tx: &mut Tx, record: &str, row: Option<&Difficulty>) -> Result<()> {
    diesel::delete(difficulty::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(difficulty::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// As [`put_trip`].
///
/// # Errors
/// The database fails.
pub fn put_household(tx: &mut Tx, row: &Household) -> Result<()> {
    diesel::delete(household::table.find(&row.record)).execute(tx.conn)?;
    diesel::insert_into(household::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Households, and records of a household's file, that have no row yet: they were stored before there were any.
///
/// # Errors
/// The database fails.
pub fn unprojected(tx: &mut Tx) -> Result<Vec<super::record::Row>> {
    let row = super::record::Row::as_select;
    let mut found: Vec<super::record::Row> = record::table
        .left_join(household::table.on(household::record.eq(record::id)))
        .filter(record::kind.eq("household").and(household::record.is_null()))
        .order(record::id)
        .select(row())
        .load(tx.conn)?;
    // A record that is about no household makes no claim.
    let linked = record::household.is_not_null();
    let without_statement = record::table
        .left_join(income::table.on(income::record.eq(record::id)))
        .filter(record::kind.eq("income").and(linked).and(income::record.is_null()));
    found.extend(without_statement.select(row()).load(tx.conn)?);
    let without_measure = record::table
        .left_join(measure::table.on(measure::record.eq(record::id)))
        .filter(record::kind.eq("measure").and(linked).and(measure::record.is_null()));
    found.extend(without_measure.select(row()).load(tx.conn)?);
    let without_project = record::table
        .left_join(project::table.on(project::record.eq(record::id)))
        .filter(record::kind.eq("project").and(linked).and(project::record.is_null()));
    found.extend(without_project.select(row()).load(tx.conn)?);
    let without_document = record::table
        .left_join(document::table.on(document::record.eq(record::id)))
        .filter(record::kind.eq_any(["ledger", "card", "agreement"]).and(linked))
        .filter(document::record.is_null());
    found.extend(without_document.select(row()).load(tx.conn)?);
    tx.vault.all_opened(found)
}
