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

/// The least and the greatest 12-digit code that begins so: a range, which an index answers on either database; it does
/// not answer `LIKE`.
#[must_use]
pub fn range(prefix: &str) -> (String, String) {
    (format!("{prefix:0<12}"), format!("{prefix:9<12}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_codes_that_begin_so_and_no_others() {
        let codes = ["500113999999", "500114000000", "500114101001", "500114101999", "500114102000"];
        let within = |prefix| {
            let (first, last) = range(prefix);
            codes.into_iter().filter(|code| **code >= *first && **code <= *last).collect::<Vec<_>>()
        };
        for prefix in ["", "500114", "500114101", "500114101001", "6"] {
            let begin: Vec<_> = codes.into_iter().filter(|code| code.starts_with(prefix)).collect();
            assert_eq!(within(prefix), begin, "{prefix}");
        }
    }
}
