//! An item out of quarantine: what it would change, and storing it because a leader says so. Grants and revocation no
//! longer matter then; everything else the gate asks still does.

use bidao_schema::calendar::Date;
use bidao_sync::code::{Code, Refusal};
use bidao_sync::document::Document;
use bidao_sync::gate::Rejected;
use bidao_sync::ids::{ActorId, RecordId};
use bidao_sync::message::{BatchManifest, Item, ItemReceipt, Message as _, Receipt, Status};

use super::authority::Author;
use super::bench::{Bench, Current, Effect};
use super::held;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{self, Tx, batch, device, quarantine};

/// Stable code: the phone had been taken out of use when this was written.
pub const WRITTEN_AFTER_LOSS: &str = "written_after_loss";

/// Why an item cannot be stored now: stable code, and words.
pub type Obstacle = (String, String);

/// What a kept item is about and would do.
pub struct Preview {
    /// The item.
    pub item: Item,
    /// When its phone says it was written last.
    pub written_at: Option<i64>,
    /// When the phone was taken out of use.
    pub revoked_at: Option<i64>,
    /// The record as it is.
    pub current: Current,
    /// As it would be.
    pub after: Option<Document>,
    /// What keeps it from being stored.
    pub obstacle: Option<Obstacle>,
}

/// Looks at an item without storing anything.
///
/// # Errors
/// The database fails, or what it keeps is unreadable.
pub fn preview(tx: &mut Tx, row: &quarantine::Row, now: i64) -> Result<Preview> {
    let item = held::decode(&row.edit)?;
    let revoked_at = device::find(tx, &row.device)?.and_then(|device| device.revoked_at);
    let mut current = Current { row: store::record::find(tx, &row.record)?, document: None };
    current.load()?;
    let mut preview =
        Preview { item, written_at: sealed_at(tx, row)?, revoked_at, current, after: None, obstacle: None };
    let refused = row.status != super::status_word(Status::Quarantined);
    if let Item::Edit(edit) = &preview.item {
        match held::gated(&mut preview.current, edit, &row.payload, actor(row)?, now)? {
            Ok(judged) => {
                preview.written_at = judged.added.iter().map(|change| change.made_at).max();
                preview.after = Some(judged.document);
            }
            Err(Rejected::Missing(_)) => preview.obstacle = Some(waits()),
            Err(Rejected::Refused(refusal)) => preview.obstacle = Some(said(&refusal)),
        }
    }
    if matches!(&preview.item, Item::Command(_)) && preview.current.row.is_none() {
        preview.obstacle =
            Some((Code::UnknownRecord.as_str().to_owned(), "the record is not stored yet".to_owned()));
    }
    if refused {
        preview.obstacle = Some((row.code.clone(), row.detail.clone()));
    } else if after_loss(&preview) {
        preview.obstacle =
            Some((WRITTEN_AFTER_LOSS.into(), "written after the phone was reported lost".into()));
    }
    Ok(preview)
}

/// Stores it, as its author's. The receipt of its batch is brought up to date: its phone, or whoever carries it, hears.
///
/// # Errors
/// The database fails. An obstacle is an outcome: nothing was stored then.
pub fn release(tx: &mut Tx, row: &quarantine::Row, now: i64) -> Result<std::result::Result<Audit, Obstacle>> {
    tx.conn.lock_record(&row.record)?;
    if let Some(obstacle) = preview(tx, row, now)?.obstacle {
        return Ok(Err(obstacle));
    }
    let mut bench = Bench::new(now);
    let record: RecordId =
        row.record.parse().map_err(|_| Error::Internal("a kept record id is unreadable".into()))?;
    let mut current = bench.current(tx, record, None)?;
    let Some((answer, effect)) = judge(tx, &mut current, row, now)? else { return Ok(Err(waits())) };
    if !matches!(answer.status, Status::Stored | Status::Duplicate | Status::Done) {
        return Ok(Err((answer.code.unwrap_or_default(), answer.detail.unwrap_or_default())));
    }
    bench.accept(record, effect);
    let mut none = Receipt { actor: ActorId([0; 16]), number: 0, items: Vec::new() };
    held::set_answer(tx, &as_held(row), answer, &mut none)?;
    held::release(tx, &mut bench, record, &mut none)?;
    bench.finish(tx).map(Ok)
}

fn judge(
    tx: &mut Tx,
    current: &mut Current,
    row: &quarantine::Row,
    now: i64,
) -> Result<Option<(ItemReceipt, Effect)>> {
    let device = device::find(tx, &row.device)?
        .ok_or_else(|| Error::Internal("a kept item without a device".into()))?;
    let author = Author { is_active: true, ..Author::of(tx, &device)? };
    match held::decode(&row.edit)? {
        Item::Edit(edit) => held::judge_edit(tx, current, &as_held(row), &edit, &author, now),
        Item::Command(command) => {
            held::judge_command(tx, current, &as_held(row), &command, (&author, true), now).map(Some)
        }
    }
}

fn as_held(row: &quarantine::Row) -> store::held::Row {
    store::held::Row {
        item: row.item.clone(),
        device: row.device.clone(),
        actor: row.actor.clone(),
        number: row.number,
        record: row.record.clone(),
        missing: String::new(),
        edit: row.edit.clone(),
        payload: row.payload.clone(),
        received_at: row.received_at,
    }
}

fn actor(row: &quarantine::Row) -> Result<ActorId> {
    row.actor.parse().map_err(|_| Error::Internal("a kept actor is unreadable".into()))
}

fn sealed_at(tx: &mut Tx, row: &quarantine::Row) -> Result<Option<i64>> {
    let batch = batch::find(tx, &row.actor, row.number)?;
    Ok(batch.and_then(|batch| BatchManifest::decode(&batch.manifest).ok()).map(|manifest| manifest.made_at))
}

/// By day, as the rest of the practice counts: the phone's clock is a claim, and a minute of it proves nothing.
fn after_loss(preview: &Preview) -> bool {
    let day = Date::from_epoch_millis_shanghai;
    matches!((preview.written_at, preview.revoked_at), (Some(at), Some(lost)) if day(at) > day(lost))
}

fn waits() -> Obstacle {
    (Code::UnknownHeads.as_str().to_owned(), "an earlier item of the same phone comes first".to_owned())
}

fn said(refusal: &Refusal) -> Obstacle {
    (refusal.code.as_str().to_owned(), refusal.detail.clone())
}
