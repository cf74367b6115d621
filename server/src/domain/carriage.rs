//! What a phone carries for another one: envelopes that only the server opens. The carrier hears whether the server has
//! it, and nothing of what it is (PROTOCOL.md §7.1, ADR sync/0008).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::carriage::{Carriage, CarriageOutcome};
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::carriage::{Content, Envelope, Keys};
use bidao_sync::code::{Code, Refusal};
use bidao_sync::feed::sha256;
use bidao_sync::ids::{from_hex, to_hex};
use bidao_sync::message::{BatchManifest, Message as _, Receipt, SealedBatch};

use super::access::Principal;
use super::file::piece;
use super::file::upload::Bringer;
use super::sync;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{Db, Tx, batch, setting};

/// Makes the first key, if there is none.
///
/// # Errors
/// The database fails.
pub fn ensure_key(db: &Db, ctx: &Ctx) -> Result<()> {
    if db.read_blocking(|tx| setting::find(tx, setting::CARRIAGE_KEY))?.is_some() {
        return Ok(());
    }
    let (random, now) = (db.vault().draw(), ctx.now());
    db.write_blocking(move |tx| {
        // Another server of this database may have made it meanwhile.
        if setting::find(tx, setting::CARRIAGE_KEY)?.is_some() {
            return Ok(((), Audit::default()));
        }
        begin_key(tx, &random, now, "system").map(|(_, audit)| ((), audit))
    })
}

/// Begins another key; those before still open what was sealed for them. Its name.
///
/// # Errors
/// The database fails.
pub fn rotate(db: &Db, ctx: &Ctx) -> Result<String> {
    let (random, now) = (db.vault().draw(), ctx.now());
    db.write_blocking(move |tx| begin_key(tx, &random, now, "operator"))
}

fn begin_key(tx: &mut Tx, random: &[u8; 32], at: i64, person: &str) -> Result<(String, Audit)> {
    let keys = Keys::derive(random);
    let mut all = setting::find_carriage_keys(tx)?;
    all.push(to_hex(&keys.private));
    setting::put_carriage_keys(tx, &all)?;
    setting::put(tx, setting::CARRIAGE_KEY, &to_hex(&keys.public))?;
    let id = to_hex(&keys.id());
    let entry = Entry {
        at,
        person: person.into(),
        device: String::new(),
        action: "make_carriage_key",
        object: id.clone(),
        detail: String::new(),
    };
    Ok((id, Audit::of(entry)))
}

/// The key phones seal for now, as reference data has it.
///
/// # Errors
/// The database fails.
pub fn public_key(tx: &mut Tx) -> Result<String> {
    let hex = setting::find(tx, setting::CARRIAGE_KEY)?.unwrap_or_default();
    Ok(URL_SAFE_NO_PAD.encode(from_hex(&hex).unwrap_or_default()))
}

/// Takes one envelope in.
///
/// # Errors
/// `carriage_key_unknown`, `carriage_damaged`; of a file also as an upload of the carrier's. Nothing was kept then.
pub fn take(app: &App, carrier: &Principal, envelope: &Envelope) -> Result<Carriage> {
    let named = envelope.key().to_vec();
    let all = app.db.read_blocking(setting::find_carriage_keys)?;
    let mut known = all.iter().filter_map(|hex| Keys::of(&from_hex(hex)?));
    let keys = known.find(|keys| keys.id() == *named).ok_or_else(|| {
        let detail = "this server never had that key; it is for another server, or for one that was lost";
        Error::refused(ProblemCode::CarriageKeyUnknown, detail)
    })?;
    let outcome = match envelope.open(&keys).map_err(|refusal| damaged(&refusal))? {
        Content::Batch(sealed) => deliver(app, carrier, &sealed)?,
        Content::Piece(part) => piece::take(app, &Bringer::of(carrier)?, &part)?,
    };
    Ok(Carriage { outcome })
}

/// A batch, by the way of those a phone brings itself.
fn deliver(app: &App, carrier: &Principal, sealed: &SealedBatch) -> Result<CarriageOutcome> {
    let manifest = BatchManifest::decode(&sealed.manifest).map_err(|refusal| damaged(&refusal))?;
    let (actor, number) = (manifest.actor.to_string(), i64::try_from(manifest.number).unwrap_or(i64::MAX));
    let before = app.db.read_blocking(move |tx| batch::find(tx, &actor, number))?;
    let receipt = sync::carried(app, &Bringer::of(carrier)?.device, sealed)?;
    settled(&receipt)?;
    let is_known = before.is_some_and(|row| sha256(&row.manifest) == sha256(&sealed.manifest));
    Ok(if is_known { CarriageOutcome::Present } else { CarriageOutcome::Taken })
}

/// What was recorded under the batch's number is the author's affair; what was not, the carrier must hear (PROTOCOL §2.5).
fn settled(receipt: &Receipt) -> Result<()> {
    let codes = receipt.items.iter().filter_map(|item| item.code.as_deref().and_then(Code::parse));
    match codes.into_iter().find(|code| !code.is_final()) {
        None => Ok(()),
        Some(Code::TryAgain) => Err(Error::Unavailable("it could not be stored now".into())),
        Some(code) => Err(damaged(&Refusal::new(code, "its author's seal does not hold"))),
    }
}

fn damaged(refusal: &Refusal) -> Error {
    Error::refused(ProblemCode::CarriageDamaged, refusal.to_string())
}
