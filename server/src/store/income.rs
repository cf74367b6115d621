//! Income statements as they were projected, and their sums by household: the database adds up, a catalogue says what.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Tx;
use super::register::Among;
use super::schema::{change, income, income_item, record};
use crate::error::Result;

/// Values in one `IN` list: below the limit of bound variables of either database.
const CHUNK: usize = 1000;

/// A row of `income`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = income)]
pub struct Statement {
    /// Record id.
    pub record: String,
    /// Record id of the household.
    pub household: String,
    /// Village code the statement is filed under.
    pub village: String,
    /// `YYYY-MM`.
    pub month: String,
    /// Members counted.
    pub persons: i32,
}

/// A row of `income_item`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = income_item)]
pub struct Item {
    /// Record id of the statement.
    pub record: String,
    /// Code of the item.
    pub item: String,
    /// Its category, a word of `Category`.
    pub category: String,
    /// Record id of the household.
    pub household: String,
    /// `YYYY-MM`.
    pub month: String,
    /// Sum of its lines that stand, fen.
    pub amount: i64,
    /// Of that, what is an estimate.
    pub estimated: i64,
}

/// What counts, as the database asks it: the items of a catalogue that count otherwise than their category does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulings {
    /// Items that count though they come once.
    pub counted: Vec<String>,
    /// Items that do not count.
    pub uncounted: Vec<String>,
}

/// Sums of a household, fen.
#[derive(Queryable, Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Record id of the household.
    pub household: String,
    /// Income that counts.
    pub gross: i64,
    /// Expenses that count.
    pub expense: i64,
    /// Of both, what is an estimate.
    pub estimated: i64,
}

/// Makes a statement and its items the projection of the record; none removes it.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, id: &str, row: Option<&(Statement, Vec<Item>)>) -> Result<()> {
    diesel::delete(income_item::table.filter(income_item::record.eq(id))).execute(tx.conn)?;
    diesel::delete(income::table.find(id)).execute(tx.conn)?;
    let Some((statement, items)) = row else { return Ok(()) };
    diesel::insert_into(income::table).values(statement.clone()).execute(tx.conn)?;
    for item in items {
        diesel::insert_into(income_item::table).values(item.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// Sums of the months from one to another by household, without the statements named.
///
/// # Errors
/// The database fails.
pub fn sums(
    tx: &mut Tx,
    among: &Among,
    (from, to): (&str, &str),
    rulings: &Rulings,
    without: &[String],
) -> Result<Vec<Sum>> {
    let by_category =
        income_item::category.ne("oneoff").and(income_item::item.ne_all(rulings.uncounted.clone()));
    let counts = by_category.or(income_item::item.eq_any(rulings.counted.clone()));
    let sum = |what: &str| sql::<BigInt>(&format!("CAST(SUM({what}) AS BIGINT)"));
    let rows = income_item::table
        .filter(income_item::month.between(from, to))
        .filter(counts)
        .filter(income_item::household.eq_any(among.inside()))
        .filter(income_item::record.ne_all(without.to_vec()))
        .group_by(income_item::household)
        .select((
            income_item::household,
            sum("CASE WHEN category = 'expense' THEN 0 ELSE amount END"),
            sum("CASE WHEN category = 'expense' THEN amount ELSE 0 END"),
            sum("estimated"),
        ));
    Ok(rows.load(tx.conn)?)
}

/// The last month with a statement from one month to another, and the persons it counts, by household.
///
/// # Errors
/// The database fails.
pub fn last(
    tx: &mut Tx,
    among: &Among,
    (from, to): (&str, &str),
    without: &[String],
) -> Result<Vec<(String, String)>> {
    let rows = income::table
        .filter(income::month.between(from, to))
        .filter(income::household.eq_any(among.inside()))
        .filter(income::record.ne_all(without.to_vec()))
        .group_by(income::household)
        // Months have one length, so the greatest of these texts is that of the last month.
        .select((income::household, sql::<Text>("MAX(month || ' ' || persons)")));
    Ok(rows.load(tx.conn)?)
}

/// Household and state of the signatures of every statement of a month, without those named.
///
/// # Errors
/// The database fails.
pub fn signing(tx: &mut Tx, among: &Among, month: &str, without: &[String]) -> Result<Vec<(String, String)>> {
    let rows = income::table
        .inner_join(record::table.on(record::id.eq(income::record)))
        .filter(income::month.eq(month))
        .filter(income::household.eq_any(among.inside()))
        .filter(income::record.ne_all(without.to_vec()))
        .select((income::household, record::signing));
    Ok(rows.load(tx.conn)?)
}

/// Statements of these households from one month to another.
///
/// # Errors
/// The database fails.
pub fn of_households(tx: &mut Tx, households: &[String], (from, to): (&str, &str)) -> Result<Vec<Statement>> {
    let mut found = Vec::new();
    for some in households.chunks(CHUNK) {
        let rows = income::table
            .filter(income::household.eq_any(some.to_vec()).and(income::month.between(from, to)))
            .select(Statement::as_select());
        found.extend(rows.load(tx.conn)?);
    }
    Ok(found)
}

/// How many statements since a month hold one of these items.
///
/// # Errors
/// The database fails.
pub fn holding(tx: &mut Tx, items: &[String], since: &str) -> Result<i64> {
    let rows = income_item::table
        .filter(income_item::month.ge(since).and(income_item::item.eq_any(items.to_vec())))
        .select(sql::<BigInt>("COUNT(DISTINCT record)"));
    Ok(rows.get_result(tx.conn)?)
}

/// Statements of a month that hold one of these items and that a person wrote into between two instants.
///
/// # Errors
/// The database fails.
pub fn written_by(
    tx: &mut Tx,
    month: &str,
    person: &str,
    (from, before): (i64, i64),
    items: &[String],
) -> Result<Vec<String>> {
    let holding = income_item::table
        .filter(income_item::record.eq(income::record).and(income_item::item.eq_any(items.to_vec())))
        .select(income_item::record);
    let rows = income::table
        .inner_join(change::table.on(change::record.eq(income::record)))
        .filter(income::month.eq(month).and(change::person.eq(person)))
        .filter(change::made_at.ge(from).and(change::made_at.lt(before)))
        .filter(diesel::dsl::exists(holding))
        .select(income::record)
        .distinct();
    Ok(rows.load(tx.conn)?)
}
