//! RFC 9457 problem documents. The only file that knows which status a code has.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use bidao_schema::api::problem::{Problem, ProblemCode};
use bidao_schema::api::readiness::{Part, PartState};
use bidao_schema::mask;
use serde_json::json;

use super::request_id;
use crate::error::Error;

/// Media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Status and title of a code.
#[must_use]
pub fn status_of(code: ProblemCode) -> (StatusCode, &'static str) {
    use ProblemCode as C;
    match code {
        C::Invalid => (StatusCode::BAD_REQUEST, "The request is malformed"),
        C::BadCredentials => (StatusCode::UNAUTHORIZED, "Account or password is wrong"),
        C::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "Too many requests, wait"),
        C::LockedOut => (StatusCode::TOO_MANY_REQUESTS, "Too many failures, wait"),
        C::Unauthenticated => (StatusCode::UNAUTHORIZED, "Log in first"),
        C::TokenExpired => (StatusCode::UNAUTHORIZED, "The access token has ended"),
        C::TokenReused => (StatusCode::UNAUTHORIZED, "The refresh token was used before"),
        C::BadProof => (StatusCode::UNAUTHORIZED, "The proof of possession is wrong"),
        C::BadEnrolCode => (StatusCode::FORBIDDEN, "The enrolment code is not valid"),
        C::DeviceRevoked => (StatusCode::FORBIDDEN, "This device has been revoked"),
        C::Forbidden => (StatusCode::FORBIDDEN, "Not allowed"),
        C::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        C::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "No such method here"),
        C::Stale => (StatusCode::CONFLICT, "The record has moved on"),
        C::StepNotPossible => (StatusCode::CONFLICT, "This step does not lead on from here"),
        C::HandlerIsHelper => (StatusCode::UNPROCESSABLE_ENTITY, "A helper does not handle this dispute"),
        C::HandlerIsAuthor => (StatusCode::UNPROCESSABLE_ENTITY, "An author does not handle this dispute"),
        C::HandlerTookItDown => {
            (StatusCode::UNPROCESSABLE_ENTITY, "Who took a dispute down does not handle it")
        }
        C::HandlerOutOfReach => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The handler does not read this village's records")
        }
        C::UnknownHeads => (StatusCode::UNPROCESSABLE_ENTITY, "Unknown version"),
        C::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
        C::UnsupportedMediaType => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Media type or encoding not understood")
        }
        C::UnsupportedVersion => (StatusCode::UPGRADE_REQUIRED, "Protocol version not spoken here"),
        C::OffsetMismatch => (StatusCode::CONFLICT, "The upload goes on elsewhere"),
        C::ChecksumMismatch => (checksum_mismatch(), "The bytes are not what they were said to be"),
        C::DigestMismatch => (StatusCode::UNPROCESSABLE_ENTITY, "The file is not what its name says"),
        C::Gone => (StatusCode::GONE, "The upload has ended"),
        C::CarriageKeyUnknown => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The envelope is for a key this server never had")
        }
        C::CarriageDamaged => (StatusCode::UNPROCESSABLE_ENTITY, "The envelope is damaged"),
        C::Busy => (StatusCode::LOCKED, "Another request works on it"),
        C::NoSpace => (StatusCode::INSUFFICIENT_STORAGE, "No room left for files"),
        C::QuotaExceeded => (StatusCode::TOO_MANY_REQUESTS, "As much as a device may send"),
        C::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, "This version is not spoken here"),
        C::Timeout => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time"),
        C::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Storage is not available"),
        C::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "A fault of the server"),
    }
}

/// 460: tus's own status.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Refused { code, .. } => *code,
            Self::TooFast { .. } => ProblemCode::RateLimited,
            Self::Unavailable(_) => ProblemCode::Unavailable,
            Self::Database(_) | Self::Internal(_) => ProblemCode::Internal,
        }
    }
}

impl Error {
    /// Seconds after which the same request may be answered.
    fn wait(&self) -> Option<u32> {
        match (self, self.code()) {
            (Self::TooFast { seconds }, _) => Some(*seconds),
            (_, ProblemCode::LockedOut) => Some(900),
            (_, ProblemCode::Unavailable | ProblemCode::Busy) => Some(15),
            (_, ProblemCode::NoSpace) => Some(60),
            _ => None,
        }
    }
}

/// The problem that phones cannot sync, with the parts of the server as a member of its own (RFC 9457 §3.2).
#[must_use]
pub fn unready(parts: &[Part]) -> HttpResponse {
    let reasons = parts.iter().filter(|part| part.state == PartState::Down);
    let reasons: Vec<&str> = reasons.filter_map(|part| Some(part.reason.as_ref()?.en.as_str())).collect();
    let (status, title) = status_of(ProblemCode::Unavailable);
    HttpResponse::build(status).insert_header(("Retry-After", 15)).content_type(PROBLEM_JSON).json(json!({
        "type": "urn:bidao:problem:unavailable",
        "title": title,
        "status": status.as_u16(),
        "code": ProblemCode::Unavailable,
        "detail": reasons.join("; "),
        "request_id": request_id::current(),
        "ready": false,
        "parts": parts,
    }))
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status_of(self.code()).0
    }

    fn error_response(&self) -> HttpResponse {
        let code = self.code();
        let (status, title) = status_of(code);
        let (detail, field) = match self {
            // A parser quotes what it could not read: no identity number goes back that way.
            Self::Refused { detail, field, .. } => (
                Some(mask::text(detail).into_owned()),
                field.as_deref().map(|field| mask::text(field).into_owned()),
            ),
            Self::TooFast { seconds } => (Some(format!("again in {seconds} s")), None),
            // What a database says may hold data: it goes to the log, with the request id, not to the caller.
            _ => {
                let said = self.to_string();
                tracing::error!(request_id = %request_id::current(), error = %mask::text(&said), "request failed");
                (None, None)
            }
        };
        let kind = serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned));
        let mut response = HttpResponse::build(status);
        if let Some(seconds) = self.wait() {
            response.insert_header(("Retry-After", seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2 asks for it; a browser shows no window of its own for this scheme.
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        // The rest of the body is not waited for.
        if matches!(code, ProblemCode::Timeout | ProblemCode::TooLarge) {
            response.force_close();
        }
        response.content_type(PROBLEM_JSON).json(Problem {
            kind: format!("urn:bidao:problem:{}", kind.unwrap_or_default()),
            title: title.to_owned(),
            status: status.as_u16(),
            code,
            detail,
            field,
            request_id: request_id::current(),
        })
    }
}
