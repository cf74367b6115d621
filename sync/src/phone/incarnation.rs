//! Beginning again: a new incarnation after `sequence_reused` (P6), and offering again after `rewound` (P17).

use super::incoming::{Event, Intake};
use super::state::{Pending, PendingEdit};
use super::{Phone, PhoneError};
use crate::document::{Change, Document, Put, is_founding, split_changes};
use crate::feed::sha256;
use crate::ids::{ActorId, ChangeHash, ItemId, RecordId};
use crate::limits;
use crate::message::{BatchManifest, Command, Cursor, GrantId, Item, Message, SealedBatch};
use crate::planted::{self, Fault};
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

/// What a change had seen, with the changes that were made again in the place of the old ones; everything there is
/// where part of it is gone.
fn seen(
    document: &Document,
    change: &Change,
    instead: &BTreeMap<ChangeHash, Vec<ChangeHash>>,
) -> Vec<ChangeHash> {
    let old = |hash: &ChangeHash| instead.get(hash).cloned().unwrap_or_else(|| vec![*hash]);
    let mut seen: Vec<ChangeHash> = change.dependencies.iter().flat_map(old).collect();
    seen.sort_unstable();
    seen.dedup();
    if document.knows(&seen) { seen } else { document.heads() }
}

/// Who makes a change again: the new incarnation, or one more where that has written something the change had not seen.
fn author(document: &Document, seen: &[ChangeHash], actor: ActorId, old: ChangeHash) -> ActorId {
    let unseen = document.changes_since(seen).iter().any(|change| change.actor == actor);
    if !unseen {
        return actor;
    }
    let more = derived("incarnation", &[&actor.0, &old.0]).0;
    let mut incarnation = [0; 8];
    incarnation.copy_from_slice(&more[..8]);
    ActorId::new(actor.device(), incarnation)
}

/// The items of a batch as they were before it was sealed.
fn unseal(batch: &SealedBatch, manifest: BatchManifest) -> Vec<Pending> {
    let (actor, positions) = (manifest.actor, manifest.seen);
    let items = manifest.items.into_iter().map(|item| match item {
        Item::Command(command) => Pending::Command(command),
        Item::Edit(edit) => {
            let index = usize::try_from(edit.payload).unwrap_or(usize::MAX);
            let bytes = batch.payload.get(index).map_or(&[][..], Vec::as_slice);
            let chunks = split_changes(bytes, usize::MAX).unwrap_or_default().into_iter();
            let chunks = chunks.map(|range| ByteBuf::from(&bytes[range]));
            let changes = edit.changes.iter().copied().zip(chunks).collect();
            let (area, seen) = (edit.area.clone(), positions.get(&edit.area).copied());
            Pending::Edit(PendingEdit { item: edit.id, record: edit.record, actor, changes, area, seen })
        }
    });
    items.collect()
}

impl Phone {
    /// Another copy of this phone wrote under our name: from now on another one is used.
    fn become_new(&mut self, fresh: [u8; 8], events: &mut Vec<Event>) {
        let actor = ActorId::new(self.state.actor.device(), fresh);
        if self.state.actor != actor {
            self.state.actor = actor;
            events.push(Event::NewIncarnation { actor });
        }
    }

    /// Batches whose number was used by another copy of this phone: the same items are sealed again, by the same actor,
    /// under a number far ahead. Which of them are taken is then decided by their content.
    pub(super) fn renumber(&mut self, fresh: [u8; 8], intake: &mut Intake) {
        let batches = std::mem::take(&mut intake.renumber);
        if batches.is_empty() {
            return;
        }
        // At random: copies that jump from the same number must not meet again.
        let jump = limits::NUMBER_JUMP * (1 + u64::from(u16::from_be_bytes([fresh[0], fresh[1]])));
        let mut items = Vec::new();
        for (batch, manifest) in batches {
            if let Some(link) = self.state.links.get_mut(&manifest.actor) {
                link.number = link.number.max(manifest.number) + jump;
            }
            items.extend(unseal(&batch, manifest));
        }
        items.append(&mut self.state.outbox);
        self.state.outbox = items;
        self.become_new(fresh, &mut intake.events);
    }

