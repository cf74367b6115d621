//! The work bench of one transaction: records as they become, entries to announce, audit entries. Built anew
//! when the database asks for another attempt.

use std::collections::HashMap;

use bidao_sync::document::Document;
use bidao_sync::ids::{ChangeHash, RecordId};

use crate::domain::feed::{self, Pending};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{Tx, record};

/// A record inside the transaction.
#[derive(Clone, Default)]
pub struct Current {
    /// Its row, if there is one.
    pub row: Option<record::Row>,
    /// Its content, once somebody needed it.
    pub document: Option<Document>,
}

impl Current {
    /// Its heads; empty when there is no record.
    ///
    /// # Errors
    /// The row is unreadable.
    pub fn heads(&self) -> Result<Vec<ChangeHash>> {
        self.row.as_ref().map_or(Ok(Vec::new()), |row| feed::split(&row.heads))
    }

    /// Its content, loaded if need be.
    ///
    /// # Errors
    /// The row is unreadable.
    pub fn load(&mut self) -> Result<Option<&Document>> {
        if self.document.is_none()
            && let Some(row) = &self.row
        {
            let document = Document::load(&row.document)
                .map_err(|error| Error::Internal(format!("record {} cannot be read: {error}", row.id)))?;
            self.document = Some(document);
        }
        Ok(self.document.as_ref())
    }
}

/// What one item leads to, taken over only when all of it succeeded.
#[derive(Default)]
pub struct Effect {
    /// The record as it is now.
    pub current: Option<Current>,
    /// Feed entries.
    pub feed: Vec<Pending>,
    /// Audit entries.
    pub audit: Vec<Entry>,
}

/// See the module.
pub struct Bench {
    /// The server's clock.
    pub now: i64,
    records: HashMap<RecordId, Current>,
    feed: Vec<Pending>,
    audit: Audit,
}

impl Bench {
    /// An empty one.
    pub fn new(now: i64) -> Self {
        Self { now, records: HashMap::new(), feed: Vec::new(), audit: Audit::default() }
    }

    /// A copy of a record as it is at this point of the transaction. `known` spares loading the content when the
    /// row still has its heads.
    ///
    /// # Errors
    /// The database fails.
    pub fn current(&mut self, tx: &mut Tx, id: RecordId, known: Option<&Document>) -> Result<Current> {
        if let Some(current) = self.records.get(&id) {
            return Ok(current.clone());
        }
        let mut current = Current { row: record::find(tx, &id.to_string())?, document: None };
        let heads = current.heads()?;
        current.document = known.filter(|document| document.heads() == heads).cloned();
        self.records.insert(id, current.clone());
        Ok(current)
    }

    /// Takes an item's effect over.
    pub fn accept(&mut self, id: RecordId, effect: Effect) {
        if let Some(current) = effect.current {
            self.records.insert(id, current);
        }
        self.feed.extend(effect.feed);
        for entry in effect.audit {
            self.audit.push(entry);
        }
    }

    /// Appends the feed entries and hands out the audit entries: the last step (P7).
    ///
    /// # Errors
    /// The database fails.
    pub fn finish(self, tx: &mut Tx) -> Result<Audit> {
        feed::append(tx, self.feed, self.now)?;
        Ok(self.audit)
    }
}
