//! Commands: submit, withdraw, approve, return (P13). One function carries them out, whether they come from a
//! phone or from the desk.

use bidao_sync::code::{Code, Refusal};
use bidao_sync::hub::{self, CommandFacts, CommandVerdict, DeviceState, Review, Standing};
use bidao_sync::ids::ChangeHash;
use bidao_sync::message::{Command, Decision, ItemReceipt, Message, Status, What};

use super::bench::{Current, Effect};
use crate::domain::dispute;
use crate::domain::feed::{self, Pending};
use crate::error::Result;
use crate::store::audit::Entry;
use crate::store::{Tx, change, record, review};

/// Code of an approval refused because people still disagree about a field.
pub const OPEN_CONFLICTS: &str = "open_conflicts";

/// Who wants something, and what they may do.
pub struct Asker<'a> {
    /// Person id.
    pub person: &'a str,
    /// Person's name.
    pub name: &'a str,
    /// Device id, or empty for a desk.
    pub device: &'a str,
    /// Whether the device may still write.
    pub state: DeviceState,
    /// May write records of the record's area.
    pub writes: bool,
    /// May review records of the record's area.
    pub reviews: bool,
}

/// The fate of a command: its receipt, and what follows from it.
pub struct Carried {
    /// For the author.
    pub receipt: ItemReceipt,
    /// Empty unless it was done.
    pub effect: Effect,
    /// What kept it from being done.
    pub refusal: Option<Refusal>,
}

/// Judges and carries out one command.
///
/// # Errors
/// The database fails; the caller undoes the item.
pub fn carry_out(
    tx: &mut Tx,
    current: &mut Current,
    command: &Command,
    asker: &Asker,
    now: i64,
) -> Result<Carried> {
    let id = command.id.to_string();
    if let Some(before) = review::find(tx, &id)? {
        let known = before.record == command.record.to_string() && before.person == asker.person;
        let refusal = (!known).then(|| Refusal::new(Code::NotAllowed, "another command has this id"));
        let status = if known { Status::Duplicate } else { Status::Refused };
        let receipt = hub::receipt(command.id, status, refusal.as_ref());
        return Ok(Carried { receipt, effect: Effect::default(), refusal });
    }
    let is_author = change::wrote(tx, &command.record.to_string(), asker.person)?;
    let standing = Standing { writes: asker.writes, reviews: asker.reviews, is_author };
    let review = current.row.as_ref().and_then(|row| Review::parse(&row.review)).unwrap_or(Review::Draft);
    let document = current.load()?;
    let facts = CommandFacts { device: asker.state, document, review, standing };
    let verdict = hub::judge_command(command, &facts);
    let mut receipt = verdict.receipt(command);
    match (verdict, current.row.clone()) {
        (CommandVerdict::Done { review, heads, remark }, Some(row)) => {
            if let Some((code, detail)) = obstacle(tx, review, &row, current, &command.name)? {
                receipt.status = Status::Refused;
                receipt.code = Some(code.into());
                receipt.detail = Some(detail);
                let refusal = Some(Refusal::new(Code::NotAllowed, code));
                return Ok(Carried { receipt, effect: Effect::default(), refusal });
            }
            // PostgreSQL's text holds no NUL.
            let remark = remark.map(|remark| remark.replace('\0', ""));
            let done = Done { command, review, heads, remark };
            let effect = write(tx, row, current, &done, asker, now)?;
            Ok(Carried { receipt, effect, refusal: None })
        }
        (CommandVerdict::Quarantined(refusal) | CommandVerdict::Refused(refusal), _) => {
            Ok(Carried { receipt, effect: Effect::default(), refusal: Some(refusal) })
        }
        _ => Ok(Carried { receipt, effect: Effect::default(), refusal: None }),
    }
}

/// What the rules of the protocol cannot see: people who still disagree, and disputes, which nobody reviews.
fn obstacle(
    tx: &mut Tx,
    review: Review,
    row: &record::Row,
    current: &Current,
    name: &str,
) -> Result<Option<(&'static str, String)>> {
    if review == Review::Approved && row.conflicts > 0 {
        return Ok(Some((OPEN_CONFLICTS, format!("{} fields", row.conflicts))));
    }
    let Some(document) = &current.document else { return Ok(None) };
    Ok(dispute::refusal(tx, row, document, name)?.map(|(code, detail)| (code, detail.to_owned())))
}

struct Done<'a> {
    command: &'a Command,
    review: Review,
    heads: Vec<ChangeHash>,
    remark: Option<String>,
}

fn write(
    tx: &mut Tx,
    old: record::Row,
    current: &Current,
    done: &Done,
    asker: &Asker,
    now: i64,
) -> Result<Effect> {
    let heads = feed::join(&done.heads);
    let mut row = old;
    row.review = done.review.as_str().to_owned();
    row.updated_at = now;
    match done.review {
        Review::Submitted => {
            row.submitted_at = Some(now);
            row.remark = None;
        }
        Review::Approved | Review::Returned => {
            row.reviewed_heads = Some(heads.clone());
            row.remark = done.remark.clone();
        }
        Review::Draft | Review::Changed => {}
    }
    record::update(tx, &row)?;
    let event = review::Row {
        id: done.command.id.to_string(),
        record: row.id.clone(),
        state: row.review.clone(),
        person: asker.person.to_owned(),
        at: now,
        heads,
        remark: done.remark.clone(),
    };
    review::insert(tx, &event)?;
    let facts = dispute::raise(tx, &row, current.document.as_ref(), asker.person, now)?;
    let decision = Decision {
        state: row.review.clone(),
        remark: done.remark.clone(),
        by: asker.name.to_owned(),
        at: now,
        heads: done.heads.clone(),
        facts,
    };
    let mut effect = Effect::default();
    effect.feed.push(Pending {
        area: row.area.clone(),
        record: done.command.record,
        household: row.household.clone(),
        what: What::Decision,
        changes: Vec::new(),
        data: decision.encode(),
    });
    effect.audit.push(Entry {
        at: now,
        person: asker.person.to_owned(),
        device: asker.device.to_owned(),
        action: verb(&done.command.name),
        object: row.id.clone(),
        detail: format!("{} {}", event.id, event.heads),
    });
    effect.current = Some(Current { row: Some(row), document: current.document.clone() });
    Ok(effect)
}

fn verb(name: &str) -> &'static str {
    match name {
        "submit" => "submit",
        "withdraw" => "withdraw",
        "approve" => "approve",
        _ => "return",
    }
}
