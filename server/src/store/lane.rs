//! Lanes: threads that own a connection and run jobs on it. The writer's lane commits whatever has
//! queued up meanwhile in one transaction (group commit); each job keeps its own fate by a savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::{broadcast, oneshot};

use super::audit::{self, Audit};
use super::dialect::{self, AnyConnection, Location};
use super::trouble::{Condition, Trouble};
use super::vault::Vault;
use super::{Advance, Tx, nested};
use crate::error::{Error, Result};

/// Jobs that share one commit at most.
const GROUP: usize = 64;
/// How often a job is run again when the database reports a passing clash.
const ATTEMPTS: usize = 6;

/// A queue to one or several threads with a connection each.
#[derive(Clone)]
pub struct Lane {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

/// A closure together with the one who waits for it.
trait Job: Send {
    /// Runs inside a transaction and keeps the outcome.
    fn run(&mut self, tx: &mut Tx) -> Result<(), Error>;
    /// Whether a power failure may take back what it wrote.
    fn is_losable(&self) -> bool;
    /// Tells the waiting caller: the outcome kept, or why there is none.
    fn finish(self: Box<Self>, failure: Option<Error>);
}

struct Work<T, F> {
    work: F,
    outcome: Option<T>,
    losable: bool,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnMut(&mut Tx) -> Result<T> + Send> Job for Work<T, F> {
    fn run(&mut self, tx: &mut Tx) -> Result<(), Error> {
        self.outcome = Some((self.work)(tx)?);
        Ok(())
    }

    fn is_losable(&self) -> bool {
        self.losable
    }

    fn finish(self: Box<Self>, failure: Option<Error>) {
        let Self { outcome, reply, .. } = *self;
        let outcome = match (failure, outcome) {
            (Some(error), _) => Err(error),
            (None, Some(value)) => Ok(value),
            (None, None) => Err(Error::Internal("a job ended without an outcome".into())),
        };
        // The caller may have gone away (its connection was cut): the write stands all the same.
        let _ = reply.send(outcome);
    }
}

impl Lane {
    /// The lane of the one writer.
    pub(super) fn writer(
        location: Arc<Location>,
        connection: AnyConnection,
        advances: broadcast::Sender<Advance>,
        vault: Vault,
        condition: Condition,
    ) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Box<dyn Job>>();
        spawn("bidao-writer", move || {
            let mut connection = Some(connection);
            while let Ok(first) = queue.recv() {
                let mut group = vec![first];
                group.extend(queue.try_iter().take(GROUP - 1));
                let told = run_group((&location, &vault), &mut connection, group, &condition);
                for advance in told {
                    // Nobody listening is fine.
                    let _ = advances.send(advance);
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// A lane of several readers.
    pub(super) fn readers(location: Arc<Location>, count: usize, vault: &Vault) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Box<dyn Job>>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let (queue, location, vault) = (Arc::clone(&queue), Arc::clone(&location), vault.clone());
            spawn("bidao-reader", move || {
                let mut connection = None;
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = next else { return };
                    run_read(&location, &vault, &mut connection, job);
                }
            })?;
        }
        Ok(Self { jobs })
    }

    /// Queues a read.
    pub(super) fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx) -> Result<T> + Send + 'static,
    ) -> oneshot::Receiver<Result<T>> {
        self.queue(work, false)
    }

    fn queue<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx) -> Result<T> + Send + 'static,
        losable: bool,
    ) -> oneshot::Receiver<Result<T>> {
        let (reply, answer) = oneshot::channel();
        // A closed queue drops the job and with it `reply`: the caller sees that the server is stopping.
        let _ = self.jobs.send(Box::new(Work { work, outcome: None, losable, reply }));
        answer
    }

    /// Queues a write with its audit entries; `losable` as [`Db::write_losable`](super::Db::write_losable) says.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx) -> Result<(T, Audit)> + Send + 'static,
        losable: bool,
    ) -> oneshot::Receiver<Result<T>> {
        let audited = move |tx: &mut Tx| {
            let (value, entries) = work(tx)?;
            audit::append(tx.conn, entries)?;
            Ok(value)
        };
        self.queue(audited, losable)
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = thread::Builder::new().name(name.into()).spawn(body);
    spawned.map(drop).map_err(|error| Error::Internal(format!("cannot start a thread: {error}")))
}

/// Opens the connection anew when the last one was lost.
fn connected<'a>(location: &Location, slot: &'a mut Option<AnyConnection>) -> Result<&'a mut AnyConnection> {
    if slot.is_none() {
        *slot = Some(location.connect()?);
    }
    slot.as_mut().ok_or_else(|| Error::Internal("no connection".into()))
}

