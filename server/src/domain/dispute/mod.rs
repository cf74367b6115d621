//! Disputes 异议 (domain §6.13, §9.4): what a household objects to is content, written on a phone without a line. How
//! far it is, who handles it and what was found is decided here alone (ADR 13). While one is open, the figures of its
//! household are marked.

mod handler;
mod machine;
mod raise;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::answer::is_id;
use bidao_schema::api::dispute::{
    DisputeDetail, DisputeEvent, DisputeList, DisputeRow, DisputeState, DisputedRecord, Named, Step,
};
use bidao_schema::calendar::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use raise::{raise, refusal};
pub use step::take;

use self::handler::Parties;
use super::access::{Principal, Scope};
use crate::error::{Error, Result};
use crate::store::dispute::{self, Filter, Row};
use crate::store::record::Reach;
use crate::store::{Tx, person, record};

/// Rows of a list.
const PAGE: i64 = 500;

/// How many open disputes a household has. Whoever decides about an exit asks this first: while there is one, nothing
/// about the household's figures is settled (domain §9.1, INV-16).
///
/// # Errors
/// The database fails.
pub fn open(tx: &mut Tx, household: &str) -> Result<u32> {
    Ok(dispute::open_of(tx, &[household.to_owned()])?.remove(household).unwrap_or(0))
}

/// How far the dispute that a record raised is, for the phones that have it; nothing for any other record.
///
/// # Errors
/// The database fails.
pub fn facts(tx: &mut Tx, record: &str) -> Result<BTreeMap<String, serde_json::Value>> {
    match dispute::find(tx, record)? {
        Some(row) => raise::told(tx, &row),
        None => Ok(BTreeMap::new()),
    }
}

/// Disputes within reach.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, now: i64) -> Result<DisputeList> {
    let reach = reach(scope);
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    let rows = dispute::list(tx, &reach, filter, PAGE)?;
    let (open, overdue) = dispute::counts(tx, &reach, &today)?;
    let mut disputes = shown(tx, rows, &today)?;
    // Deadlines of today and before come first; what has none waits for nobody but the household.
    let rank =
        |row: &DisputeRow| (row.state == DisputeState::Closed, row.due_on.is_none(), row.due_on.clone());
    disputes.sort_by_key(rank);
    Ok(DisputeList { disputes, open, overdue })
}

/// A filter whose `overdue` means: before today.
#[must_use]
pub fn filter(state: Option<DisputeState>, is_overdue: bool, now: i64) -> Filter {
    Filter {
        states: state.map(word).into_iter().collect(),
        due_before: is_overdue.then(|| Date::from_epoch_millis_shanghai(now).to_string()),
        ..Filter::default()
    }
}

/// One dispute, with what the reader may do about it.
///
/// # Errors
/// `not_found`, also for disputes out of reach.
pub fn one(tx: &mut Tx, principal: &Principal, id: &str, now: i64) -> Result<DisputeDetail> {
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    let row = visible(tx, &principal.scope, id)?;
    let parties = Parties::of(tx, &row, &today)?;
    let steps = steps(principal, &row, &parties)?;
    let candidates = match steps.contains(&Step::Assign) {
        true => handler::candidates(tx, &parties, &row.village, &today)?,
        false => Vec::new(),
    };
    let edited_since = record::heads(tx, &row.record)?.is_some_and(|heads| heads != row.heads);
    let events = dispute::events(tx, &row.record)?.into_iter().map(|(event, name)| {
        Ok(DisputeEvent {
            step: event.step.as_deref().map(parse).transpose()?,
            state: parse(&event.state)?,
            person_name: name.unwrap_or_default(),
            at: event.at,
            text: event.text,
        })
    });
    Ok(DisputeDetail {
        raised_by: row.raised_by.clone(),
        channel: row.channel.clone(),
        claimed_fen: row.claimed_fen,
        document: document(tx, &principal.scope, &row, &parties)?,
        helpers: named(tx, &parties.helpers)?,
        edited_since,
        finding: row.finding.clone(),
        resulting: row.resulting.clone(),
        resulting_digest: row.resulting_digest.clone(),
        events: events.collect::<Result<_>>()?,
        steps,
        candidates,
        dispute: shown(tx, vec![row], &today)?.pop().ok_or_else(|| Error::not_found("dispute"))?,
    })
}

