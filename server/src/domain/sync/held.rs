//! Items that wait for what they depend on (P9): kept, and judged as soon as it is there.

use bidao_sync::code::{Code, Refusal};
use bidao_sync::document::{is_founding, split_changes};
use bidao_sync::gate::{self, Rejected};
use bidao_sync::hub::{self, Access, DeviceState};
use bidao_sync::ids::{ActorId, ChangeHash, RecordId};
use bidao_sync::limits;
use bidao_sync::message::{BatchManifest, Command, Edit, Item, ItemReceipt, Message, Receipt, Status};
use bidao_sync::planted::{self, Fault};

use super::authority::{self, Author, Right};
use super::bench::{Bench, Current, Effect};
use super::command::{self, Asker};
use super::edit::{self, Stored};
use super::prepare::{self, Prepared};
use super::push;
use crate::domain::access::Scope;
use crate::domain::{feed, relocation};
use crate::error::{Error, Result};
use crate::store::audit::Entry;
use crate::store::{Tx, batch, device, held, quarantine};

/// Keeps an item until `missing` is there.
///
/// # Errors
/// The database fails.
pub fn keep(tx: &mut Tx, prepared: &Prepared, item: &Item, missing: &[ChangeHash], now: i64) -> Result<()> {
    if planted::is(Fault::HeldNotKept) {
        return Ok(());
    }
    let manifest = &prepared.batch.manifest;
    held::insert(
        tx,
        &held::Row {
            item: item.id().to_string(),
            device: prepared.author.device.clone(),
            actor: manifest.actor.to_string(),
            number: i64::try_from(manifest.number).unwrap_or(i64::MAX),
            record: item.record().to_string(),
            missing: feed::join(missing),
            edit: encode(item)?,
            payload: push::payload(prepared, item),
            received_at: now,
        },
    )
}

