//! The application: what every request shares, and how it is put together.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::config::Config;
use crate::ctx::Ctx;
use crate::domain::session::Keys;
use crate::domain::{carriage, duplicate, file, projection};
use crate::error::Result;
use crate::file_store::FileStore;
use crate::file_store::turn::Turns;
use crate::health::{Health, LOW_SPACE};
use crate::http::pace::Pace;
use crate::http::patience::Patience;
use crate::http::streams::Streams;
use crate::http::tls::Certificate;
use crate::picture::parent::Program;
use crate::stop::Stop;
use crate::store::Db;
use crate::store::audit::{self, Audit};
use crate::telemetry::Metrics;

/// What every request shares. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The bytes of files.
    pub files: FileStore,
    /// Who works on which upload.
    pub turns: Turns,
    /// Rung when a file has arrived that somebody should look at.
    pub arrived: Arc<Notify>,
    /// Who looks at pictures; unless somebody says otherwise, this very program.
    pub pictures: Arc<Program>,
    /// Time and randomness.
    pub ctx: Ctx,
    /// Keys that sign access tokens.
    pub keys: Arc<Keys>,
    /// Settings.
    pub config: Arc<Config>,
    /// How fast anybody may ask.
    pub pace: Arc<Pace>,
    /// Shown to whoever connects; without it the line is plain, behind a proxy or on this machine.
    pub certificate: Option<Arc<Certificate>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Heard by live streams.
    pub stop: Stop,
    /// Live streams that are open.
    pub streams: Streams,
    /// How long slow clients are waited for.
    pub patience: Patience,
    /// How the parts are that the server stands on.
    pub health: Arc<Health>,
    /// Below so many free bytes on a disk the operator should hear of it.
    pub low_space: u64,
}

impl App {
    /// Opens the store of files and the database, brings it to this version, loads or makes its keys.
    ///
    /// # Errors
    /// The store of files cannot be used; the database cannot be reached or migrated.
    pub fn open(config: Config, ctx: Ctx) -> Result<Self> {
        let db = Db::open_with(config.database.clone(), config.keys.clone())?;
        if let Some(written) = db.read_blocking(|tx| audit::newest(tx.conn))? {
            ctx.not_before(written);
        }
        let files = FileStore::open(&config.files, &file::key::load_or_make(&db, &ctx)?)?;
        let keys = Arc::new(Keys::load_or_make(&db, &ctx)?);
        carriage::ensure_key(&db, &ctx)?;
        duplicate::rekey(&db, ctx.now())?;
        db.write_blocking(move |tx| Ok((projection::fill(tx)?, Audit::default())))?;
        let metrics = Arc::new(Metrics::new()?);
        Ok(Self {
            db,
            files,
            turns: Turns::default(),
            arrived: Arc::default(),
            pictures: Arc::default(),
            ctx,
            keys,
            config: Arc::new(config),
            pace: Arc::default(),
            certificate: None,
            metrics,
            stop: Stop::default(),
            streams: Streams::default(),
            patience: Patience::default(),
            health: Arc::default(),
            low_space: LOW_SPACE,
        })
    }
}
