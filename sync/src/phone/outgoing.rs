//! From the outbox to the request.

use super::Phone;
use super::state::{Link, Pending, PendingEdit};
use crate::feed::sha256;
use crate::ids::ActorId;
use crate::limits;
use crate::message::{BatchManifest, Edit, Item, SyncRequest, VERSION};
use crate::seal::seal;
use crate::time::Millis;
use std::collections::BTreeMap;

impl Phone {
    /// Seals the next batch from the outbox, if there is anything in it. Call it until it returns nothing.
    ///
    /// `sign` makes a P-256 signature of the bytes it gets (r followed by s); see [`crate::seal::seal`].
    pub fn seal(&mut self, now: Millis, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Option<(ActorId, u64)> {
        let (actor, taken) = self.take_batch()?;
        let link = self.state.links.get(&actor).copied();
        let number = link.map_or(0, |link| link.number) + 1;
        let mut payload = Vec::new();
        let mut items = Vec::new();
        let mut positions: BTreeMap<String, Vec<Option<u64>>> = BTreeMap::new();
        for pending in taken {
            // What an author had seen is what was there when the edit was made, not when it is sealed.
            let (area, position) = match &pending {
                Pending::Edit(edit) => (edit.area.clone(), edit.seen),
                Pending::Command(command) => {
                    let stored = self.state.records.get(&command.record);
                    let area = stored.map(|stored| stored.area.clone()).unwrap_or_default();
                    let position = self.state.seen(&area);
                    (area, position)
                }
            };
            positions.entry(area).or_default().push(position);
            items.push(match pending {
                Pending::Command(command) => Item::Command(command),
                Pending::Edit(edit) => self.edit_item(edit, &mut payload),
            });
        }
        let seen = positions.into_iter().filter_map(|(area, all)| Some((area, least(&all)?))).collect();
        let prev = link.map(|link| link.digest);
        let manifest = BatchManifest { actor, number, made_at: now, prev, seen, items };
        let batch = seal(&manifest, payload, sign);
        self.state.links.insert(actor, Link { number, digest: sha256(&batch.manifest) });
        self.state.sealed.push(batch);
        Some((actor, number))
    }

    /// The leading items of the outbox that fit in one batch and have one author.
    fn take_batch(&mut self) -> Option<(ActorId, Vec<Pending>)> {
        let mut author: Option<ActorId> = None;
        let (mut count, mut bytes, mut changes) = (0, 0, 0);
        for pending in &self.state.outbox {
            if let Pending::Edit(edit) = pending {
                if author.is_some_and(|author| author != edit.actor) {
                    break;
                }
                bytes += edit.changes.iter().map(|(_, chunk)| chunk.len()).sum::<usize>();
                changes += edit.changes.len();
                let fits = bytes <= limits::BATCH_PAYLOAD && changes <= limits::CHANGES_PER_REQUEST;
                if count > 0 && !fits {
                    break;
                }
                author = Some(edit.actor);
            }
            count += 1;
            if count == limits::ITEMS_PER_BATCH {
                break;
            }
        }
        if count == 0 {
            return None;
        }
        Some((author.unwrap_or(self.state.actor), self.state.outbox.drain(..count).collect()))
    }

    fn edit_item(&self, edit: PendingEdit, payload: &mut Vec<Vec<u8>>) -> Item {
        let changes = edit.changes.iter().map(|(hash, _)| *hash).collect();
        let index = payload.len() as u64;
        payload.push(edit.changes.iter().flat_map(|(_, chunk)| chunk.iter().copied()).collect());
        let about = self.state.records.get(&edit.record);
        let about = about.map(|stored| (stored.kind.clone(), stored.form.clone()));
        let ((kind, form), area) = (about.unwrap_or_default(), edit.area);
        Item::Edit(Edit { id: edit.item, record: edit.record, kind, form, area, changes, payload: index })
    }

    /// The request to send now: sealed batches without a receipt, oldest first, and the cursors. Sending it any number
    /// of times does no harm (P2).
    pub fn request(&self, max_bytes: u64) -> SyncRequest {
        let (mut push, mut bytes, mut changes) = (Vec::new(), 0, 0);
        for (batch, manifest) in self.state.sealed.iter().zip(self.state.manifests()) {
            bytes += batch.manifest.len() + batch.payload.iter().map(Vec::len).sum::<usize>();
            let edits = manifest.items.iter().filter_map(|item| match item {
                Item::Edit(edit) => Some(edit.changes.len()),
                Item::Command(_) => None,
            });
            changes += edits.sum::<usize>();
            let fits = bytes <= limits::PUSH_BYTES && changes <= limits::CHANGES_PER_REQUEST;
            if !push.is_empty() && !fits {
                break;
            }
            push.push(batch.clone());
        }
        SyncRequest {
            v: VERSION,
            push,
            cursors: self.state.cursors.clone(),
            have_reference: self.state.reference.as_ref().map(|(tag, _)| tag.clone()),
            max_bytes,
            unsynced: self.unsynced(),
        }
    }
}

/// The least of the positions something was made at; nothing where none had one. What was made before there was a cursor
/// had read nothing.
fn least(positions: &[Option<u64>]) -> Option<u64> {
    let has_cursor = positions.iter().any(Option::is_some);
    positions.iter().map(|position| position.unwrap_or(0)).min().filter(|_| has_cursor)
}
