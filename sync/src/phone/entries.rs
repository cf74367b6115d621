//! One entry of a feed into the phone's copy of its record.

use super::Phone;
use super::incoming::{Event, Intake};
use super::state::StoredRecord;
use crate::document::{Change, Document, DocumentError, read_change, split_changes};
use crate::ids::ChangeHash;
use crate::message::{Decision, Entry, Message, What};

impl Phone {
    pub(super) fn take_entry(&mut self, entry: &Entry, fresh: [u8; 8], intake: &mut Intake) {
        if matches!(entry.what, What::Moved | What::Removed) {
            return self.let_go(entry, intake);
        }
        let known = self.state.records.entry(entry.record);
        let stored = known.or_insert_with(|| StoredRecord::empty(&entry.kind, &entry.form, &entry.area));
        stored.grants.insert(entry.grant.clone());
        stored.gone = false;
        stored.moved_to = None;
        entry.area.clone_into(&mut stored.area);
        let record = entry.record;
        match entry.what {
            What::Document | What::Changes => match self.take_content(entry, fresh, intake) {
                Ok(true) => intake.events.push(Event::Changed { record }),
                Ok(false) => {}
                Err(_) => {
                    intake.broken.insert(entry.grant.clone());
                    intake.events.push(Event::Incomplete { record });
                }
            },
            _ => match Decision::decode(&entry.data) {
                Ok(decision) => {
                    stored.decision = Some(decision);
                    intake.events.push(Event::Decided { record });
                }
                Err(_) => intake.events.push(Event::Incomplete { record }),
            },
        }
    }

    /// A record left one of the phone's grants: it stays under another one, or until everything about it is pushed
    /// (P10). What is unsent goes out under the village it was written in.
    fn let_go(&mut self, entry: &Entry, intake: &mut Intake) {
        let Some(stored) = self.state.records.get_mut(&entry.record) else { return };
        stored.grants.remove(&entry.grant);
        let follows = intake.granted.contains(&format!("a:{}", entry.area)) && entry.what == What::Moved;
        let covered = follows || stored.grants.iter().any(|grant| intake.granted.contains(grant));
        stored.gone = !covered;
        if entry.what == What::Moved {
            match covered {
                true => entry.area.clone_into(&mut stored.area),
                false => stored.moved_to = Some(entry.area.clone()),
            }
            intake.events.push(Event::Moved { record: entry.record });
        }
    }

    /// Merges the content of an entry; says whether it was news.
    fn take_content(
        &mut self,
        entry: &Entry,
        fresh: [u8; 8],
        intake: &mut Intake,
    ) -> Result<bool, DocumentError> {
        let before = self.document(entry.record).ok();
        let mut merged = match merge(before.as_ref(), entry) {
            Err(DocumentError::SequenceReused) => {
                // Another copy of this phone wrote under our name: make again what only we have.
                let bad = self.own_unknown(before.as_ref(), entry)?;
                intake.bad.insert(entry.record, bad);
                self.begin_again(fresh, intake);
                merge(self.document(entry.record).ok().as_ref(), entry)?
            }
            other => other?,
        };
        let bad = self.made_after_all(&merged, entry)?;
        if !bad.is_empty() {
            self.state.replace_document(entry.record, &merged);
            intake.bad.insert(entry.record, bad);
            self.begin_again(fresh, intake);
            merged = self.document(entry.record).unwrap_or(merged);
        }
        let is_rewinding = !self.state.rewinding.is_empty();
        let is_awaiting = !(self.state.unread.is_empty() && self.state.offered.is_empty());
        if is_rewinding || is_awaiting || !intake.sealed.is_empty() {
            let theirs = read_changes(entry)?;
            // A whole document may tell of what stands behind the page's end; where it begins, the page has reached.
            let is_reached = |change: &&Change| {
                entry.what == What::Changes || intake.is_end || change.dependencies.is_empty()
            };
            let reached: Vec<ChangeHash> =
                theirs.iter().filter(is_reached).map(|change| change.hash).collect();
            self.note_return(&reached, &intake.sealed);
            if is_rewinding {
                self.state.met_again.extend(theirs.iter().map(|change| change.hash));
            }
        }
        let is_news = before.is_none_or(|before| before.heads() != merged.heads());
        self.state.replace_document(entry.record, &merged);
        if let Some(stored) = self.state.records.get_mut(&entry.record)
            && self.state.outbox.iter().all(|pending| pending.record() != entry.record)
        {
            entry.form.clone_into(&mut stored.form);
        }
        Ok(is_news)
    }

    /// Own changes that made an element of which the entry says that the server has it from another copy of this phone:
    /// both had made the same work again.
    fn made_after_all(&self, merged: &Document, entry: &Entry) -> Result<Vec<ChangeHash>, DocumentError> {
        let twice = merged.made_twice();
        if twice.is_empty() {
            return Ok(Vec::new());
        }
        let (theirs, own) = (read_changes(entry)?, self.state.actor.device());
        let is_ours = |change: &Change| {
            change.actor.device() == own
                && twice.contains(&change.hash)
                && theirs.iter().all(|other| other.hash != change.hash)
        };
        Ok(merged.changes_since(&[]).into_iter().filter(is_ours).map(|change| change.hash).collect())
    }

    /// Own changes that share their number with a change of the entry.
    fn own_unknown(
        &self,
        document: Option<&Document>,
        entry: &Entry,
    ) -> Result<Vec<ChangeHash>, DocumentError> {
        let theirs = read_changes(entry)?;
        let ours = document.map(|document| document.changes_since(&[])).unwrap_or_default();
        let clashes = |change: &Change| {
            theirs.iter().any(|other| {
                other.actor == change.actor && other.sequence == change.sequence && other.hash != change.hash
            })
        };
        let own = |change: &Change| change.actor.device() == self.state.actor.device();
        Ok(ours
            .into_iter()
            .filter(|change| own(change) && clashes(change))
            .map(|change| change.hash)
            .collect())
    }
}

fn merge(known: Option<&Document>, entry: &Entry) -> Result<Document, DocumentError> {
    if entry.what == What::Document {
        let theirs = Document::load(&entry.data)?;
        let Some(known) = known else { return Ok(theirs) };
        let mut merged = known.clone();
        merged.merge(&theirs)?;
        return Ok(merged);
    }
    let chunks = chunks(entry)?;
    match known {
        Some(known) => {
            let mut merged = known.clone();
            merged.apply(&chunks)?;
            Ok(merged)
        }
        None => Document::from_changes(&chunks),
    }
}

fn chunks(entry: &Entry) -> Result<Vec<&[u8]>, DocumentError> {
    let ranges = split_changes(&entry.data, usize::MAX);
    let ranges = ranges.ok_or_else(|| DocumentError::Unreadable("not change chunks".into()))?;
    Ok(ranges.into_iter().map(|range| &entry.data[range]).collect())
}

fn read_changes(entry: &Entry) -> Result<Vec<Change>, DocumentError> {
    if entry.what == What::Document {
        return Ok(Document::load(&entry.data)?.changes_since(&[]));
    }
    chunks(entry)?.into_iter().map(read_change).collect()
}