    /// If there are changes the server will never take: makes them, and what depends on them, again as new changes of a
    /// new incarnation. Values, order and claimed times stay. Unsent edits of other records stay as they are: the
    /// server may well have them.
    pub(super) fn begin_again(&mut self, fresh: [u8; 8], intake: &mut Intake) {
        let bad = std::mem::take(&mut intake.bad);
        let again = std::mem::take(&mut intake.again);
        if bad.is_empty() && again.is_empty() {
            return;
        }
        self.become_new(fresh, &mut intake.events);
        let (commands, rest) = std::mem::take(&mut self.state.outbox).into_iter().partition(
            |pending| matches!(pending, Pending::Command(command) if bad.contains_key(&command.record)),
        );
        self.state.outbox = rest;
        let mut gone = BTreeSet::new();
        for (record, changes) in &bad {
            match self.make_again(*record, changes) {
                Ok(hashes) => gone.extend(hashes),
                Err(_) => intake.events.push(Event::Incomplete { record: *record }),
            }
        }
        let renew = |command: Command| Command { id: derived("again", &[&command.id.0, &fresh]), ..command };
        let mut all: Vec<Command> = again.into_iter().map(renew).collect();
        all.extend(commands.into_iter().filter_map(|pending: Pending| match pending {
            Pending::Command(command) => Some(command),
            Pending::Edit(_) => None,
        }));
        for command in all {
            let command = self.about_new_heads(command, &gone);
            self.state.outbox.push(Pending::Command(command));
        }
        self.drop_hollow(&gone);
    }

    /// Replaces changes of one record, and what depends on them, by new ones with the same past, so that nobody's value
    /// is written over unseen and an attestation still covers the content its digest names. Returns what was taken out.
    fn make_again(&mut self, record: RecordId, bad: &[ChangeHash]) -> Result<Vec<ChangeHash>, PhoneError> {
        let before = self.document(record)?;
        let founding = before.changes_since(&[]).into_iter().find(is_founding);
        let founding = founding.filter(|founding| bad.contains(&founding.hash));
        let taken: Vec<ChangeHash> = founding.iter().map(|founding| founding.hash).collect();
        let bad: Vec<ChangeHash> = bad.iter().filter(|hash| !taken.contains(hash)).copied().collect();
        let (mut document, removed) = before.without(&bad)?;
        let removed_hashes: Vec<ChangeHash> = removed.iter().map(|change| change.hash).collect();
        let origin = self.origin(record, &removed_hashes);
        self.forget_problems(record, &removed_hashes);
        self.state.outbox.retain_mut(|pending| match pending {
            Pending::Edit(edit) if edit.record == record => {
                edit.changes.retain(|(hash, _)| !removed_hashes.contains(hash));
                !edit.changes.is_empty()
            }
            _ => true,
        });
        let containers = before.containers();
        let containers: Vec<&str> = containers.iter().map(String::as_str).collect();
        let actor = self.state.actor;
        let mut made: Vec<Change> = Vec::new();
        let mut instead: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
        for change in removed.iter().filter(|change| change.actor.device() == actor.device()) {
            let puts: Vec<Put> = before.puts_of(change.hash);
            let Some(document) = &mut document else {
                let (new, root) = Document::create(actor, change.made_at, &containers, &puts)?;
                instead.insert(change.hash, vec![root.hash]);
                document = Some(new);
                made.push(root);
                continue;
            };
            let seen = document.with_elements(seen(document, change, &instead), &puts)?;
            let author = author(document, &seen, actor, change.hash);
            let new = document.edit_at(&seen, author, change.made_at, &puts)?;
            instead.insert(change.hash, new.as_ref().map_or(seen, |new| vec![new.hash]));
            made.extend(new);
        }
        if let Some(document) = document {
            self.state.replace_document(record, &document);
        }
        // Anybody's change is nobody's mistake: it is offered again as it is.
        if let Some(founding) = founding {
            self.state.queue_founding(derived("founded", &[&record.0]), record, founding);
        }
        for change in made {
            let item = derived("made", &[&record.0, &change.hash.0]);
            match &origin {
                Some((area, seen)) => {
                    let (hash, bytes) = (change.hash, ByteBuf::from(change.bytes));
                    let (actor, area, seen, changes) =
                        (change.actor, area.clone(), *seen, vec![(hash, bytes)]);
                    let edit = PendingEdit { item, record, actor, changes, area, seen };
                    self.state.outbox.push(Pending::Edit(edit));
                }
                None => self.state.queue_change(item, record, change),
            }
        }
        Ok(removed_hashes)
    }

