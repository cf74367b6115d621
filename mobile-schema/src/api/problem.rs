//! Problems (RFC 9457) with stable codes. Clients act on `code`, never on `title`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a request was not answered as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The body or a parameter is malformed; `field` names it.
    Invalid,
    /// Account or password wrong, or the account does not exist.
    BadCredentials,
    /// Too many failures; wait.
    LockedOut,
    /// This address, account or phone asked too fast: `Retry-After` says how many seconds to wait.
    RateLimited,
    /// No or an unreadable access token.
    Unauthenticated,
    /// The access token has ended: refresh.
    TokenExpired,
    /// The refresh token was used before: the family is revoked, log in again.
    TokenReused,
    /// The proof of possession is missing or wrong.
    BadProof,
    /// The enrolment code is wrong, used or ended.
    BadEnrolCode,
    /// The device has been revoked.
    DeviceRevoked,
    /// The role or area does not allow it.
    Forbidden,
    /// No such thing, or not for this person.
    NotFound,
    /// No such method here.
    MethodNotAllowed,
    /// The record moved on since it was shown.
    Stale,
    /// The step does not lead on from the state the dispute is in.
    StepNotPossible,
    /// Nobody decides about a dispute of a household they stand by as a helper.
    HandlerIsHelper,
    /// Nobody decides about a dispute of content they wrote.
    HandlerIsAuthor,
    /// Nobody decides about a dispute they took down.
    HandlerTookItDown,
    /// A handler must be able to read the records of the village.
    HandlerOutOfReach,
    /// Heads the server does not know.
    UnknownHeads,
    /// The body is too large, on the wire or inflated.
    TooLarge,
    /// The content type or encoding is not understood.
    UnsupportedMediaType,
    /// The protocol version is not spoken here.
    UnsupportedVersion,
    /// An upload goes on elsewhere: the answer's `Upload-Offset` says where.
    OffsetMismatch,
    /// The bytes are not what `Upload-Checksum` says; they were thrown away.
    ChecksumMismatch,
    /// All bytes arrived and their SHA-256 is not the file's name; they were thrown away.
    DigestMismatch,
    /// The upload has ended: begin again.
    Gone,
    /// An envelope for a key this server never had.
    CarriageKeyUnknown,
    /// An envelope that is not what was sealed for this server, or holds nothing it can take.
    CarriageDamaged,
    /// Another request works on it: ask where it stopped, then go on.
    Busy,
    /// There is no room left for files.
    NoSpace,
    /// The device sent as much today as a device may, or has too many uploads open.
    QuotaExceeded,
    /// The tus version asked for is not spoken here.
    PreconditionFailed,
    /// The body did not arrive in time.
    Timeout,
    /// Storage is not available; nothing was acknowledged.
    Unavailable,
    /// A fault of the server.
    Internal,
}

/// An RFC 9457 problem document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// `urn:bidao:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short sentence.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: ProblemCode,
    /// What happened this time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// The offending field or item.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// To quote when asking for help.
    pub request_id: String,
}
