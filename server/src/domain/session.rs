//! Sessions: who a token speaks for. A token names person, account, session and device; whether the
//! session and the device still stand is looked up at every request, so a revocation works at once.

pub mod expiry;
pub mod login;
pub mod proof;
pub mod refresh;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::session::Session;
use bidao_schema::calendar::Date;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::access::{Principal, Scope};
use super::public_key::PublicKey;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{self, Db, Tx};

/// How long an access token lasts, in seconds.
pub const ACCESS_SECONDS: i64 = 900;
/// Who issues and who accepts the tokens.
const ISSUER: &str = "bidao";
/// What kind of token it is (RFC 9068; RFC 8725 §3.11).
const TYPE: &str = "at+jwt";
/// Tokens whose signature is remembered as good: more than the phones that are busy at once.
const REMEMBERED: usize = 4096;

/// The key that signs access tokens (ES256).
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// What tokens say that were verified, by the SHA-256 of the token: a phone that brings its photos shows one
    /// token a thousand times, and a signature costs more than the rest of a small request.
    verified: Mutex<HashMap<[u8; 32], Claims>>,
}

impl Keys {
    /// Reads the key from the database, or makes it there: every server node shares it.
    ///
    /// # Errors
    /// The database fails or holds something else.
    pub fn load_or_make(db: &Db, ctx: &Ctx) -> Result<Self> {
        let (fresh, now) = (ctx.random::<32>(), ctx.now());
        let secret = db.write_blocking(move |tx| {
            if let Some(found) = store::setting::find_signing_key(tx)? {
                return Ok((found, Audit::default()));
            }
            let hex = bidao_sync::ids::to_hex(&fresh);
            store::setting::put_signing_key(tx, &hex)?;
            let entry = Entry {
                at: now,
                person: "system".into(),
                device: String::new(),
                action: "make_signing_key",
                object: store::setting::SIGNING_KEY_NAME.into(),
                detail: String::new(),
            };
            Ok((hex, Audit::of(entry)))
        })?;
        Self::from_secret(&secret)
            .ok_or_else(|| Error::Internal("the signing key in the database is unreadable".into()))
    }

    fn from_secret(hex: &str) -> Option<Self> {
        let secret = p256::SecretKey::from_slice(&bidao_sync::ids::from_hex(hex)?).ok()?;
        let private = secret.to_pkcs8_pem(LineEnding::LF).ok()?;
        let public = secret.public_key().to_public_key_pem(LineEnding::LF).ok()?;
        debug_assert_eq!(secret.public_key().to_encoded_point(false).len(), 65);
        Some(Self {
            encoding: EncodingKey::from_ec_pem(private.as_bytes()).ok()?,
            decoding: DecodingKey::from_ec_pem(public.as_bytes()).ok()?,
            verified: Mutex::default(),
        })
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let header = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.encoding)
            .map_err(|error| Error::Internal(format!("cannot sign a token: {error}")))
    }

    /// Reads a token that this server signed and that has not ended at `now_ms`.
    ///
    /// # Errors
    /// `unauthenticated`, or `token_expired`.
    pub fn read(&self, token: &str, now_ms: i64) -> Result<Claims> {
        let digest = Sha256::digest(token).into();
        let remembered = self.verified.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        let claims = match remembered {
            Some(claims) => claims,
            None => self.remember(digest, self.verify(token)?),
        };
        if claims.exp * 1000 <= now_ms {
            return Err(Error::refused(ProblemCode::TokenExpired, "refresh the session"));
        }
        Ok(claims)
    }

    fn remember(&self, digest: [u8; 32], claims: Claims) -> Claims {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if verified.len() >= REMEMBERED {
            verified.clear();
        }
        verified.insert(digest, claims.clone());
        claims
    }

    fn verify(&self, token: &str) -> Result<Claims> {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        // The machine's clock is not ours to read: the end is compared below with the server's own.
        validation.validate_exp = false;
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .ok()
            // What was signed for another purpose is no access token.
            .filter(|token| token.header.typ.as_deref() == Some(TYPE))
            .map(|token| token.claims)
            .ok_or_else(|| Error::refused(ProblemCode::Unauthenticated, "the access token is not readable"))
    }
}

/// What an access token says. Compact, no names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// Session id.
    pub sub: String,
    /// End, seconds since 1970.
    pub exp: i64,
    /// The key it is bound to (RFC 7800, RFC 9449 `jkt`).
    pub cnf: Confirmation,
}

/// Key confirmation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confirmation {
    /// Thumbprint (RFC 7638) of the bearer's key.
    pub jkt: String,
}

