//! Sessions: a short access token and a rotating refresh token bound to a key (`3-protocol` §9).

use super::person::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/v1/sessions`: a desk logs in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Login {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
    /// The browser's P-256 public key: base64url of the 65-byte uncompressed point. Refresh needs its proof.
    pub key: String,
}

/// `POST /api/v1/sessions/refresh` with a `DPoP` header (RFC 9449).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Refresh {
    /// The refresh token last given; using an older one revokes the family.
    pub refresh_token: String,
}

/// What a login, an enrolment or a refresh answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// JWT (ES256) for `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds until the access token ends (at most 900).
    pub expires_in: u32,
    /// Opaque; replaced at every refresh.
    pub refresh_token: String,
    /// Who is logged in.
    pub person: Person,
}
