//! `bidao backup` and `bidao restore`.

use std::path::PathBuf;

use clap::Args;

use super::say;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::store::Location;
use crate::store::backup::{self, Existing};
use crate::store::vault::key::Source;

#[derive(Args)]
pub struct BackupArgs {
    /// File to write; it must not exist yet.
    #[arg(long)]
    to: PathBuf,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// Backup to read.
    #[arg(long)]
    from: PathBuf,
    /// Replace a database that exists; it is kept beside the new one.
    #[arg(long)]
    force: bool,
}

/// Writes the copy.
pub fn back_up(location: &Location, args: &BackupArgs) -> Result<()> {
    backup::write(location, &args.to)?;
    say(&format!("backup written to {}", args.to.display()));
    say("it is sealed: it can be read only with the key file, of which a copy belongs elsewhere");
    Ok(())
}

/// Puts the copy in place.
pub fn restore(location: &Location, keys: &Source, args: &RestoreArgs) -> Result<()> {
    let existing = if args.force { Existing::SetAside } else { Existing::Refuse };
    let kept = backup::restore(location, keys, &args.from, existing, Ctx::system().now())?;
    say(&format!("restored from {}", args.from.display()));
    if let Some(kept) = kept {
        say(&format!("the old database is kept as {}", kept.display()));
    }
    Ok(())
}
