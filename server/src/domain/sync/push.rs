//! One batch into the database: one transaction, one savepoint per item, the feed last (P3, P7).

use std::sync::Arc;

use bidao_sync::code::{Code, Refusal};
use bidao_sync::hub::{self, Access, EditFacts, RecordFacts, Verdict};
use bidao_sync::message::{Command, Edit, Item, ItemReceipt, Receipt, SealedBatch, Status};
use bidao_sync::planted::{self, Fault};

use super::authority::{self, Author, Right};
use super::bench::{Bench, Effect};
use super::command::{self, Asker};
use super::edit::{self, Stored};
use super::held;
use super::prepare::{self, Judged, Outcome, Prepared};
use crate::domain::access::Scope;
use crate::domain::{content, relocation};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::trouble::Trouble;
use crate::store::{Db, Tx, batch, device, dialect, quarantine};

/// Takes one batch in and answers for it.
///
/// # Errors
/// Storage is not available.
pub fn batch(db: &Db, carrier: &str, sealed: &SealedBatch, now: i64) -> Result<Receipt> {
    let prepared = match prepare::prepare(db, sealed, now)? {
        Outcome::Known(receipt) => return Ok(receipt),
        Outcome::Ready(prepared) => Arc::new(*prepared),
    };
    let carrier = carrier.to_owned();
    db.write_blocking(move |tx| {
        let number = prepared.batch.manifest.number;
        if planted::is(Fault::LostCommit) && number % 4 == 0 {
            return lost(tx, &prepared, &carrier, now);
        }
        if planted::is(Fault::CarrierIsAuthor)
            && let Some(device) = device::find(tx, &carrier)?
        {
            let author = Author::of(tx, &device)?;
            return store(tx, &Prepared { author, ..prepared.as_ref().clone() }, &carrier, now);
        }
        store(tx, &prepared, &carrier, now)
    })
}

/// A planted fault: everything is done and answered for, and nothing of it remains.
fn lost(tx: &mut Tx, prepared: &Prepared, carrier: &str, now: i64) -> Result<(Receipt, Audit)> {
    let mut answered = None;
    let undone: Result<()> = tx.savepoint(|tx| {
        answered = Some(store(tx, prepared, carrier, now)?);
        Err(Error::Internal("never reached the disk".into()))
    });
    answered.ok_or_else(|| undone.err().unwrap_or(Error::Internal("nothing was answered".into())))
}

fn store(tx: &mut Tx, prepared: &Prepared, carrier: &str, now: i64) -> Result<(Receipt, Audit)> {
    let manifest = &prepared.batch.manifest;
    let actor = manifest.actor.to_string();
    let number = i64::try_from(manifest.number).unwrap_or(i64::MAX);
    // Another carrier may have brought it since it was judged.
    let recorded = batch::find(tx, &actor, number)?;
    if let Some(receipt) = prepare::repeated(&prepared.batch, recorded.as_ref())? {
        return Ok((receipt, Audit::default()));
    }
    let mut bench = Bench::new(now);
    if recorded.is_some() {
        let reused = Refusal::new(Code::BatchNumberReused, format!("batch {number}"));
        for item in &manifest.items {
            keep(tx, prepared, item, Status::Refused, reused.code.as_str(), &reused.detail, now)?;
        }
        return Ok((prepare::refuse_all(manifest, &reused), refused_entry(prepared, now)));
    }
    lock_records(tx, prepared)?;
    let mut receipt = Receipt { actor: manifest.actor, number: manifest.number, items: Vec::new() };
    for (item, judged) in manifest.items.iter().zip(&prepared.items) {
        let answer = guarded(tx, &mut bench, prepared, item, judged)?;
        let grew = answer.status == Status::Stored;
        receipt.items.push(answer);
        if grew {
            held::release(tx, &mut bench, item.record(), &mut receipt)?;
        }
    }
    let is_final = |item: &ItemReceipt| super::is_final(item.code.as_deref());
    // A batch with an item that has to be tried again is offered again whole; what was stored stays stored.
    if receipt.items.iter().all(is_final) {
        batch::insert(
            tx,
            &batch::Row {
                actor,
                number,
                device: prepared.author.device.clone(),
                carrier: carrier.to_owned(),
                manifest: prepared.sealed.manifest.clone(),
                signature: prepared.sealed.signature.0.to_vec(),
                received_at: now,
                receipt: prepare::encode_receipt(&receipt)?,
            },
        )?;
    }
    Ok((receipt, bench.finish(tx)?))
}

