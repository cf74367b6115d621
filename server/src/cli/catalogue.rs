//! `bidao catalogue`: what counts as income.

use std::path::PathBuf;

use bidao_schema::income::Range;
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
    /// household is touched: months are added up under the catalogue in force on their last day. It may have `ranges` of
    /// prices (fen a unit) and yields (units a mu), outside which is asked:
    /// `{ item = "business_pig", unit = "头", price_low = 100000, price_high = 200000 }`; and `resign_over`, the fen by
    /// which a year may move under it before what was signed is to be signed again.
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
                for range in &catalogue.ranges {
                    say(&format!("\t{}", bounds(range)));
                }
                if let Some(fen) = catalogue.resign_over {
                    say(&format!("\tsigned again over {fen} fen"));
                }
            }
        }
    }
    Ok(())
}

/// A range as it is listed.
fn bounds(range: &Range) -> String {
    let price = range.price().map(|(low, high)| format!("\t{low} to {high} fen a {}", range.unit));
    let yields = range.yield_low.zip(range.yield_high);
    let yields = yields.map(|(low, high)| format!("\t{low} to {high} {} a mu", range.unit));
    format!("{}{}{}", range.item, price.unwrap_or_default(), yields.unwrap_or_default())
}
