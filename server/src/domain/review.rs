//! Reviews at the desk: the queue, one record against its last reviewed version, decisions with their own fates.

use std::collections::BTreeMap;

use bidao_schema::api::record::ReviewState;
use bidao_schema::api::review::{
    Decide, DecideOne, Decided, Decision, DecisionResult, DecisionStatus, FieldDifference, Review,
    ReviewEvent, ReviewQueue, ReviewRow,
};
use bidao_sync::code::Code;
use bidao_sync::document;
use bidao_sync::hub::DeviceState;
use bidao_sync::message::{Command, ItemReceipt, Status};

use super::access::{Principal, Scope};
use super::sync::bench::{Bench, Current};
use super::sync::command::{self, Asker};
use super::{attestation, content, feed, file, mask, record};
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::record::Row;
use crate::store::{Tx, review};

/// Rows of the queue at once.
const PAGE: i64 = 200;
/// Decisions of one request.
pub const MOST_DECISIONS: usize = 200;

/// What waits in the areas the scope reviews; `state` narrows it down.
///
/// # Errors
/// The database fails.
pub fn queue(
    tx: &mut Tx,
    scope: &Scope,
    area: Option<&str>,
    state: Option<ReviewState>,
) -> Result<ReviewQueue> {
    let states = match state {
        Some(state) => vec![word(state).to_owned()],
        None => vec!["submitted".to_owned(), "changed".to_owned()],
    };
    let (briefs, total) = crate::store::record::queue(tx, &scope.reviewable_prefixes(), area, &states, PAGE)?;
    let ids: Vec<String> = briefs.iter().map(|brief| brief.id.clone()).collect();
    let mut counts = file::list::counts(tx, &ids)?;
    let mut reviews = Vec::with_capacity(briefs.len());
    for brief in briefs {
        let Some(row) = crate::store::record::find(tx, &brief.id)? else { continue };
        let changes = u32::try_from(differences(&row)?.len()).unwrap_or(u32::MAX);
        let submitted_at = brief.submitted_at.unwrap_or(brief.updated_at);
        let (files, signing) =
            (counts.remove(&brief.id).unwrap_or_default(), attestation::parsed_state(&brief.signing));
        let record = record::summary(tx, brief)?;
        reviews.push(ReviewRow { record, changes, submitted_at, files, signing });
    }
    Ok(ReviewQueue { reviews, total })
}

/// The word of a state.
#[must_use]
pub fn word(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Draft => "draft",
        ReviewState::Submitted => "submitted",
        ReviewState::Returned => "returned",
        ReviewState::Approved => "approved",
        ReviewState::Changed => "changed",
    }
}

fn differences(row: &Row) -> Result<Vec<document::FieldDifference>> {
    let document = record::document(row)?;
    let before = feed::split(row.reviewed_heads.as_deref().unwrap_or_default())?;
    // Heads of a version that a restored backup lost show everything rather than nothing.
    let before = if before.is_empty() || document.knows(&before) { before } else { Vec::new() };
    let all = document
        .difference(&before, &document.heads())
        .map_err(|error| Error::Internal(format!("record {} cannot be compared: {error}", row.id)))?;
    let form = content::form_of(&row.form);
    Ok(all.into_iter().filter(|one| form.is_none_or(|form| content::is_listed(form, &one.path))).collect())
}

