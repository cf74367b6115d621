//! Logging in with account and password: at a desk, or on an enrolled phone whose refresh token has ended
//! (a month without signal must not cost the phone its identity, nor the work waiting on it).

use bidao_schema::api::session::Session;

use super::proof::{self, Proof};
use super::{Fresh, Keys};
use crate::domain::account::{self, Admission, Attempt, entry};
use crate::domain::public_key::PublicKey;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{self, Tx};
use bidao_schema::api::problem::ProblemCode;

/// Begins a session. When the key is that of the person's enrolled phone, the session is the phone's, and
/// a proof of possession is needed: the password alone must not make anyone a device.
///
/// # Errors
/// The database fails; refusals are outcomes, because failures are counted.
pub fn login(
    tx: &mut Tx,
    keys: &Keys,
    fresh: &Fresh,
    attempt: &Attempt,
    (key, proof): (&PublicKey, Option<&Proof>),
) -> Result<(Result<Session>, Audit)> {
    let account = match account::admit(tx, attempt, fresh.now)? {
        Admission::Admitted(account) => account,
        Admission::Refused(error, audit) => return Ok((Err(error), audit)),
    };
    let device = store::device::with_key(tx, &account.person, key.bytes())?;
    if let Some(device) = &device {
        if device.revoked_at.is_some() {
            let revoked = Error::refused(ProblemCode::DeviceRevoked, "ask your leader");
            return Ok((Err(revoked), Audit::default()));
        }
        if proof.is_none_or(|proof| proof.thumbprint != key.thumbprint()) {
            return Ok((
                Err(proof::bad("logging in on an enrolled phone needs its proof")),
                Audit::default(),
            ));
        }
    }
    if let Some(proof) = proof
        && !store::proof::remember(tx, &proof.id, fresh.now)?
    {
        return Ok((Err(proof::bad("this proof was used before")), Audit::default()));
    }
    account::forgive(tx, &account)?;
    let device = device.map(|device| device.id);
    let session = super::begin(tx, keys, fresh, (&account.name, device.as_deref()), key)?;
    let entry = entry(fresh.now, &account.person, "log_in", &fresh.session, "");
    Ok((Ok(session), Audit::of(Entry { device: device.unwrap_or_default(), ..entry })))
}
