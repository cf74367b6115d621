//! One number over every record, for whoever wants to know whether two servers hold the same: a restored one and the one it
//! replaces, or a server and the phones that read everything.

use bidao_sync::ids::to_hex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::document;
use crate::domain::feed;
use crate::error::Result;
use crate::store::{Tx, file, record};

/// Rows walked through at a time.
const STEP: i64 = 200;

/// SHA-256 over things in the order they are given, each with its length before it.
#[derive(Default, Clone)]
pub struct Checksum {
    hash: Sha256,
    /// Records so far.
    pub records: u64,
    /// Files so far.
    pub files: u64,
}

impl Checksum {
    /// One more record: its heads, which name every change it consists of, and its content with all attestations.
    pub fn record(&mut self, id: &str, heads: &str, answers: &Value) {
        self.records += 1;
        for part in [id, heads, &answers.to_string()] {
            self.hash.update((part.len() as u64).to_be_bytes());
            self.hash.update(part.as_bytes());
        }
    }

    /// One more file, whose name is the SHA-256 of its bytes.
    pub fn file(&mut self, name: &str) {
        self.files += 1;
        self.hash.update(name.as_bytes());
    }

    /// 64 hex digits.
    #[must_use]
    pub fn hex(self) -> String {
        to_hex(&self.hash.finalize())
    }
}

/// Over every record by id, then every file by name.
///
/// # Errors
/// The database fails, or a document cannot be read.
pub fn of_all(tx: &mut Tx) -> Result<Checksum> {
    let mut sum = Checksum::default();
    let mut last = String::new();
    loop {
        let rows = record::after(tx, &last, STEP)?;
        let Some(end) = rows.last() else { break };
        last = end.id.clone();
        for row in &rows {
            let document = document(row)?;
            sum.record(&row.id, &feed::join(&document.heads()), &document.answers());
        }
    }
    let mut last = String::new();
    loop {
        let names = file::after(tx, &last, STEP)?;
        let Some(end) = names.last() else { return Ok(sum) };
        last.clone_from(end);
        names.iter().for_each(|name| sum.file(name));
    }
}