fn reach(scope: &Scope) -> Reach {
    Reach { prefixes: scope.readable_prefixes(), households: scope.paired().to_vec() }
}

/// A dispute the scope may read.
fn visible(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Row> {
    let row = if is_id(id) { dispute::find(tx, id)? } else { None };
    let row = row.filter(|row| scope.reads(&row.village, Some(&row.household)));
    row.ok_or_else(|| Error::not_found("dispute"))
}

fn steps(principal: &Principal, row: &Row, parties: &Parties) -> Result<Vec<Step>> {
    let state = parse(&row.state)?;
    let leads_on = |step: &Step| machine::next(state, *step).is_some();
    let may = |step: &Step| step::allowed(principal, row, parties, *step).is_ok();
    Ok(machine::STEPS.into_iter().filter(leads_on).filter(may).collect())
}

fn document(tx: &mut Tx, scope: &Scope, row: &Row, parties: &Parties) -> Result<Option<DisputedRecord>> {
    let Some(id) = row.document.clone() else { return Ok(None) };
    let seen = record::briefs(tx, std::slice::from_ref(&id))?.pop();
    let seen = seen.filter(|brief| scope.reads(&brief.area, brief.household.as_deref()));
    let authors = if seen.is_some() { named(tx, &parties.authors)? } else { Vec::new() };
    Ok(Some(DisputedRecord {
        id,
        kind: seen.as_ref().map(|brief| brief.kind.clone()),
        title: seen.map(|brief| brief.title).unwrap_or_default(),
        digest: row.document_digest.clone(),
        line_ids: row.line_ids.split_whitespace().map(str::to_owned).collect(),
        authors,
    }))
}

fn named(tx: &mut Tx, ids: &BTreeSet<String>) -> Result<Vec<Named>> {
    let ids: Vec<String> = ids.iter().cloned().collect();
    let names = person::names(tx, &ids)?;
    Ok(ids.into_iter().map(|id| Named { name: names.get(&id).cloned().unwrap_or_default(), id }).collect())
}

fn shown(tx: &mut Tx, rows: Vec<Row>, today: &str) -> Result<Vec<DisputeRow>> {
    let people: BTreeSet<String> =
        rows.iter().flat_map(|row| [Some(row.author.clone()), row.handler.clone()]).flatten().collect();
    let people: BTreeMap<String, Named> =
        named(tx, &people)?.into_iter().map(|named| (named.id.clone(), named)).collect();
    let households: BTreeSet<String> = rows.iter().map(|row| row.household.clone()).collect();
    let households: Vec<String> = households.into_iter().collect();
    let titles: BTreeMap<String, String> =
        record::briefs(tx, &households)?.into_iter().map(|brief| (brief.id, brief.title)).collect();
    let who = |id: &str| {
        people.get(id).cloned().unwrap_or_else(|| Named { id: id.to_owned(), name: String::new() })
    };
    let row = |row: Row| {
        Ok(DisputeRow {
            household_title: titles.get(&row.household).cloned().unwrap_or_default(),
            author: who(&row.author),
            handler: row.handler.as_deref().map(who),
            state: parse(&row.state)?,
            overdue: row.due_on.as_deref().is_some_and(|due| due < today),
            satisfied: row.satisfied.as_deref().map(parse).transpose()?,
            id: row.record,
            version: row.version,
            household: row.household,
            village: row.village,
            subject: row.subject,
            statement: row.statement,
            raised_on: row.raised_on,
            raised_at: row.raised_at,
            due_on: row.due_on,
            told_on: row.told_on,
        })
    };
    rows.into_iter().map(row).collect()
}

/// The word of a state, step or answer, as on the wire.
fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a stored word means.
fn parse<T: DeserializeOwned>(word: &str) -> Result<T> {
    serde_json::from_value(word.into()).map_err(|_| Error::Internal("an unknown word of a dispute".into()))
}
