//! Areas: the operator's own table of districts, townships and villages.

use bidao_schema::api::area::{Area, AreaLevel};
use diesel::prelude::*;

use super::Tx;
use super::schema::area;
use crate::error::{Error, Result};

/// A row of `area`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = area)]
pub struct Row {
    /// 12 digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// `district`, `township`, `village`.
    pub level: String,
    /// Code above.
    pub parent: Option<String>,
}

impl TryFrom<Row> for Area {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let level: AreaLevel = serde_json::from_value(row.level.into())
            .map_err(|_| Error::Internal("unknown area level in the database".into()))?;
        Ok(Self { code: row.code, name: row.name, level, parent: row.parent })
    }
}

/// Adds an area.
///
/// # Errors
/// The code exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(area::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// An area by code.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, code: &str) -> Result<Option<Row>> {
    Ok(area::table.find(code).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Areas whose code begins with a prefix, in order of code.
///
/// # Errors
/// The database fails.
pub fn under(tx: &mut Tx, prefix: &str) -> Result<Vec<Row>> {
    let rows = area::table
        .filter(area::code.like(format!("{prefix}%")))
        .order(area::code)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Adds an area, or gives one that exists its new name and place.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, row: &Row) -> Result<()> {
    let changed = (area::name.eq(&row.name), area::level.eq(&row.level), area::parent.eq(&row.parent));
    crate::each!(tx.conn, |c| diesel::insert_into(area::table)
        .values(row)
        .on_conflict(area::code)
        .do_update()
        .set(changed)
        .execute(c))?;
    Ok(())
}
