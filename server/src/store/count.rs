//! How much there is of what: totals for the operator.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Tx;
use super::schema::{attestation, batch, change, conflict, file, held, quarantine, record, review_event};
use crate::error::Result;

/// Rows of the tables an operator asks about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sealed batches.
    pub batches: i64,
    /// Changes.
    pub changes: i64,
    /// Records by kind.
    pub records: BTreeMap<String, i64>,
    /// Records by review state.
    pub reviews: BTreeMap<String, i64>,
    /// Conflicts by state.
    pub conflicts: BTreeMap<String, i64>,
    /// Decisions and hand-ins by state, over all time.
    pub decisions: BTreeMap<String, i64>,
    /// Files by kind and state, `picture/ready`.
    pub files: BTreeMap<String, i64>,
    /// Bytes of all files.
    pub file_bytes: i64,
    /// Records by the state of their signatures.
    pub signing: BTreeMap<String, i64>,
    /// Attestations that do not count for their party.
    pub doubted: i64,
    /// Items held for what they build on.
    pub held: i64,
    /// Items nobody settled yet.
    pub quarantined: i64,
}

/// Counts them.
///
/// # Errors
/// The database fails.
pub fn totals(tx: &mut Tx) -> Result<Totals> {
    let records: Vec<(String, i64)> =
        record::table.group_by(record::kind).select((record::kind, count_star())).load(tx.conn)?;
    let reviews: Vec<(String, i64)> =
        record::table.group_by(record::review).select((record::review, count_star())).load(tx.conn)?;
    let conflicts: Vec<(String, i64)> =
        conflict::table.group_by(conflict::state).select((conflict::state, count_star())).load(tx.conn)?;
    let decisions: Vec<(String, i64)> = review_event::table
        .group_by(review_event::state)
        .select((review_event::state, count_star()))
        .load(tx.conn)?;
    let signing: Vec<(String, i64)> =
        record::table.group_by(record::signing).select((record::signing, count_star())).load(tx.conn)?;
    let files: Vec<(String, String, i64)> =
        file::table.select((file::kind, file::state, file::bytes)).load(tx.conn)?;
    let mut by_state = BTreeMap::new();
    for (kind, state, _) in &files {
        *by_state.entry(format!("{kind}/{state}")).or_default() += 1;
    }
    Ok(Totals {
        batches: batch::table.count().get_result(tx.conn)?,
        changes: change::table.count().get_result(tx.conn)?,
        records: records.into_iter().collect(),
        reviews: reviews.into_iter().collect(),
        conflicts: conflicts.into_iter().collect(),
        decisions: decisions.into_iter().collect(),
        file_bytes: files.iter().map(|(_, _, bytes)| bytes).sum(),
        files: by_state,
        signing: signing.into_iter().collect(),
        doubted: attestation::table.filter(attestation::doubt.is_not_null()).count().get_result(tx.conn)?,
        held: held::table.count().get_result(tx.conn)?,
        quarantined: quarantine::table
            .filter(quarantine::settled_at.is_null())
            .count()
            .get_result(tx.conn)?,
    })
}
