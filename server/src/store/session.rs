//! Sessions: an account on one key, until it is revoked.

use diesel::prelude::*;

use super::Tx;
use super::schema::{refresh_token, session};
use crate::error::Result;

/// A row of `session`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = session)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Account name.
    pub account: String,
    /// Device id, for a phone.
    pub device: Option<String>,
    /// 65-byte uncompressed point that refresh must prove.
    pub public_key: Vec<u8>,
    /// When it began.
    pub started_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// Adds a session.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(session::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A session by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    Ok(session::table.find(id).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Ends a session; later revocations keep the first time.
///
/// # Errors
/// The database fails.
pub fn revoke(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    diesel::update(session::table.filter(session::id.eq(id).and(session::revoked_at.is_null())))
        .set(session::revoked_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends every session of a device.
///
/// # Errors
/// The database fails.
pub fn revoke_of_device(tx: &mut Tx, device: &str, at: i64) -> Result<()> {
    diesel::update(session::table.filter(session::device.eq(device).and(session::revoked_at.is_null())))
        .set(session::revoked_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// The database fails.
pub fn revoke_of_account(tx: &mut Tx, account: &str, at: i64) -> Result<()> {
    diesel::update(session::table.filter(session::account.eq(account).and(session::revoked_at.is_null())))
        .set(session::revoked_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets the sessions that nothing can refresh any more and that were revoked, or else begun, before `at`;
/// answers how many.
///
/// # Errors
/// The database fails.
pub fn forget_ended(tx: &mut Tx, at: i64) -> Result<usize> {
    let refreshable = refresh_token::table.select(refresh_token::session);
    let revoked = session::revoked_at.lt(at).assume_not_null();
    let expired = session::revoked_at.is_null().and(session::started_at.lt(at));
    let ended = session::table.filter(session::id.ne_all(refreshable)).filter(expired.or(revoked));
    Ok(diesel::delete(ended).execute(tx.conn)?)
}
