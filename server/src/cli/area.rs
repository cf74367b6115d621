//! `bidao area`: the operator's own table of areas.

use std::path::PathBuf;

use clap::Subcommand;

use super::say;
use crate::ctx::Ctx;
use crate::domain::area;
use crate::error::{Error, Result};
use crate::store::{self, Db};

#[derive(Subcommand)]
pub enum AreaCommand {
    /// Load areas from a CSV file with the head `code,name,level,parent`; known codes get the new name.
    ///
    /// code: 12 digits; level: district, township or village; parent: the code above, empty for a district.
    Load {
        /// The file, UTF-8.
        file: PathBuf,
    },
    /// List the areas.
    List,
}

/// Runs the command.
pub fn run(db: &Db, command: AreaCommand) -> Result<()> {
    match command {
        AreaCommand::Load { file } => {
            let text = std::fs::read_to_string(&file).map_err(|error| {
                Error::invalid("file", format!("cannot read {}: {error}", file.display()))
            })?;
            let (rows, now) = (area::parse(&text)?, Ctx::system().now());
            let count = rows.len();
            db.write_blocking(move |tx| Ok(((), area::load(tx, &rows, now)?)))?;
            say(&format!("{count} areas loaded"));
        }
        AreaCommand::List => {
            for row in db.read_blocking(|tx| store::area::under(tx, ""))? {
                say(&format!("{}\t{}\t{}", row.code, row.level, row.name));
            }
        }
    }
    Ok(())
}
