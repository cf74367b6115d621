//! Raising a dispute: the phone submits its record, the server copies what was raised. From then on no edit of the
//! record changes it, and no review decides about it.

use std::collections::BTreeMap;

use bidao_schema::answer::is_id;
use bidao_schema::api::dispute::DisputeState;
use bidao_schema::calendar::Date;
use bidao_sync::document::Document;
use serde_json::Value;

use super::{machine, word};
use crate::error::Result;
use crate::store::dispute::{self, Event, KIND, Row};
use crate::store::{Tx, person, record};

/// Code of a command that has no say about a dispute.
pub const APART: &str = "decided_as_dispute";
/// Code of a submission that does not say enough to be raised.
pub const INCOMPLETE: &str = "incomplete";

/// Why a command about this record cannot be carried out, if it is a dispute.
///
/// # Errors
/// The database fails.
pub fn refusal(
    tx: &mut Tx,
    row: &record::Row,
    document: &Document,
    command: &str,
) -> Result<Option<(&'static str, &'static str)>> {
    if row.kind != KIND {
        return Ok(None);
    }
    if command != "submit" {
        return Ok(Some((APART, "a dispute is decided step by step, by its handler")));
    }
    let answers = super::super::content::storable(document.answers());
    let missing = ["subject", "statement"].iter().any(|field| text(&answers, field).is_empty());
    let household = match row.household.as_deref() {
        Some(id) => record::briefs(tx, &[id.to_owned()])?.pop().filter(|brief| brief.kind == "household"),
        None => None,
    };
    Ok((missing || household.is_none())
        .then_some((INCOMPLETE, "a dispute needs a household on file, a subject and a statement")))
}

/// Raises the dispute of a record, unless it was raised before; what phones are told of it.
///
/// # Errors
/// The database fails.
pub fn raise(
    tx: &mut Tx,
    row: &record::Row,
    document: Option<&Document>,
    person: &str,
    now: i64,
) -> Result<BTreeMap<String, Value>> {
    if row.kind != KIND {
        return Ok(BTreeMap::new());
    }
    let raised = match (dispute::find(tx, &row.id)?, document) {
        (Some(raised), _) => raised,
        (None, None) => return Ok(BTreeMap::new()),
        (None, Some(document)) => {
            let answers = super::super::content::storable(document.answers());
            let raised = raised(row, &answers, now);
            dispute::insert(tx, &raised, &event(&raised, person, now))?;
            raised
        }
    };
    told(tx, &raised)
}

fn raised(row: &record::Row, answers: &Value, now: i64) -> Row {
    let today = Date::from_epoch_millis_shanghai(now);
    let raised_on = Date::parse(text(answers, "raised_on")).unwrap_or(today).min(today);
    let given = |field: &str| Some(text(answers, field).to_owned()).filter(|value| !value.is_empty());
    let code = |field: &str, otherwise: &str| given(field).unwrap_or_else(|| otherwise.to_owned());
    let document = given("document").filter(|id| is_id(id));
    Row {
        record: row.id.clone(),
        household: row.household.clone().unwrap_or_default(),
        village: row.area.clone(),
        subject: text(answers, "subject").into(),
        document_digest: given("document_digest").filter(|_| document.is_some()),
        line_ids: code("line_ids", ""),
        document,
        raised_by: code("raised_by", "household"),
        channel: code("channel", "on_visit"),
        statement: text(answers, "statement").into(),
        claimed_fen: answers.get("claimed_value").and_then(Value::as_i64),
        raised_on: raised_on.to_string(),
        author: row.author.clone(),
        heads: row.heads.clone(),
        raised_at: now,
        version: 1,
        state: word(DisputeState::Raised),
        due_on: machine::due(DisputeState::Raised, today).map(|day| day.to_string()),
        handler: None,
        finding: None,
        resulting: None,
        resulting_digest: None,
        told_on: None,
        satisfied: None,
    }
}

fn event(row: &Row, person: &str, at: i64) -> Event {
    Event {
        record: row.record.clone(),
        version: row.version,
        step: None,
        state: row.state.clone(),
        person: person.to_owned(),
        at,
        text: None,
    }
}

/// How far the dispute is, for the phones that have its record: facts of the decision that travels (P8).
///
/// # Errors
/// The database fails.
pub fn told(tx: &mut Tx, row: &Row) -> Result<BTreeMap<String, Value>> {
    let handler = match &row.handler {
        Some(id) => person::find(tx, id)?.map(|person| person.name),
        None => None,
    };
    let facts = [
        ("state", Some(row.state.clone())),
        ("due_on", row.due_on.clone()),
        ("handler", handler),
        ("finding", row.finding.clone()),
        ("told_on", row.told_on.clone()),
        ("satisfied", row.satisfied.clone()),
    ];
    Ok(facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect())
}

fn text<'a>(answers: &'a Value, field: &str) -> &'a str {
    answers.get(field).and_then(Value::as_str).unwrap_or_default().trim()
}
