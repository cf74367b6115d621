//! `bidao catalogue`: what counts as income.

use std::path::PathBuf;

use clap::Subcommand;

use super::say;
use crate::ctx::Ctx;
use crate::domain::catalogue;
use crate::error::{Error, Result};
use crate::store::Db;

#[derive(Subcommand)]
pub enum CatalogueCommand {
    /// Load a version of the catalogue from a TOML file; phones get it with their next request.
    ///
    /// It has `version` (from 2), `effective_from`, `document`, and `rulings`: items that count otherwise than their
    /// category does, such as `{ item = "transfer_pension", counts = false, document = "〔2015〕9号" }`. No entry of a
    /// household is touched: months are added up under the catalogue in force on their last day.
    Load {
        /// The file, UTF-8.
        file: PathBuf,
    },
    /// List the catalogues: version, first day, document, and every ruling.
    List,
}

/// Runs the command.
pub fn run(db: &Db, command: CatalogueCommand) -> Result<()> {
    match command {
        CatalogueCommand::Load { file } => {
            let text = std::fs::read_to_string(&file).map_err(|error| {
                Error::invalid("file", format!("cannot read {}: {error}", file.display()))
            })?;
            let now = Ctx::system().now();
            let loaded = db.write_blocking(move |tx| catalogue::load(tx, &text, now))?;
            for (item, counts) in &loaded.flipped {
                say(&format!("{item}\t{}", if *counts { "counts from now on" } else { "counts no longer" }));
            }
            say(&format!(
                "version {} in force from {}; {} statements since {} hold items that count otherwise",
                loaded.catalogue.version, loaded.catalogue.effective_from, loaded.statements, loaded.since
            ));
        }
        CatalogueCommand::List => {
            for catalogue in db.read_blocking(catalogue::all)? {
                say(&format!("{}\t{}\t{}", catalogue.version, catalogue.effective_from, catalogue.document));
                for ruling in &catalogue.rulings {
                    let word = if ruling.counts { "counts" } else { "does not count" };
                    say(&format!("\t{}\t{word}\t{}", ruling.item, ruling.document));
                }
            }
        }
    }
    Ok(())
}