/// One record in review.
///
/// # Errors
/// `not_found`, also for records out of reach.
pub fn one(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Review> {
    let row = record::visible(tx, scope, id)?;
    let shown = differences(&row)?.into_iter().map(|difference| FieldDifference {
        path: difference.path,
        old: difference.old,
        new: difference.new,
    });
    let events = review::of_record(tx, id)?.into_iter().map(|(event, name)| ReviewEvent {
        state: record::state(&event.state),
        person_name: name.unwrap_or_default(),
        at: event.at,
        remark: event.remark,
    });
    Ok(Review {
        state: record::state(&row.review),
        heads: row.heads.split_whitespace().map(str::to_owned).collect(),
        differences: mask::differences(content::form_of(&row.form), shown.collect()),
        timeline: events.collect(),
        record: record::summary(tx, row.into())?,
    })
}

/// Carries out several decisions, each with its own fate (INV-10).
///
/// # Errors
/// `invalid` when there are too many or an id is malformed; the database fails.
pub fn decide(tx: &mut Tx, principal: &Principal, ask: &Decide, now: i64) -> Result<(Decided, Audit)> {
    if ask.decisions.len() > MOST_DECISIONS {
        return Err(Error::invalid("decisions", format!("at most {MOST_DECISIONS} at once")));
    }
    let mut commands = Vec::with_capacity(ask.decisions.len());
    for (decision, index) in ask.decisions.iter().zip(0..) {
        commands.push(command(decision, index)?);
    }
    let mut ids: Vec<&str> = ask.decisions.iter().map(|decision| decision.record.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().try_for_each(|id| tx.conn.lock_record(id))?;
    let mut bench = Bench::new(now);
    let mut results = Vec::with_capacity(commands.len());
    for command in &commands {
        let mut current = bench.current(tx, command.record, None)?;
        let (receipt, effect) = tx.savepoint(|tx| one_command(tx, principal, &mut current, command, now))?;
        bench.accept(command.record, effect);
        results.push(result(receipt));
    }
    Ok((Decided { results }, bench.finish(tx)?))
}

fn one_command(
    tx: &mut Tx,
    principal: &Principal,
    current: &mut Current,
    command: &Command,
    now: i64,
) -> Result<(ItemReceipt, super::sync::bench::Effect)> {
    let place = current.row.as_ref().map(|row| (row.area.clone(), row.household.clone()));
    let sees =
        place.as_ref().is_some_and(|(area, household)| principal.scope.reads(area, household.as_deref()));
    if !sees {
        // What is out of reach looks like what does not exist.
        *current = Current::default();
    }
    let area = place.map(|(area, _)| area).unwrap_or_default();
    let asker = Asker {
        person: &principal.person,
        name: &principal.name,
        device: principal.device.as_deref().unwrap_or_default(),
        state: DeviceState::Active,
        writes: false,
        reviews: principal.scope.reviews(&area),
    };
    let carried = command::carry_out(tx, current, command, &asker, now)?;
    Ok((carried.receipt, carried.effect))
}

fn command(decision: &DecideOne, index: usize) -> Result<Command> {
    let field = |name: &str| format!("decisions/{index}/{name}");
    let remark = decision.remark.as_deref().map(str::trim).filter(|remark| !remark.is_empty());
    let args = remark.map(|remark| ("remark".to_owned(), remark.into()));
    Ok(Command {
        id: decision.id.parse().map_err(|_| Error::invalid(field("id"), "32 hex digits"))?,
        name: if decision.decision == Decision::Approve { "approve".into() } else { "return".into() },
        record: decision.record.parse().map_err(|_| Error::invalid(field("record"), "32 hex digits"))?,
        expected: record::heads(&decision.expected)
            .map_err(|_| Error::invalid(field("expected"), "heads as shown"))?,
        args: args.into_iter().collect::<BTreeMap<_, _>>(),
    })
}

fn result(receipt: ItemReceipt) -> DecisionResult {
    let status = match receipt.status {
        Status::Done | Status::Stored => DecisionStatus::Done,
        Status::Duplicate => DecisionStatus::Duplicate,
        Status::Stale => DecisionStatus::Stale,
        Status::Held | Status::Quarantined | Status::Refused => DecisionStatus::Refused,
    };
    let code = receipt.code.filter(|code| status != DecisionStatus::Stale || code != Code::Stale.as_str());
    DecisionResult { id: receipt.id.to_string(), status, code, detail: receipt.detail }
}
