//! Proofs of possession seen lately, so that none is accepted twice.

use diesel::prelude::*;

use super::Tx;
use super::schema::proof;
use crate::error::Result;

/// Remembers a proof; false when it was seen before.
///
/// # Errors
/// The database fails.
pub fn remember(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    let row = (proof::id.eq(id), proof::seen_at.eq(at));
    let added = crate::each!(tx.conn, |c| diesel::insert_into(proof::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(added == 1)
}

/// Forgets the proofs seen before `at`; answers how many.
///
/// # Errors
/// The database fails.
pub fn forget_before(tx: &mut Tx, at: i64) -> Result<usize> {
    Ok(diesel::delete(proof::table.filter(proof::seen_at.lt(at))).execute(tx.conn)?)
}
