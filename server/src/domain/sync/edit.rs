//! Stores the changes of one record with everything that follows from them, in the transaction of the caller.

use std::collections::BTreeMap;

use bidao_schema::api::conflict::ConflictState;
use bidao_schema::merge_policy::MergePolicy;
use bidao_sync::attestation::Attestation;
use bidao_sync::document::{Change, Conflict, Document};
use bidao_sync::feed::sha256;
use bidao_sync::hub::Review;
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Decision, Message, What};
use bidao_sync::planted::{self, Fault};
use serde_json::{Value, json};

use super::bench::{Current, Effect};
use crate::domain::attestation::{self, Brought};
use crate::domain::content::{self, Derived};
use crate::domain::feed::{self, Pending};
use crate::domain::file::usage;
use crate::domain::projection::{self, Fact};
use crate::domain::relocation;
use crate::error::{Error, Result};
use crate::store::audit::Entry;
use crate::store::{Tx, change, conflict, record, review};

/// Changes that passed the gate, and who they come from.
pub struct Stored<'a> {
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: &'a str,
    /// Form they were written with.
    pub form: &'a str,
    /// Village the author filed it under; a household that moved takes its records along.
    pub area: &'a str,
    /// The record with them.
    pub document: &'a Document,
    /// Its saved form.
    pub snapshot: &'a [u8],
    /// The new ones, in causal order.
    pub added: &'a [Change],
    /// All conflicts of the record now.
    pub conflicts: &'a [Conflict],
    /// Those of them that attest.
    pub attested: &'a [Attestation],
    /// Number of the sealed batch that brought them; 0 for the server's own.
    pub number: i64,
    /// Device that wrote them.
    pub device: &'a str,
    /// Person who wrote them.
    pub person: &'a str,
    /// That person's name.
    pub person_name: &'a str,
    /// Item that brought them, or [`change::SETTLED`].
    pub item: &'a str,
    /// What the audit entry says: `edit` or `resolve`.
    pub action: &'static str,
    /// Why a conflict was settled, if that is what it did.
    pub reason: Option<&'a str>,
}

/// Stores them.
///
/// # Errors
/// The database fails; the caller undoes the item.
pub fn store(tx: &mut Tx, current: &Current, stored: &Stored, now: i64) -> Result<Effect> {
    let id = stored.record.to_string();
    let before = current.row.as_ref().map_or("", |row| row.form.as_str());
    let stored = &Stored { form: newest(before, stored.form), ..*stored };
    let answers = content::storable(stored.document.answers());
    let derived = content::derive(tx, &id, stored.kind, stored.form, &answers, now)?;
    let is_new = current.row.is_none();
    let first = current.row.as_ref().map_or(0, |row| row.version);
    let area = area(tx, current.row.as_ref(), stored, derived.household.as_deref())?;
    let (mut row, before) = next_row(current, stored, area, derived, now);
    if is_new {
        record::insert(tx, &row)?;
    }
    change::insert(tx, &change_rows(stored, first, now))?;
    let conflicts = settle_conflicts(tx, stored, now)?;
    let signing = attestation::project(tx, &brought(stored, &row, &answers, now))?;
    let is_written = is_new && (row.conflicts, &row.signing) == (conflicts, &signing);
    (row.conflicts, row.signing) = (conflicts, signing);
    // What was inserted a moment ago, content and all, is not written a second time.
    if !is_written {
        record::update(tx, &row)?;
    }
    let contested: Vec<String> = stored.conflicts.iter().map(|conflict| conflict.path.clone()).collect();
    projection::project(
        tx,
        &Fact {
            kind: stored.kind,
            record: &id,
            area: &row.area,
            made_in: &row.made_in,
            person: &row.author,
            household: row.household.as_deref(),
            answers: &answers,
            contested: &contested,
            received_at: now,
        },
    )?;
    usage::project(
        tx,
        &usage::Fact {
            record: &id,
            form: stored.form,
            area: &row.area,
            household: row.household.as_deref(),
            answers: &answers,
            device: stored.device,
            person: stored.person,
            received_at: now,
        },
    )?;
    let mut effect = Effect::default();
    tell_content(tx, stored, &row, current.row.as_ref(), &mut effect)?;
    if !planted::is(Fault::NoAuditEntry) || stored.added.len() == 1 {
        effect.audit.push(entry(stored, &row, now));
    }
    if row.review != before.as_str() {
        effect.feed.push(tell_changed(tx, stored, &row, now)?);
    }
    effect.current = Some(Current { row: Some(row), document: Some(stored.document.clone()) });
    Ok(effect)
}

