//! Storage: [`Db`] runs closures in transactions; the nouns hold the queries.

pub mod account;
pub mod area;
pub mod assignment;
pub mod attestation;
pub mod audit;
pub mod backup;
pub mod batch;
pub mod catalogue;
pub mod change;
pub mod conflict;
pub mod count;
pub mod device;
pub mod dialect;
pub mod dispute;
pub mod dossier;
pub mod duplicate;
pub mod duty;
pub mod enrol_code;
pub mod feed;
pub mod file;
pub mod file_use;
pub mod held;
pub mod income;
pub mod lane;
pub mod leave;
pub mod pairing;
pub mod person;
pub mod picture;
pub mod poverty_line;
pub mod projection;
pub mod proof;
pub mod quarantine;
pub mod record;
pub mod refresh_token;
pub mod register;
pub mod relocation;
pub mod reveal;
pub mod review;
#[expect(missing_docs, reason = "the migrations say what the columns are")]
pub mod schema;
pub mod session;
pub mod setting;
pub mod survey;
pub mod team;
pub mod trouble;
pub mod upload;
pub mod vault;

use std::sync::Arc;

use bidao_sync::planted::{self, Fault};
use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::result::Error as DieselError;
use tokio::sync::broadcast;

pub use dialect::{AnyConnection, Location};

use crate::error::{Error, Result};
use audit::Audit;
use lane::Lane;
use trouble::{Condition, Trouble};
use vault::Vault;
use vault::key::Source;
use vault::rotation;

/// Readers beside the one writer.
const READERS: usize = 3;
/// Bytes that a probe writes.
const PROBE_BYTES: usize = 32 * 1024;
/// Feed positions a slow listener may lag behind before it must ask anew.
const LISTENER_LAG: usize = 1024;

/// "Area `area` is at `seq`": all that a live listener is told (`3-protocol` §10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Village code.
    pub area: String,
    /// Its newest feed position.
    pub seq: i64,
}

/// What a closure works on: a connection inside a transaction.
pub struct Tx<'a> {
    /// The connection.
    pub conn: &'a mut AnyConnection,
    /// Seals what is written and opens what is read.
    pub vault: &'a Vault,
    /// Told to listeners after the commit.
    advances: &'a mut Vec<Advance>,
}

impl Tx<'_> {
    /// Announces a new feed position once the transaction is durable.
    pub fn announce(&mut self, area: &str, seq: i64) {
        self.advances.push(Advance { area: area.to_owned(), seq });
    }

    /// Runs `job` so that, if it fails, nothing it wrote or announced remains and the rest goes on (P3).
    ///
    /// # Errors
    /// What `job` answers, or the database's failure.
    pub fn savepoint<T>(&mut self, job: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let Tx { conn, vault, advances } = self;
        let before = advances.len();
        let outcome = nested(conn, |conn| job(&mut Tx { conn, vault, advances }));
        if outcome.is_err() {
            advances.truncate(before);
        }
        outcome
    }
}

/// Runs `job` in a savepoint. A database may give up the whole transaction together with a statement, as SQLite does when
/// its disk is full: then there is no savepoint to go back to, and what came after would be committed alone. So that is
/// the end of the transaction and its connection, whatever the job's own failure was.
fn nested<T>(conn: &mut AnyConnection, job: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
    let mut own = None;
    let outcome = conn.transaction(|conn| {
        job(conn).map_err(|error| {
            own = Some(error);
            Error::Database(DieselError::RollbackTransaction)
        })
    });
    match (outcome, own) {
        (Err(Error::Database(DieselError::RollbackTransaction)), Some(error)) => Err(error),
        (Err(rollback), Some(_)) if planted::is(Fault::HalfCommit) => Err(rollback),
        (Err(rollback), Some(error)) => {
            tracing::error!(%error, %rollback, "the database gave up the transaction");
            // Whatever a job does with the failure: what it goes on to write lands in a transaction nobody commits.
            let _ = conn.batch_execute("BEGIN");
            // What is wrong with the database ends the transaction too, and says more.
            let says = Trouble::of(&error).is_some();
            Err(if says { error } else { Error::Database(DieselError::BrokenTransactionManager) })
        }
        (outcome, _) => outcome,
    }
}

