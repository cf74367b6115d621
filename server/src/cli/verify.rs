//! `bidao verify`: proves that nothing was changed behind the server's back.

use super::say;
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::audit::{self, Chain};

/// Walks the audit chain; fails when it is broken.
pub fn run(db: &Db) -> Result<()> {
    match db.read_blocking(|tx| audit::verify(tx.conn))? {
        Chain::Whole { entries } => say(&format!("audit chain: whole, {entries} entries")),
        Chain::Broken { at } => {
            return Err(Error::Internal(format!("audit chain: entry {at} was changed, removed or added")));
        }
    }
    Ok(())
}
