//! How the server is: each part it stands on is looked at when somebody asks `/readyz` and by itself every few seconds. What
//! changes is logged once; what has come back wakes those who wait for it.

mod parts;
mod words;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bidao_schema::api::readiness::{Part, PartCause, PartState, Readiness};
use tokio::sync::{Mutex as Turn, Notify};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::app::App;

/// Between two looks that nobody asked for.
const PERIOD: Duration = Duration::from_secs(10);
/// How long a look is believed: whoever asks more often costs the database nothing.
const FRESH: Duration = Duration::from_millis(500);
/// Below so many free bytes an operator should hear of it, unless told otherwise.
pub const LOW_SPACE: u64 = 1 << 30;

/// What was seen last.
#[derive(Default)]
pub struct Health {
    /// One looks at a time; the others get what it saw.
    turn: Turn<Option<(Instant, Readiness)>>,
    causes: Mutex<Vec<PartCause>>,
    recovered: Notify,
}

impl Health {
    /// Waits until a part has come back.
    pub async fn recovered(&self) {
        self.recovered.notified().await;
    }

    /// Logs what is new, and wakes who waits if something has passed.
    fn note(&self, parts: &[Part]) {
        let causes: Vec<PartCause> = parts.iter().filter_map(|part| part.cause).collect();
        let mut known = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
        for cause in causes.iter().filter(|cause| !known.contains(cause)) {
            tracing::error!(?cause, "a part the server stands on fails");
        }
        let passed: Vec<&PartCause> = known.iter().filter(|cause| !causes.contains(cause)).collect();
        for cause in &passed {
            tracing::warn!(?cause, "it has passed");
        }
        if !passed.is_empty() {
            self.recovered.notify_one();
        }
        *known = causes;
    }
}

/// Looks at every part.
pub async fn look(app: &App) -> Readiness {
    let mut last = app.health.turn.lock().await;
    if let Some((at, seen)) = &*last
        && at.elapsed() < FRESH
    {
        return seen.clone();
    }
    let (database, files) = tokio::join!(parts::database(app), parts::files(app));
    let parts = vec![database, files, parts::space(app).await, parts::clock(app)];
    app.health.note(&parts);
    let seen = Readiness { ready: parts.iter().all(|part| part.state != PartState::Down), parts };
    *last = Some((Instant::now(), seen.clone()));
    seen
}

/// Looks every few seconds until the server stops.
pub async fn watch(app: App) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stop.requested() => return,
            _ = ticks.tick() => drop(look(&app).await),
        }
    }
}