impl Claims {
    /// Claims of a session from now on.
    #[must_use]
    pub fn new(session: &str, thumbprint: &str, now_ms: i64) -> Self {
        Self {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: session.into(),
            exp: now_ms / 1000 + ACCESS_SECONDS,
            cnf: Confirmation { jkt: thumbprint.into() },
        }
    }
}

/// What a session and its tokens are made of; drawn before the transaction, which may run more than once.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// Session id, for a new one.
    pub session: String,
    /// Refresh token.
    pub token: [u8; 32],
    /// Now, in milliseconds since 1970.
    pub now: i64,
}

impl Fresh {
    /// Draws it.
    #[must_use]
    pub fn draw(ctx: &Ctx) -> Self {
        Self { session: ctx.id(), token: ctx.random(), now: ctx.now() }
    }

    /// The day in Asia/Shanghai, `YYYY-MM-DD`.
    #[must_use]
    pub fn today(&self) -> String {
        Date::from_epoch_millis_shanghai(self.now).to_string()
    }
}

/// Begins a session of an account on a key.
pub(super) fn begin(
    tx: &mut Tx,
    keys: &Keys,
    fresh: &Fresh,
    (account, device): (&str, Option<&str>),
    key: &PublicKey,
) -> Result<Session> {
    let row = store::session::Row {
        id: fresh.session.clone(),
        account: account.to_owned(),
        device: device.map(str::to_owned),
        public_key: key.bytes().to_vec(),
        started_at: fresh.now,
        revoked_at: None,
    };
    store::session::insert(tx, &row)?;
    refresh::issue(tx, &row.id, &fresh.token, fresh.now, 0)?;
    pair(tx, keys, fresh, &row)
}

/// The tokens of a session as the client gets them.
fn pair(tx: &mut Tx, keys: &Keys, fresh: &Fresh, session: &store::session::Row) -> Result<Session> {
    let key = PublicKey::from_bytes(&session.public_key)
        .ok_or_else(|| Error::Internal("a session has an unreadable key".into()))?;
    let account = store::account::find(tx, &session.account)?
        .ok_or_else(|| Error::Internal("a session has no account".into()))?;
    Ok(Session {
        access_token: keys.sign(&Claims::new(&session.id, &key.thumbprint(), fresh.now))?,
        expires_in: u32::try_from(ACCESS_SECONDS).unwrap_or_default(),
        refresh_token: refresh::text(&fresh.token),
        person: super::person::of(tx, &account.person, &fresh.today())?,
    })
}

/// Whether a session still stands. The device is looked at first: a revoked phone must learn that it is.
fn stands(tx: &mut Tx, session: &store::session::Row) -> Result<Result<()>> {
    if let Some(device) = &session.device {
        let found = store::device::find(tx, device)?;
        if found.is_none_or(|device| device.revoked_at.is_some()) {
            return Ok(Err(Error::refused(ProblemCode::DeviceRevoked, "ask your leader")));
        }
    }
    if session.revoked_at.is_some() {
        return Ok(Err(ended()));
    }
    Ok(Ok(()))
}

fn ended() -> Error {
    Error::refused(ProblemCode::Unauthenticated, "the session has ended: log in again")
}

/// Ends the caller's session.
///
/// # Errors
/// The database fails.
pub fn end(tx: &mut Tx, principal: &Principal, now: i64) -> Result<Audit> {
    store::session::revoke(tx, &principal.session, now)?;
    let device = principal.device.clone().unwrap_or_default();
    let entry = super::account::entry(now, &principal.person, "log_out", &principal.session, "");
    Ok(Audit::of(Entry { device, ..entry }))
}

/// The principal a token speaks for, as of now.
///
/// # Errors
/// `unauthenticated`, `token_expired`, `device_revoked`, or the database fails.
pub async fn authenticate(app: &App, token: &str) -> Result<Principal> {
    let now = app.ctx.now();
    let claims = app.keys.read(token, now)?;
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    app.db
        .read(move |tx| {
            let session = store::session::find(tx, &claims.sub)?.ok_or_else(ended)?;
            stands(tx, &session)??;
            let account = store::account::find(tx, &session.account)?.ok_or_else(ended)?;
            let person = store::person::find(tx, &account.person)?.ok_or_else(ended)?;
            Ok(Principal {
                scope: Scope::of(tx, &person.id, &today)?,
                person: person.id,
                name: person.name,
                account: account.name,
                session: session.id,
                device: session.device,
            })
        })
        .await
}
