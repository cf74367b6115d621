//! What is new for a phone, from one snapshot of the database: grants, cursors, entries, reference data.
//!
//! Entries of one record are put together (P8): a record that is new in the range travels as its whole document,
//! any other as the changes of the range; of several decisions the last one counts. What has left the village or the
//! household is not told any more, only that it left.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bidao_sync::feed::{CursorCheck, check_cursor};
use bidao_sync::ids::{Chain, RecordId};
use bidao_sync::message::{Cursor, Entry, GrantId, SyncRequest, What};
use bidao_sync::planted::{self, Fault};

use super::edit::record_id;
use crate::domain::access::Principal;
use crate::domain::feed::chain_of;
use crate::domain::reference;
use crate::error::{Error, Result};
use crate::store::feed::Row;
use crate::store::{Db, Tx, change, feed, record};

/// Feed rows read at a time.
const ROWS: i64 = 256;
/// Most bytes of entries in one answer, whatever the phone asks for: answer and reference data stay below what a
/// phone decodes (P14).
pub const MOST_BYTES: u64 = 1024 * 1024;

/// The second half of the answer.
#[derive(Default)]
pub struct Pulled {
    /// What is new.
    pub entries: Vec<Entry>,
    /// Where the phone stands after it.
    pub cursors: BTreeMap<GrantId, Cursor>,
    /// Grants read from the start again.
    pub rewound: Vec<GrantId>,
    /// There is more.
    pub more: bool,
    /// Grants that ended.
    pub revoked: Vec<GrantId>,
    /// Reference data, if the phone has others.
    pub reference: Option<Vec<u8>>,
    /// Their tag.
    pub reference_tag: String,
}

/// Reads it.
///
/// # Errors
/// The database fails.
pub fn pull(db: &Db, principal: &Principal, request: &SyncRequest, now: i64) -> Result<Pulled> {
    let (principal, grants) = (principal.clone(), principal.scope.grants());
    let have = request.have_reference.clone();
    let cursors = request.cursors.clone();
    let budget = request.max_bytes.min(MOST_BYTES);
    db.read_blocking(move |tx| {
        let mut page = Page { budget, used: 0, entries: Vec::new(), now };
        let mut pulled = Pulled {
            revoked: cursors.keys().filter(|grant| !grants.contains(grant)).cloned().collect(),
            ..Pulled::default()
        };
        for grant in &grants {
            let mut cursor = cursors.get(grant).copied().unwrap_or(Cursor::START);
            let Some(source) = Source::of(tx, grant)? else {
                // A feed that is not there knows no cursor: a server put back to before its first entry lost them all (P17).
                if cursor != Cursor::START {
                    pulled.rewound.push(grant.clone());
                }
                pulled.cursors.insert(grant.clone(), Cursor::START);
                continue;
            };
            if !source.knows(tx, cursor)? {
                cursor = Cursor::START;
                pulled.rewound.push(grant.clone());
            }
            let (cursor, more) = page.read(tx, grant, &source, cursor)?;
            pulled.cursors.insert(grant.clone(), cursor);
            pulled.more |= more;
        }
        pulled.entries = std::mem::take(&mut page.entries);
        (pulled.reference_tag, pulled.reference) =
            reference::tag_and_bytes(tx, &principal, have.as_deref(), now)?;
        Ok(pulled)
    })
}

/// Where a grant's entries come from.
struct Source {
    area: String,
    household: Option<String>,
    end: Cursor,
}

impl Source {
    /// Nothing while there is no feed: the household is not there yet, or nothing happened in the village.
    fn of(tx: &mut Tx, grant: &str) -> Result<Option<Self>> {
        let (area, household) = match grant.split_once(':') {
            Some(("a", area)) => (area.to_owned(), None),
            Some(("h", household)) => match record::briefs(tx, &[household.to_owned()])?.pop() {
                Some(row) => (row.area, Some(household.to_owned())),
                None => return Ok(None),
            },
            _ => return Err(Error::Internal("a grant of an unknown kind".into())),
        };
        let Some((seq, chain)) = feed::counter(tx, &area)? else { return Ok(None) };
        let end = Cursor(u64::try_from(seq).unwrap_or(0), chain_of(&chain)?);
        Ok(Some(Self { area, household, end }))
    }