/// Locks the records of a batch in the order of their ids, so that two batches never wait for each other.
fn lock_records(tx: &mut Tx, prepared: &Prepared) -> Result<()> {
    let mut ids: Vec<String> =
        prepared.batch.manifest.items.iter().map(|item| item.record().to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.iter().try_for_each(|id| tx.conn.lock_record(id))
}

/// One item in its savepoint: a failure of its own undoes it alone.
fn guarded(
    tx: &mut Tx,
    bench: &mut Bench,
    prepared: &Prepared,
    item: &Item,
    judged: &Judged,
) -> Result<ItemReceipt> {
    let outcome = tx.savepoint(|tx| match item {
        Item::Edit(edit) => take_edit(tx, bench, prepared, edit, judged),
        Item::Command(command) => take_command(tx, bench, prepared, command, judged),
    });
    match outcome {
        Ok((receipt, effect)) => {
            bench.accept(item.record(), effect);
            Ok(receipt)
        }
        Err(error) if concerns_all(&error) => Err(error),
        Err(error) => {
            tracing::error!(item = %item.id(), %error, "an item could not be stored");
            let again = Refusal::new(Code::TryAgain, "the server could not store it");
            Ok(hub::receipt(item.id(), Status::Refused, Some(&again)))
        }
    }
}

/// Whether the failure is the database's and not the item's.
pub fn concerns_all(error: &Error) -> bool {
    match error {
        Error::Database(error) => dialect::is_transient(error) || Trouble::of_database(error).is_some(),
        Error::Unavailable(_) => true,
        Error::Refused { .. } | Error::TooFast { .. } | Error::Internal(_) => false,
    }
}

fn take_edit(
    tx: &mut Tx,
    bench: &mut Bench,
    prepared: &Prepared,
    edit: &Edit,
    judged: &Judged,
) -> Result<(ItemReceipt, Effect)> {
    let known = prepared.documents.get(&edit.record);
    let mut current = bench.current(tx, edit.record, known)?;
    let again;
    let verdict = match &judged.verdict {
        Some(verdict) if current.heads()? == judged.base => verdict,
        // The record moved on between judging and locking.
        _ => {
            again = judge_again(tx, &mut current, prepared, edit, judged, bench.now)?;
            &again
        }
    };
    let now = bench.now;
    let late = too_late(tx, &current, prepared, edit, judged, verdict, now)?;
    let verdict = late.as_ref().unwrap_or(verdict);
    let mut effect = Effect::default();
    match verdict {
        Verdict::Stored(stored) => {
            let author = &prepared.author;
            let stored = Stored {
                record: edit.record,
                kind: &edit.kind,
                form: &edit.form,
                area: &edit.area,
                document: &stored.document,
                snapshot: &stored.snapshot,
                added: &stored.added,
                conflicts: &stored.conflicts,
                attested: &stored.attested,
                number: i64::try_from(prepared.batch.manifest.number).unwrap_or(i64::MAX),
                device: &author.device,
                person: &author.person,
                person_name: &author.name,
                item: &edit.id.to_string(),
                action: "edit",
                reason: None,
            };
            effect = edit::store(tx, &current, &stored, now)?;
        }
        Verdict::Duplicate => {}
        Verdict::Held { missing } => {
            held::keep(tx, prepared, &Item::Edit(edit.clone()), missing, now)?;
            effect.audit.push(entry(prepared, "hold", edit.record.to_string(), edit.id.to_string(), now));
        }
        Verdict::Quarantined(refusal) | Verdict::Refused(refusal) => {
            let item = Item::Edit(edit.clone());
            keep(tx, prepared, &item, verdict.status(), refusal.code.as_str(), &refusal.detail, now)?;
            effect.audit.push(entry(
                prepared,
                "quarantine",
                edit.record.to_string(),
                edit.id.to_string(),
                now,
            ));
        }
    }
    Ok((verdict.receipt(edit), effect))
}

/// A new record about a household that has moved away counts under the grant its author had until then (P11).
fn too_late(
    tx: &mut Tx,
    current: &super::Current,
    prepared: &Prepared,
    edit: &Edit,
    judged: &Judged,
    verdict: &Verdict,
    now: i64,
) -> Result<Option<Verdict>> {
    let Verdict::Stored(stored) = verdict else { return Ok(None) };
    if current.row.is_some() || edit.kind == "household" || judged.right.access == Access::Released {
        return Ok(None);
    }
    let answers = stored.document.answers();
    let Some(household) = content::household(&edit.record.to_string(), &edit.kind, &answers) else {
        return Ok(None);
    };
    let (author, manifest) = (&prepared.author.person, &prepared.batch.manifest);
    let late = authority::too_late(tx, author, manifest, (&edit.area, &household), now)?;
    Ok(late.map(Verdict::Quarantined))
}

fn judge_again(
    tx: &mut Tx,
    current: &mut super::Current,
    prepared: &Prepared,
    edit: &Edit,
    judged: &Judged,
    now: i64,
) -> Result<Verdict> {
    let held = crate::store::held::count(tx, &prepared.author.device)?;
    let about = current.row.as_ref().map(|row| (row.kind.clone(), row.area.clone()));
    let former = match &current.row {
        Some(row) if row.area != edit.area => relocation::former(tx, row)?,
        _ => Vec::new(),
    };
    let record = match (current.load()?, &about) {
        (Some(document), Some((kind, area))) => Some(RecordFacts { document, kind, area, former: &former }),
        _ => None,
    };
    let facts = EditFacts {
        device: prepare::state(&prepared.author),
        access: judged.right.access,
        record,
        shape: judged.shape.as_ref(),
        held: usize::try_from(held).unwrap_or(usize::MAX),
        now,
    };
    Ok(hub::judge_edit(&prepared.batch, edit, &facts))
}

fn take_command(
    tx: &mut Tx,
    bench: &mut Bench,
    prepared: &Prepared,
    command: &Command,
    judged: &Judged,
) -> Result<(ItemReceipt, Effect)> {
    let now = bench.now;
    let known = prepared.documents.get(&command.record);
    let mut current = bench.current(tx, command.record, known)?;
    let asker = asker(tx, prepared, &judged.right, current.row.as_ref().map(|row| row.area.as_str()), now)?;
    let carried = command::carry_out(tx, &mut current, command, &asker, now)?;
    let Some(refusal) = carried.refusal else { return Ok((carried.receipt, carried.effect)) };
    let item = Item::Command(command.clone());
    let mut effect = carried.effect;
    // What it is about has not arrived yet: it waits with it (P9).
    if matches!(refusal.code, Code::UnknownRecord | Code::UnknownHeads)
        && held::waits_for(tx, &prepared.author.device, command)?
    {
        held::keep(tx, prepared, &item, &command.expected, now)?;
        effect.audit.push(entry(prepared, "hold", command.record.to_string(), command.id.to_string(), now));
        return Ok((hub::receipt(command.id, Status::Held, None), effect));
    }
    let code = carried.receipt.code.clone().unwrap_or_default();
    keep(tx, prepared, &item, carried.receipt.status, &code, &refusal.detail, now)?;
    effect.audit.push(entry(prepared, "quarantine", command.record.to_string(), command.id.to_string(), now));
    Ok((carried.receipt, effect))
}

fn asker<'a>(
    tx: &mut Tx,
    prepared: &'a Prepared,
    right: &Right,
    area: Option<&str>,
    now: i64,
) -> Result<Asker<'a>> {
    let author = &prepared.author;
    let today = bidao_schema::calendar::Date::from_epoch_millis_shanghai(now).to_string();
    let scope = Scope::of(tx, &author.person, &today)?;
    let area = area.unwrap_or_default();
    Ok(Asker {
        person: &author.person,
        name: &author.name,
        device: &author.device,
        state: prepare::state(author),
        writes: authority::counts(right.access, &prepared.batch.manifest, &right.area, now),
        reviews: scope.reviews(area),
    })
}

