//! One step of a dispute: who may take it, what it needs, what follows. The household's phones hear of it.

use bidao_schema::api::dispute::{DisputeState, DisputeStep, Satisfied, Step};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::calendar::Date;
use bidao_sync::message::{Decision, Message, What};

use super::handler::{self, Parties};
use super::{machine, parse, raise, visible, word};
use crate::domain::access::Principal;
use crate::domain::feed::{self, Pending};
use crate::domain::record;
use crate::domain::sync::record_id;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::dispute::{self, Event, Row};
use crate::store::{Tx, person, record as records};

/// Characters of a finding.
const FINDING_CHARS: usize = 2000;

/// Takes a step.
///
/// # Errors
/// `not_found`, `forbidden`, one of the `handler_…` codes, `stale`, `step_not_possible`, or `invalid` with the field.
pub fn take(
    tx: &mut Tx,
    principal: &Principal,
    id: &str,
    ask: &DisputeStep,
    now: i64,
) -> Result<((), Audit)> {
    let today = Date::from_epoch_millis_shanghai(now);
    let row = visible(tx, &principal.scope, id)?;
    tx.conn.lock_record(id)?;
    let row = dispute::find(tx, &row.record)?.ok_or_else(|| Error::not_found("dispute"))?;
    let parties = Parties::of(tx, &row, &today.to_string())?;
    allowed(principal, &row, &parties, ask.step)?;
    if ask.expected != row.version {
        return Err(Error::refused(ProblemCode::Stale, "another step was taken since it was shown"));
    }
    let from: DisputeState = parse(&row.state)?;
    let to = machine::next(from, ask.step).ok_or_else(|| {
        let why = format!("a dispute that is {} has no step {}", word(from), word(ask.step));
        Error::refused(ProblemCode::StepNotPossible, why)
    })?;
    only_what_it_needs(ask)?;
    let (mut next, text) = filled(tx, principal, &row, &parties, ask, today)?;
    next.version += 1;
    next.state = word(to);
    next.due_on =
        machine::due(to, Date::from_epoch_millis_shanghai(row.raised_at)).map(|day| day.to_string());
    let event = Event {
        record: next.record.clone(),
        version: next.version,
        step: Some(word(ask.step)),
        state: next.state.clone(),
        person: principal.person.clone(),
        at: now,
        text,
    };
    dispute::update(tx, &next, &event)?;
    tell(tx, principal, &next, now)?;
    let detail = format!("{} {} {}", word(ask.step), next.version, next.handler.unwrap_or_default());
    let audit = Audit::of(Entry {
        at: now,
        person: principal.person.clone(),
        device: principal.device.clone().unwrap_or_default(),
        action: "step_dispute",
        object: next.record,
        detail,
    });
    Ok(((), audit))
}

/// Leaders and offices acknowledge and assign; they and the handler decide, tell and close, unless they have a part in
/// what is disputed.
///
/// # Errors
/// `forbidden`, or the problem of the bar.
pub fn allowed(principal: &Principal, row: &Row, parties: &Parties, step: Step) -> Result<()> {
    let reviews = principal.scope.reviews(&row.village);
    let handles = row.handler.as_deref() == Some(principal.person.as_str());
    match step {
        Step::Acknowledge | Step::Assign if reviews => Ok(()),
        Step::Acknowledge | Step::Assign => {
            Err(Error::forbidden("leaders and offices of the village acknowledge and assign disputes"))
        }
        _ if reviews || handles => handler::admit(parties.bar(&principal.person), "step"),
        _ => Err(Error::forbidden(
            "its handler, or leaders and offices of the village, decide about a dispute",
        )),
    }
}

fn only_what_it_needs(ask: &DisputeStep) -> Result<()> {
    use Step as S;
    let (step, finds) = (ask.step, matches!(ask.step, S::Uphold | S::UpholdPartly | S::Reject | S::Withdraw));
    let corrects = matches!(step, S::Uphold | S::UpholdPartly);
    let given = [
        ("handler", ask.handler.is_some() && step != S::Assign),
        ("finding", ask.finding.is_some() && !finds),
        ("resulting", ask.resulting.is_some() && !corrects),
        ("told_on", ask.told_on.is_some() && step != S::Tell),
        ("satisfied", ask.satisfied.is_some() && step != S::Tell),
    ];
    let extra = given.into_iter().find(|(_, extra)| *extra);
    extra.map_or(Ok(()), |(field, _)| Err(Error::invalid(field, format!("{} has no such part", word(step)))))
}

