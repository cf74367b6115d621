//! What is wrong with a database that does not do what it was asked, for those who wait and for the operator. The drivers
//! say it in words; these are the words of SQLite and PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bidao_schema::api::problem::ProblemCode;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::Error;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Trouble {
    /// Its disk is full.
    Full = 1,
    /// It takes no writes: a standby, a file or file system without the right to write.
    ReadOnly = 2,
    /// Its disk fails.
    Broken = 3,
    /// It cannot be reached.
    Gone = 4,
}

const FULL: &[&str] = &["database or disk is full", "No space left on device", "Disk quota exceeded"];
const READ_ONLY: &[&str] = &["read-only transaction", "readonly database", "Read-only file system"];
const BROKEN: &[&str] = &["disk I/O error", "Input/output error", "File too large"];
const GONE: &[&str] = &[
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "connection not open",
    "could not send data to server",
    "could not receive data from server",
    "SSL connection has been closed",
    "SSL SYSCALL error",
    "the database system is",
    "unable to open database file",
    "cannot open the database",
];

impl Trouble {
    /// What a failure says about the database; nothing when the database is well.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Database(error) => Self::of_database(error),
            Error::Unavailable(message) => Self::of_words(message),
            _ => None,
        }
    }

    /// [`Self::of`] for what the driver answers.
    #[must_use]
    pub fn of_database(error: &DieselError) -> Option<Self> {
        match error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | DieselError::BrokenTransactionManager
            // Given up by the database, which is then at its end too.
            | DieselError::NotInTransaction => Some(Self::Gone),
            DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => Some(Self::ReadOnly),
            DieselError::DatabaseError(_, info) => Self::of_words(info.message()),
            _ => None,
        }
    }

    fn of_words(message: &str) -> Option<Self> {
        // The disk's state explains why a connection is gone, not the other way round.
        let known =
            [(FULL, Self::Full), (READ_ONLY, Self::ReadOnly), (BROKEN, Self::Broken), (GONE, Self::Gone)];
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        known.into_iter().find(|(words, _)| says(words)).map(|(_, trouble)| trouble)
    }

    /// What the caller hears: nothing was written, and the same request may be answered later.
    #[must_use]
    pub fn refusal(self, failure: &Error) -> Error {
        match (self, failure) {
            (Self::Full, _) => {
                Error::refused(ProblemCode::NoSpace, "the server has no room: nothing was stored")
            }
            (_, Error::Unavailable(detail)) => Error::Unavailable(detail.clone()),
            (_, failure) => Error::Unavailable(failure.to_string()),
        }
    }
}

/// Whether the last write met trouble, until a probe proves that it has passed.
#[derive(Debug, Clone, Default)]
pub struct Condition(Arc<AtomicU8>);

impl Condition {
    /// Notes trouble.
    pub fn note(&self, trouble: Trouble) {
        self.0.store(trouble as u8, Ordering::SeqCst);
    }

    /// It has passed.
    pub fn clear(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    /// What was noted.
    #[must_use]
    pub fn noted(&self) -> Option<Trouble> {
        let all = [Trouble::Full, Trouble::ReadOnly, Trouble::Broken, Trouble::Gone];
        let noted = self.0.load(Ordering::SeqCst);
        all.into_iter().find(|trouble| *trouble as u8 == noted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str) -> DieselError {
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()))
    }

    #[test]
    fn what_the_drivers_say_is_told_apart() {
        for (message, expected) in [
            ("database or disk is full", Some(Trouble::Full)),
            ("could not extend file \"base/1/2\": No space left on device", Some(Trouble::Full)),
            ("disk I/O error", Some(Trouble::Broken)),
            ("attempt to write a readonly database", Some(Trouble::ReadOnly)),
            ("cannot execute INSERT in a read-only transaction", Some(Trouble::ReadOnly)),
            ("terminating connection due to administrator command", Some(Trouble::Gone)),
            ("FATAL:  the database system is starting up", Some(Trouble::Gone)),
            ("UNIQUE constraint failed: area.code", None),
        ] {
            assert_eq!(Trouble::of_database(&said(message)), expected, "{message}");
        }
        assert_eq!(Trouble::of_database(&DieselError::NotFound), None);
    }

    #[test]
    fn only_a_full_disk_is_said_to_be_full_and_the_rest_may_be_asked_again() {
        let failure = Error::Database(said("words"));
        assert_eq!(Trouble::Full.refusal(&failure).code(), ProblemCode::NoSpace);
        for trouble in [Trouble::ReadOnly, Trouble::Broken, Trouble::Gone] {
            assert_eq!(trouble.refusal(&failure).code(), ProblemCode::Unavailable);
        }
    }

    #[test]
    fn trouble_stays_noted_until_it_is_cleared() {
        let condition = Condition::default();
        assert_eq!(condition.noted(), None);
        for trouble in [Trouble::Full, Trouble::ReadOnly, Trouble::Broken, Trouble::Gone] {
            condition.note(trouble);
            assert_eq!(condition.clone().noted(), Some(trouble));
        }
        condition.clear();
        assert_eq!(condition.noted(), None);
    }
}
