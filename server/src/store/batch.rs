//! Batches: the sealed manifests with the receipts given for them (P2).

use diesel::prelude::*;

use super::Tx;
use super::schema::batch;
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `batch`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = batch)]
pub struct Row {
    /// Actor, 32 hex digits.
    pub actor: String,
    /// 1, 2, 3 … per actor.
    pub number: i64,
    /// Device that sealed it.
    pub device: String,
    /// Device or session that brought it.
    pub carrier: String,
    /// The manifest as signed.
    pub manifest: Vec<u8>,
    /// Its signature.
    pub signature: Vec<u8>,
    /// When it was recorded.
    pub received_at: i64,
    /// Receipt as CBOR.
    pub receipt: Vec<u8>,
}

impl Sealed for Row {
    fn key(&self) -> String {
        format!("{}/{}", self.actor, self.number)
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![
            (&place::MANIFEST, Cell::Bytes(&mut self.manifest)),
            (&place::RECEIPT, Cell::Bytes(&mut self.receipt)),
        ]
    }
}

/// A batch.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, actor: &str, number: i64) -> Result<Option<Row>> {
    let row: Option<Row> =
        batch::table.find((actor, number)).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// Records a batch.
///
/// # Errors
/// It is there already, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(batch::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Replaces the receipt: an item that was held has been judged.
///
/// # Errors
/// The database fails.
pub fn set_receipt(tx: &mut Tx, actor: &str, number: i64, receipt: &[u8]) -> Result<()> {
    let sealed = tx.vault.seal(&place::RECEIPT, &format!("{actor}/{number}"), receipt)?;
    diesel::update(batch::table.find((actor, number))).set(batch::receipt.eq(sealed)).execute(tx.conn)?;
    Ok(())
}

/// The next batches, for whoever walks through all of them.
///
/// # Errors
/// The database fails.
pub fn after(tx: &mut Tx, actor: &str, number: i64, limit: i64) -> Result<Vec<Row>> {
    let later = batch::actor.gt(actor).or(batch::actor.eq(actor).and(batch::number.gt(number)));
    let query = batch::table.filter(later).order((batch::actor, batch::number)).limit(limit);
    tx.vault.all_opened(query.select(Row::as_select()).load(tx.conn)?)
}
