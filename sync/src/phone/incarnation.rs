//! Beginning again: a new incarnation after `sequence_reused` (P6), and offering again after `rewound` (P17).

use super::incoming::{Event, Intake};
use super::state::{Pending, PendingEdit};
use super::{Phone, PhoneError};
use crate::document::{Document, Put};
use crate::feed::sha256;
use crate::ids::{ActorId, ChangeHash, ItemId, RecordId};
use crate::message::{Command, Cursor, GrantId, Item};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// Changes the server will never take, by record.
pub(super) type Bad = BTreeMap<RecordId, Vec<ChangeHash>>;

/// An id that follows from what it is about, so that doing the same twice makes the same item.
fn derived(label: &str, parts: &[&[u8]]) -> ItemId {
    let hash = sha256(&[label.as_bytes(), &parts.concat()].concat());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.0[..16]);
    ItemId(id)
}

impl Phone {
    /// If there are changes the server will never take: makes them and everything unsent again as new changes of a new
    /// incarnation. Values, order and claimed times stay.
    pub(super) fn begin_again(&mut self, fresh: [u8; 8], intake: &mut Intake) {
        let mut bad = std::mem::take(&mut intake.bad);
        let again = std::mem::take(&mut intake.again);
        if bad.is_empty() && again.is_empty() {
            return;
        }
        let old = self.state.actor;
        let actor = ActorId::new(old.device(), fresh);
        self.state.actor = actor;
        let mut commands = Vec::new();
        for pending in std::mem::take(&mut self.state.outbox) {
            match pending {
                // Offered again for an earlier incarnation: others may build on exactly these changes.
                Pending::Edit(edit) if edit.actor != old => self.state.outbox.push(Pending::Edit(edit)),
                Pending::Edit(edit) => {
                    bad.entry(edit.record).or_default().extend(edit.changes.iter().map(|(hash, _)| *hash));
                }
                Pending::Command(command) => commands.push(command),
            }
        }
        let mut gone = BTreeSet::new();
        for (record, changes) in &bad {
            match self.make_again(*record, changes, actor) {
                Ok(hashes) => gone.extend(hashes),
                Err(_) => intake.events.push(Event::Incomplete { record: *record }),
            }
        }
        let renew = |command: Command| Command { id: derived("again", &[&command.id.0, &fresh]), ..command };
        for command in again.into_iter().map(renew).chain(commands) {
            let command = self.about_new_heads(command, &gone);
            self.state.outbox.push(Pending::Command(command));
        }
        self.drop_hollow(&gone);
        intake.events.push(Event::NewIncarnation { actor });
    }

    /// Replaces changes of one record, and what depends on them, by new ones. Returns what was taken out.
    fn make_again(
        &mut self,
        record: RecordId,
        bad: &[ChangeHash],
        actor: ActorId,
    ) -> Result<Vec<ChangeHash>, PhoneError> {
        let before = self.document(record)?;
        let (mut document, removed) = before.without(bad)?;
        let containers = before.containers();
        let containers: Vec<&str> = containers.iter().map(String::as_str).collect();
        let own = self.state.actor.device();
        let mut made = Vec::new();
        for change in removed.iter().filter(|change| change.actor.device() == own) {
            let puts: Vec<Put> = before.puts_of(change.hash);
            match &mut document {
                None => {
                    let (new, change) = Document::create(actor, change.made_at, &containers, &puts)?;
                    document = Some(new);
                    made.push(change);
                }
                Some(document) => made.extend(document.edit(actor, change.made_at, &puts)?),
            }
        }
        if let Some(document) = document {
            self.state.replace_document(record, &document);
        }
        for change in made {
            let item = derived("made", &[&record.0, &change.hash.0]);
            self.state.queue_change(item, record, change);
        }
        Ok(removed.into_iter().map(|change| change.hash).collect())
    }

    /// A command about changes that were made again is about the new ones.
    fn about_new_heads(&self, command: Command, gone: &BTreeSet<ChangeHash>) -> Command {
        if !command.expected.iter().any(|head| gone.contains(head)) {
            return command;
        }
        match self.document(command.record) {
            Ok(document) => Command { expected: document.heads(), ..command },
            Err(_) => command,
        }
    }

    /// Own sealed batches that hold nothing but changes made again need no receipt any more.
    fn drop_hollow(&mut self, gone: &BTreeSet<ChangeHash>) {
        let own = self.state.actor.device();
        let hollow: Vec<bool> = self
            .state
            .manifests()
            .map(|manifest| {
                manifest.actor.device() == own
                    && manifest.items.iter().all(|item| match item {
                        Item::Edit(edit) => edit.changes.iter().all(|hash| gone.contains(hash)),
                        Item::Command(_) => false,
                    })
            })
            .collect();
        let mut hollow = hollow.into_iter();
        self.state.sealed.retain(|_| !hollow.next().unwrap_or(false));
    }

    /// The server does not know the cursor of a grant: read it again, offer every kept batch again.
    pub(super) fn rewind(&mut self, grant: &GrantId, events: &mut Vec<Event>) {
        if self.state.cursors.insert(grant.clone(), Cursor::START).is_none() {
            self.state.cursors.remove(grant);
            return;
        }
        self.state.rewinding.insert(grant.clone());
        let mut offered: Vec<_> = std::mem::take(&mut self.state.kept).into();
        offered.append(&mut self.state.sealed);
        self.state.sealed = offered;
        events.push(Event::Rewound { grant: grant.clone() });
    }

    /// The grants have been read again: offer own changes that did not come back and are not on their way.
    pub(super) fn finish_rewinding(&mut self) {
        let grants = std::mem::take(&mut self.state.rewinding);
        let mut met = std::mem::take(&mut self.state.met_again);
        if grants.is_empty() {
            return;
        }
        met.extend(self.state.pending_changes());
        let own = self.state.actor.device();
        let mut lost = Vec::new();
        for (id, stored) in &self.state.records {
            let village = format!("a:{}", stored.area);
            let was_read =
                grants.contains(&village) || stored.grants.iter().any(|grant| grants.contains(grant));
            if !was_read {
                continue;
            }
            let Ok(document) = self.document(*id) else { continue };
            let changes = document.changes_since(&[]).into_iter();
            lost.extend(
                changes
                    .filter(|change| change.actor.device() == own && !met.contains(&change.hash))
                    .map(|change| (*id, change)),
            );
        }
        for (record, change) in lost {
            let edit = PendingEdit {
                item: derived("offered", &[&record.0, &change.hash.0]),
                record,
                actor: change.actor,
                changes: vec![(change.hash, ByteBuf::from(change.bytes))],
            };
            self.state.outbox.push(Pending::Edit(edit));
        }
    }
}
