//! What can go wrong, by what the caller can do next. `http/problem.rs` alone turns it into a status.

use bidao_schema::api::problem::ProblemCode;

/// Result of every server function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An answer outside the contract.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can act on the code: correct a field, log in, refresh, wait, ask for less.
    #[error("{}{detail}", field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default())]
    Refused {
        /// Stable code.
        code: ProblemCode,
        /// What happened, for people; never personal data.
        detail: String,
        /// The offending field or item.
        field: Option<String>,
    },
    /// Asked too fast: wait.
    #[error("asked too fast: wait {seconds} s")]
    TooFast {
        /// How long.
        seconds: u32,
    },
    /// The database did not do what it was asked; nothing was acknowledged.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The server is stopping or its storage is gone; the caller can try again later.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A refusal with its code and a sentence.
    pub fn refused(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::Refused { code, detail: detail.into(), field: None }
    }

    /// A malformed field.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Refused { code: ProblemCode::Invalid, detail: detail.into(), field: Some(field.into()) }
    }

    /// No such thing, or not for this person: the two look alike on purpose.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::refused(ProblemCode::NotFound, format!("no such {what}"))
    }

    /// The role or area does not allow it.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::refused(ProblemCode::Forbidden, detail)
    }
}
