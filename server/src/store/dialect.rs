//! Two databases, one code path: the only file that knows which one it talks to.
//!
//! Upserts, batch inserts, transaction modes and connection settings differ; `each!` gives a body both
//! concrete connections, everything else is written once over [`Connection`].

#![allow(missing_docs, reason = "the derive makes items of its own")]

use std::path::Path;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Error, Result};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// Advisory lock of PostgreSQL that those who write share.
const WRITERS: i64 = 0x62_69_64_61_6f;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// Embedded.
    Sqlite(SqliteConnection),
    /// PostgreSQL 15 or newer.
    Postgres(PgConnection),
}

/// Gives the body each concrete connection in turn: for SQL diesel cannot type over both.
#[macro_export]
macro_rules! each {
    ($connection:expr, |$name:ident| $body:expr) => {
        match $connection {
            $crate::store::dialect::AnyConnection::Sqlite($name) => $body,
            $crate::store::dialect::AnyConnection::Postgres($name) => $body,
        }
    };
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// One SQLite file.
    File(std::path::PathBuf),
    /// SQLite in memory, gone with its last connection: for simulation and tests.
    Memory,
    /// A PostgreSQL URL.
    Postgres(String),
}

impl Location {
    /// Reads `BIDAO_DATABASE_URL`: `postgres://…`, `sqlite://path` or `sqlite::memory:`.
    ///
    /// # Errors
    /// Another scheme.
    pub fn parse(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(":memory:") => Ok(Self::Memory),
            Some(path) => Ok(Self::File(path.trim_start_matches("//").into())),
            None => Err(Error::invalid(
                "BIDAO_DATABASE_URL",
                "expected postgres://…, sqlite://path or sqlite::memory:",
            )),
        }
    }

    /// Opens a connection with the settings durability needs.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn connect(&self) -> Result<AnyConnection> {
        let failed =
            |error: ConnectionError| Error::Unavailable(format!("cannot open the database: {error}"));
        match self {
            Self::Postgres(url) => {
                Ok(AnyConnection::Postgres(PgConnection::establish(&impatient(url)).map_err(failed)?))
            }
            Self::File(path) => open_sqlite(path).map_err(failed),
            Self::Memory => open_sqlite(Path::new(":memory:")).map_err(failed),
        }
    }

    /// Whether every reader must share the writer's connection.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        *self == Self::Memory
    }
}

/// A URL of PostgreSQL by which a machine that fell silent is noticed within half a minute; what the operator says counts.
fn impatient(url: &str) -> String {
    let defaults = [("connect_timeout", "5"), ("keepalives_idle", "30"), ("tcp_user_timeout", "30000")];
    let mut url = url.to_owned();
    for (name, value) in defaults {
        if !url.contains(&format!("{name}=")) {
            let joint = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{joint}{name}={value}"));
        }
    }
    url
}

fn open_sqlite(path: &Path) -> Result<AnyConnection, ConnectionError> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
    // FULL: an acknowledged record survives a power cut. The busy time-out covers a second process (backup,
    // the command line) and comes first, because already the journal's mode needs a lock.
    connection
        .batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 2000;",
        )
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(AnyConnection::Sqlite(connection))
}

impl AnyConnection {
    /// Brings the tables to this version; returns how many steps were applied.
    ///
    /// # Errors
    /// A step failed; the database is as before that step.
    pub fn migrate(&mut self) -> Result<usize> {
        let applied = match self {
            Self::Sqlite(connection) => {
                connection.run_pending_migrations(SQLITE_MIGRATIONS).map(|steps| steps.len())
            }
            Self::Postgres(connection) => {
                connection.run_pending_migrations(POSTGRES_MIGRATIONS).map(|steps| steps.len())
            }
        };
        applied.map_err(|error| Error::Internal(format!("migration failed: {error}")))
    }

    /// Begins a transaction that will write: takes SQLite's write lock at once, so that reading first
    /// cannot end in a refused upgrade. The commit of a `losable` one waits for no disk.
    pub(super) fn begin_write(&mut self, losable: bool) -> Result<(), DieselError> {
        match self {
            Self::Sqlite(c) => {
                let synchronous = if losable { "NORMAL" } else { "FULL" };
                c.batch_execute(&format!("PRAGMA synchronous = {synchronous}"))?;
                AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
            }
            Self::Postgres(c) => {
                // Together with whoever else writes, and not while keys change (`begin_alone`).
                let begin = format!(
                    "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock_shared({WRITERS})"
                );
                AnsiTransactionManager::begin_transaction_sql(c, &begin)?;
                if losable { c.batch_execute("SET LOCAL synchronous_commit = off") } else { Ok(()) }
            }
        }
    }

