//! What the registers read: households, their measures and their projects, a few queries for a whole district.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Tx;
use super::projection::Household;
use super::schema::{household, measure, project};
use crate::error::Result;

/// Which households are asked about: those of villages from one code to another, and some elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Among {
    /// Least village code.
    pub first: String,
    /// Greatest.
    pub last: String,
    /// Households elsewhere that stand for one there.
    pub others: Vec<String>,
}

/// Households of villages and some elsewhere, as a query inside another. One list, so that an index of households serves.
#[diesel::dsl::auto_type]
pub(super) fn inside(first: String, last: String, others: Vec<String>) -> _ {
    let is_asked = household::village.between(first, last).or(household::record.eq_any(others));
    household::table.filter(is_asked).select(household::record)
}

/// Of the villages only those of a class of `in_system`, without some records.
#[diesel::dsl::auto_type]
fn of_class(first: String, last: String, others: Vec<String>, in_system: String, without: Vec<String>) -> _ {
    let is_there = household::village.between(first, last);
    let counts = is_there.and(household::in_system.eq(in_system)).and(household::record.ne_all(without));
    household::table.filter(counts.or(household::record.eq_any(others))).select(household::record)
}

/// Which households are counted anew: those in the system in some villages, each family once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InSystem {
    /// The villages; `others` stand for one that is in the system there.
    pub among: Among,
    /// Records that another one stands for.
    pub aliases: Vec<String>,
}

impl InSystem {
    fn inside(&self) -> of_class {
        let Among { first, last, others } = self.among.clone();
        of_class(first, last, others, "in".into(), self.aliases.clone())
    }
}

impl Among {
    /// Everybody asked about.
    pub(super) fn inside(&self) -> inside {
        inside(self.first.clone(), self.last.clone(), self.others.clone())
    }
}

/// A row of `measure`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = measure)]
pub struct Measure {
    /// Record id.
    pub record: String,
    /// Record id of the household.
    pub household: String,
    /// Village code it is filed under.
    pub village: String,
    /// Code of the batch; empty where none, or more than one, is said.
    pub measure_type: String,
    /// Whether it is the household's primary one; not while that is contested.
    pub is_primary: bool,
    /// Year it is planned for; 0 where none is said.
    pub planned_for_year: i32,
    /// Code of the outcome, or empty.
    pub outcome: String,
}

/// A row of `project`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = project)]
pub struct Project {
    /// Record id.
    pub record: String,
    /// Record id of the household.
    pub household: String,
    /// Village code it is filed under.
    pub village: String,
    /// Code of the class; empty where none is said.
    pub class: String,
}

/// Makes `row` the projection of the record; none removes it.
///
/// # Errors
/// The database fails.
pub fn put_measure(tx: &mut Tx, record: &str, row: Option<&Measure>) -> Result<()> {
    diesel::delete(measure::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(measure::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// As [`put_measure`].
///
/// # Errors
/// The database fails.
pub fn put_project(tx: &mut Tx, record: &str, row: Option<&Project>) -> Result<()> {
    diesel::delete(project::table.find(record)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(project::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// Households of villages from one code to another.
///
/// # Errors
/// The database fails.
pub fn households(tx: &mut Tx, among: &Among) -> Result<Vec<Household>> {
    let rows = household::table
        .filter(household::village.between(&among.first, &among.last))
        .order(household::record)
        .select(Household::as_select());
    Ok(rows.load(tx.conn)?)
}

/// How many households of these villages are of a class of `in_system`, without those named.
///
/// # Errors
/// The database fails.
pub fn count(tx: &mut Tx, among: &Among, in_system: &str, without: &[String]) -> Result<i64> {
    let rows = household::table
        .filter(household::village.between(&among.first, &among.last))
        .filter(household::in_system.eq(in_system).and(household::record.ne_all(without.to_vec())))
        .select(count_star());
    Ok(rows.get_result(tx.conn)?)
}

/// Primary measures planned for a year: household, batch, outcome.
///
/// # Errors
/// The database fails.
pub fn primary(tx: &mut Tx, among: &Among, year: i32) -> Result<Vec<(String, String, String)>> {
    let rows = measure::table
        .filter(measure::planned_for_year.eq(year).and(measure::is_primary.eq(true)))
        .filter(measure::household.eq_any(among.inside()))
        .order(measure::record)
        .select((measure::household, measure::measure_type, measure::outcome));
    Ok(rows.load(tx.conn)?)
}

/// Households with how many projects of each class.
///
/// # Errors
/// The database fails.
pub fn projects(tx: &mut Tx, among: &Among) -> Result<Vec<(String, String, i64)>> {
    let rows = project::table
        .filter(project::household.eq_any(among.inside()))
        .group_by((project::household, project::class))
        .select((project::household, project::class, count_star()));
    Ok(rows.load(tx.conn)?)
}

/// Measures planned for a year that are no primary ones: household, batch. Those of no settled batch are left out.
///
/// # Errors
/// The database fails.
pub fn additional(tx: &mut Tx, among: &Among, year: i32) -> Result<Vec<(String, String)>> {
    let rows = measure::table
        .filter(measure::planned_for_year.eq(year).and(measure::is_primary.eq(false)))
        .filter(measure::measure_type.ne(""))
        .filter(measure::household.eq_any(among.inside()))
        .select((measure::household, measure::measure_type))
        .distinct();
    Ok(rows.load(tx.conn)?)
}

/// How many projects households in the system have.
///
/// # Errors
/// The database fails.
pub fn count_projects(tx: &mut Tx, counted: &InSystem) -> Result<i64> {
    let rows = project::table.filter(project::household.eq_any(counted.inside()));
    Ok(rows.select(count_star()).get_result(tx.conn)?)
}

/// How many primary measures planned for a year households in the system have.
///
/// # Errors
/// The database fails.
pub fn count_primary(tx: &mut Tx, counted: &InSystem, year: i32) -> Result<i64> {
    let rows = measure::table
        .filter(measure::planned_for_year.eq(year).and(measure::is_primary.eq(true)))
        .filter(measure::household.eq_any(counted.inside()))
        .select(count_star());
    Ok(rows.get_result(tx.conn)?)
}
