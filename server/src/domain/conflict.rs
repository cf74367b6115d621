//! Conflicts at the desk: shown with every value, settled by a change of the server's own device.

use std::collections::HashMap;

use bidao_schema::answer;
use bidao_schema::api::conflict::{Conflict, ConflictList, ConflictState, ConflictValue, Resolve};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::check::Severity;
use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_sync::code::Code;
use bidao_sync::document::{Document, Put};
use bidao_sync::gate::{self, Rejected, Shape};
use bidao_sync::ids::{ActorId, DeviceId, RecordId};
use bidao_sync::limits::REMARK_BYTES;
use serde_json::Value;

use super::access::{Principal, Scope};
use super::sync::bench::Bench;
use super::sync::edit::{self, Stored};
use super::{content, mask, record};
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::change::{Origin, SETTLED};
use crate::store::record::Brief;
use crate::store::{Tx, change, conflict, setting};

/// Conflicts of one answer.
const PAGE: i64 = 200;
/// Name of the setting that holds the server's own device id.
const DEVICE_SETTING: &str = "server_device";

/// Conflicts in the areas the scope reviews, oldest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope, area: Option<&str>, state: ConflictState) -> Result<ConflictList> {
    let (rows, total) = conflict::list(tx, &scope.reviewable_prefixes(), area, &edit::word(state), PAGE)?;
    let mut conflicts = Vec::with_capacity(rows.len());
    for (row, brief) in rows {
        let heads = crate::store::record::heads(tx, &row.record)?.unwrap_or_default();
        conflicts.push(shown(tx, row, brief, &heads)?);
    }
    Ok(ConflictList { conflicts, total })
}

fn shown(tx: &mut Tx, row: conflict::Row, brief: Brief, heads: &str) -> Result<Conflict> {
    let origins: HashMap<String, Origin> =
        change::origins(tx, &row.record)?.into_iter().map(|origin| (origin.hash.clone(), origin)).collect();
    let values = values(&row);
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let value = |value: &Value| {
        let change = text(value, "change");
        let origin = origins.get(&change);
        ConflictValue {
            value: value["value"].clone(),
            person_name: origin.map(|origin| origin.person_name.clone()).unwrap_or_default(),
            device: text(value, "device"),
            made_at: value["made_at"].as_i64().unwrap_or(0),
            received_at: origin.map_or(0, |origin| origin.received_at),
            change,
        }
    };
    let form = content::form_of(&brief.form);
    let whole = Conflict {
        values: values.iter().map(value).collect(),
        ancestor: ancestor(&row),
        id: row.id,
        record: row.record,
        kind: brief.kind,
        title: brief.title,
        area: brief.area,
        path: row.path,
        state: if row.state == "open" { ConflictState::Open } else { ConflictState::Resolved },
        heads: heads.split_whitespace().map(str::to_owned).collect(),
        opened_at: row.opened_at,
    };
    Ok(mask::conflict(form, whole))
}

/// Random bytes a settlement needs.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    /// The server's device id, should it have none yet.
    pub device: [u8; 8],
    /// A new incarnation: a server restored from a backup never continues a lost count (P6).
    pub incarnation: [u8; 8],
}

/// Settles a conflict by writing a value over all that stand.
///
/// # Errors
/// `not_found`, `forbidden`, `stale`, `unknown_heads`, or `invalid` when the form does not take the value.
pub fn resolve(
    tx: &mut Tx,
    principal: &Principal,
    id: &str,
    ask: &Resolve,
    fresh: Fresh,
    now: i64,
) -> Result<(Conflict, Audit)> {
    let row = if answer::is_id(id) { conflict::find(tx, id)? } else { None };
    let row = row.ok_or_else(|| Error::not_found("conflict"))?;
    tx.conn.lock_record(&row.record)?;
    let record =
        record::visible(tx, &principal.scope, &row.record).map_err(|_| Error::not_found("conflict"))?;
    if !principal.scope.reviews(&record.area) {
        return Err(Error::forbidden("conflicts of this village are settled by its leaders"));
    }
    let reason = ask.reason.trim();
    if reason.is_empty() || reason.contains('\0') || reason.len() > REMARK_BYTES {
        return Err(Error::invalid("reason", format!("a sentence of at most {REMARK_BYTES} bytes")));
    }
    let document = record::document(&record)?;
    let expected = record::heads(&ask.expected)?;
    if !document.knows(&expected) {
        return Err(Error::refused(ProblemCode::UnknownHeads, "expected names no known version"));
    }
    if expected != document.heads() || row.state != "open" {
        return Err(Error::refused(ProblemCode::Stale, "look at it again"));
    }
    let value = chosen_value(&row, ask)?;
    validate(&record.form, &row.path, &value, &document, now)?;
    let device = server_device(tx, fresh.device)?;
    let actor = ActorId::new(device, fresh.incarnation);
    let change = write(
        edit::record_id(&record.id)?,
        document,
        actor,
        &record.form,
        Put::new(&row.path, value.clone()),
        now,
    )?;
    let chosen = is_shown(&row, &value);
    let audit = store(tx, principal, &record, &row, &change, (device, chosen, reason), now)?;
    let settled = conflict::find(tx, id)?.ok_or_else(|| Error::not_found("conflict"))?;
    let heads = crate::store::record::heads(tx, &row.record)?.unwrap_or_default();
    Ok((shown(tx, settled, record.into(), &heads)?, audit))
}

