//! Leave (domain §4.1, §6.9): entered by the operator, shown beside a duty's number as the reason for it.

use super::account::{entry, named};
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, leave};

/// Kinds of leave.
pub const KINDS: [&str; 6] = ["sick", "annual", "training", "meeting", "secondment", "other"];

/// Leave to be entered. The id is drawn before the transaction.
#[derive(Debug, Clone)]
pub struct NewLeave {
    /// 32 hex digits.
    pub id: String,
    /// Account of who is away.
    pub account: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Account of who approved it.
    pub approved_by: String,
}

/// Enters leave.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn add(tx: &mut Tx, new: &NewLeave, at: i64) -> Result<Audit> {
    if !KINDS.contains(&new.kind.as_str()) {
        return Err(Error::invalid("kind", format!("expected one of {}", KINDS.join(", "))));
    }
    if new.to < new.from {
        return Err(Error::invalid("to", "the last day is before the first"));
    }
    let person = named(tx, "account", &new.account)?.person;
    let row = leave::Row {
        id: new.id.clone(),
        from_on: new.from.clone(),
        to_on: new.to.clone(),
        kind: new.kind.clone(),
        approved_by: named(tx, "approved-by", &new.approved_by)?.person,
        person,
    };
    let same = |old: &leave::Row| (&old.from_on, &old.to_on, &old.kind) == (&new.from, &new.to, &new.kind);
    if leave::of_person(tx, &row.person)?.iter().any(same) {
        return Err(Error::invalid("from", "this leave is on file already"));
    }
    leave::insert(tx, &row)?;
    Ok(Audit::of(entry(at, "system", "add_leave", &row.id, &row.person)))
}
