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
    let valid = rows.into_iter().filter(|row| row.valid_to.as_deref().is_none_or(|last| day <= last));
    Ok(valid.map(|row| row.household).collect())
}

/// Every pairing of a helper, past ones included.
///
/// # Errors
/// The database fails.
pub fn of_helper(tx: &mut Tx, helper: &str) -> Result<Vec<Row>> {
    let query = pairing::table.filter(pairing::helper.eq(helper)).order(pairing::household);
    Ok(query.select(Row::as_select()).load(tx.conn)?)
}
