//! `bidao verify`: proves that nothing was changed behind the server's back.

use clap::Args;

use super::say;
use crate::domain::record;
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::audit::{self, Chain};

#[derive(Args)]
pub struct VerifyArgs {
    /// Say one SHA-256 over all records, their attestations and the names of their files: two servers on which it is the
    /// same hold the same.
    #[arg(long)]
    checksum: bool,
}

/// Walks the audit chain and rebuilds every record; says everything that is broken, and fails if anything is.
pub fn run(db: &Db, args: &VerifyArgs) -> Result<()> {
    let (chain, report) = db.read_blocking(|tx| Ok((audit::verify(tx.conn)?, record::verify_all(tx)?)))?;
    match chain {
        Chain::Whole { entries } => say(&format!("audit chain: whole, {entries} entries")),
        Chain::Broken { at } => {
            say(&format!("audit chain: BROKEN, entry {at} was changed, removed or added"))
        }
    }
    let record::Report { records, changes, batches, attestations, broken } = report;
    say(&format!("records: {records} rebuilt from {changes} changes; {batches} signed batches checked"));
    say(&format!("attestations: {attestations} rebuilt, each with the content it names"));
    for fault in &broken {
        say(&format!("BROKEN: {fault}"));
    }
    if args.checksum {
        let sum = db.read_blocking(record::checksum::of_all)?;
        let (records, files) = (sum.records, sum.files);
        say(&format!("checksum: {} over {records} records and {files} files", sum.hex()));
    }
    if broken.is_empty() && matches!(chain, Chain::Whole { .. }) {
        return Ok(());
    }
    Err(Error::Internal("the database is not what was written".into()))
}
