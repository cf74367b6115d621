//! Attestations: which version of which record somebody agreed to, found by version or by its short code.
//! Everything else they say is in the record's document; these rows are an index over it.

use diesel::prelude::*;

use super::Tx;
use super::record::Brief;
use super::schema::{attestation, record};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `attestation`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = attestation)]
pub struct Row {
    /// The record.
    pub record: String,
    /// Element id, 32 hex digits.
    pub id: String,
    /// Hash of the change that made it.
    pub change: String,
    /// Actor that made it.
    pub actor: String,
    /// Number of the signed batch that brought it.
    pub number: i64,
    /// Device that sealed it.
    pub device: String,
    /// Person who held the device.
    pub person: String,
    /// `name/version` of the form the content was shown with.
    pub form: String,
    /// Content digest of the version it covers, 64 hex digits.
    pub digest: String,
    /// The six lower-case hex digits of its short code.
    pub code: String,
    /// Heads it covers, sorted, separated by spaces.
    pub covers: String,
    /// Role of the signer.
    pub role: String,
    /// Stance of the signer.
    pub stance: String,
    /// Name of the signer.
    pub signer_name: String,
    /// When, by the device's clock.
    pub signed_at: i64,
    /// When the server stored it.
    pub received_at: i64,
    /// Why it does not count, a word of `AttestationDoubt`.
    pub doubt: Option<String>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        format!("{}/{}", self.record, self.id)
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![(&place::SIGNER, Cell::Text(&mut self.signer_name))]
    }
}

/// Adds one.
///
/// # Errors
/// It is there already, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(attestation::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// All of a record, in the order they arrived.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, of: &str) -> Result<Vec<Row>> {
    let query = attestation::table.filter(attestation::record.eq(of));
    let ordered = query.order((attestation::received_at, attestation::id));
    tx.vault.all_opened(ordered.select(Row::as_select()).load(tx.conn)?)
}

/// Writes what is doubted about one.
///
/// # Errors
/// The database fails.
pub fn set_doubt(tx: &mut Tx, of: &str, id: &str, doubt: Option<&str>) -> Result<()> {
    let row = attestation::table.find((of, id));
    diesel::update(row).set(attestation::doubt.eq(doubt)).execute(tx.conn)?;
    Ok(())
}

/// Records about a household that have an attestation somebody doubts.
///
/// # Errors
/// The database fails.
pub fn doubted_of_household(tx: &mut Tx, household: &str) -> Result<Vec<String>> {
    let query = attestation::table
        .inner_join(record::table)
        .filter(record::household.eq(household))
        .filter(attestation::doubt.is_not_null());
    Ok(query.select(attestation::record).distinct().order(attestation::record).load(tx.conn)?)
}

/// Those whose version has this short code, newest first; who may see them is the caller's to ask.
///
/// # Errors
/// The database fails.
pub fn with_code(tx: &mut Tx, code: &str, limit: i64) -> Result<Vec<(Row, Brief)>> {
    let query = attestation::table
        .inner_join(record::table)
        .filter(attestation::code.eq(code))
        .order((attestation::received_at.desc(), attestation::id.desc()))
        .limit(limit);
    let rows: Vec<(Row, Brief)> = query.select((Row::as_select(), Brief::as_select())).load(tx.conn)?;
    let opened = |(row, brief)| Ok((tx.vault.opened(row)?, tx.vault.opened(brief)?));
    rows.into_iter().map(opened).collect()
}