/// The database: one writer with group commit, several readers.
#[derive(Clone)]
pub struct Db {
    writer: Lane,
    readers: Option<Lane>,
    advances: broadcast::Sender<Advance>,
    location: Arc<Location>,
    vault: Vault,
    condition: Condition,
}

impl Db {
    /// [`Self::open_with`] the keys that lie where they do unless somebody says otherwise.
    ///
    /// # Errors
    /// As there.
    pub fn open(location: Location) -> Result<Self> {
        let keys = Source::of(&location);
        Self::open_with(location, keys)
    }

    /// Opens the database with its keys, brings it to this version and seals what is not sealed yet.
    ///
    /// # Errors
    /// It cannot be reached or migrated; its keys are missing or another database's.
    pub fn open_with(location: Location, keys: Source) -> Result<Self> {
        let mut connection = location.connect()?;
        connection.migrate()?;
        let vault = Vault::open(keys, &mut connection)?;
        rotation::adopt(&mut connection, &vault)?;
        let (advances, _) = broadcast::channel(LISTENER_LAG);
        let location = Arc::new(location);
        let condition = Condition::default();
        let writer = Lane::writer(
            Arc::clone(&location),
            connection,
            advances.clone(),
            vault.clone(),
            condition.clone(),
        )?;
        let readers = if location.is_memory() {
            None
        } else {
            Some(Lane::readers(Arc::clone(&location), READERS, &vault)?)
        };
        Ok(Self { writer, readers, advances, location, vault, condition })
    }

    /// Where the data is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Its keys.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What the last write that failed met, until [`Self::probe`] succeeds.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.condition.noted()
    }

    /// Writes as much as a small batch, to learn whether what writes met has passed.
    ///
    /// # Errors
    /// It has not.
    pub async fn probe(&self) -> Result<()> {
        self.write(|tx| Ok((setting::put(tx, setting::PROBE, &"-".repeat(PROBE_BYTES))?, Audit::default())))
            .await?;
        self.condition.clear();
        // It has proven what it should; one that cannot be removed is written over next time.
        let _ = self.write(|tx| Ok((setting::remove(tx, setting::PROBE)?, Audit::default()))).await;
        Ok(())
    }

    /// Feed positions as they become durable.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Advance> {
        self.advances.subscribe()
    }

    /// Runs `job` in a transaction that is durable when this returns. The audit entries are part of it:
    /// a write that says nothing does not compile. `job` may run again when the database asks for it.
    ///
    /// # Errors
    /// What `job` answers, or the database's failure; either way nothing was written.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx) -> Result<(T, Audit)> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(job, false).await.unwrap_or_else(|_| Err(stopping()))
    }

    /// [`Self::write`] for what a client will do again if it is gone: a power failure may take it back, together with
    /// its audit entries; a crash of the server alone does not. Nothing may be acknowledged because of it.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_losable<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx) -> Result<(T, Audit)> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(job, true).await.unwrap_or_else(|_| Err(stopping()))
    }

    /// [`Self::write`] for callers outside the async world: the simulator and the command line.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_blocking<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx) -> Result<(T, Audit)> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(job, false).blocking_recv().unwrap_or_else(|_| Err(stopping()))
    }

    /// Runs `job` over one snapshot.
    ///
    /// # Errors
    /// What `job` answers, or the database's failure.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.reading_lane().read(job).await.unwrap_or_else(|_| Err(stopping()))
    }

    /// [`Self::read`] for callers outside the async world.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_blocking<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.reading_lane().read(job).blocking_recv().unwrap_or_else(|_| Err(stopping()))
    }

    fn reading_lane(&self) -> &Lane {
        self.readers.as_ref().unwrap_or(&self.writer)
    }
}

fn stopping() -> Error {
    Error::Unavailable("the server is stopping".into())
}