/// The row with what the step brings, and what its event says.
fn filled(
    tx: &mut Tx,
    principal: &Principal,
    row: &Row,
    parties: &Parties,
    ask: &DisputeStep,
    today: Date,
) -> Result<(Row, Option<String>)> {
    let mut next = row.clone();
    let text = match ask.step {
        Step::Acknowledge | Step::Close => None,
        Step::Assign => {
            let id = ask.handler.clone().ok_or_else(|| Error::invalid("handler", "who handles it?"))?;
            let known = person::find(tx, &id)?.ok_or_else(|| Error::invalid("handler", "no such person"))?;
            let bar = handler::bar(tx, parties, &id, &row.village, &today.to_string())?;
            handler::admit(bar, "handler")?;
            next.handler = Some(id);
            Some(known.name)
        }
        Step::Uphold | Step::UpholdPartly | Step::Reject | Step::Withdraw => {
            let finding = finding(ask)?;
            next.finding = Some(finding.clone());
            (next.resulting, next.resulting_digest) = corrected(tx, principal, row, ask)?;
            Some(finding)
        }
        Step::Tell => {
            let (on, satisfied) = told(row, ask, today)?;
            next.told_on = Some(on.to_string());
            next.satisfied = Some(word(satisfied));
            Some(on.to_string())
        }
    };
    Ok((next, text))
}

fn finding(ask: &DisputeStep) -> Result<String> {
    let finding = ask.finding.as_deref().unwrap_or_default().replace('\0', "");
    let finding = finding.trim();
    let is_fit = (1..=FINDING_CHARS).contains(&finding.chars().count());
    is_fit.then(|| finding.to_owned()).ok_or_else(|| {
        Error::invalid("finding", "1 to 2,000 characters: what was found, as the household is told")
    })
}

/// The corrected record and the version it has now: what was disputed does not correct itself.
fn corrected(
    tx: &mut Tx,
    principal: &Principal,
    row: &Row,
    ask: &DisputeStep,
) -> Result<(Option<String>, Option<String>)> {
    let Some(id) = &ask.resulting else { return Ok((None, None)) };
    let record = record::visible(tx, &principal.scope, id);
    let record = record.map_err(|_| Error::invalid("resulting", "no such record"))?;
    let digest = Some(record::document(&record)?.digest(record_id(id)?, &record.form).to_string());
    if row.document.as_ref() == Some(id) && row.document_digest == digest {
        return Err(Error::invalid("resulting", "it is still the version that was disputed"));
    }
    Ok((Some(id.clone()), digest))
}

fn told(row: &Row, ask: &DisputeStep, today: Date) -> Result<(Date, Satisfied)> {
    let on = ask.told_on.as_deref().and_then(Date::parse);
    let on = on.ok_or_else(|| Error::invalid("told_on", "the day the household was told, YYYY-MM-DD"))?;
    if on > today || on.to_string() < row.raised_on {
        return Err(Error::invalid("told_on", "between the day it was raised and today"));
    }
    let satisfied =
        ask.satisfied.ok_or_else(|| Error::invalid("satisfied", "what did the household say?"))?;
    Ok((on, satisfied))
}

/// Phones that have the record hear how far it is (P7).
fn tell(tx: &mut Tx, principal: &Principal, row: &Row, now: i64) -> Result<()> {
    let record = records::find(tx, &row.record)?.ok_or_else(|| Error::not_found("dispute"))?;
    let decision = Decision {
        state: record.review,
        remark: None,
        by: principal.name.clone(),
        at: now,
        heads: feed::split(&row.heads)?,
        facts: raise::told(tx, row)?,
    };
    let entry = Pending {
        area: record.area,
        record: record_id(&row.record)?,
        household: record.household,
        what: What::Decision,
        changes: Vec::new(),
        data: decision.encode(),
    };
    feed::append(tx, vec![entry], now)
}