/// Where the record is filed after the edit. Nothing moves it but another household, or one that had moved when it
/// was written.
fn area(tx: &mut Tx, old: Option<&record::Row>, stored: &Stored, household: Option<&str>) -> Result<String> {
    match old {
        Some(old) if old.household.as_deref() == household => Ok(old.area.clone()),
        old => relocation::filed(tx, old.map_or(stored.area, |old| &old.area), household),
    }
}

/// The feed entries of the content. Readers of a village or a household the record did not belong to before get all of
/// it, those of the one it no longer belongs to lose it.
fn tell_content(
    tx: &mut Tx,
    stored: &Stored,
    row: &record::Row,
    old: Option<&record::Row>,
    effect: &mut Effect,
) -> Result<()> {
    let entry = Pending {
        area: row.area.clone(),
        record: stored.record,
        household: row.household.clone(),
        what: What::Changes,
        changes: stored.added.iter().map(|change| change.hash).collect(),
        data: Vec::new(),
    };
    let was_in = old.map_or(stored.area, |old| &old.area);
    if was_in != row.area {
        let left = old.map_or_else(|| row.household.clone(), |old| old.household.clone());
        effect.feed.extend(relocation::tell(tx, was_in, left, row)?);
        return Ok(());
    }
    // Begun by somebody who still thought the household there: it is to leave that phone as the household did.
    if stored.area != row.area && relocation::never_was_in(tx, &row.id, stored.area)? {
        let moved =
            Pending { area: stored.area.to_owned(), what: What::Moved, changes: Vec::new(), ..entry.clone() };
        effect.feed.push(moved);
    }
    let left = old.and_then(|old| old.household.clone()).filter(|left| Some(left) != row.household.as_ref());
    if old.is_none_or(|old| old.household != row.household) {
        effect.feed.push(Pending { what: What::Document, ..entry.clone() });
    } else {
        effect.feed.push(entry.clone());
    }
    if left.is_some() {
        effect.feed.push(Pending { what: What::Removed, household: left, changes: Vec::new(), ..entry });
    }
    Ok(())
}

/// Who did what to the record, for the audit chain.
fn entry(stored: &Stored, row: &record::Row, now: i64) -> Entry {
    Entry {
        at: now,
        person: stored.person.to_owned(),
        device: stored.device.to_owned(),
        action: stored.action,
        object: row.id.clone(),
        detail: format!("{} {}", stored.item, row.heads),
    }
}

fn brought<'a>(stored: &'a Stored, row: &'a record::Row, answers: &'a Value, now: i64) -> Brought<'a> {
    Brought {
        row,
        document: stored.document,
        answers,
        attested: stored.attested,
        device: stored.device,
        person: stored.person,
        number: stored.number,
        now,
    }
}

/// Signing changes no content, so it leaves a review as it was.
fn after(before: Review, stored: &Stored) -> Review {
    let attests_only = stored.added.len() == stored.attested.len();
    if attests_only { before } else { before.after_edit() }
}

/// A record is shown with the newest version it was written with: what only that one asks must not vanish from sight
/// because a phone that does not know it yet wrote last.
fn newest<'a>(before: &'a str, now: &'a str) -> &'a str {
    let version = |form: &str| form.rsplit_once('/').and_then(|(_, number)| number.parse::<u32>().ok());
    let is_newer = version(before) > version(now) && !planted::is(Fault::LastFormShows);
    if is_newer { before } else { now }
}

/// The record's row after the edit, and its review state before.
fn next_row(
    current: &Current,
    stored: &Stored,
    area: String,
    derived: Derived,
    now: i64,
) -> (record::Row, Review) {
    let old = current.row.clone();
    let before = old.as_ref().and_then(|row| Review::parse(&row.review)).unwrap_or(Review::Draft);
    let added = i64::try_from(stored.added.len()).unwrap_or(i64::MAX);
    let row = record::Row {
        id: stored.record.to_string(),
        kind: stored.kind.to_owned(),
        form: stored.form.to_owned(),
        area,
        made_in: old.as_ref().map_or_else(|| stored.area.to_owned(), |row| row.made_in.clone()),
        household: derived.household,
        title: derived.title,
        author: old.as_ref().map_or_else(|| stored.person.to_owned(), |row| row.author.clone()),
        created_at: old.as_ref().map_or(now, |row| row.created_at),
        updated_at: now,
        heads: feed::join(&stored.document.heads()),
        document: stored.snapshot.to_vec(),
        version: old.as_ref().map_or(0, |row| row.version) + added,
        findings: derived.findings,
        blocking: derived.blocking,
        conflicts: old.as_ref().map_or(0, |row| row.conflicts),
        review: after(before, stored).as_str().to_owned(),
        submitted_at: old.as_ref().and_then(|row| row.submitted_at),
        reviewed_heads: old.as_ref().and_then(|row| row.reviewed_heads.clone()),
        signing: old.as_ref().map_or_else(|| "none".to_owned(), |row| row.signing.clone()),
        remark: old.and_then(|row| row.remark),
    };
    (row, before)
}

