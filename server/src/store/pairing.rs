//! Pairings: which helper stands by which household (domain §4.2), dated.

use diesel::prelude::*;

use super::Tx;
use super::schema::pairing;
use crate::error::Result;

/// A row of `pairing`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = pairing)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Person id.
    pub helper: String,
    /// Record id of the household.
    pub household: String,
    /// Rule it rests on: `r9`, `r11`, `r12`.
    pub basis: String,
    /// Shown on the card.
    pub is_primary: bool,
    /// First day.
    pub valid_from: String,
    /// Last day, none while it lasts.
    pub valid_to: Option<String>,
}

impl Row {
    /// Whether it holds on `day`.
    #[must_use]
    pub fn is_valid_on(&self, day: &str) -> bool {
        self.valid_from.as_str() <= day && self.lasts_until(day)
    }

    /// Whether it has not ended before `day`.
    #[must_use]
    pub fn lasts_until(&self, day: &str) -> bool {
        self.valid_to.as_deref().is_none_or(|last| day <= last)
    }
}

/// Adds a pairing.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(pairing::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Households a person is paired with on a day.
///
/// # Errors
/// The database fails.
pub fn households_of(tx: &mut Tx, helper: &str, day: &str) -> Result<Vec<String>> {
    let rows: Vec<Row> = pairing::table
        .filter(pairing::helper.eq(helper).and(pairing::valid_from.le(day)))
        .order(pairing::household)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().filter(|row| row.is_valid_on(day)).map(|row| row.household).collect())
}

/// Every pairing of a helper, past ones included.
///
/// # Errors
/// The database fails.
pub fn of_helper(tx: &mut Tx, helper: &str) -> Result<Vec<Row>> {
    let query = pairing::table.filter(pairing::helper.eq(helper)).order(pairing::household);
    Ok(query.select(Row::as_select()).load(tx.conn)?)
}

/// Every pairing of a household, past ones included, earliest first.
///
/// # Errors
/// The database fails.
pub fn of_household(tx: &mut Tx, household: &str) -> Result<Vec<Row>> {
    let query = pairing::table.filter(pairing::household.eq(household));
    Ok(query.order((pairing::valid_from, pairing::id)).select(Row::as_select()).load(tx.conn)?)
}

/// Every pairing, past ones included, by household.
///
/// # Errors
/// The database fails.
pub fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    let order = (pairing::household, pairing::valid_from, pairing::id);
    Ok(pairing::table.order(order).select(Row::as_select()).load(tx.conn)?)
}

/// Dates the end of a pairing.
///
/// # Errors
/// The database fails.
pub fn end(tx: &mut Tx, id: &str, last: &str) -> Result<()> {
    diesel::update(pairing::table.find(id)).set(pairing::valid_to.eq(last)).execute(tx.conn)?;
    Ok(())
}
