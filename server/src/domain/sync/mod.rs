//! The one request (`3-protocol` §2): batches in, receipts and feed entries out.
//!
//! `exchange` blocks; the HTTP handler runs it on a blocking thread and the simulator calls it directly, so both
//! run the same code. Per batch: [`prepare`] reads what judging needs and does the heavy work outside of any
//! transaction, [`push`] stores the outcome in one. [`pull`] then reads one snapshot.

mod authority;
pub(super) mod bench;
pub(super) mod command;
pub(super) mod edit;
pub(super) mod held;
mod prepare;
mod pull;
mod push;
pub(super) mod released;
pub mod surrender;
#[cfg(test)]
mod tests;

use bidao_schema::api::problem::ProblemCode;
use bidao_sync::code::{Code, Refusal};
use bidao_sync::message::{Receipt, SealedBatch, SyncRequest, SyncResponse, VERSION};

pub use authority::{Author, is_active};
use bench::Current;
pub use edit::record_id;
pub use prepare::shape_of;

use super::access::Principal;
use super::file::upload::Bringer;
use super::file::usage::wanted;
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::device;

/// A contact is noted at least this often, in milliseconds; unchanged ones in between cost no write.
const CONTACT_MS: i64 = 60_000;

/// Answers one request.
///
/// # Errors
/// Storage is not available: nothing was acknowledged that is not durable. What is wrong with a batch or an item
/// is in its receipt.
pub fn exchange(app: &App, principal: &Principal, request: &SyncRequest) -> Result<SyncResponse> {
    let now = app.ctx.now();
    let carrier = principal.device.clone().unwrap_or_else(|| format!("session:{}", principal.session));
    let mut receipts = Vec::with_capacity(request.push.len());
    for sealed in &request.push {
        receipts.push(carried(app, &carrier, sealed)?);
    }
    note_contact(app, principal, request, &receipts, now)?;
    let pulled = pull::pull(&app.db, principal, request, now)?;
    let want = if principal.device.is_some() { wanted(app, &Bringer::of(principal)?)? } else { Vec::new() };
    Ok(SyncResponse {
        v: VERSION,
        now,
        receipts,
        entries: pulled.entries,
        cursors: pulled.cursors,
        rewound: pulled.rewound,
        more: pulled.more,
        want,
        revoked: pulled.revoked,
        reference: pulled.reference,
        reference_tag: pulled.reference_tag,
    })
}

/// Takes in a batch, whoever brings it.
///
/// # Errors
/// Storage is not available.
pub fn carried(app: &App, carrier: &str, sealed: &SealedBatch) -> Result<Receipt> {
    let receipt = push::batch(&app.db, carrier, sealed, app.ctx.now())?;
    for item in &receipt.items {
        app.metrics.item(status_word(item.status));
    }
    Ok(receipt)
}

/// Notes when the phone was last here and how much it still has, without the items that were settled just now.
fn note_contact(
    app: &App,
    principal: &Principal,
    request: &SyncRequest,
    receipts: &[Receipt],
    now: i64,
) -> Result<()> {
    let Some(id) = principal.device.clone() else { return Ok(()) };
    let own = receipts.iter().filter(|receipt| receipt.actor.device().to_string() == id);
    let settled =
        own.flat_map(|receipt| &receipt.items).filter(|item| is_final(item.code.as_deref())).count();
    let left = request.unsynced.saturating_sub(settled as u64);
    let unsynced = i32::try_from(left).unwrap_or(i32::MAX);
    let wanted = id.clone();
    let known = app.db.read_blocking(move |tx| device::find(tx, &wanted))?;
    let is_news = known.is_none_or(|device| {
        device.unsynced != unsynced || device.last_sync_at.is_none_or(|at| now - at >= CONTACT_MS || at > now)
    });
    if !is_news {
        return Ok(());
    }
    // A contact is not an act of a person: it leaves no audit entry.
    app.db.write_blocking(move |tx| {
        device::note_sync(tx, &id, now, unsynced)?;
        Ok(((), Audit::default()))
    })
}

fn is_final(code: Option<&str>) -> bool {
    code.and_then(Code::parse).is_none_or(Code::is_final)
}

fn status_word(status: bidao_sync::message::Status) -> &'static str {
    use bidao_sync::message::Status as S;
    match status {
        S::Stored => "stored",
        S::Duplicate => "duplicate",
        S::Held => "held",
        S::Quarantined => "quarantined",
        S::Refused => "refused",
        S::Stale => "stale",
        S::Done => "done",
    }
}

/// A message that cannot be read, as the whole request's problem.
#[must_use]
pub fn unreadable(refusal: &Refusal) -> Error {
    let code = match refusal.code {
        Code::TooLarge => ProblemCode::TooLarge,
        Code::UnsupportedVersion => ProblemCode::UnsupportedVersion,
        _ => ProblemCode::Invalid,
    };
    Error::Refused { code, detail: refusal.to_string(), field: Some("body".into()) }
}
