//! From the answer into the state. Answers may be lost, repeated or come late: the state is the same (P2).

use super::incarnation::Bad;
use super::{Phone, Problem};
use crate::code::Code;
use crate::document::Change;
use crate::ids::{ActorId, ChangeHash, ItemId, RecordId};
use crate::limits;
use crate::message::{
    BatchManifest, Cursor, Edit, GrantId, Item, ItemReceipt, Receipt, SealedBatch, Status, SyncRequest,
    SyncResponse, Want,
};
use crate::planted::{self, Fault};
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;

/// What an answer meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// In the order they happened.
    pub events: Vec<Event>,
    /// Ask again at once.
    pub more: bool,
}

/// Something the app may want to show or do.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The server has an item; `status` is stored, duplicate, held or done.
    Settled {
        /// The item.
        item: ItemId,
        /// Its record.
        record: RecordId,
        /// What became of it.
        status: Status,
    },
    /// The server did not take an item; it is in [`Phone::problems`] too. `status` is quarantined, refused or stale.
    Troubled {
        /// The item.
        item: ItemId,
        /// Its record.
        record: RecordId,
        /// What became of it.
        status: Status,
        /// A [`Code`] as text.
        code: String,
    },
    /// A batch was not accepted as a whole but will be offered again.
    Unsettled {
        /// Its number.
        number: u64,
        /// A [`Code`] as text.
        code: String,
    },
    /// A carried batch arrived.
    Delivered {
        /// Whose.
        actor: ActorId,
        /// Its number.
        number: u64,
    },
    /// The content of a record is new or different.
    Changed {
        /// The record.
        record: RecordId,
    },
    /// A decision about a record arrived.
    Decided {
        /// The record.
        record: RecordId,
    },
    /// A record went to another area; [`Phone::moved_to`] says where, if it is to leave the phone.
    Moved {
        /// The record.
        record: RecordId,
    },
    /// A record left the phone.
    Removed {
        /// The record.
        record: RecordId,
    },
    /// An entry could not be read or has gaps; its grant is read again from the start next time.
    Incomplete {
        /// The record.
        record: RecordId,
    },
    /// The server lost what this cursor had read; the grant is being read again (P17).
    Rewound {
        /// The grant.
        grant: GrantId,
    },
    /// The account lost a grant.
    Revoked {
        /// The grant.
        grant: GrantId,
    },
    /// Edits that were not taken were made again under a new incarnation (P6).
    NewIncarnation {
        /// Who writes from now on.
        actor: ActorId,
    },
    /// The server wants these files.
    Wanted {
        /// Which, and how much it has.
        files: Vec<Want>,
    },
    /// New reference data.
    Reference,
}

/// What one answer led to, before it is summed up.
#[derive(Default)]
pub(super) struct Intake {
    pub events: Vec<Event>,
    /// Changes the server will never take, by record.
    pub bad: Bad,
    /// Commands to ask again once the edits they were about are made again.
    pub again: Vec<crate::message::Command>,
    /// Own batches whose number was used before.
    pub renumber: Vec<(SealedBatch, BatchManifest)>,
    /// Nothing follows this answer.
    pub is_end: bool,
    /// Changes that wait for a receipt still.
    pub sealed: BTreeSet<ChangeHash>,
    pub broken: BTreeSet<GrantId>,
    /// Grants of the account as the answer tells, new ones too.
    pub granted: BTreeSet<GrantId>,
}

impl Phone {
    /// Takes in the answer to `asked`. `fresh` is 8 random bytes, used only if a new incarnation has to begin.
    pub fn receive(&mut self, asked: &SyncRequest, response: &SyncResponse, fresh: [u8; 8]) -> Received {
        // What the feed tells follows the request's cursors; whoever has read on since asks again (PROTOCOL 2.4).
        let is_overtaken = asked.cursors != self.state.cursors;
        let granted = response.cursors.keys().cloned().collect();
        let mut intake = Intake { granted, is_end: !response.more, ..Intake::default() };
        for receipt in &response.receipts {
            self.take_receipt(receipt, &mut intake);
        }
        self.renumber(fresh, &mut intake);
        self.begin_again(fresh, &mut intake);
        if !is_overtaken {
            self.take_feed(response, fresh, &mut intake);
        }
        if !response.want.is_empty() {
            intake.events.push(Event::Wanted { files: response.want.clone() });
        }
        if let Some(bytes) = &response.reference {
            self.state.reference = Some((response.reference_tag.clone(), ByteBuf::from(bytes.clone())));
            intake.events.push(Event::Reference);
        }
        Received { events: intake.events, more: response.more || is_overtaken }
    }

    fn take_feed(&mut self, response: &SyncResponse, fresh: [u8; 8], intake: &mut Intake) {
        for grant in &response.rewound {
            self.rewind(grant, &mut intake.events);
        }
        intake.sealed = self.state.sealed_changes();
        for entry in &response.entries {
            self.take_entry(entry, fresh, intake);
        }
        for (grant, cursor) in &response.cursors {
            let stands = if intake.broken.contains(grant) { Cursor::START } else { *cursor };
            self.state.cursors.insert(grant.clone(), stands);
        }
        self.leave(&response.revoked, &mut intake.events);
        if intake.is_end {
            self.finish_rewinding();
            self.offer_unreturned();
        }
    }

