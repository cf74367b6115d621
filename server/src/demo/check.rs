//! Holds the server against the phones' diaries: every change and every value that any phone ever wrote must
//! be in the server's documents, and what a phone shows must be what the server has.

use std::collections::{BTreeMap, BTreeSet};

use bidao_sync::document::Document;
use bidao_sync::ids::RecordId;

use super::phone::SimPhone;
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::count;

/// Findings shown at most.
const SHOWN: usize = 10;

/// What the comparison found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Values written by phones.
    pub values: usize,
    /// Changes made by phones.
    pub changes: usize,
    /// Copies of records on phones that were compared with the server's.
    pub copies: usize,
    /// Values, changes or records that the server does not have.
    pub lost: usize,
    /// Copies that differ from the server's.
    pub differing: usize,
    /// The first few, in words.
    pub shown: Vec<String>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.differing == 0
    }

    fn show(&mut self, what: impl FnOnce() -> String) {
        if self.shown.len() < SHOWN {
            self.shown.push(what());
        }
    }
}

/// Compares everything.
///
/// # Errors
/// The database fails, or a document of the server cannot be read.
pub fn compare(app: &App, phones: &[SimPhone]) -> Result<Findings> {
    let mut ids: BTreeSet<RecordId> =
        phones.iter().flat_map(|p| p.changes.iter().map(|(id, _)| *id)).collect();
    ids.extend(phones.iter().flat_map(|phone| phone.phone.records()));
    let hex: Vec<String> = ids.iter().map(RecordId::to_string).collect();
    let stored = app.db.read_blocking(move |tx| count::documents(tx, &hex))?;
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
