//! Assignments: which person holds which role in which area, from when to when.

use bidao_schema::api::person::Role;
use diesel::prelude::*;

use super::Tx;
use super::schema::assignment;
use crate::error::{Error, Result};

/// A row of `assignment`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = assignment)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Person id.
    pub person: String,
    /// Role key.
    pub role: String,
    /// 12-digit code.
    pub area: String,
    /// First day, `YYYY-MM-DD`.
    pub valid_from: String,
    /// Last day, none while it lasts.
    pub valid_to: Option<String>,
}

impl Row {
    /// The role.
    ///
    /// # Errors
    /// A key this version does not know.
    pub fn role(&self) -> Result<Role> {
        parse_role(&self.role)
    }

    /// Whether it holds on `day`.
    #[must_use]
    pub fn is_valid_on(&self, day: &str) -> bool {
        self.valid_from.as_str() <= day && self.valid_to.as_deref().is_none_or(|last| day <= last)
    }
}

/// The role of a key.
///
/// # Errors
/// A key this version does not know.
pub fn parse_role(key: &str) -> Result<Role> {
    serde_json::from_value(key.into()).map_err(|_| Error::Internal("unknown role in the database".into()))
}

/// The key of a role.
#[must_use]
pub fn role_key(role: Role) -> String {
    serde_json::to_value(role).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Adds an assignment.
///
/// # Errors
/// Person or area do not exist, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(assignment::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Every assignment, past ones included, of areas under a prefix.
///
/// # Errors
/// The database fails.
pub fn under(tx: &mut Tx, prefix: &str) -> Result<Vec<Row>> {
    let rows = assignment::table
        .filter(assignment::area.like(format!("{prefix}%")))
        .order((assignment::area, assignment::role, assignment::person))
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Every assignment of a person, past ones included.
///
/// # Errors
/// The database fails.
pub fn of_person(tx: &mut Tx, person: &str) -> Result<Vec<Row>> {
    let rows = assignment::table
        .filter(assignment::person.eq(person))
        .order((assignment::area, assignment::role))
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Roles with areas that a person holds on a day.
///
/// # Errors
/// The database fails.
pub fn valid_on(tx: &mut Tx, person: &str, day: &str) -> Result<Vec<(Role, String)>> {
    let rows = of_person(tx, person)?;
    rows.into_iter().filter(|row| row.is_valid_on(day)).map(|row| Ok((row.role()?, row.area))).collect()
}

/// Assignments of these people, past ones included, by person, area and role.
///
/// # Errors
/// The database fails.
pub fn of_persons(tx: &mut Tx, persons: &[String]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for some in persons.chunks(1000) {
        let found: Vec<Row> = assignment::table
            .filter(assignment::person.eq_any(some.to_vec()))
            .order((assignment::person, assignment::area, assignment::role))
            .select(Row::as_select())
            .load(tx.conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Every assignment to exactly these areas, past ones included.
///
/// # Errors
/// The database fails.
pub fn in_areas(tx: &mut Tx, codes: &[String]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for some in codes.chunks(1000) {
        let found: Vec<Row> = assignment::table
            .filter(assignment::area.eq_any(some.to_vec()))
            .order((assignment::area, assignment::role, assignment::person))
            .select(Row::as_select())
            .load(tx.conn)?;
        rows.extend(found);
    }
    Ok(rows)
}