/// The value to write: of the change that is kept, or another one. What came from a masked view is neither.
fn chosen_value(row: &conflict::Row, ask: &Resolve) -> Result<Value> {
    let Some(keep) = &ask.keep else {
        let is_masked = ask.value.as_str().is_some_and(bidao_schema::mask::is_masked);
        let refused = || Error::invalid("value", "it is masked: name the change to keep, or write all of it");
        return (!is_masked).then(|| ask.value.clone()).ok_or_else(refused);
    };
    let kept = values(row).into_iter().find(|one| one["change"].as_str() == Some(keep.as_str()));
    let kept = kept.filter(|_| ask.value.is_null());
    kept.map(|one| one["value"].clone()).ok_or_else(|| {
        Error::invalid("keep", "a change that wrote one of the values shown, and no other value")
    })
}

/// The values that disagree, each with its change.
#[must_use]
pub(super) fn values(row: &conflict::Row) -> Vec<Value> {
    serde_json::from_str(&row.disagreeing).unwrap_or_default()
}

/// The value before they parted.
#[must_use]
pub(super) fn ancestor(row: &conflict::Row) -> Value {
    serde_json::from_str(&row.ancestor).unwrap_or(Value::Null)
}

fn is_shown(row: &conflict::Row, value: &Value) -> bool {
    values(row).iter().any(|shown| shown["value"] == *value)
}

/// The form's own checks of that field, with the value in its place.
fn validate(form: &str, path: &str, value: &Value, document: &Document, now: i64) -> Result<()> {
    let mut answers = document.answers();
    if value.is_object() || value.is_array() || !answer::set(&mut answers, path, value.clone()) {
        return Err(Error::invalid("value", "one value"));
    }
    let findings = content::findings(form, &answers, now);
    let fault = findings.into_iter().find(|found| found.path == path && found.severity == Severity::Error);
    fault.map_or(Ok(()), |found| Err(Error::invalid(path, found.message.zh)))
}

fn server_device(tx: &mut Tx, fresh: [u8; 8]) -> Result<DeviceId> {
    let known = setting::find(tx, DEVICE_SETTING)?.and_then(|text| text.parse().ok());
    if let Some(device) = known {
        return Ok(device);
    }
    let device = DeviceId(fresh);
    setting::put(tx, DEVICE_SETTING, &device.to_string())?;
    Ok(device)
}

/// The change, through the same gate as everybody's.
fn write(
    record: RecordId,
    mut document: Document,
    actor: ActorId,
    form: &str,
    put: Put,
    now: i64,
) -> Result<gate::Judged> {
    let before = document.clone();
    let change = document
        .edit(actor, now, &[put])
        .map_err(|error| Error::invalid("value", error.to_string()))?
        .ok_or_else(|| Error::refused(ProblemCode::Stale, "nothing disagrees any more"))?;
    let immutable = forms::find(form).map(Form::immutable_containers).unwrap_or_default();
    let shape = Shape::new(before.containers()).immutable(immutable);
    gate::judge(record, Some(&before), &[&change.bytes], actor.device(), &shape, now).map_err(|error| {
        match error {
            Rejected::Refused(refusal) if refusal.code == Code::LineImmutable => {
                Error::invalid("value", "one of the values shown: a line is corrected by a new line")
            }
            error => Error::Internal(format!("the server's own change was refused: {error:?}")),
        }
    })
}

fn store(
    tx: &mut Tx,
    principal: &Principal,
    record: &crate::store::record::Row,
    row: &conflict::Row,
    judged: &gate::Judged,
    (device, chosen, reason): (DeviceId, bool, &str),
    now: i64,
) -> Result<Audit> {
    let id: RecordId = edit::record_id(&record.id)?;
    let mut bench = Bench::new(now);
    let current = bench.current(tx, id, None)?;
    let stored = Stored {
        record: id,
        kind: &record.kind,
        form: &record.form,
        area: &record.area,
        document: &judged.document,
        snapshot: &judged.snapshot,
        added: &judged.added,
        conflicts: &judged.document.conflicts(),
        attested: &[],
        number: 0,
        device: &device.to_string(),
        person: &principal.person,
        person_name: &principal.name,
        // Choosing one of the values shown is deciding, not writing (INV-34).
        item: if chosen { SETTLED } else { &row.id },
        action: "resolve",
        reason: Some(reason),
    };
    let effect = edit::store(tx, &current, &stored, now)?;
    bench.accept(id, effect);
    bench.finish(tx)
}
