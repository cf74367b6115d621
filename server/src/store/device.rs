//! Devices: enrolled phones with their public keys.

use diesel::prelude::*;

use super::Tx;
use super::schema::device;
use crate::error::Result;

/// A row of `device`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = device)]
pub struct Row {
    /// 16 hex digits.
    pub id: String,
    /// Person id.
    pub person: String,
    /// What the phone calls itself.
    pub name: String,
    /// 65-byte uncompressed P-256 point.
    pub public_key: Vec<u8>,
    /// `active` or `revoked`.
    pub state: String,
    /// Version of the app at its last contact.
    pub app_version: String,
    /// When it enrolled.
    pub enrolled_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// Its last sync.
    pub last_sync_at: Option<i64>,
    /// Items it said it had not sent, then.
    pub unsynced: i32,
}

/// Adds a device.
///
/// # Errors
/// The id exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(device::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A device by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(device::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}
