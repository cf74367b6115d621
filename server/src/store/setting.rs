//! Settings that the operator or the server itself keeps in the database.

use diesel::prelude::*;

use super::schema::setting;
use super::vault::place::SECRET_SETTING;
use super::{AnyConnection, Tx};
use crate::error::Result;

/// Name of the setting that holds the key that signs access tokens.
pub const SIGNING_KEY_NAME: &str = "signing_key";
/// Name of the setting that holds the key files are sealed with.
pub const FILE_KEY: &str = "file_key";
/// Name of the setting that holds the public key phones seal for what others carry.
pub const CARRIAGE_KEY: &str = "carriage_key";
/// Name of the setting that holds the private keys to it and to those before it.
const CARRIAGE_KEYS: &str = "carriage_keys";

/// Name of the setting that is written to learn whether writes succeed again.
pub const PROBE: &str = "probe";

/// A setting's value.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    stored(tx.conn, name)
}

/// [`find`] on a connection outside the lanes.
pub(super) fn stored(conn: &mut AnyConnection, name: &str) -> Result<Option<String>> {
    Ok(setting::table.find(name).select(setting::value).first(conn).optional()?)
}

/// Writes a setting.
///
/// # Errors
/// The database fails.
pub fn put(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    put_stored(tx.conn, name, value)
}

/// [`put`] on a connection outside the lanes.
pub(super) fn put_stored(conn: &mut AnyConnection, name: &str, value: &str) -> Result<()> {
    let row = (setting::name.eq(name), setting::value.eq(value));
    crate::each!(conn, |c| diesel::insert_into(setting::table)
        .values(row)
        .on_conflict(setting::name)
        .do_update()
        .set(setting::value.eq(value))
        .execute(c))?;
    Ok(())
}

/// Removes a setting.
///
/// # Errors
/// The database fails.
pub fn remove(tx: &mut Tx, name: &str) -> Result<()> {
    diesel::delete(setting::table.find(name)).execute(tx.conn)?;
    Ok(())
}

/// The key that signs access tokens, which lies sealed.
///
/// # Errors
/// The database fails, or it is not what was sealed.
pub fn find_signing_key(tx: &mut Tx) -> Result<Option<String>> {
    find_secret(tx, SIGNING_KEY_NAME)
}

/// Keeps the key that signs access tokens.
///
/// # Errors
/// The database fails.
pub fn put_signing_key(tx: &mut Tx, hex: &str) -> Result<()> {
    put_secret(tx, SIGNING_KEY_NAME, hex)
}

/// The key files are sealed with, in hex; it lies sealed itself.
///
/// # Errors
/// The database fails, or it is not what was sealed.
pub fn find_file_key(tx: &mut Tx) -> Result<Option<String>> {
    find_secret(tx, FILE_KEY)
}

/// Keeps the key files are sealed with.
///
/// # Errors
/// The database fails.
pub fn put_file_key(tx: &mut Tx, hex: &str) -> Result<()> {
    put_secret(tx, FILE_KEY, hex)
}

/// The private keys that open what phones carry, in hex, oldest first; they lie sealed.
///
/// # Errors
/// The database fails, or they are not what was sealed.
pub fn find_carriage_keys(tx: &mut Tx) -> Result<Vec<String>> {
    let text = find_secret(tx, CARRIAGE_KEYS)?.unwrap_or_default();
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// Keeps the private keys that open what phones carry.
///
/// # Errors
/// The database fails.
pub fn put_carriage_keys(tx: &mut Tx, keys: &[String]) -> Result<()> {
    put_secret(tx, CARRIAGE_KEYS, &keys.join(" "))
}

fn find_secret(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let sealed = stored(tx.conn, name)?;
    sealed.map(|text| tx.vault.unseal_text(&SECRET_SETTING, name, &text)).transpose()
}

fn put_secret(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    let sealed = tx.vault.seal_text(&SECRET_SETTING, name, value)?;
    put_stored(tx.conn, name, &sealed)
}
