//! `bidao map`: the shapes of villages.

use std::path::PathBuf;

use clap::Subcommand;

use super::say;
use crate::ctx::Ctx;
use crate::domain::map;
use crate::error::{Error, Result};
use crate::store::Db;

#[derive(Subcommand)]
pub enum MapCommand {
    /// Load the shapes of villages from a GeoJSON file, in place of those loaded before.
    ///
    /// A FeatureCollection of Polygons or MultiPolygons in degrees, each with the property `code`, the 12 digits of its
    /// village, and `name` if you like. Nothing else of the file is kept.
    Load {
        /// The file, UTF-8, at most 8 MiB.
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(db: &Db, command: MapCommand) -> Result<()> {
    let MapCommand::Load { file } = command;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Error::invalid("file", format!("cannot read {}: {error}", file.display())))?;
    let (map, now) = (map::parse(&text)?, Ctx::system().now());
    let count = map["features"].as_array().map_or(0, Vec::len);
    let unknown = db.write_blocking(move |tx| map::load(tx, &map, now))?;
    say(&format!("{count} shapes loaded, {unknown} of them of no area in the table"));
    Ok(())
}