/// Commits a group and tells each job's caller; what listeners are to hear.
fn run_group(
    (location, vault): (&Location, &Vault),
    slot: &mut Option<AnyConnection>,
    group: Vec<Box<dyn Job>>,
    condition: &Condition,
) -> Vec<Advance> {
    let mut group: Vec<_> = group.into_iter().map(|job| (job, None)).collect();
    let mut told = Vec::new();
    let committed = (1..=ATTEMPTS).find_map(|attempt| {
        told.clear();
        match commit_group(location, vault, slot, &mut group, &mut told) {
            Err(Error::Database(error)) if dialect::is_transient(&error) && attempt < ATTEMPTS => None,
            Err(error) => {
                if is_unusable_after(&error) {
                    *slot = None;
                }
                Some(Err(error))
            }
            Ok(()) => Some(Ok(())),
        }
    });
    let failure = match committed {
        Some(Ok(())) => None,
        Some(Err(error)) => Some(error),
        None => Some(Error::Unavailable("the database kept reporting clashes".into())),
    };
    let trouble = failure.as_ref().and_then(Trouble::of);
    if let Some(trouble) = trouble {
        condition.note(trouble);
    }
    // Whatever failed for all is for each a reason to ask again; only a full disk is said as what it is.
    let of_all = || failure.as_ref().map(|error| trouble.unwrap_or(Trouble::Gone).refusal(error));
    for (job, own_failure) in group {
        job.finish(own_failure.or_else(of_all));
    }
    if failure.is_none() { told } else { Vec::new() }
}

/// Whether the connection must be given up: it is gone, or a panic left its transactions half open.
fn is_unusable_after(error: &Error) -> bool {
    match error {
        Error::Internal(_) => true,
        error => Trouble::of(error).is_some(),
    }
}

/// One transaction for the whole group; a job that fails is undone alone. A passing clash fails the group, and
/// so does a panic: the others of the group may come again, the lane lives on.
fn commit_group(
    location: &Location,
    vault: &Vault,
    slot: &mut Option<AnyConnection>,
    group: &mut [(Box<dyn Job>, Option<Error>)],
    told: &mut Vec<Advance>,
) -> Result<()> {
    let losable = group.iter().all(|(job, _)| job.is_losable());
    let connection = begun(location, slot, losable)?;
    if let Err(error) = vault.follow(connection) {
        let _ = connection.roll_back();
        return Err(error);
    }
    for (job, failure) in group.iter_mut() {
        let mut own = Vec::new();
        let run = AssertUnwindSafe(|| {
            nested(connection, |conn| job.run(&mut Tx { conn, vault, advances: &mut own }))
        });
        let Ok(outcome) = catch_unwind(run) else {
            *failure = Some(panicked());
            return Err(panicked());
        };
        match outcome {
            Ok(()) => {
                *failure = None;
                told.append(&mut own);
            }
            // A database in trouble may have given up the whole transaction, as SQLite does when its disk is full.
            Err(Error::Database(error))
                if dialect::is_transient(&error) || Trouble::of_database(&error).is_some() =>
            {
                // Already lost: the error below is what the callers hear.
                let _ = connection.roll_back();
                return Err(Error::Database(error));
            }
            Err(error) => *failure = Some(error),
        }
    }
    connection.commit().map_err(|error| {
        let _ = connection.roll_back();
        Error::Database(error)
    })
}

/// Begins a transaction; a connection that broke while nobody used it is replaced, because nothing was done on it yet.
fn begun<'a>(
    location: &Location,
    slot: &'a mut Option<AnyConnection>,
    losable: bool,
) -> Result<&'a mut AnyConnection> {
    if let Some(old) = slot
        && let Err(error) = old.begin_write(losable)
    {
        if Trouble::of_database(&error) != Some(Trouble::Gone) {
            return Err(Error::Database(error));
        }
        *slot = None;
    } else if slot.is_some() {
        return connected(location, slot);
    }
    let fresh = connected(location, slot)?;
    fresh.begin_write(losable)?;
    Ok(fresh)
}

fn run_read(location: &Location, vault: &Vault, slot: &mut Option<AnyConnection>, mut job: Box<dyn Job>) {
    let mut outcome = read_once(location, vault, slot, &mut *job);
    if outcome.as_ref().is_err_and(is_unusable_after) {
        *slot = None;
    }
    if matches!(&outcome, Err(Error::Database(error)) if Trouble::of_database(error) == Some(Trouble::Gone)) {
        outcome = read_once(location, vault, slot, &mut *job);
        if outcome.as_ref().is_err_and(is_unusable_after) {
            *slot = None;
        }
    }
    job.finish(outcome.err().map(|error| match Trouble::of(&error) {
        Some(trouble) => trouble.refusal(&error),
        None => error,
    }));
}

fn read_once(
    location: &Location,
    vault: &Vault,
    slot: &mut Option<AnyConnection>,
    job: &mut dyn Job,
) -> Result<()> {
    let connection = connected(location, slot)?;
    connection.begin_read()?;
    let run = AssertUnwindSafe(|| job.run(&mut Tx { conn: connection, vault, advances: &mut Vec::new() }));
    let Ok(outcome) = catch_unwind(run) else { return Err(panicked()) };
    // A reader has nothing to keep; ending it either way is the same.
    let ended = connection.roll_back();
    outcome.and(ended.map_err(Error::Database))
}

fn panicked() -> Error {
    Error::Internal("a job panicked".into())
}