    /// What was not taken of these changes is no problem any more.
    fn forget_problems(&mut self, record: RecordId, changes: &[ChangeHash]) {
        let batches = self.state.sealed.iter().chain(&self.state.kept);
        let items = batches
            .filter_map(|batch| BatchManifest::decode(&batch.manifest).ok())
            .flat_map(|manifest| manifest.items);
        let about = |item: &Item| matches!(item, Item::Edit(edit) if edit.changes.iter().any(|hash| changes.contains(hash)));
        let items: BTreeSet<ItemId> = items.filter(about).map(|item| item.id()).collect();
        if let Some(stored) = self.state.records.get_mut(&record) {
            stored.problems.retain(|problem| !items.contains(&problem.item));
        }
    }

    /// Under which village and from which position of its feed changes were first made: making them again makes them no
    /// later (P11).
    fn origin(&self, record: RecordId, changes: &[ChangeHash]) -> Option<(String, Option<u64>)> {
        let mut found: Vec<(String, Option<u64>)> = Vec::new();
        for batch in self.state.sealed.iter().chain(&self.state.kept) {
            let Ok(manifest) = BatchManifest::decode(&batch.manifest) else { continue };
            for item in &manifest.items {
                if let Item::Edit(edit) = item
                    && edit.record == record
                    && edit.changes.iter().any(|hash| changes.contains(hash))
                {
                    found.push((edit.area.clone(), manifest.seen.get(&edit.area).copied()));
                }
            }
        }
        for pending in &self.state.outbox {
            if let Pending::Edit(edit) = pending
                && edit.record == record
                && edit.changes.iter().any(|(hash, _)| changes.contains(hash))
            {
                found.push((edit.area.clone(), edit.seen));
            }
        }
        let area = found.first()?.0.clone();
        let seen = found.iter().filter(|(of, _)| *of == area).map(|(_, seen)| *seen).min().flatten();
        Some((area, seen))
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
        if planted::is(Fault::NoRewind) {
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
                    .filter(|change| change.actor.device() == own || is_founding(change))
                    .filter(|change| !met.contains(&change.hash))
                    .map(|change| (*id, change)),
            );
        }
        for (record, change) in lost {
            let area = self.state.records.get(&record).map(|stored| stored.area.clone()).unwrap_or_default();
            self.offer(record, area, change);
        }
    }

    /// Puts a change that the server had into the outbox once more, under the actor that made it.
    pub(super) fn offer(&mut self, record: RecordId, area: String, change: Change) {
        let actor = if is_founding(&change) { self.state.actor } else { change.actor };
        // Of this phone and this time: others may offer the same founding change, each with what it wrote itself behind it,
        // and a server may be put back more than once.
        let number = self.state.links.get(&actor).map_or(0, |link| link.number).to_be_bytes();
        let edit = PendingEdit {
            seen: self.state.seen(&area),
            area,
            item: derived("offered", &[&record.0, &change.hash.0, &self.state.actor.0, &number]),
            record,
            actor,
            changes: vec![(change.hash, ByteBuf::from(change.bytes))],
        };
        self.state.outbox.push(Pending::Edit(edit));
    }
}
