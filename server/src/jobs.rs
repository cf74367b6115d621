//! What the server does unasked: once when it starts and once a day it forgets sessions that ended, uploads that
//! were not completed and files that no record refers to.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::domain::file::expiry as files;
use crate::domain::session::expiry;

/// Between two passes.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Runs until the server stops. A pass that fails is logged; the next one makes up for it.
pub async fn run(app: App) {
    let mut daily = tokio::time::interval(DAY);
    daily.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    daily.tick().await;
    loop {
        // What is forgotten by a wrong clock does not come back.
        if let Some(doubt) = app.ctx.doubt() {
            tracing::warn!(?doubt, "nothing is forgotten while the clock is in doubt");
        } else {
            forget_sessions(&app).await;
            expire_files(&app).await;
        }
        tokio::select! {
            () = app.stop.requested() => return,
            _ = daily.tick() => {}
        }
    }
}

async fn forget_sessions(app: &App) {
    let now = app.ctx.now();
    match app.db.write(move |tx| expiry::forget(tx, now)).await {
        Ok(expiry::Forgotten { tokens, sessions, proofs }) => {
            tracing::info!(tokens, sessions, proofs, "forgot what ended");
        }
        Err(error) => tracing::error!(%error, "cannot forget what ended"),
    }
}

async fn expire_files(app: &App) {
    let inner = app.clone();
    match tokio::task::spawn_blocking(move || files::expire(&inner)).await {
        Ok(Ok(files::Expired { uploads, parts, files })) => {
            tracing::info!(uploads, parts, files, "removed files that ended");
        }
        Ok(Err(error)) => tracing::error!(%error, "cannot remove files that ended"),
        Err(error) => tracing::error!(%error, "removing files ended early"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::ctx::Ctx;
    use crate::file_store::Place;
    use crate::store::audit::Audit;
    use crate::store::vault::key::Source;
    use crate::store::{Location, proof};

    #[test]
    fn a_server_forgets_when_it_starts_and_hears_the_wish_to_stop() {
        let listen = ([127, 0, 0, 1], 0).into();
        let config = Config {
            database: Location::Memory,
            keys: Source::Passing,
            files: Place::Temporary,
            listen,
            name: String::new(),
        };
        let app = App::open(config, Ctx::system()).unwrap();
        let remember = |app: &App| {
            app.db.write_blocking(|tx| Ok((proof::remember(tx, "old", 0)?, Audit::default()))).unwrap()
        };
        assert!(remember(&app));
        app.stop.request();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(run(app.clone()));
        assert!(remember(&app), "it was forgotten, so it is new");
    }
}
