//! Taking changes out of a record again, after the server refused them for ever (P6).

use super::{Change, Document, DocumentError, Put, from_hashes};
use crate::ids::ChangeHash;
use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value};
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

    /// Changes that made an element which another change made too: copies of a phone that made the same work again, each
    /// for itself. The server takes one of them.
    pub fn made_twice(&self) -> Vec<ChangeHash> {
        let containers = self.containers().into_iter();
        let elements =
            containers.filter_map(|name| self.inner.get(ROOT, name).ok()?).flat_map(|(_, container)| {
                let keys = self.inner.keys(&container).map(|key| self.makers(&container, &key));
                keys.filter(|makers| makers.len() > 1).flatten().collect::<Vec<_>>()
            });
        elements.collect()
    }

    /// `seen` with the changes that made the elements of these puts, as far as they are here: an element is made once.
    ///
    /// # Errors
    /// [`DocumentError::UnknownHeads`].
    pub fn with_elements(
        &self,
        seen: Vec<ChangeHash>,
        puts: &[Put],
    ) -> Result<Vec<ChangeHash>, DocumentError> {
        let past = self.at(&seen)?;
        let makers = puts.iter().filter_map(|put| {
            let mut parts = put.path.split('/');
            let (container, element) = (parts.next()?, parts.next()?);
            let (_, container) = self.inner.get(ROOT, container).ok()??;
            self.makers(&container, element).pop()
        });
        let mut heads: Vec<ChangeHash> = makers.filter(|maker| !past.has(*maker)).collect();
        if heads.is_empty() {
            return Ok(seen);
        }
        heads.extend(seen);
        Ok(self.at(&heads)?.heads())
    }

    /// The changes that made an element, the one that shows last.
    fn makers(&self, container: &ObjId, element: &str) -> Vec<ChangeHash> {
        let values = self.inner.get_all(container, element).unwrap_or_default();
        let made = values.iter().filter(|(value, _)| value.is_object());
        from_hashes(&made.filter_map(|(_, object)| self.inner.hash_for_opid(object)).collect::<Vec<_>>())
    }

    /// Names of the root containers.
    pub fn containers(&self) -> Vec<String> {
        let is_map = |key: &String| {
            matches!(self.inner.get(ROOT, key.as_str()), Ok(Some((Value::Object(ObjType::Map), _))))
        };
        self.inner.keys(ROOT).filter(is_map).collect()
    }
}
