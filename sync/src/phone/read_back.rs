//! What was acknowledged is proven once it comes back with the feed: then the cursor stands behind it, and a server that is
//! put back to before it does not know the cursor (P17). A receipt alone proves nothing for ever: the cursor may stand before
//! it still, because the answer was a page or came late, and then a server that lost it would know the cursor.

use super::Phone;
use crate::document::is_founding;
use crate::ids::{ChangeHash, RecordId};
use crate::message::{Edit, Status};
use crate::planted::{self, Fault};
use std::collections::BTreeSet;

impl Phone {
    /// What is held is offered again by a phone that starts anew: it may wait for weeks, and nobody tells what became of the
    /// server meanwhile.
    pub(super) fn await_held(&mut self) {
        for (hash, record) in &self.state.held {
            self.state.offered.remove(hash);
            self.state.unread.insert(*hash, *record);
        }
    }

    /// The server says that it has an edit, also one that waits there for what it stands on.
    pub(super) fn await_return(&mut self, edit: &Edit, status: Status) {
        let own = self.state.actor.device();
        let Ok(document) = self.document(edit.record) else { return };
        for change in document.changes_since(&[]) {
            let is_ours = change.actor.device() == own || is_founding(&change);
            if !is_ours || !edit.changes.contains(&change.hash) {
                continue;
            }
            match status {
                Status::Held => self.state.held.insert(change.hash, edit.record),
                _ => self.state.held.remove(&change.hash),
            };
            let is_known =
                self.state.read_early.remove(&change.hash) || self.state.offered.contains(&change.hash);
            if !is_known {
                self.state.unread.insert(change.hash, edit.record);
            }
        }
    }

    /// Changes came back with the feed; `sealed` are those that wait for a receipt.
    pub(super) fn note_return(&mut self, theirs: &[ChangeHash], sealed: &BTreeSet<ChangeHash>) {
        for hash in theirs {
            self.state.offered.remove(hash);
            self.state.held.remove(hash);
            if self.state.unread.remove(hash).is_none() && sealed.contains(hash) {
                self.state.read_early.insert(*hash);
            }
        }
    }

    /// Everything has been read: what did not come back the server has lost since it said to have it. It is offered
    /// once more. Of what no grant covers nothing can come back.
    pub(super) fn offer_unreturned(&mut self) {
        if planted::is(Fault::NoReadBack) {
            return;
        }
        let lost: BTreeSet<(ChangeHash, RecordId)> =
            std::mem::take(&mut self.state.unread).into_iter().collect();
        let pending = self.state.pending_changes();
        for (hash, record) in lost {
            let stored = self.state.records.get(&record);
            let is_told = stored.is_some_and(|stored| {
                !stored.gone && stored.moved_to.is_none() && self.state.is_covered(stored)
            });
            let Some(stored) = stored.filter(|_| is_told && !pending.contains(&hash)) else { continue };
            let area = stored.area.clone();
            let Ok(document) = self.document(record) else { continue };
            let Some(change) = document.changes_since(&[]).into_iter().find(|change| change.hash == hash)
            else {
                continue;
            };
            self.offer(record, area, change);
            self.state.offered.insert(hash);
        }
    }
}
