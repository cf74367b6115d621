//! The queue of pictures: rows of `file` in state `stored` that a record refers to. It needs no memory of its
//! own, so a server that was killed goes on where it was; at most one child a core works at a time.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::task::{JoinSet, spawn_blocking};

use super::parent::{Outcome, render};
use super::{Fault, Rendered};
use crate::app::App;
use crate::domain::picture::{self, Waiting};
use crate::error::{Error, Result};
use crate::file_store::Variant;

/// How often a picture is looked at whose child ended for no reason of its own.
const ATTEMPTS: u32 = 3;
/// Until what went wrong is tried again.
const PAUSE: Duration = Duration::from_secs(30);

/// How one look ended.
enum Look {
    /// It is noted in the database.
    Noted,
    /// It is not; `in_the_end` says what to note if it stays so.
    Again { in_the_end: Option<Fault> },
}

/// Looks at pictures until the server stops.
pub async fn run(app: App) {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut looks = JoinSet::new();
    let mut queue = Queue::default();
    loop {
        // Before the queue is read, so that nothing falls between the two.
        let mut news = app.db.listen();
        let begun = queue.next(&app, cores - looks.len()).await.unwrap_or_else(|error| {
            tracing::error!(%error, "cannot read the queue of pictures");
            Next { failed: true, ..Next::default() }
        });
        for waiting in begun.waiting {
            looks.spawn(queue.begin(&app, waiting));
        }
        let has_room = looks.len() < cores;
        tokio::select! {
            // Dropping the looks kills their children.
            () = app.stop.requested() => return,
            Some(ended) = looks.join_next() => queue.note(ended),
            () = app.arrived.notified(), if has_room => {}
            // A record that refers to a file may come after it.
            _ = news.recv(), if has_room && begun.are_unused => {}
            () = app.health.recovered() => queue.resting.clear(),
            () = tokio::time::sleep(PAUSE), if begun.failed || !queue.resting.is_empty() => {
                queue.resting.clear();
            }
        }
    }
}

/// What to do next.
#[derive(Default)]
struct Next {
    waiting: Vec<Waiting>,
    /// There are pictures that no record refers to yet.
    are_unused: bool,
    /// The queue could not be read.
    failed: bool,
}

/// What is known about pictures besides the database; losing it costs nothing but another attempt.
#[derive(Default)]
struct Queue {
    /// Being looked at.
    busy: HashSet<String>,
    /// Left alone for a while.
    resting: HashSet<String>,
    /// How often a look came to nothing, and what that means in the end.
    failures: HashMap<String, (u32, Option<Fault>)>,
}

impl Queue {
    async fn next(&self, app: &App, room: usize) -> Result<Next> {
        if room == 0 {
            return Ok(Next::default());
        }
        let except: Vec<String> = self.busy.union(&self.resting).cloned().collect();
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let read = app.db.read(move |tx| {
            let waiting = picture::waiting(tx, &except, limit)?;
            Ok(Next {
                are_unused: waiting.is_empty() && picture::are_unused(tx, &except)?,
                waiting,
                failed: false,
            })
        });
        read.await
    }

    /// One look, to be awaited.
    fn begin(&mut self, app: &App, waiting: Waiting) -> impl Future<Output = (String, Look)> + use<> {
        let (app, name) = (app.clone(), waiting.sha256.clone());
        self.busy.insert(name.clone());
        let failure = self.failures.get(&name).cloned();
        let last = failure.filter(|(times, _)| *times >= ATTEMPTS).and_then(|(_, fault)| fault);
        async move { (name, look(&app, waiting, last).await) }
    }

    fn note(&mut self, ended: Result<(String, Look), tokio::task::JoinError>) {
        let (name, look) = match ended {
            Ok(ended) => ended,
            // Which one is unknown: all may be tried again, after a pause.
            Err(error) => {
                tracing::error!(%error, "a look at a picture ended early");
                self.resting.extend(self.busy.drain());
                return;
            }
        };
        self.busy.remove(&name);
        match look {
            Look::Noted => drop(self.failures.remove(&name)),
            Look::Again { in_the_end } => {
                let failure = self.failures.entry(name.clone()).or_default();
                *failure = (failure.0 + 1, in_the_end);
                self.resting.insert(name);
            }
        }
    }
}

/// One look at one picture; `last` says what to note without looking again.
async fn look(app: &App, waiting: Waiting, last: Option<Fault>) -> Look {
    let Waiting { sha256, declared } = waiting;
    let outcome = match last {
        Some(fault) => Outcome::Refused(fault),
        None => match original(app, &sha256).await {
            Ok(bytes) => render(&app.pictures, &bytes, declared).await,
            Err(error) => Outcome::Again { reason: error.to_string(), in_the_end: None },
        },
    };
    let noted = match outcome {
        Outcome::Rendered(rendered) => show(app, sha256.clone(), *rendered).await,
        Outcome::Refused(fault) => refuse(app, sha256.clone(), fault).await,
        Outcome::Again { reason, in_the_end } => {
            tracing::warn!(file = sha256, reason, "cannot look at a picture now");
            return Look::Again { in_the_end };
        }
    };
    match noted {
        Ok(()) => Look::Noted,
        Err(error) => {
            tracing::error!(file = sha256, %error, "cannot note what came of a picture");
            Look::Again { in_the_end: None }
        }
    }
}

/// The bytes; set aside already if the server was killed right after that.
async fn original(app: &App, sha256: &str) -> Result<Vec<u8>> {
    let (files, name) = (app.files.clone(), sha256.to_owned());
    let read = move || match files.read_original(&name)? {
        Some(bytes) => Ok(Some(bytes)),
        None => files.read_quarantined(&name),
    };
    let bytes = blocking(read).await?;
    bytes.ok_or_else(|| Error::Unavailable("its bytes are not in the store".into()))
}

async fn show(app: &App, sha256: String, rendered: Rendered) -> Result<()> {
    let (files, name) = (app.files.clone(), sha256.clone());
    let rendered = blocking(move || {
        files.write_variant(&name, Variant::View, &rendered.view)?;
        files.write_variant(&name, Variant::Thumbnail, &rendered.thumbnail)?;
        Ok(rendered)
    })
    .await?;
    let now = app.ctx.now();
    app.db.write(move |tx| picture::ready(tx, &sha256, &rendered, now)).await
}

async fn refuse(app: &App, sha256: String, fault: Fault) -> Result<()> {
    let (files, name) = (app.files.clone(), sha256.clone());
    blocking(move || files.move_to_quarantine(&name)).await?;
    let now = app.ctx.now();
    tracing::info!(file = sha256, code = picture::word(fault.code), "a picture is refused");
    app.db.write(move |tx| picture::refuse(tx, &sha256, &fault, now)).await
}

async fn blocking<T: Send + 'static>(job: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(job)
        .await
        .unwrap_or_else(|error| Err(Error::Internal(format!("a job ended early: {error}"))))
}
