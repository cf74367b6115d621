//! What the server did not store, where a leader can see it and decide (P4, P11, P12): list, look, release, dismiss.

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::quarantine::{KeptAs, QuarantinedDetail, QuarantinedItem};
use bidao_schema::api::review::FieldDifference;
use bidao_sync::message::Item;

use super::access::{Principal, Scope};
use super::sync::held;
use super::sync::released::{self, Preview};
use super::{account, device, mask, reveal};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::quarantine::{self, Row};
use crate::store::{self, Tx};

/// Items of one answer.
const PAGE: i64 = 500;
/// Most characters of a reason.
const MAX_REASON: usize = 500;
/// What waits has no code of its own.
const HELD: &str = "held";

/// Unsettled and waiting items of the phones the scope manages, oldest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope) -> Result<Vec<QuarantinedItem>> {
    let owners = device::owners(tx, scope)?;
    let mut items = Vec::new();
    for (row, name) in quarantine::list(tx, &owners, PAGE)? {
        items.push(described(&row, name)?);
    }
    for (row, person_name) in store::held::list(tx, &owners, PAGE)? {
        let count = row.missing.split_whitespace().count();
        items.push(QuarantinedItem {
            what: what(&held::decode(&row.edit)?),
            id: row.item,
            device: row.device,
            person_name,
            record: row.record,
            kept_as: KeptAs::Held,
            code: HELD.into(),
            detail: format!("waits for {count} changes"),
            received_at: row.received_at,
        });
    }
    items.sort_by(|a, b| (a.received_at, &a.id).cmp(&(b.received_at, &b.id)));
    Ok(items)
}

/// An item with what it would change. Its content is shown to who reviews its village.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn one(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<QuarantinedDetail> {
    in_full(tx, scope, id, now).map(mask::kept)
}

/// The same with every value as it was sent: for who may be told what is masked.
///
/// # Errors
/// As [`one`].
pub(super) fn in_full(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<QuarantinedDetail> {
    let (row, name) = open(tx, scope, id)?;
    let preview = released::preview(tx, &row, now)?;
    let (obstacle, obstacle_detail) = preview.obstacle.clone().unzip();
    Ok(QuarantinedDetail {
        item: described(&row, name)?,
        form: if let Item::Edit(edit) = &preview.item { edit.form.clone() } else { String::new() },
        area: area(&preview).to_owned(),
        written_at: preview.written_at,
        revoked_at: preview.revoked_at,
        differences: differences(&preview)?,
        answers: preview.after.map(|after| after.answers()).unwrap_or_default(),
        obstacle,
        obstacle_detail,
    })
}

fn differences(preview: &Preview) -> Result<Vec<FieldDifference>> {
    let Some(after) = &preview.after else { return Ok(Vec::new()) };
    let all = after
        .difference(&preview.current.heads()?, &after.heads())
        .map_err(|error| Error::Internal(format!("a kept item cannot be compared: {error}")))?;
    Ok(all.into_iter().map(|one| FieldDifference { path: one.path, old: one.old, new: one.new }).collect())
}

/// The item with its bytes as CBOR `[item, payload]`, for whoever wants to look deeper. Nothing in it is masked: it is written
/// down among the reveals.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn export(
    tx: &mut Tx,
    principal: &Principal,
    (item, entry_id): (&str, &str),
    now: i64,
) -> Result<(Vec<u8>, Audit)> {
    let (row, _) = open(tx, &principal.scope, item)?;
    let whole = (held::decode(&row.edit)?, serde_bytes::Bytes::new(&row.payload));
    let mut bytes = Vec::new();
    ciborium::into_writer(&whole, &mut bytes).map_err(|error| Error::Internal(format!("item: {error}")))?;
    let area = village(tx, &row.record)?.unwrap_or_default();
    reveal::exported(tx, principal, (item, &row.record, area), entry_id, now)?;
    Ok((bytes, Audit::of(entry(principal, "export_item", &row, now))))
}