fn change_rows(stored: &Stored, first: i64, now: i64) -> Vec<change::Row> {
    let rows = stored.added.iter().zip(first..).map(|(added, position)| change::Row {
        hash: added.hash.to_string(),
        record: stored.record.to_string(),
        position,
        actor: added.actor.to_string(),
        seq: i64::try_from(added.sequence).unwrap_or(i64::MAX),
        device: stored.device.to_owned(),
        person: stored.person.to_owned(),
        made_at: added.made_at,
        received_at: now,
        item: stored.item.to_owned(),
        bytes: added.bytes.clone(),
    });
    rows.collect()
}

/// Opens, refreshes and closes the record's conflicts; only fields that ask are shown to people. Returns how
/// many are open.
fn settle_conflicts(tx: &mut Tx, stored: &Stored, now: i64) -> Result<i32> {
    let form = content::form_of(stored.form);
    let asks = |path: &str| form.is_some_and(|form| form.merge_policy(path) == MergePolicy::Ask);
    let standing: Vec<&Conflict> = stored.conflicts.iter().filter(|conflict| asks(&conflict.path)).collect();
    let open = conflict::open_of(tx, &stored.record.to_string())?;
    for row in &open {
        if !standing.iter().any(|conflict| conflict.path == row.path) {
            conflict::update(
                tx,
                &conflict::Row {
                    state: word(ConflictState::Resolved),
                    resolved_at: Some(now),
                    resolved_by: Some(stored.person.to_owned()),
                    reason: stored.reason.map(str::to_owned),
                    ..row.clone()
                },
            )?;
        }
    }
    for found in &standing {
        let disagreeing = disagreeing(found).to_string().replace("\\u0000", "");
        match open.iter().find(|row| row.path == found.path) {
            Some(row) if row.disagreeing == disagreeing => {}
            Some(row) => conflict::update(tx, &conflict::Row { disagreeing, ..row.clone() })?,
            None => conflict::insert(tx, &opened(stored, found, disagreeing, now))?,
        }
    }
    Ok(i32::try_from(standing.len()).unwrap_or(i32::MAX))
}

fn opened(stored: &Stored, found: &Conflict, disagreeing: String, now: i64) -> conflict::Row {
    // The same disagreement has the same id on every server: nothing random enters a judgement.
    let mut name = stored.record.0.to_vec();
    name.extend(found.path.as_bytes());
    for value in &found.values {
        name.extend(value.change.0);
    }
    conflict::Row {
        id: bidao_sync::ids::to_hex(&sha256(&name).0[..16]),
        record: stored.record.to_string(),
        path: found.path.clone(),
        disagreeing,
        ancestor: found.ancestor.to_string().replace("\\u0000", ""),
        state: word(ConflictState::Open),
        opened_at: now,
        resolved_at: None,
        resolved_by: None,
        reason: None,
    }
}

fn disagreeing(found: &Conflict) -> Value {
    let values = found.values.iter().map(|value| {
        json!({"value": value.value, "change": value.change.to_string(),
               "device": value.actor.device().to_string(), "made_at": value.made_at})
    });
    Value::Array(values.collect())
}

/// The word of a conflict's state.
pub fn word(state: ConflictState) -> String {
    match state {
        ConflictState::Open => "open".into(),
        ConflictState::Resolved => "resolved".into(),
    }
}

/// An approved record was changed: it waits again, and everybody learns of it.
fn tell_changed(tx: &mut Tx, stored: &Stored, row: &record::Row, now: i64) -> Result<Pending> {
    let heads = stored.document.heads();
    let mut name = b"changed".to_vec();
    name.extend(stored.record.0);
    name.extend(row.heads.as_bytes());
    let event = review::Row {
        id: bidao_sync::ids::to_hex(&sha256(&name).0[..16]),
        record: row.id.clone(),
        state: row.review.clone(),
        person: stored.person.to_owned(),
        at: now,
        heads: row.heads.clone(),
        remark: None,
    };
    review::insert(tx, &event)?;
    let by = stored.person_name.to_owned();
    let decision =
        Decision { state: row.review.clone(), remark: None, by, at: now, heads, facts: BTreeMap::new() };
    Ok(Pending {
        area: row.area.clone(),
        record: stored.record,
        household: row.household.clone(),
        what: What::Decision,
        changes: Vec::new(),
        data: decision.encode(),
    })
}

/// An item or record id from its text.
///
/// # Errors
/// The database holds something else.
pub fn record_id(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| Error::Internal("a stored record id is unreadable".into()))
}
