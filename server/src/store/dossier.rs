//! Documents of households' files as they were projected, with how far each record is.

use diesel::prelude::*;

use super::Tx;
use super::register::Among;
use super::schema::{document, income, record};
use super::vault::place::TITLE;
use crate::error::Result;

/// A row of `document`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = document)]
pub struct Document {
    /// Record id.
    pub record: String,
    /// `ledger`, `card` or `agreement`.
    pub kind: String,
    /// Record id of the household.
    pub household: String,
    /// Village code it is filed under.
    pub village: String,
    /// The year, or the day an agreement was made.
    pub period: String,
    /// Last day of an agreement; empty while there is none.
    pub valid_to: String,
}

/// How far a record is.
#[derive(Queryable, Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Record id.
    pub record: String,
    /// Name of its form.
    pub kind: String,
    /// Record id of the household.
    pub household: String,
    /// What orders documents of one kind, the newest last.
    pub period: String,
    /// Findings that block it.
    pub blocking: i32,
    /// Values nobody settled.
    pub conflicts: i32,
    /// State of its signatures.
    pub signing: String,
}

/// Makes `row` the projection of the record; none removes it.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, id: &str, row: Option<&Document>) -> Result<()> {
    diesel::delete(document::table.find(id)).execute(tx.conn)?;
    if let Some(row) = row {
        diesel::insert_into(document::table).values(row.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// Ledgers and cards of a year, and agreements in force at some time since a day.
///
/// # Errors
/// The database fails.
pub fn documents(tx: &mut Tx, among: &Among, year: &str, since: &str) -> Result<Vec<Standing>> {
    let of_year = document::kind.ne("agreement").and(document::period.eq(year));
    let lasting = document::valid_to.eq("").or(document::valid_to.ge(since));
    let in_force = document::kind.eq("agreement").and(lasting);
    let rows = document::table
        .inner_join(record::table.on(record::id.eq(document::record)))
        .filter(document::household.eq_any(among.inside()))
        .filter(of_year.or(in_force))
        .select((
            document::record,
            document::kind,
            document::household,
            document::period,
            record::blocking,
            record::conflicts,
            record::signing,
        ));
    Ok(rows.load(tx.conn)?)
}

/// Income statements of a month.
///
/// # Errors
/// The database fails.
pub fn statements(tx: &mut Tx, among: &Among, month: &str) -> Result<Vec<Standing>> {
    let rows = income::table
        .inner_join(record::table.on(record::id.eq(income::record)))
        .filter(income::month.eq(month))
        .filter(income::household.eq_any(among.inside()))
        .select((
            income::record,
            record::kind,
            income::household,
            income::month,
            record::blocking,
            record::conflicts,
            record::signing,
        ));
    Ok(rows.load(tx.conn)?)
}

/// Registers of households: the record with its title, and how far it is.
///
/// # Errors
/// The database fails.
pub fn registers(tx: &mut Tx, among: &Among) -> Result<Vec<(Standing, String)>> {
    let columns = (
        record::id,
        record::kind,
        record::id,
        record::area,
        record::blocking,
        record::conflicts,
        record::signing,
    );
    let rows = record::table.filter(record::id.eq_any(among.inside())).select((columns, record::title));
    let sealed: Vec<(Standing, String)> = rows.load(tx.conn)?;
    let open = |(standing, title): (Standing, String)| {
        let title = tx.vault.unseal_text(&TITLE, &standing.record, &title)?;
        Ok((standing, title))
    };
    sealed.into_iter().map(open).collect()
}