    /// Whether the record is one of this source's now.
    fn covers(&self, brief: &record::Brief) -> bool {
        brief.area == self.area
            && self.household.as_ref().is_none_or(|own| brief.household.as_ref() == Some(own))
    }

    /// P17: whether the cursor belongs to this feed.
    fn knows(&self, tx: &mut Tx, cursor: Cursor) -> Result<bool> {
        let Ok(seq) = i64::try_from(cursor.0) else { return Ok(false) };
        let there = feed::chain_at(tx, &self.area, seq)?.map(|chain| chain_of(&chain)).transpose()?;
        Ok(check_cursor(cursor, |_| there) == CursorCheck::Known)
    }
}

/// One answer being filled.
struct Page {
    budget: u64,
    used: u64,
    entries: Vec<Entry>,
    /// The server's clock.
    now: i64,
}

/// What one record's rows of the range come to.
#[derive(Default)]
struct Gathered {
    seq: u64,
    whole: bool,
    hashes: Vec<String>,
    decision: Option<(u64, Vec<u8>)>,
    ended: Option<(u64, What)>,
}

impl Page {
    fn is_full(&self) -> bool {
        self.used >= self.budget && !self.entries.is_empty()
    }

    /// Reads on from `cursor` until the feed ends or the page is full. Says where it stopped.
    fn read(&mut self, tx: &mut Tx, grant: &str, source: &Source, cursor: Cursor) -> Result<(Cursor, bool)> {
        if self.is_full() && cursor.0 < source.end.0 {
            return Ok((cursor, true));
        }
        let mut range = Range { records: BTreeMap::new(), cursor };
        loop {
            let from = i64::try_from(range.cursor.0).unwrap_or(i64::MAX);
            let rows = feed::after(tx, &source.area, source.household.as_deref(), from, ROWS)?;
            let at_end = i64::try_from(rows.len()).unwrap_or(0) < ROWS;
            let sizes = Sizes::of(tx, &rows)?;
            for row in rows {
                if planted::is(Fault::NumberFirst) && row.at >= self.now {
                    continue;
                }
                if self.used >= self.budget && !(self.entries.is_empty() && range.records.is_empty()) {
                    self.close(tx, grant, source, &range)?;
                    let skips = planted::is(Fault::PageSkips);
                    return Ok(if skips { (source.end, false) } else { (range.cursor, true) });
                }
                self.used += range.take(row, source, &sizes)?;
            }
            if at_end {
                self.close(tx, grant, source, &range)?;
                return Ok((source.end, false));
            }
        }
    }

    /// Turns what was gathered into entries, in order of `seq`.
    fn close(&mut self, tx: &mut Tx, grant: &str, source: &Source, range: &Range) -> Result<()> {
        let ids: Vec<String> = range.records.keys().cloned().collect();
        let mut entries = Vec::new();
        for ids in ids.chunks(1000) {
            let briefs: HashMap<String, record::Brief> =
                record::briefs(tx, ids)?.into_iter().map(|brief| (brief.id.clone(), brief)).collect();
            let whole: Vec<String> = ids.iter().filter(|id| range.records[*id].whole).cloned().collect();
            let mut documents: HashMap<String, Vec<u8>> =
                record::documents(tx, &whole)?.into_iter().collect();
            let of_parts = |id: &&String| !range.records[*id].whole;
            let hashes: Vec<String> =
                ids.iter().filter(of_parts).flat_map(|id| range.records[id].hashes.clone()).collect();
            let chunks: HashMap<String, Vec<u8>> = change::bytes(tx, &hashes)?.into_iter().collect();
            for id in ids {
                let Some(brief) = briefs.get(id) else { continue };
                let (told, gathered) = (Told { grant, id: record_id(id)?, brief }, &range.records[id]);
                if let Some((seq, what)) = gathered.ended {
                    entries.push(told.entry(seq, what, Vec::new()));
                }
                // It left since, and a later row says so: nothing of it goes to who may not read it any more (P10).
                if !source.covers(brief) && !planted::is(Fault::NoReadCheck) {
                    continue;
                }
                if gathered.whole {
                    let data = documents.remove(id).unwrap_or_default();
                    entries.push(told.entry(gathered.seq, What::Document, data));
                } else if !gathered.hashes.is_empty() {
                    let parts = gathered.hashes.iter().filter_map(|hash| chunks.get(hash));
                    let data = parts.flatten().copied().collect();
                    entries.push(told.entry(gathered.seq, What::Changes, data));
                }
                if let Some((seq, data)) = &gathered.decision {
                    entries.push(told.entry(*seq, What::Decision, data.clone()));
                }
            }
        }
        entries.sort_by_key(|entry| entry.seq);
        self.entries.extend(entries);
        Ok(())
    }
}