/// Keeps an item that was not stored, with its bytes (P4).
fn keep(
    tx: &mut Tx,
    prepared: &Prepared,
    item: &Item,
    status: Status,
    code: &str,
    detail: &str,
    now: i64,
) -> Result<()> {
    let manifest = &prepared.batch.manifest;
    quarantine::insert(
        tx,
        &quarantine::Row {
            item: item.id().to_string(),
            device: prepared.author.device.clone(),
            actor: manifest.actor.to_string(),
            number: i64::try_from(manifest.number).unwrap_or(i64::MAX),
            record: item.record().to_string(),
            status: super::status_word(status).to_owned(),
            code: code.to_owned(),
            detail: detail.replace('\0', ""),
            edit: held::encode(item)?,
            payload: payload(prepared, item),
            received_at: now,
            settled_at: None,
            settled_by: None,
            outcome: None,
            reason: None,
        },
    )
}

/// The raw chunks of an item.
pub fn payload(prepared: &Prepared, item: &Item) -> Vec<u8> {
    match item {
        Item::Edit(edit) => prepared.batch.changes(edit).concat(),
        Item::Command(_) => Vec::new(),
    }
}

fn entry(prepared: &Prepared, action: &'static str, object: String, detail: String, now: i64) -> Entry {
    let author = &prepared.author;
    Entry { at: now, person: author.person.clone(), device: author.device.clone(), action, object, detail }
}

fn refused_entry(prepared: &Prepared, now: i64) -> Audit {
    let batch = format!("{}/{}", prepared.batch.manifest.actor, prepared.batch.manifest.number);
    Audit::of(entry(prepared, "refuse_batch", batch, String::new(), now))
}
