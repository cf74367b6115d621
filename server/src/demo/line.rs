//! A simulated phone's way to the server: real HTTP requests, a session that is refreshed with proof of
//! possession, one connection per request so that the fault proxy can judge each.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::device::{Enrol, Enrolled};
use bidao_schema::api::problem::{Problem, ProblemCode};
use bidao_schema::api::session::{Login, Refresh, Session};
use bidao_sync::ids::Digest;
use bidao_sync::message::{Message, SyncRequest, SyncResponse};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use rand::Rng;
use rand::rngs::StdRng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::clock::DemoClock;
use super::township::PASSWORD;
use crate::ctx::Clock;
use crate::http::tus;

/// How long a request may take before the phone gives it up.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most bytes of an answer.
const ANSWER: u64 = 16 * 1024 * 1024;
/// A session this close to its end is refreshed, in milliseconds.
const SOON: i64 = 60_000;

/// Why a request brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The line; try again.
    Line,
    /// The server said so.
    Refused(ProblemCode, String),
}

/// The way to the server.
pub struct Line {
    agent: ureq::Agent,
    base: String,
    clock: Arc<DemoClock>,
    key: SigningKey,
    account: String,
    session: Option<(Session, i64)>,
    /// Requests sent, of any kind.
    pub requests: u64,
}

impl Line {
    /// A line to `base` (the phone's own fault proxy).
    #[must_use]
    pub fn new(base: String, clock: Arc<DemoClock>, key: SigningKey, account: String) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_idle_connections(0)
            .build();
        Self { agent: config.new_agent(), base, clock, key, account, session: None, requests: 0 }
    }

    /// Enrols with a one-time code; answers the device id.
    ///
    /// # Errors
    /// The line or the server refuses.
    pub fn enrol(&mut self, code: &str, name: &str) -> Result<String, Trouble> {
        let ask = Enrol {
            code: code.into(),
            account: self.account.clone(),
            password: PASSWORD.into(),
            key: self.public_key(),
            name: name.into(),
            app_version: format!("demo-{}", env!("CARGO_PKG_VERSION")),
        };
        let enrolled: Enrolled = self.post("/api/v1/devices", &ask, None)?;
        self.keep(enrolled.session);
        Ok(enrolled.device)
    }

    /// The one request.
    ///
    /// # Errors
    /// The line or the server refuses.
    pub fn sync(&mut self, request: &SyncRequest, rng: &mut StdRng) -> Result<SyncResponse, Trouble> {
        let token = self.token(rng)?;
        let body = zstd::stream::encode_all(request.encode().as_slice(), 6).map_err(|_| Trouble::Line)?;
        self.requests += 1;
        let sent = self
            .agent
            .post(format!("{}/api/v1/sync", self.base))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/cbor")
            .header("Content-Encoding", "zstd")
            .header("Accept-Encoding", "zstd")
            .header("Connection", "close")
            .send(&body[..]);
        let (status, zstd, bytes) = read(sent)?;
        if status != 200 {
            let refused = refusal(&bytes);
            if matches!(
                refused,
                Trouble::Refused(ProblemCode::TokenExpired | ProblemCode::Unauthenticated, _)
            ) {
                self.session = None;
                return Err(Trouble::Line);
            }
            return Err(refused);
        }
        let bytes =
            if zstd { zstd::stream::decode_all(&bytes[..]).map_err(|_| Trouble::Line)? } else { bytes };
        SyncResponse::decode(&bytes)
            .map_err(|refusal| Trouble::Refused(ProblemCode::Internal, refusal.to_string()))
    }

    /// Brings a file from the byte on that the server named.
    ///
    /// # Errors
    /// The line or the server refuses.
    pub fn bring(&mut self, file: Digest, from: u64, bytes: &[u8], rng: &mut StdRng) -> Result<(), Trouble> {
        let token = self.token(rng)?;
        self.requests += 1;
        let rest = usize::try_from(from).ok().and_then(|from| bytes.get(from..)).unwrap_or_default();
        let sent = self
            .agent
            .patch(format!("{}/api/v1/files/{file}", self.base))
            .header("Authorization", format!("Bearer {token}"))
            .header("Tus-Resumable", tus::VERSION)
            .header("Upload-Offset", from.to_string())
            .header("Upload-Length", bytes.len().to_string())
            .header("Content-Type", tus::PIECE)
            .header("Connection", "close")
            .send(rest);
        match read(sent)? {
            (204, ..) => Ok(()),
            (_, _, problem) => Err(refusal(&problem)),
        }
    }

    /// Asks for JSON as the person who is logged in.
    ///
    /// # Errors
    /// The line or the server refuses.
    pub fn get<T: DeserializeOwned>(&mut self, path: &str, rng: &mut StdRng) -> Result<T, Trouble> {
        let token = self.token(rng)?;
        self.requests += 1;
        let request = self.agent.get(format!("{}{path}", self.base)).header("Connection", "close");
        answer(read(request.header("Authorization", format!("Bearer {token}")).call())?)
    }

    /// Posts JSON as the person who is logged in.
    ///
    /// # Errors
    /// The line or the server refuses.
    pub fn post_as<T: DeserializeOwned>(
        &mut self,
        path: &str,
        ask: &impl Serialize,
        rng: &mut StdRng,
    ) -> Result<T, Trouble> {
        let token = self.token(rng)?;
        self.requests += 1;
        let request = self.agent.post(format!("{}{path}", self.base)).header("Connection", "close");
        answer(read(request.header("Authorization", format!("Bearer {token}")).send_json(ask))?)
    }

    /// Signs what the phone seals.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let signature: Signature = self.key.sign(bytes);
        signature.to_bytes().into()
    }

    /// A token that lasts; refreshed, or after too long a silence logged in anew.
    fn token(&mut self, rng: &mut StdRng) -> Result<String, Trouble> {
        if let Some((session, ends_at)) = &self.session {
            if self.clock.now() < *ends_at {
                return Ok(session.access_token.clone());
            }
            let ask = Refresh { refresh_token: session.refresh_token.clone() };
            let path = "/api/v1/sessions/refresh";
            match self.post(path, &ask, Some(self.proof(path, rng))) {
                Ok(session) => return Ok(self.keep(session)),
                Err(Trouble::Line) => return Err(Trouble::Line),
                Err(Trouble::Refused(..)) => self.session = None,
            }
        }
        let ask = Login { account: self.account.clone(), password: PASSWORD.into(), key: self.public_key() };
        let path = "/api/v1/sessions";
        let session = self.post(path, &ask, Some(self.proof(path, rng)))?;
        Ok(self.keep(session))
    }

    fn keep(&mut self, session: Session) -> String {
        let token = session.access_token.clone();
        let ends_at = self.clock.now() + i64::from(session.expires_in) * 1000 - SOON;
        self.session = Some((session, ends_at));
        token
    }

    /// A DPoP proof (RFC 9449) for a POST to `path`.
    fn proof(&self, path: &str, rng: &mut StdRng) -> String {
        let point = self.key.verifying_key().to_encoded_point(false);
        let coordinate =
            |part: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(part.map_or(&[][..], |p| &p[..]));
        let jwk =
            json!({"kty": "EC", "crv": "P-256", "x": coordinate(point.x()), "y": coordinate(point.y())});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        let claims = json!({"jti": bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>()), "htm": "POST",
            "htu": format!("{}{path}", self.base), "iat": self.clock.now() / 1000});
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes())))
    }

    fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.verifying_key().to_encoded_point(false).as_bytes())
    }

    fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        ask: &impl Serialize,
        proof: Option<String>,
    ) -> Result<T, Trouble> {
        self.requests += 1;
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("Connection", "close");
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        answer(read(request.send_json(ask))?)
    }
}