/// Stores an item, because a leader answers for it.
///
/// # Errors
/// `not_found`; `invalid` without a reason; `step_not_possible` with the obstacle as field; the database fails.
pub fn release(tx: &mut Tx, principal: &Principal, id: &str, reason: &str, now: i64) -> Result<((), Audit)> {
    let (row, _) = open(tx, &principal.scope, id)?;
    let reason = checked(reason)?;
    let mut audit = released::release(tx, &row, now)?.map_err(|(code, detail)| Error::Refused {
        code: ProblemCode::StepNotPossible,
        detail,
        field: Some(code),
    })?;
    audit.push(entry(principal, "release_item", &row, now));
    quarantine::settle(tx, row, (&principal.person, now), ("released", &reason))?;
    Ok(((), audit))
}

/// Puts an item aside for good; its bytes stay.
///
/// # Errors
/// `not_found`; `invalid` without a reason; the database fails.
pub fn dismiss(tx: &mut Tx, principal: &Principal, id: &str, reason: &str, now: i64) -> Result<((), Audit)> {
    let (row, _) = open(tx, &principal.scope, id)?;
    let reason = checked(reason)?;
    let audit = Audit::of(entry(principal, "dismiss_item", &row, now));
    quarantine::settle(tx, row, (&principal.person, now), ("dismissed", &reason))?;
    Ok(((), audit))
}

/// An unsettled item of a village the scope reviews, with its author's name.
fn open(tx: &mut Tx, scope: &Scope, id: &str) -> Result<(Row, String)> {
    let unknown = || Error::not_found("item");
    let row = quarantine::find(tx, id)?.filter(|row| row.settled_at.is_none()).ok_or_else(unknown)?;
    let village = village(tx, &row.record)?.ok_or_else(unknown)?;
    if !scope.reviews(&village) {
        return Err(unknown());
    }
    let owner = store::device::find(tx, &row.device)?.map(|device| device.person).unwrap_or_default();
    let name = store::person::find(tx, &owner)?.map(|person| person.name).unwrap_or_default();
    Ok((row, name))
}

/// Where a record is, or where a kept edit says that it would be.
fn village(tx: &mut Tx, record: &str) -> Result<Option<String>> {
    if let Some(brief) = store::record::briefs(tx, &[record.to_owned()])?.pop() {
        return Ok(Some(brief.area));
    }
    for row in quarantine::of_record(tx, record)? {
        if let Item::Edit(edit) = held::decode(&row.edit)? {
            return Ok(Some(edit.area));
        }
    }
    Ok(None)
}

fn area(preview: &Preview) -> &str {
    match (&preview.current.row, &preview.item) {
        (Some(row), _) => &row.area,
        (None, Item::Edit(edit)) => &edit.area,
        (None, Item::Command(_)) => "",
    }
}

fn described(row: &Row, person_name: String) -> Result<QuarantinedItem> {
    let kept_as = if row.status == "quarantined" { KeptAs::Quarantined } else { KeptAs::Refused };
    Ok(QuarantinedItem {
        id: row.item.clone(),
        device: row.device.clone(),
        person_name,
        record: row.record.clone(),
        what: what(&held::decode(&row.edit)?),
        kept_as,
        code: row.code.clone(),
        detail: row.detail.clone(),
        received_at: row.received_at,
    })
}

fn what(item: &Item) -> String {
    match item {
        Item::Edit(_) => "edit".into(),
        Item::Command(command) => command.name.clone(),
    }
}

fn checked(reason: &str) -> Result<String> {
    let reason = reason.trim().replace('\0', "");
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", format!("say why, in 1 to {MAX_REASON} characters")));
    }
    Ok(reason)
}

/// The reason lies with the item, sealed; the audit says who did what to which.
fn entry(principal: &Principal, action: &'static str, row: &Row, now: i64) -> Entry {
    let device = principal.device.clone().unwrap_or_default();
    Entry { device, ..account::entry(now, &principal.person, action, &row.item, "") }
}
