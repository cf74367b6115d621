//! Backups of the embedded database: one file, consistent while others write, checked before it counts.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::audit::{self, Chain};
use super::vault::Vault;
use super::vault::key::Source;
use super::{AnyConnection, Location};
use crate::error::{Error, Result};

/// What to do with a database that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and say so.
    Refuse,
    /// Keep it under another name beside the new one.
    SetAside,
}

/// Writes a copy of the database to `target`, which must not exist. It appears whole and checked, or not
/// at all.
///
/// # Errors
/// PostgreSQL has its own tool; `target` exists; the disk refuses.
pub fn write(location: &Location, target: &Path) -> Result<()> {
    let Location::File(source) = location else { return Err(not_a_file()) };
    if !source.exists() {
        return Err(Error::invalid("data", format!("there is no database at {}", source.display())));
    }
    if target.exists() {
        return Err(Error::invalid("to", format!("{} exists already", target.display())));
    }
    let partial = beside(target, "partial");
    remove_if_there(&partial)?;
    location.connect()?.copy_to(&partial)?;
    let made = check(&partial).and_then(|()| put_in_place(&partial, target));
    if made.is_err() {
        // The first failure is what counts.
        let _ = fs::remove_file(&partial);
    }
    made
}

/// Puts a backup in the place of the database and brings it to this version; answers where the old one is
/// kept. The backup itself is only read.
///
/// # Errors
/// The backup is damaged, its key is not there, a server still uses the database, it exists and may not be replaced, or the disk
/// refuses. In all these cases the database is as before.
pub fn restore(
    location: &Location,
    keys: &Source,
    source: &Path,
    existing: Existing,
    now: i64,
) -> Result<Option<PathBuf>> {
    let Location::File(target) = location else { return Err(not_a_file()) };
    if target.exists() && existing == Existing::Refuse {
        return Err(Error::invalid("force", format!("{} exists: --force replaces it", target.display())));
    }
    let copy = beside(target, "restoring");
    remove_if_there(&copy)?;
    fs::copy(source, &copy).map_err(|error| disk(&format!("cannot copy {}", source.display()), &error))?;
    let prepared = check(&copy).and_then(|()| {
        let mut connection = Location::File(copy.clone()).connect()?;
        connection.migrate()?;
        Vault::check(keys, &mut connection)?;
        connection.fold_log()
    });
    if let Err(error) = prepared {
        remove_if_there(&copy)?;
        return Err(error);
    }
    let kept = if target.exists() { set_aside(target, now).map(Some) } else { Ok(None) };
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            remove_if_there(&copy)?;
            return Err(error);
        }
    };
    put_in_place(&copy, target)?;
    Ok(kept)
}

/// Whether a file is a whole database of ours with an unbroken audit chain.
fn check(path: &Path) -> Result<()> {
    let damaged = |what: String| Error::invalid("file", format!("{} is damaged: {what}", path.display()));
    let location = Location::File(path.to_owned());
    let mut connection = location.connect().map_err(|error| damaged(error.to_string()))?;
    let problems = connection.integrity().map_err(|error| damaged(error.to_string()))?;
    if let Some(first) = problems.first() {
        return Err(damaged(first.clone()));
    }
    match audit::verify(&mut connection).map_err(|error| damaged(error.to_string()))? {
        Chain::Whole { .. } => connection.fold_log(),
        Chain::Broken { at } => Err(damaged(format!("the audit chain breaks at entry {at}"))),
    }
}

/// Whether no other connection to the database is open.
///
/// # Errors
/// It cannot be opened.
pub fn is_free(location: &Location) -> Result<bool> {
    match location.connect().and_then(|mut connection| connection.fold_log()) {
        Ok(()) => Ok(true),
        Err(Error::Database(error)) if super::dialect::is_transient(&error) => Ok(false),
        // Opening it asks for a lock, too.
        Err(Error::Unavailable(message)) if message.contains("database is locked") => Ok(false),
        Err(error) => Err(error),
    }
}

/// Renames the old database and what belongs to it; refuses while another process uses it.
fn set_aside(target: &Path, now: i64) -> Result<PathBuf> {
    // A damaged database, which cannot be opened, is a reason to restore, not a reason against it.
    if !is_free(&Location::File(target.to_owned())).unwrap_or(true) {
        return Err(Error::Unavailable("a server uses this database: stop it first".into()));
    }
    let kept = beside(target, &format!("before-restore-{now}"));
    fs::rename(target, &kept).map_err(|error| disk("cannot set the old database aside", &error))?;
    for part in ["-wal", "-shm"] {
        let of = |path: &Path| PathBuf::from(format!("{}{part}", path.display()));
        if of(target).exists() {
            fs::rename(of(target), of(&kept))
                .map_err(|error| disk("cannot set the old log aside", &error))?;
        }
    }
    Ok(kept)
}

/// Makes a finished file durable under its name.
fn put_in_place(made: &Path, target: &Path) -> Result<()> {
    let failed = |error: std::io::Error| disk(&format!("cannot write {}", target.display()), &error);
    File::open(made).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(made, target).map_err(failed)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn remove_if_there(path: &Path) -> Result<()> {
    for part in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{part}", path.display()));
        if path.exists() {
            fs::remove_file(&path)
                .map_err(|error| disk(&format!("cannot remove {}", path.display()), &error))?;
        }
    }
    Ok(())
}

fn beside(path: &Path, what: &str) -> PathBuf {
    PathBuf::from(format!("{}.{what}", path.display()))
}

fn disk(what: &str, error: &std::io::Error) -> Error {
    Error::Unavailable(format!("{what}: {error}"))
}

fn not_a_file() -> Error {
    Error::Unavailable(
        "only an embedded database is backed up here: use pg_dump and pg_restore for PostgreSQL".into(),
    )
}

impl AnyConnection {
    /// What an integrity check of an embedded database complains about; nothing when it is sound.
    fn integrity(&mut self) -> Result<Vec<String>> {
        let rows: Vec<Complaint> = diesel::RunQueryDsl::load(
            diesel::sql_query("SELECT integrity_check AS complaint FROM pragma_integrity_check"),
            self,
        )?;
        Ok(rows.into_iter().map(|row| row.complaint).filter(|complaint| complaint != "ok").collect())
    }
}

#[derive(diesel::QueryableByName)]
struct Complaint {
    #[diesel(sql_type = diesel::sql_types::Text)]
    complaint: String,
}