/// The JSON of a 200.
fn answer<T: DeserializeOwned>((status, _, bytes): (u16, bool, Vec<u8>)) -> Result<T, Trouble> {
    if status != 200 {
        return Err(refusal(&bytes));
    }
    serde_json::from_slice(&bytes).map_err(|_| Trouble::Line)
}

/// Status, whether the body is zstd, and the body, if all of it came.
fn read(
    sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<(u16, bool, Vec<u8>), Trouble> {
    let mut response = sent.map_err(|_| Trouble::Line)?;
    let zstd = response.headers().get("content-encoding").is_some_and(|coding| coding == "zstd");
    let bytes = response.body_mut().with_config().limit(ANSWER).read_to_vec().map_err(|_| Trouble::Line)?;
    Ok((response.status().as_u16(), zstd, bytes))
}

fn refusal(bytes: &[u8]) -> Trouble {
    match serde_json::from_slice::<Problem>(bytes) {
        // The last two: the server has not yet noticed that a line was cut, or a request came twice.
        Ok(Problem {
            code:
                ProblemCode::Unavailable | ProblemCode::Timeout | ProblemCode::Busy | ProblemCode::OffsetMismatch,
            ..
        }) => Trouble::Line,
        Ok(problem) => Trouble::Refused(problem.code, problem.detail.unwrap_or(problem.title)),
        // Half a request reached the server, or half an answer came back.
        Err(_) => Trouble::Line,
    }
}
