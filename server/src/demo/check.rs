//! Holds the server against the phones' diaries: every change and every value that any phone ever wrote must
//! be in the server's documents, and what a phone shows must be what the server has.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bidao_schema::calendar::Date;
use bidao_sync::document::Document;
use bidao_sync::ids::RecordId;

use super::phone::SimPhone;
use super::township::Township;
use crate::app::App;
use crate::domain::access::Scope;
use crate::domain::file::list;
use crate::domain::record::verify_all;
use crate::error::{Error, Result};
use crate::store::{picture, record as records};

/// Findings shown at most.
const SHOWN: usize = 10;
/// How long the server may take to look at the last photos.
const LOOKING: Duration = Duration::from_secs(120);

/// What the comparison found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Values written by phones.
    pub values: usize,
    /// Changes made by phones.
    pub changes: usize,
    /// Copies of records on phones that were compared with the server's.
    pub copies: usize,
    /// Files made on phones: photos, slips, strokes.
    pub files: usize,
    /// Signatures taken on phones.
    pub attestations: usize,
    /// Signed versions that the server rebuilt, each from a batch its device signed.
    pub rebuilt: u64,
    /// Photos sent in again for another household, and how many of them the server marked.
    pub reused: (usize, usize),
    /// Values, changes, files, signatures or records that the server does not have.
    pub lost: usize,
    /// Copies that differ from the server's, and what does not verify.
    pub differing: usize,
    /// The first few, in words.
    pub shown: Vec<String>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let (planted, marked) = self.reused;
        self.lost == 0 && self.differing == 0 && planted == marked
    }

    fn show(&mut self, what: impl FnOnce() -> String) {
        if self.shown.len() < SHOWN {
            self.shown.push(what());
        }
    }
}

/// Returns when every photo that came has been looked at.
///
/// # Errors
/// The database fails, or nobody looks at photos.
pub async fn pictures_looked_at(app: &App) -> Result<()> {
    let looked = async {
        loop {
            let mut news = app.db.listen();
            if app.db.read(|tx| picture::waiting(tx, &[], 1)).await?.is_empty() {
                return Ok(());
            }
            // Also an answer that was missed is a reason to look again.
            let _ = news.recv().await;
        }
    };
    let in_time = tokio::time::timeout(LOOKING, looked).await;
    in_time.unwrap_or_else(|_| Err(Error::Internal("nobody looks at the photos".into())))
}

/// Compares everything.
///
/// # Errors
/// The database fails, or a document of the server cannot be read.
pub fn compare(app: &App, phones: &[SimPhone], township: &Township) -> Result<Findings> {
    let mut ids: BTreeSet<RecordId> =
        phones.iter().flat_map(|p| p.changes.iter().map(|(id, _)| *id)).collect();
    ids.extend(phones.iter().flat_map(|phone| phone.phone.records()));
    let hex: Vec<String> = ids.iter().map(RecordId::to_string).collect();
    let stored = app.db.read_blocking(move |tx| records::documents(tx, &hex))?;
    let stored: BTreeMap<String, Vec<u8>> = stored.into_iter().collect();
    let mut documents = BTreeMap::new();
    for id in ids {
        let Some(bytes) = stored.get(&id.to_string()) else { continue };
        let document =
            Document::load(bytes).map_err(|error| Error::Internal(format!("record {id}: {error}")))?;
        documents.insert(id, document);
    }
    let mut findings = Findings::default();
    check_values(phones, &documents, &mut findings);
    check_copies(phones, &documents, &mut findings);
    check_files(app, phones, &mut findings)?;
    check_signatures(app, phones, &documents, &mut findings)?;
    findings.reused = reused(app, phones, township)?;
    Ok(findings)
}

fn check_values(phones: &[SimPhone], documents: &BTreeMap<RecordId, Document>, findings: &mut Findings) {
    for (record, change) in phones.iter().flat_map(|phone| &phone.changes) {
        findings.changes += 1;
        if !documents.get(record).is_some_and(|document| document.has(*change)) {
            findings.lost += 1;
            findings.show(|| format!("change {change} of record {record} is missing"));
        }
    }
    let mut histories = BTreeMap::new();
    for (record, document) in documents {
        let written = document.history().into_iter().map(|entry| ((entry.change, entry.path), entry.new));
        histories.insert(*record, written.collect::<BTreeMap<_, _>>());
    }
    for written in phones.iter().flat_map(|phone| &phone.written) {
        findings.values += 1;
        let key = (written.change, written.path.clone());
        let kept = histories.get(&written.record).and_then(|history| history.get(&key));
        if kept != Some(&written.value) {
            findings.lost += 1;
            findings
                .show(|| format!("{} of record {} is missing: kept {kept:?}", written.path, written.record));
        }
    }
}

fn check_copies(phones: &[SimPhone], documents: &BTreeMap<RecordId, Document>, findings: &mut Findings) {
    for phone in phones {
        for record in phone.phone.records() {
            findings.copies += 1;
            let theirs = phone.phone.document(record).ok().map(|document| document.heads());
            let ours = documents.get(&record).map(Document::heads);
            if theirs.is_none() || theirs != ours {
                findings.differing += 1;
                findings.show(|| format!("record {record} differs on the phone of {}", phone.worker.account));
            }
        }
    }
}

fn check_files(app: &App, phones: &[SimPhone], findings: &mut Findings) -> Result<()> {
    for (digest, bytes) in phones.iter().flat_map(|phone| &phone.files) {
        findings.files += 1;
        let name = digest.to_string();
        if app.files.read_original(&name)?.as_ref() != Some(bytes) {
            findings.lost += 1;
            findings.show(|| format!("file {name} is not what the phone made"));
        }
    }
    Ok(())
}

fn check_signatures(
    app: &App,
    phones: &[SimPhone],
    documents: &BTreeMap<RecordId, Document>,
    findings: &mut Findings,
) -> Result<()> {
    let kept: BTreeSet<(RecordId, String)> = documents
        .iter()
        .flat_map(|(id, document)| document.attestations().into_iter().map(|one| (*id, one.element)))
        .collect();
    for made in phones.iter().flat_map(|phone| &phone.attested) {
        findings.attestations += 1;
        if !kept.contains(made) {
            findings.lost += 1;
            findings.show(|| format!("signature {} of record {} is missing", made.1, made.0));
        }
    }
    let report = app.db.read_blocking(verify_all)?;
    findings.rebuilt = report.attestations;
    findings.differing += report.broken.len();
    for fault in report.broken {
        findings.show(|| fault);
    }
    Ok(())
}

/// Photos planted for another household, and how many of them a leader is asked about.
fn reused(app: &App, phones: &[SimPhone], township: &Township) -> Result<(usize, usize)> {
    let planted: BTreeSet<&String> = phones.iter().flat_map(|phone| &phone.reused).collect();
    let written = phones.iter().flat_map(|phone| &phone.written);
    let records: BTreeSet<(String, String)> = written
        .filter(|written| planted.contains(&written.path))
        .map(|written| (written.record.to_string(), written.path.clone()))
        .collect();
    let office = township.desks.get(1).map(|desk| desk.id.clone()).unwrap_or_default();
    let today = Date::from_epoch_millis_shanghai(app.ctx.now()).to_string();
    let all = records.len();
    let found = app.db.read_blocking(move |tx| {
        let scope = Scope::of(tx, &office, &today)?;
        let mut found = 0;
        for (record, path) in &records {
            let files = list::of(tx, &scope, record)?;
            found += files.iter().filter(|file| file.path == *path && !file.reused.is_empty()).count();
        }
        Ok(found)
    })?;
    Ok((all, found))
}
