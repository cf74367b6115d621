//! The feed: what is told to readers of an area, in the order of commit (P7).

use std::collections::BTreeMap;

use bidao_sync::feed::{entry_digest, next_chain, sha256};
use bidao_sync::ids::{Chain, ChangeHash, RecordId};
use bidao_sync::message::What;

use crate::error::{Error, Result};
use crate::store::{Tx, feed};

/// An entry that has no number yet.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Village code.
    pub area: String,
    /// The record.
    pub record: RecordId,
    /// The household it is about.
    pub household: Option<String>,
    /// What it tells.
    pub what: What,
    /// Changes it adds, for content.
    pub changes: Vec<ChangeHash>,
    /// Its bytes, for everything else.
    pub data: Vec<u8>,
}

/// Numbers the entries and appends them: the last thing a transaction does, areas in order of their code.
///
/// # Errors
/// The database fails.
pub fn append(tx: &mut Tx, entries: Vec<Pending>, now: i64) -> Result<()> {
    let mut areas: BTreeMap<String, Vec<Pending>> = BTreeMap::new();
    for entry in entries {
        areas.entry(entry.area.clone()).or_default().push(entry);
    }
    for (area, entries) in areas {
        let (mut seq, chain) = feed::lock_counter(tx, &area)?;
        let mut chain = chain_of(&chain)?;
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            seq += 1;
            chain = next_chain(chain, digest(seq, &entry));
            rows.push(row(&area, seq, chain, entry, now));
        }
        feed::append(tx, &rows)?;
        tx.announce(&area, seq);
    }
    Ok(())
}

/// A stored chain value.
///
/// # Errors
/// The database holds something else.
pub fn chain_of(bytes: &[u8]) -> Result<Chain> {
    Chain::try_from(bytes).map_err(|_| Error::Internal("a chain value is not 8 bytes".into()))
}

fn digest(seq: i64, entry: &Pending) -> bidao_sync::ids::Digest {
    let seq = u64::try_from(seq).unwrap_or(0);
    let parts: Vec<[u8; 32]> = match entry.what {
        What::Document | What::Changes => entry.changes.iter().map(|hash| hash.0).collect(),
        _ => vec![sha256(&entry.data).0],
    };
    entry_digest(seq, entry.record, entry.what, &parts)
}

fn row(area: &str, seq: i64, chain: Chain, entry: Pending, now: i64) -> feed::Row {
    let change = (!entry.changes.is_empty()).then(|| join(&entry.changes));
    feed::Row {
        area: area.to_owned(),
        seq,
        record: entry.record.to_string(),
        household: entry.household,
        what: entry.what.as_str().to_owned(),
        change,
        data: entry.data,
        chain: chain.0.to_vec(),
        at: now,
    }
}

/// Hashes as one text, separated by spaces.
#[must_use]
pub fn join(hashes: &[ChangeHash]) -> String {
    hashes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Hashes of one text.
///
/// # Errors
/// The database holds something else.
pub fn split(text: &str) -> Result<Vec<ChangeHash>> {
    let hashes: std::result::Result<_, _> = text.split_whitespace().map(str::parse).collect();
    hashes.map_err(|_| Error::Internal("a stored hash is unreadable".into()))
}
