//! How bodies, queries and paths are read into types, and what is answered when they cannot be.

use std::io::ErrorKind;

use actix_web::error::{JsonPayloadError, PayloadError};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig};
use bidao_schema::api::problem::ProblemCode;

use crate::error::Error;

/// Bytes of a JSON body at most.
pub const JSON_BYTES: usize = 64 * 1024;

/// JSON bodies.
#[must_use]
pub fn json() -> JsonConfig {
    JsonConfig::default().limit(JSON_BYTES).error_handler(|error, _| unreadable(&error).into())
}

/// Queries.
#[must_use]
pub fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| Error::invalid("query", error.to_string()).into())
}

/// Paths: one that cannot be read names nothing.
#[must_use]
pub fn path() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Error::not_found("page or file").into())
}

fn unreadable(error: &JsonPayloadError) -> Error {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Error::refused(ProblemCode::TooLarge, format!("at most {JSON_BYTES} bytes of JSON"))
        }
        JsonPayloadError::ContentType => {
            Error::refused(ProblemCode::UnsupportedMediaType, "send application/json")
        }
        JsonPayloadError::Payload(error) => broken(error),
        other => Error::invalid("body", other.to_string()),
    }
}

/// A body that did not come to its end.
#[must_use]
pub fn broken(error: &PayloadError) -> Error {
    match error {
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => {
            Error::refused(ProblemCode::Timeout, "the body did not arrive in time")
        }
        other => Error::invalid("body", other.to_string()),
    }
}