    fn take_receipt(&mut self, receipt: &Receipt, intake: &mut Intake) {
        let is_it =
            |manifest: &BatchManifest| manifest.actor == receipt.actor && manifest.number == receipt.number;
        let found = self.state.manifests().enumerate().find(|(_, manifest)| is_it(manifest));
        let Some((index, manifest)) = found else { return };
        let open = receipt.items.iter().find(|item| item.status == Status::Refused && !is_final(item));
        if let Some(item) = open {
            let code = item.code.clone().unwrap_or_default();
            intake.events.push(Event::Unsettled { number: receipt.number, code });
            return;
        }
        let answers: Option<Vec<_>> = manifest
            .items
            .iter()
            .map(|item| {
                receipt.items.iter().find(|answer| answer.id == item.id()).map(|answer| (item, answer))
            })
            .collect();
        let Some(answers) = answers else { return };
        let batch = self.state.sealed.remove(index);
        if receipt.actor.device() != self.state.actor.device() {
            intake.events.push(Event::Delivered { actor: receipt.actor, number: receipt.number });
            return;
        }
        let is_renumbered = |item: &ItemReceipt| code_of(item) == Some(Code::BatchNumberReused);
        if answers.iter().any(|(_, answer)| is_renumbered(answer)) {
            intake.renumber.push((batch, manifest));
            return;
        }
        self.state.kept.push_back(batch);
        if self.state.kept.len() > limits::KEPT_BATCHES {
            self.state.kept.pop_front();
        }
        for (item, answer) in answers {
            self.take_answer(item, answer, intake);
        }
    }

    fn take_answer(&mut self, item: &Item, answer: &ItemReceipt, intake: &mut Intake) {
        let (id, record, status) = (item.id(), item.record(), answer.status);
        if matches!(status, Status::Stored | Status::Duplicate | Status::Held | Status::Done) {
            if let Item::Edit(edit) = item {
                self.await_return(edit, status);
            }
            intake.events.push(Event::Settled { item: id, record, status });
            return;
        }
        let is_reused = code_of(answer) == Some(Code::SequenceReused);
        let reused = is_reused && !planted::is(Fault::ReuseIsFinal);
        match item {
            Item::Edit(edit) if reused => {
                let clashing = self.clashing(edit, answer);
                if !clashing.is_empty() {
                    intake.bad.entry(record).or_default().extend(clashing);
                }
                return;
            }
            // Its edit was not taken: ask again once that is made again.
            Item::Command(command) if reused || intake.bad.contains_key(&record) => {
                intake.again.push(command.clone());
                return;
            }
            // A later part of something that was made again already.
            Item::Edit(edit) if !edit.changes.iter().any(|hash| self.has_change(record, *hash)) => return,
            _ => {}
        }
        let code = answer.code.clone().unwrap_or_default();
        if let Some(stored) = self.state.records.get_mut(&record)
            && stored.problems.iter().all(|problem| problem.item != id)
        {
            let detail = answer.detail.clone().unwrap_or_default();
            stored.problems.push(Problem { item: id, code: code.clone(), detail });
        }
        intake.events.push(Event::Troubled { item: id, record, status, code });
    }

    /// Changes of an edit from the sequence number on that was used before. What comes before it, above all the root of
    /// the record, the server has: another copy of this phone sent it.
    fn clashing(&self, edit: &Edit, answer: &ItemReceipt) -> Vec<ChangeHash> {
        let named = answer.detail.as_deref().and_then(|detail| detail.strip_prefix("sequence "));
        let first = named.and_then(|number| number.parse().ok()).unwrap_or(0);
        if planted::is(Fault::RootAgain) {
            return edit.changes.clone();
        }
        let Ok(document) = self.document(edit.record) else { return Vec::new() };
        let changes = document.changes_since(&[]).into_iter();
        let is_bad = |change: &Change| {
            edit.changes.contains(&change.hash) && !change.dependencies.is_empty() && change.sequence >= first
        };
        changes.filter(is_bad).map(|change| change.hash).collect()
    }

    fn has_change(&self, record: RecordId, hash: ChangeHash) -> bool {
        self.document(record).is_ok_and(|document| document.has(hash))
    }

    /// P10: grants that ended. Records nobody else grants leave the phone once everything about them is pushed.
    fn leave(&mut self, revoked: &[GrantId], events: &mut Vec<Event>) {
        for grant in revoked {
            if self.state.cursors.remove(grant).is_some() {
                events.push(Event::Revoked { grant: grant.clone() });
            }
            self.state.rewinding.remove(grant);
            let mut left = Vec::new();
            for (id, stored) in &self.state.records {
                let was_under = stored.grants.contains(grant) || *grant == format!("a:{}", stored.area);
                if was_under && !self.state.is_covered(stored) {
                    left.push(*id);
                }
            }
            for id in left {
                if let Some(stored) = self.state.records.get_mut(&id) {
                    stored.grants.remove(grant);
                    stored.gone = true;
                }
            }
        }
        // What the server did not take stays visible until a person has dealt with it (P4).
        let left = self.state.records.iter().filter(|(_, stored)| stored.gone && stored.problems.is_empty());
        let gone: Vec<RecordId> = left.map(|(id, _)| *id).collect();
        for record in gone {
            if !self.state.is_pending(record) || planted::is(Fault::DeletesUnsent) {
                self.state.records.remove(&record);
                events.push(Event::Removed { record });
            }
        }
    }
}

fn is_final(item: &ItemReceipt) -> bool {
    code_of(item).is_none_or(Code::is_final)
}

fn code_of(item: &ItemReceipt) -> Option<Code> {
    item.code.as_deref().and_then(Code::parse)
}
