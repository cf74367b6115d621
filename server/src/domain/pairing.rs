//! Pairings (domain §4.2, R9–R13): which helper stands by which household. A pairing is dated and never
//! removed; what it lets its helper read and write follows from its dates at every request.

use bidao_schema::calendar::Date;

use super::account::{entry, named};
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, pairing, record};

/// Rules a pairing rests on.
pub const BASES: [&str; 3] = ["r9", "r11", "r12"];

/// A pairing to be made. The id is drawn before the transaction.
#[derive(Debug, Clone)]
pub struct NewPairing {
    /// 32 hex digits.
    pub id: String,
    /// Account of the helper.
    pub account: String,
    /// Record id of the household.
    pub household: String,
    /// One of [`BASES`].
    pub basis: String,
    /// Whether this helper is the one shown on the card.
    pub is_primary: bool,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
}

/// How many households a helper stands by under a rule, and how many the rule asks for: shown, never enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// On the pairing's first day.
    pub households: usize,
    /// The rule's number.
    pub target: usize,
}

/// Households that a rule asks of one helper.
fn target(basis: &str) -> Result<usize> {
    match basis {
        "r9" => Ok(4),
        "r11" => Ok(2),
        "r12" => Ok(1),
        _ => Err(Error::invalid("basis", format!("expected one of {}", BASES.join(", ")))),
    }
}

/// Pairs a helper with a household.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn add(tx: &mut Tx, new: &NewPairing, at: i64) -> Result<(Standing, Audit)> {
    let target = target(&new.basis)?;
    let helper = named(tx, "account", &new.account)?.person;
    let household = household(tx, &new.household)?;
    let rows = pairing::of_household(tx, &household)?;
    let mut lasting = rows.iter().filter(|row| is_ever(row) && row.lasts_until(&new.from));
    if let Some(row) = lasting.clone().find(|row| row.helper == helper) {
        let already = format!("the account is paired with it already, from {}", row.valid_from);
        return Err(Error::invalid("household", already));
    }
    if new.is_primary
        && let Some(row) = lasting.find(|row| row.is_primary)
    {
        let already = format!("another helper is primary, from {}: end that pairing first", row.valid_from);
        return Err(Error::invalid("primary", already));
    }
    let row = pairing::Row {
        id: new.id.clone(),
        helper,
        household,
        basis: new.basis.clone(),
        is_primary: new.is_primary,
        valid_from: new.from.clone(),
        valid_to: None,
    };
    pairing::insert(tx, &row)?;
    let under_rule = pairing::of_helper(tx, &row.helper)?;
    let under_rule = under_rule.iter().filter(|one| one.basis == row.basis && one.is_valid_on(&new.from));
    let standing = Standing { households: under_rule.count(), target };
    let detail = format!("{} {} {}", row.helper, row.household, row.basis);
    Ok((standing, Audit::of(entry(at, "system", "pair", &row.id, &detail))))
}

/// Ends the pairing of a helper with a household after its last day; without one that was yesterday, so
/// that access ends at once. Answers the last day.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn end(
    tx: &mut Tx,
    (account, household): (&str, &str),
    last: Option<&str>,
    at: i64,
) -> Result<(String, Audit)> {
    let helper = named(tx, "account", account)?.person;
    let household = self::household(tx, household)?;
    let today = Date::from_epoch_millis_shanghai(at);
    let rows = pairing::of_household(tx, &household)?;
    let lasts = |row: &&pairing::Row| row.helper == helper && row.lasts_until(&today.to_string());
    let Some(row) = rows.iter().find(lasts) else {
        return Err(Error::invalid("household", "the account is not paired with it"));
    };
    let last = match last {
        Some(last) if last < row.valid_from.as_str() => {
            let early = format!("the pairing began on {}: give no day to end it at once", row.valid_from);
            return Err(Error::invalid("to", early));
        }
        Some(last) => last.to_owned(),
        None => today.add_days(-1).unwrap_or(Date::MIN).to_string(),
    };
    pairing::end(tx, &row.id, &last)?;
    let detail = format!("{helper} {household} {last}");
    Ok((last, Audit::of(entry(at, "system", "end_pairing", &row.id, &detail))))
}

/// The record id of a household on file.
///
/// # Errors
/// `invalid`, or the database fails.
pub fn household(tx: &mut Tx, id: &str) -> Result<String> {
    let id = id.trim().to_lowercase();
    match record::find(tx, &id)? {
        Some(row) if row.kind == "household" => Ok(id),
        Some(row) => {
            Err(Error::invalid("household", format!("the record {id} is a {}, not a household", row.kind)))
        }
        None => Err(Error::invalid("household", format!("no household on file has the record id {id}"))),
    }
}

/// Whether there is a day on which a pairing holds: one that ended on its first day has none.
fn is_ever(row: &pairing::Row) -> bool {
    row.lasts_until(&row.valid_from)
}