    /// Begins a transaction that writes while no other one does: keys change in it.
    pub(super) fn begin_alone(&mut self) -> Result<(), DieselError> {
        match self {
            Self::Sqlite(_) => self.begin_write(false),
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                &format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITERS})"),
            ),
        }
    }

    /// Gives back the space in which values lay that were replaced, so that nothing of them remains in the files.
    ///
    /// # Errors
    /// The database fails.
    pub(super) fn reclaim(&mut self, tables: &[&str]) -> Result<()> {
        match self {
            Self::Sqlite(c) => c.batch_execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?,
            // It runs in no transaction, so each one alone.
            Self::Postgres(c) => {
                tables.iter().try_for_each(|table| c.batch_execute(&format!("VACUUM FULL \"{table}\"")))?;
            }
        }
        Ok(())
    }

    /// Begins a transaction that reads one snapshot.
    pub(super) fn begin_read(&mut self) -> Result<(), DieselError> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    /// Commits what [`Self::begin_write`] or [`Self::begin_read`] began.
    pub(super) fn commit(&mut self) -> Result<(), DieselError> {
        each!(self, |c| AnsiTransactionManager::commit_transaction(c))
    }

    /// Undoes it.
    pub(super) fn roll_back(&mut self) -> Result<(), DieselError> {
        each!(self, |c| AnsiTransactionManager::rollback_transaction(c))
    }

    /// Locks a row against other writers until the transaction ends. SQLite's one writer needs none.
    ///
    /// # Errors
    /// The database fails.
    pub fn lock_record(&mut self, record: &str) -> Result<()> {
        if let Self::Postgres(connection) = self {
            use super::schema::record::dsl;
            use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
            dsl::record
                .filter(dsl::id.eq(record))
                .select(dsl::version)
                .for_update()
                .first::<i64>(connection)
                .optional()?;
        }
        Ok(())
    }

    /// Keeps a household where it is until the transaction ends: what is filed with it and a relocation of it wait for
    /// each other. SQLite's one writer needs none.
    ///
    /// # Errors
    /// The database fails.
    pub fn hold_household(&mut self, household: &str) -> Result<()> {
        if let Self::Postgres(connection) = self {
            use super::schema::record::dsl;
            use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
            dsl::record
                .filter(dsl::id.eq(household))
                .select(dsl::version)
                .for_share()
                .first::<i64>(connection)
                .optional()?;
        }
        Ok(())
    }

    /// Folds the write-ahead log of an embedded database into its file, which it then is alone. Refused as
    /// locked while another connection is open, at once.
    ///
    /// # Errors
    /// Locked, or the database fails.
    pub(super) fn fold_log(&mut self) -> Result<()> {
        if let Self::Sqlite(connection) = self {
            connection.batch_execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;")?;
        }
        Ok(())
    }

    /// Writes a consistent copy of an embedded database to `target` while others write.
    ///
    /// # Errors
    /// PostgreSQL has its own tool (`pg_dump`); or the disk refuses.
    pub fn copy_to(&mut self, target: &Path) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                let quoted = target.to_string_lossy().replace('\'', "''");
                connection.batch_execute(&format!("VACUUM INTO '{quoted}'")).map_err(Error::Database)
            }
            Self::Postgres(_) => Err(Error::Unavailable("use pg_dump for a PostgreSQL database".into())),
        }
    }
}

/// Whether the same transaction may succeed when tried again.
#[must_use]
pub fn is_transient(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _))
        || matches!(error, DieselError::DatabaseError(_, info) if {
            let message = info.message();
            message.contains("deadlock detected") || message.contains("database is locked")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_database_is_given_up_soon_unless_the_operator_says_otherwise() {
        let plain = impatient("postgres://db/bidao");
        assert_eq!(plain, "postgres://db/bidao?connect_timeout=5&keepalives_idle=30&tcp_user_timeout=30000");
        let own = impatient("postgres://db/bidao?connect_timeout=60&sslmode=require");
        assert!(own.contains("connect_timeout=60") && !own.contains("connect_timeout=5&"), "{own}");
        assert!(own.ends_with("sslmode=require&keepalives_idle=30&tcp_user_timeout=30000"), "{own}");
    }
}