struct Told<'a> {
    grant: &'a str,
    id: RecordId,
    brief: &'a record::Brief,
}

impl Told<'_> {
    fn entry(&self, seq: u64, what: What, data: Vec<u8>) -> Entry {
        Entry {
            grant: self.grant.to_owned(),
            seq,
            record: self.id,
            kind: self.brief.kind.clone(),
            form: self.brief.form.clone(),
            area: self.brief.area.clone(),
            what,
            data,
        }
    }
}

/// The rows read so far, by record, and where they end.
struct Range {
    records: BTreeMap<String, Gathered>,
    cursor: Cursor,
}

impl Range {
    /// Adds a row; returns how many bytes the answer grew by.
    fn take(&mut self, row: Row, source: &Source, sizes: &Sizes) -> Result<u64> {
        let seq = u64::try_from(row.seq).unwrap_or(0);
        self.cursor = Cursor(seq, Chain::try_from(row.chain.as_slice()).unwrap_or(Chain::START));
        let what = word(&row.what)?;
        // A record that is no longer about a household leaves that household's readers, not the village's.
        if what == What::Removed && source.household.is_none() {
            return Ok(0);
        }
        let gathered = self.records.entry(row.record.clone()).or_default();
        Ok(match what {
            What::Document => {
                gathered.seq = seq;
                gathered.ended = None;
                let grew = !std::mem::replace(&mut gathered.whole, true);
                if grew { sizes.document(&row.record) } else { 0 }
            }
            What::Changes => {
                gathered.seq = seq;
                let hashes: Vec<String> =
                    row.change.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
                let grew = if gathered.whole { 0 } else { sizes.changes(&hashes) };
                gathered.hashes.extend(hashes);
                grew
            }
            What::Decision => {
                let grew = row.data.len() as u64 + Sizes::FRAME;
                gathered.decision = Some((seq, row.data));
                grew
            }
            What::Moved | What::Removed => {
                *gathered = Gathered { ended: Some((seq, what)), ..Gathered::default() };
                Sizes::FRAME
            }
        })
    }
}

fn word(text: &str) -> Result<What> {
    let all = [What::Document, What::Changes, What::Decision, What::Moved, What::Removed];
    let found = all.into_iter().find(|what| what.as_str() == text);
    found.ok_or_else(|| Error::Internal("an unknown feed entry".into()))
}

/// How large the content behind some rows is.
struct Sizes {
    documents: HashMap<String, u64>,
    changes: HashMap<String, u64>,
}

impl Sizes {
    /// What an entry costs beside its data.
    const FRAME: u64 = 96;

    fn of(tx: &mut Tx, rows: &[Row]) -> Result<Self> {
        let whole: BTreeSet<String> =
            rows.iter().filter(|row| row.what == "document").map(|row| row.record.clone()).collect();
        let hashes: Vec<String> = rows
            .iter()
            .filter(|row| row.what == "changes")
            .flat_map(|row| row.change.as_deref().unwrap_or_default().split_whitespace())
            .map(str::to_owned)
            .collect();
        let documents = record::sizes(tx, &whole.into_iter().collect::<Vec<_>>())?;
        let changes = change::sizes(tx, &hashes)?;
        let size = |(name, bytes): (String, i32)| (name, u64::try_from(bytes).unwrap_or(0) + Self::FRAME);
        Ok(Self {
            documents: documents.into_iter().map(size).collect(),
            changes: changes.into_iter().map(size).collect(),
        })
    }

    fn document(&self, record: &str) -> u64 {
        self.documents.get(record).copied().unwrap_or(Self::FRAME)
    }

    fn changes(&self, hashes: &[String]) -> u64 {
        hashes.iter().map(|hash| self.changes.get(hash).copied().unwrap_or(0)).sum()
    }
}
