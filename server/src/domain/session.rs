//! Sessions: who a token speaks for. A token names person, account, session and device; whether the
//! session and the device still stand is looked up at every request, so a revocation works at once.

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::calendar::Date;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde::{Deserialize, Serialize};

use super::access::{Principal, Scope};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{self, Db};

/// How long an access token lasts, in seconds.
pub const ACCESS_SECONDS: i64 = 900;
/// Who issues and who accepts the tokens.
const ISSUER: &str = "bidao";
/// Name of the setting that holds the signing key.
const KEY_SETTING: &str = "signing_key";

/// The key that signs access tokens (ES256).
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Keys {
    /// Reads the key from the database, or makes it there: every server node shares it.
    ///
    /// # Errors
    /// The database fails or holds something else.
    pub fn load_or_make(db: &Db, ctx: &Ctx) -> Result<Self> {
        let (fresh, now) = (ctx.random::<32>(), ctx.now());
        let secret = db.write_blocking(move |tx| {
            if let Some(found) = store::setting::find(tx, KEY_SETTING)? {
                return Ok((found, Audit::default()));
            }
            let hex = crate::hex::encode(&fresh);
            store::setting::put(tx, KEY_SETTING, &hex)?;
            let entry = Entry {
                at: now,
                person: "system".into(),
                device: String::new(),
                action: "make_signing_key",
                object: KEY_SETTING.into(),
                detail: String::new(),
            };
            Ok((hex, Audit::of(entry)))
        })?;
        Self::from_secret(&secret).ok_or_else(|| Error::Internal("the signing key in the database is unreadable".into()))
    }

    fn from_secret(hex: &str) -> Option<Self> {
        let secret = p256::SecretKey::from_slice(&crate::hex::decode(hex)?).ok()?;
        let private = secret.to_pkcs8_pem(LineEnding::LF).ok()?;
        let public = secret.public_key().to_public_key_pem(LineEnding::LF).ok()?;
        debug_assert_eq!(secret.public_key().to_encoded_point(false).len(), 65);
        Some(Self {
            encoding: EncodingKey::from_ec_pem(private.as_bytes()).ok()?,
            decoding: DecodingKey::from_ec_pem(public.as_bytes()).ok()?,
        })
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::ES256), claims, &self.encoding)
            .map_err(|error| Error::Internal(format!("cannot sign a token: {error}")))
    }

    /// Reads a token that this server signed and that has not ended at `now_ms`.
    ///
    /// # Errors
    /// `unauthenticated`, or `token_expired`.
    pub fn read(&self, token: &str, now_ms: i64) -> Result<Claims> {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        // The machine's clock is not ours to read: the end is compared below with the server's own.
        validation.validate_exp = false;
        let token = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|_| Error::refused(ProblemCode::Unauthenticated, "the access token is not readable"))?;
        if token.claims.exp * 1000 <= now_ms {
            return Err(Error::refused(ProblemCode::TokenExpired, "refresh the session"));
        }
        Ok(token.claims)
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
            let ended = || Error::refused(ProblemCode::Unauthenticated, "the session has ended");
            let session = store::session::find(tx, &claims.sub)?.ok_or_else(ended)?;
            if session.revoked_at.is_some() {
                return Err(ended());
            }
            if let Some(device) = &session.device {
                let revoked = || Error::refused(ProblemCode::DeviceRevoked, "ask your leader");
                let device = store::device::find(tx, device)?.ok_or_else(revoked)?;
                if device.revoked_at.is_some() {
                    return Err(revoked());
                }
            }
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
