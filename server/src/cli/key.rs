//! `bidao key`: what the database is sealed with, a new key, the end of an old one.

use clap::Subcommand;

use super::say;
use crate::ctx::Ctx;
use crate::domain::{carriage, duplicate};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::vault::key::KeyId;
use crate::store::vault::rotation::{self, Progress};

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Which keys there are, and how many values are sealed with each. Shows names, never keys.
    Show,
    /// Begin a new key and seal everything with it, also while serving. Interrupted, it goes on when run again.
    ///
    /// Keys in a file: the new one is added to it, and servers read it there. Keys in BIDAO_KEYS: put a fresh one,
    /// 64 hex digits, behind the others, restart every server with it, then run this.
    Rotate,
    /// Begin a new key for what phones carry for each other; those before still open what was sealed for them.
    ///
    /// Phones have it after their next contact. For when somebody may have read the old one.
    Carriage,
    /// Take a key out of the key file that nothing is sealed with any more.
    ///
    /// Backups from before the rotation still need it: keep a copy for as long as you keep them.
    Retire {
        /// Its name, as `bidao key show` says it.
        name: String,
    },
}

/// Runs one of them.
pub fn run(db: &Db, command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::Show => show(db),
        KeyCommand::Rotate => rotate(db),
        KeyCommand::Carriage => {
            let id = carriage::rotate(db, &Ctx::system())?;
            say(&format!("phones seal what others carry for key {id} from their next contact on"));
            Ok(())
        }
        KeyCommand::Retire { name } => {
            let id = KeyId::parse(&name).ok_or_else(|| Error::not_found("key"))?;
            rotation::retire(db, id, Ctx::system().now())?;
            say(&format!("key {id} is gone from {}", db.vault().source().place()));
            Ok(())
        }
    }
}

fn show(db: &Db) -> Result<()> {
    let values = rotation::census(&mut db.location().connect()?)?;
    say(&format!("keys in {}", db.vault().source().place()));
    for id in db.vault().keys() {
        let role = if id == db.vault().sealing() { ", seals what is new" } else { "" };
        say(&format!("{id}: {} values{role}", values.get(&id.to_string()).unwrap_or(&0)));
    }
    Ok(())
}

fn rotate(db: &Db) -> Result<()> {
    let now = Ctx::system().now();
    let old = db.vault().sealing();
    let mut told = |progress: Progress| {
        let Progress { place, values } = progress;
        if values % 2000 == 0 {
            say(&format!("{}.{}: {values}", place.table, place.column));
        }
    };
    let new = rotation::rotate(db, now, &mut told)?;
    let households = duplicate::rekey(db, now)?;
    say(&format!("everything is sealed with key {new} now; {households} households hashed anew"));
    say(&format!("keep a copy of {} apart from the database", db.vault().source().place()));
    if old != new {
        say(&format!("only backups from before need key {old}: `bidao key retire {old}` takes it out"));
    }
    Ok(())
}
