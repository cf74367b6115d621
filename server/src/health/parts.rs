//! A look at each part. None takes longer than a prober waits; what the parts say themselves goes to the log alone, because
//! everybody may ask.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::readiness::{Part, PartCause, PartName, PartState};
use tokio::time::timeout;

use super::words;
use crate::app::App;
use crate::ctx::Doubt;
use crate::error::{Error, Result};
use crate::file_store::Place;
use crate::http::tus::blocking;
use crate::store::trouble::Trouble;
use crate::store::{Location, area};

/// How long a part may take to answer.
const DEADLINE: Duration = Duration::from_secs(8);
/// Below so many free bytes not even a small batch is sure to fit.
const NO_SPACE: u64 = 1 << 20;

fn well(name: PartName) -> Part {
    Part { name, state: PartState::Ok, cause: None, reason: None, advice: None }
}

fn unwell(name: PartName, state: PartState, cause: PartCause) -> Part {
    let (reason, advice) = words::of(cause);
    Part { name, state, cause: Some(cause), reason: Some(reason), advice: Some(advice) }
}

async fn in_time<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::Unavailable("no answer in time".into());
    timeout(DEADLINE, answer).await.map_err(late)?
}

/// Reads, and after a write that failed writes.
pub async fn database(app: &App) -> Part {
    let asked = async {
        app.db.read(|tx| area::find(tx, "").map(drop)).await?;
        if app.db.trouble().is_some() { app.db.probe().await } else { Ok(()) }
    };
    let Err(error) = in_time(asked).await else { return well(PartName::Database) };
    tracing::debug!(%error, "the database");
    let cause = match (&error, Trouble::of(&error)) {
        (Error::Refused { code: ProblemCode::NoSpace, .. }, _) | (_, Some(Trouble::Full)) => {
            PartCause::DatabaseFull
        }
        (_, Some(Trouble::ReadOnly)) => PartCause::DatabaseReadOnly,
        (_, Some(Trouble::Broken)) => PartCause::DatabaseBroken,
        _ => PartCause::DatabaseUnreachable,
    };
    unwell(PartName::Database, PartState::Down, cause)
}

/// Sync goes on without photos and signatures: they wait on the phones.
pub async fn files(app: &App) -> Part {
    let store = app.files.clone();
    let Err(error) = in_time(blocking(move || store.check())).await else { return well(PartName::Files) };
    tracing::warn!(%error, "the store of files");
    let is_full = error.code() == ProblemCode::NoSpace;
    let cause = if is_full { PartCause::FilesFull } else { PartCause::FilesUnreachable };
    unwell(PartName::Files, PartState::Degraded, cause)
}

/// Free space where this machine writes. A database or bucket elsewhere is its own operator's.
pub async fn space(app: &App) -> Part {
    let folders: Vec<PathBuf> = folders(app);
    let measured = blocking(move || Ok(folders.iter().filter_map(|folder| free(folder)).min())).await;
    match measured {
        Ok(Some(free)) if free < NO_SPACE => unwell(PartName::Space, PartState::Down, PartCause::SpaceGone),
        Ok(Some(free)) if free < app.low_space => {
            unwell(PartName::Space, PartState::Degraded, PartCause::SpaceLow)
        }
        _ => well(PartName::Space),
    }
}

fn folders(app: &App) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Location::File(path) = &app.config.database {
        folders.extend(path.parent().map(Path::to_owned));
    }
    if let Place::Folder(folder) = &app.config.files {
        folders.push(folder.clone());
    }
    folders
}

/// Bytes that one who is not root may still write.
fn free(folder: &Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let measured = rustix::fs::statvfs(folder).ok()?;
    Some(measured.f_bavail.saturating_mul(measured.f_frsize))
}

/// A wrong clock spoils what is dated by it, never what is stored.
pub fn clock(app: &App) -> Part {
    match app.ctx.doubt() {
        None => well(PartName::Clock),
        Some(Doubt::Jumped { .. }) => unwell(PartName::Clock, PartState::Degraded, PartCause::ClockJumped),
        Some(Doubt::Held { .. }) => unwell(PartName::Clock, PartState::Degraded, PartCause::ClockHeld),
    }
}
