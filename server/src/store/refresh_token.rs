//! Refresh tokens, kept as hashes only.

use diesel::prelude::*;

use super::Tx;
use super::schema::refresh_token;
use crate::error::Result;

/// A row of `refresh_token`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = refresh_token)]
pub struct Row {
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// Session id.
    pub session: String,
    /// When it was issued; within a session strictly later than the tokens before.
    pub issued_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When it was used; 0 when a sibling was used instead.
    pub used_at: Option<i64>,
}

/// Adds a token.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(refresh_token::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// A token by its hash.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, token_hash: &str) -> Result<Option<Row>> {
    Ok(refresh_token::table.find(token_hash).select(Row::as_select()).first(tx.conn).optional()?)
}

/// Marks a token as used; false when it already was.
///
/// # Errors
/// The database fails.
pub fn use_up(tx: &mut Tx, token_hash: &str, at: i64) -> Result<bool> {
    let unused = refresh_token::table
        .filter(refresh_token::token_hash.eq(token_hash).and(refresh_token::used_at.is_null()));
    Ok(diesel::update(unused).set(refresh_token::used_at.eq(at)).execute(tx.conn)? == 1)
}

/// Marks every unused token of a session as superseded.
///
/// # Errors
/// The database fails.
pub fn supersede_unused(tx: &mut Tx, session: &str) -> Result<()> {
    let unused =
        refresh_token::table.filter(refresh_token::session.eq(session).and(refresh_token::used_at.is_null()));
    diesel::update(unused).set(refresh_token::used_at.eq(0_i64)).execute(tx.conn)?;
    Ok(())
}

/// Every token of a session, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_session(tx: &mut Tx, session: &str) -> Result<Vec<Row>> {
    let rows = refresh_token::table
        .filter(refresh_token::session.eq(session))
        .order(refresh_token::issued_at)
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(rows)
}

/// Forgets the tokens of a session that ended before `at`.
///
/// # Errors
/// The database fails.
pub fn forget_ended(tx: &mut Tx, session: &str, at: i64) -> Result<()> {
    let ended =
        refresh_token::table.filter(refresh_token::session.eq(session).and(refresh_token::expires_at.lt(at)));
    diesel::delete(ended).execute(tx.conn)?;
    Ok(())
}

/// Forgets every token that ended before `at`; answers how many.
///
/// # Errors
/// The database fails.
pub fn forget_all_ended(tx: &mut Tx, at: i64) -> Result<usize> {
    Ok(diesel::delete(refresh_token::table.filter(refresh_token::expires_at.lt(at))).execute(tx.conn)?)
}

/// When the newest token of a session was issued; 0 when there is none.
///
/// # Errors
/// The database fails.
pub fn newest(tx: &mut Tx, session: &str) -> Result<i64> {
    let newest = refresh_token::table
        .filter(refresh_token::session.eq(session))
        .select(diesel::dsl::max(refresh_token::issued_at))
        .first::<Option<i64>>(tx.conn)?;
    Ok(newest.unwrap_or(0))
}
