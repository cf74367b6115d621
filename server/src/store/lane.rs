//! Lanes: threads that own a connection and run jobs on it. The writer's lane commits whatever has
//! queued up meanwhile in one transaction (group commit); each job keeps its own fate by a savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::{broadcast, oneshot};

use super::audit::{self, Audit};
use super::dialect::{self, AnyConnection, Location};
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
    ) -> Result<Self> {
        let (jobs, queue) = mpsc::channel::<Box<dyn Job>>();
        spawn("bidao-writer", move || {
            let mut connection = Some(connection);
            while let Ok(first) = queue.recv() {
                let mut group = vec![first];
                group.extend(queue.try_iter().take(GROUP - 1));
                run_group(&location, &vault, &mut connection, group, &advances);
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

fn run_group(
    location: &Location,
    vault: &Vault,
    slot: &mut Option<AnyConnection>,
    group: Vec<Box<dyn Job>>,
    advances: &broadcast::Sender<Advance>,
) {
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
        Some(Err(error)) => Some(error.to_string()),
        None => Some("the database kept reporting clashes".into()),
    };
    for (job, own_failure) in group {
        job.finish(own_failure.or_else(|| failure.clone().map(Error::Unavailable)));
    }
    if failure.is_none() {
        for advance in told {
            // Nobody listening is fine.
            let _ = advances.send(advance);
        }
    }
}

/// Whether the connection must be given up: it is gone, or a panic left its transactions half open.
fn is_unusable_after(error: &Error) -> bool {
    match error {
        Error::Database(inner) => dialect::is_disconnected(inner),
        Error::Internal(_) => true,
        _ => false,
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
    let connection = connected(location, slot)?;
    let losable = group.iter().all(|(job, _)| job.is_losable());
    connection.begin_write(losable)?;
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
            Err(Error::Database(error))
                if dialect::is_transient(&error) || dialect::is_disconnected(&error) =>
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

fn run_read(location: &Location, vault: &Vault, slot: &mut Option<AnyConnection>, mut job: Box<dyn Job>) {
    let mut outcome = read_once(location, vault, slot, &mut *job);
    if outcome.as_ref().is_err_and(is_unusable_after) {
        *slot = None;
    }
    if matches!(&outcome, Err(Error::Database(error)) if dialect::is_disconnected(error)) {
        outcome = read_once(location, vault, slot, &mut *job);
    }
    job.finish(outcome.err());
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
