//! Taking changes out of a record again, after the server refused them for ever (P6).

use super::{Change, Document, DocumentError, Put};
use crate::ids::ChangeHash;
use automerge::{ObjType, ROOT, ReadDoc, Value};
use std::collections::HashSet;

impl Document {
    /// The record without the given changes and everything that depends on them; nothing if no change is left.
    /// Second: the changes taken out, in causal order.
    ///
    /// # Errors
    /// [`DocumentError::Unreadable`] cannot happen for a document that loaded.
    pub fn without(&self, bad: &[ChangeHash]) -> Result<(Option<Document>, Vec<Change>), DocumentError> {
        let mut out: HashSet<ChangeHash> = bad.iter().copied().collect();
        let (mut kept, mut removed) = (Vec::new(), Vec::new());
        for change in self.changes_since(&[]) {
            if out.contains(&change.hash) || change.dependencies.iter().any(|hash| out.contains(hash)) {
                out.insert(change.hash);
                removed.push(change);
            } else {
                kept.push(change);
            }
        }
        if kept.is_empty() {
            return Ok((None, removed));
        }
        let chunks: Vec<&[u8]> = kept.iter().map(|change| change.bytes.as_slice()).collect();
        Ok((Some(Document::from_changes(&chunks)?), removed))
    }

    /// What one change wrote, as puts that can be done again.
    pub fn puts_of(&self, change: ChangeHash) -> Vec<Put> {
        let written = self.history().into_iter().filter(|field| field.change == change);
        written.map(|field| Put { path: field.path, value: field.new }).collect()
    }

    /// Names of the root containers.
    pub fn containers(&self) -> Vec<String> {
        let is_map = |key: &String| {
            matches!(self.inner.get(ROOT, key.as_str()), Ok(Some((Value::Object(ObjType::Map), _))))
        };
        self.inner.keys(ROOT).filter(is_map).collect()
    }
}
