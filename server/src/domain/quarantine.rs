//! Quarantine: what the server did not store, where a leader can see it (P4, P11, P12).

use bidao_schema::api::device::QuarantinedItem;

use super::access::Scope;
use crate::error::Result;
use crate::store::{Tx, quarantine};

/// Items of one answer.
const PAGE: i64 = 500;

/// Unsettled items of the phones the scope manages, oldest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope) -> Result<Vec<QuarantinedItem>> {
    let rows = quarantine::list(tx, &scope.device_prefixes(), PAGE)?;
    let item = |(row, person_name): (quarantine::Row, String)| QuarantinedItem {
        id: row.item,
        device: row.device,
        person_name,
        record: row.record,
        code: row.code,
        detail: row.detail,
        received_at: row.received_at,
    };
    Ok(rows.into_iter().map(item).collect())
}