/// Whether an edit that a command may be about waits too, and there is room for one more.
///
/// # Errors
/// The database fails.
pub fn waits_for(tx: &mut Tx, device: &str, command: &Command) -> Result<bool> {
    if command.expected.is_empty()
        || held::count(tx, device)? >= i64::try_from(limits::HELD_PER_DEVICE).unwrap_or(i64::MAX)
    {
        return Ok(false);
    }
    for row in held::of_record(tx, &command.record.to_string())? {
        if let Item::Edit(edit) = decode(&row.edit)?
            && command.expected.iter().any(|head| edit.changes.contains(head))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An item as it is kept.
///
/// # Errors
/// A fault of ours.
pub fn encode(item: &Item) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(item, &mut bytes).map_err(|error| Error::Internal(format!("item: {error}")))?;
    Ok(bytes)
}

/// An item that was kept.
///
/// # Errors
/// A fault of ours.
pub fn decode(bytes: &[u8]) -> Result<Item> {
    ciborium::from_reader(bytes)
        .map_err(|error| Error::Internal(format!("a kept item is unreadable: {error}")))
}

/// Judges what waited for `record`, again and again until nothing more moves. Receipts given before are brought up
/// to date; `receipt` is the one being made.
///
/// # Errors
/// The database fails.
pub fn release(tx: &mut Tx, bench: &mut Bench, record: RecordId, receipt: &mut Receipt) -> Result<()> {
    loop {
        let mut moved = false;
        for row in held::of_record(tx, &record.to_string())? {
            let mut current = bench.current(tx, record, None)?;
            let Some(document) = current.load()? else { return Ok(()) };
            if !feed::split(&row.missing)?.iter().all(|hash| document.has(*hash)) {
                continue;
            }
            let outcome = tx.savepoint(|tx| judge(tx, &mut current, &row, bench.now));
            match outcome {
                Ok(Some((answer, effect))) => {
                    bench.accept(record, effect);
                    set_answer(tx, &row, answer, receipt)?;
                    moved = true;
                }
                Ok(None) => {}
                Err(error) if push::concerns_all(&error) => return Err(error),
                Err(error) => tracing::error!(item = %row.item, %error, "a held item could not be judged"),
            }
        }
        if !moved {
            return Ok(());
        }
    }
}

/// The fate of a held item; nothing while it has to go on waiting.
fn judge(
    tx: &mut Tx,
    current: &mut Current,
    row: &held::Row,
    now: i64,
) -> Result<Option<(ItemReceipt, Effect)>> {
    let device = device::find(tx, &row.device)?
        .ok_or_else(|| Error::Internal("a held item without a device".into()))?;
    let author = Author::of(tx, &device)?;
    let outcome = match decode(&row.edit)? {
        Item::Edit(edit) => judge_edit(tx, current, row, &edit, &author, now)?,
        Item::Command(command) => Some(judge_command(tx, current, row, &command, (&author, false), now)?),
    };
    if outcome.is_some() {
        held::delete(tx, &row.item)?;
    }
    Ok(outcome)
}

/// The fate of an edit; nothing while something it builds on is missing.
///
/// # Errors
/// The database fails.
pub fn judge_edit(
    tx: &mut Tx,
    current: &mut Current,
    row: &held::Row,
    edit: &Edit,
    author: &Author,
    now: i64,
) -> Result<Option<(ItemReceipt, Effect)>> {
    let actor: ActorId =
        row.actor.parse().map_err(|_| Error::Internal("a held actor is unreadable".into()))?;
    if !author.is_active {
        let revoked = Refusal::new(Code::DeviceRevoked, "revoked meanwhile");
        return refuse(tx, row, Status::Quarantined, &revoked, author, now);
    }
    let fits = match &current.row {
        Some(known) if known.kind == edit.kind => {
            known.area == edit.area || relocation::former(tx, known)?.contains(&edit.area)
        }
        known => known.is_none(),
    };
    if !fits {
        let other = Refusal::new(Code::KindMismatch, "another kind or area");
        return refuse(tx, row, Status::Refused, &other, author, now);
    }
    let judged = match gated(current, edit, &row.payload, actor, now)? {
        Ok(judged) => judged,
        Err(Rejected::Missing(_)) => return Ok(None),
        Err(Rejected::Refused(refusal)) => return refuse(tx, row, Status::Refused, &refusal, author, now),
    };
    if judged.added.is_empty() {
        return Ok(Some((hub::receipt(edit.id, Status::Duplicate, None), Effect::default())));
    }
    if judged.added.iter().any(|change| change.actor != actor && !is_founding(change)) {
        let foreign = Refusal::new(Code::ForeignActor, "foreign actor");
        return refuse(tx, row, Status::Refused, &foreign, author, now);
    }
    let stored = Stored {
        record: edit.record,
        kind: &edit.kind,
        form: &edit.form,
        area: &edit.area,
        document: &judged.document,
        snapshot: &judged.snapshot,
        added: &judged.added,
        conflicts: &judged.document.conflicts(),
        attested: &hub::attested(&judged),
        number: row.number,
        device: &author.device,
        person: &author.person,
        person_name: &author.name,
        item: &edit.id.to_string(),
        action: "edit",
        reason: None,
    };
    let effect = edit::store(tx, current, &stored, now)?;
    Ok(Some((hub::receipt(edit.id, Status::Stored, None), effect)))
}

/// What the gate says of kept chunks.
///
/// # Errors
/// The record cannot be read.
pub fn gated(
    current: &mut Current,
    edit: &Edit,
    payload: &[u8],
    actor: ActorId,
    now: i64,
) -> Result<std::result::Result<gate::Judged, Rejected>> {
    let shape = prepare::shape(edit).unwrap_or_default();
    let ranges = split_changes(payload, limits::CHANGES_PER_REQUEST).unwrap_or_default();
    let chunks: Vec<&[u8]> = ranges.into_iter().map(|range| &payload[range]).collect();
    Ok(gate::judge(edit.record, current.load()?, &chunks, actor.device(), &shape, now))
}

/// The fate of a command of `author`; a leader who released it stands in for the author's right to write.
///
/// # Errors
/// The database fails.
pub fn judge_command(
    tx: &mut Tx,
    current: &mut Current,
    row: &held::Row,
    command: &Command,
    (author, released): (&Author, bool),
    now: i64,
) -> Result<(ItemReceipt, Effect)> {
    let area = current.row.as_ref().map(|row| row.area.clone()).unwrap_or_default();
    let right = match &current.row {
        Some(row) => authority::right(tx, &author.person, row, None, now)?,
        None => Right { area: String::new(), access: Access::Never },
    };
    let today = bidao_schema::calendar::Date::from_epoch_millis_shanghai(now).to_string();
    let manifest =
        batch::find(tx, &row.actor, row.number)?.and_then(|row| BatchManifest::decode(&row.manifest).ok());
    let asker = Asker {
        person: &author.person,
        name: &author.name,
        device: &author.device,
        state: if author.is_active { DeviceState::Active } else { DeviceState::Revoked },
        writes: released
            || manifest.is_none_or(|manifest| authority::counts(right.access, &manifest, &right.area, now)),
        reviews: Scope::of(tx, &author.person, &today)?.reviews(&area),
    };
    let carried = command::carry_out(tx, current, command, &asker, now)?;
    if let Some(refusal) = carried.refusal {
        let status = carried.receipt.status;
        let mut kept = refuse(tx, row, status, &refusal, author, now)?
            .unwrap_or((carried.receipt.clone(), Effect::default()));
        kept.0 = carried.receipt;
        return Ok(kept);
    }
    Ok((carried.receipt, carried.effect))
}

/// From waiting to quarantine, with the bytes (P4).
fn refuse(
    tx: &mut Tx,
    row: &held::Row,
    status: Status,
    refusal: &Refusal,
    author: &Author,
    now: i64,
) -> Result<Option<(ItemReceipt, Effect)>> {
    quarantine::insert(
        tx,
        &quarantine::Row {
            item: row.item.clone(),
            device: row.device.clone(),
            actor: row.actor.clone(),
            number: row.number,
            record: row.record.clone(),
            status: super::status_word(status).to_owned(),
            code: refusal.code.as_str().to_owned(),
            detail: refusal.detail.replace('\0', ""),
            edit: row.edit.clone(),
            payload: row.payload.clone(),
            received_at: row.received_at,
            settled_at: None,
            settled_by: None,
            outcome: None,
            reason: None,
        },
    )?;
    let mut effect = Effect::default();
    effect.audit.push(Entry {
        at: now,
        person: author.person.clone(),
        device: author.device.clone(),
        action: "quarantine",
        object: row.record.clone(),
        detail: row.item.clone(),
    });
    let item = decode(&row.edit)?.id();
    Ok(Some((hub::receipt(item, status, Some(refusal)), effect)))
}

/// Brings the receipt of the item's batch up to date: a repeated batch is answered with what became of it since.
///
/// # Errors
/// The database fails.
pub fn set_answer(tx: &mut Tx, row: &held::Row, answer: ItemReceipt, making: &mut Receipt) -> Result<()> {
    if making.actor.to_string() == row.actor && i64::try_from(making.number) == Ok(row.number) {
        replace(making, answer);
        return Ok(());
    }
    let Some(recorded) = batch::find(tx, &row.actor, row.number)? else { return Ok(()) };
    let mut receipt = prepare::decode_receipt(&recorded.receipt)?;
    replace(&mut receipt, answer);
    batch::set_receipt(tx, &row.actor, row.number, &prepare::encode_receipt(&receipt)?)
}

fn replace(receipt: &mut Receipt, answer: ItemReceipt) {
    if let Some(item) = receipt.items.iter_mut().find(|item| item.id == answer.id) {
        *item = answer;
    }
}
