//! The files of a record as a reader sees them: how far each has come and what to ask about it.

use std::collections::HashMap;

use bidao_schema::api::file::{FileCount, FileFinding, FileState, RecordFile};

use super::{likeness, permission};
use crate::app::App;
use crate::domain::access::Scope;
use crate::domain::picture::finding;
use crate::error::Result;
use crate::store::file::{READY, REFUSED};
use crate::store::{Tx, file, file_use, picture, upload};

/// Files a record refers to and did not take back, in the order of their paths. How much of an upload under
/// way has arrived is the store's to say, see [`measured`].
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, scope: &Scope, record: &str) -> Result<Vec<RecordFile>> {
    let uses = file_use::of_record(tx, record)?;
    uses.iter().filter(|used| !used.removed).map(|used| one(tx, scope, used)).collect()
}

fn one(tx: &mut Tx, scope: &Scope, used: &file_use::Row) -> Result<RecordFile> {
    let row = file::find(tx, &used.sha256)?;
    let state = match &row {
        Some(row) => state(&row.state),
        None if upload::of_file(tx, &used.sha256)?.is_empty() => FileState::Missing,
        None => FileState::Receiving,
    };
    let refused = row.as_ref().and_then(|row| finding(row.finding.as_deref()?));
    let edge = |edge: Option<i32>| edge.and_then(|edge| u32::try_from(edge).ok());
    let hash = row.as_ref().and_then(|row| row.phash);
    Ok(RecordFile {
        finding: match refused {
            Some(finding) => Some(finding),
            None => not_permitted(tx, used)?,
        },
        reused: likeness::of(tx, scope, used, hash)?,
        sha256: used.sha256.clone(),
        path: used.path.clone(),
        state,
        have: row.as_ref().map_or(0, |row| row.bytes.unsigned_abs()),
        bytes: row.as_ref().map(|row| row.bytes).or(used.bytes).map(i64::unsigned_abs),
        width: edge(row.as_ref().and_then(|row| row.width)),
        height: edge(row.as_ref().and_then(|row| row.height)),
        detail: row.and_then(|row| row.detail),
    })
}

fn state(word: &str) -> FileState {
    match word {
        READY => FileState::Ready,
        REFUSED => FileState::Refused,
        _ => FileState::Stored,
    }
}

/// A photo of something the household does not permit: a question, also about a photo that can be shown.
fn not_permitted(tx: &mut Tx, used: &file_use::Row) -> Result<Option<FileFinding>> {
    let (Some(subject), Some(household)) = (&used.subject, &used.household) else { return Ok(None) };
    let permission = permission::of(tx, household)?;
    let contradicts = permission.is_some_and(|permission| !permission.allows(subject));
    Ok(contradicts.then_some(FileFinding::NotPermitted))
}

/// Fills in how much of each upload under way has arrived. Blocks.
///
/// # Errors
/// The database or the store of bytes fails.
pub fn measured(app: &App, mut files: Vec<RecordFile>) -> Result<Vec<RecordFile>> {
    for file in files.iter_mut().filter(|file| file.state == FileState::Receiving) {
        let name = file.sha256.clone();
        let uploads = app.db.read_blocking(move |tx| upload::of_file(tx, &name))?;
        for upload in uploads {
            file.have = file.have.max(app.files.offset(&upload.id)?);
        }
    }
    Ok(files)
}

/// The files of several records in one line each.
///
/// # Errors
/// The database fails.
pub fn counts(tx: &mut Tx, records: &[String]) -> Result<HashMap<String, FileCount>> {
    let mut counts: HashMap<String, FileCount> = HashMap::new();
    for (record, state) in picture::states(tx, records)? {
        let count = counts.entry(record).or_default();
        count.all += 1;
        match state.as_deref() {
            Some(READY) => count.have += 1,
            Some(REFUSED) => count.problems += 1,
            _ => {}
        }
    }
    Ok(counts)
}
