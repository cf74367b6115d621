//! The audit chain: every write appends entries whose hashes bind all that came before
//! (domain §12.5). Entries name objects by id and never carry content.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::AnyConnection;
use super::schema::{audit, audit_head};
use crate::error::Result;

/// The entries of one write, in order. A write cannot be written without it.
#[derive(Debug, Clone, Default)]
#[must_use = "a write without its audit entry is not allowed"]
pub struct Audit(Vec<Entry>);

/// Who did what to which object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Person id, or `system`.
    pub person: String,
    /// Device id, or empty.
    pub device: String,
    /// Verb, e.g. `edit`, `approve`, `enrol`.
    pub action: &'static str,
    /// Id of the object.
    pub object: String,
    /// Further ids; no personal data.
    pub detail: String,
}

impl Audit {
    /// One entry.
    pub fn of(entry: Entry) -> Self {
        Self(vec![entry])
    }

    /// Those of another part of the same write.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// One more.
    pub fn push(&mut self, entry: Entry) {
        self.0.push(entry);
    }
}

#[derive(Queryable, Insertable, Selectable, Debug, Clone)]
#[diesel(table_name = audit)]
struct Row {
    seq: i64,
    at: i64,
    person: String,
    device: String,
    action: String,
    object: String,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// SHA-256 over the previous hash and every column, each with its length before it.
fn digest(row: &Row) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(&row.previous);
    hash.update(row.seq.to_be_bytes());
    hash.update(row.at.to_be_bytes());
    for text in [&row.person, &row.device, &row.action, &row.object, &row.detail] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// Appends the entries; the head row is locked until the commit, so the chain has one order.
pub(super) fn append(conn: &mut AnyConnection, entries: Audit) -> Result<()> {
    if entries.0.is_empty() {
        return Ok(());
    }
    let (mut seq, mut previous) = lock_head(conn)?;
    let mut rows = Vec::with_capacity(entries.0.len());
    for entry in entries.0 {
        seq += 1;
        let mut row = Row {
            seq,
            at: entry.at,
            person: entry.person,
            device: entry.device,
            action: entry.action.to_owned(),
            object: entry.object,
            detail: entry.detail,
            previous,
            hash: Vec::new(),
        };
        row.hash = digest(&row);
        previous = row.hash.clone();
        rows.push(row);
    }
    crate::each!(conn, |c| diesel::insert_into(audit::table).values(&rows).execute(c))?;
    diesel::update(audit_head::table.find(1))
        .set((audit_head::seq.eq(seq), audit_head::hash.eq(previous)))
        .execute(conn)?;
    Ok(())
}

fn lock_head(conn: &mut AnyConnection) -> Result<(i64, Vec<u8>)> {
    // Writing before reading takes the row lock on PostgreSQL; on SQLite the writer is alone anyway.
    let found =
        diesel::update(audit_head::table.find(1)).set(audit_head::seq.eq(audit_head::seq)).execute(conn)?;
    if found == 0 {
        let first = (audit_head::id.eq(1), audit_head::seq.eq(0), audit_head::hash.eq(vec![0_u8; 32]));
        diesel::insert_into(audit_head::table).values(first).execute(conn)?;
    }
    Ok(audit_head::table.find(1).select((audit_head::seq, audit_head::hash)).first(conn)?)
}

/// When the last entry was made; nothing when there is none.
///
/// # Errors
/// The database fails.
pub fn newest(conn: &mut AnyConnection) -> Result<Option<i64>> {
    Ok(audit::table.order(audit::seq.desc()).select(audit::at).first(conn).optional()?)
}

/// Walks the whole chain.
///
/// # Errors
/// The database fails; a broken chain is an outcome, see [`Chain`].
pub fn verify(conn: &mut AnyConnection) -> Result<Chain> {
    let mut previous = vec![0_u8; 32];
    let mut seq = 0;
    loop {
        let rows: Vec<Row> = audit::table
            .filter(audit::seq.gt(seq))
            .order(audit::seq)
            .limit(1000)
            .select(Row::as_select())
            .load(conn)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            seq += 1;
            if row.seq != seq || row.previous != previous || row.hash != digest(&row) {
                return Ok(Chain::Broken { at: seq });
            }
            previous = row.hash;
        }
    }
    let head: Option<(i64, Vec<u8>)> =
        audit_head::table.find(1).select((audit_head::seq, audit_head::hash)).first(conn).optional()?;
    match head {
        Some(head) if head != (seq, previous) => Ok(Chain::Broken { at: seq + 1 }),
        None if seq > 0 => Ok(Chain::Broken { at: 1 }),
        _ => Ok(Chain::Whole { entries: seq }),
    }
}

/// What [`verify`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Every entry follows from the one before.
    Whole {
        /// How many.
        entries: i64,
    },
    /// Changed, missing or cut off here.
    Broken {
        /// Sequence number.
        at: i64,
    },
}
