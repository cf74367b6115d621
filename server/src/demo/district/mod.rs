//! `bidao demo --district`: the whole district of the bulletin, 12,642 made-up households with what is planned for each,
//! entered through the server's own code, and the registers over it. Its totals are printed ones (domain §2): E1 to E3
//! hold, E4 is nine over, and the nine are named.

mod entry;
mod family;
pub mod load;
pub mod place;
pub mod plan;
pub mod report;
pub mod round;
pub mod settle;
pub mod totals;

use std::sync::Arc;

use bidao_schema::api::register::Registers;
use bidao_schema::calendar::Date;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::clock::DemoClock;
use super::progress::Progress;
use super::township::DISTRICT;
use super::{Options, Period, free, fresh, seed, work};
use crate::app::App;
use crate::config::Config;
use crate::ctx::{Clock, Ctx, SystemClock};
use crate::domain::register;
use crate::error::{Error, Result};
use crate::file_store::Place;
use crate::serve::Background;
use crate::store::Location;
use load::Loaded;
use plan::District;

/// A district in a database of its own.
pub struct Stage {
    /// The application.
    pub app: App,
    /// Its clock stands at the evening of that day.
    pub clock: Arc<DemoClock>,
    /// The day as of which everything is: the last of a month.
    pub on: Date,
    /// The district.
    pub district: District,
    seed: u64,
}

impl Stage {
    /// Draws a district, so many percent of the bulletin's, and enters who works where. Households are [`Stage::load`]ed.
    ///
    /// # Errors
    /// The database is not empty, or fails.
    pub fn set(
        database: Location,
        files: Place,
        listen: std::net::SocketAddr,
        seed: u64,
        percent: u32,
    ) -> Result<Self> {
        let on = Period::before(SystemClock.now(), 0).month.last();
        let clock = Arc::new(DemoClock::default());
        clock.advance_to(work::at(on, 18, 0));
        let shared: Arc<dyn Clock> = Arc::<DemoClock>::clone(&clock);
        let keys = super::keys_of(&database);
        let config = Config { database, keys, files, listen, name: "必到演示".into() };
        // The server's secrets are not the seed's: a demo may be reachable by others.
        let app = App::open(config, Ctx::new(shared, StdRng::from_os_rng()))?;
        let district = District::of(seed, percent, on);
        settle::settle(&app, &district, &settle::pens(seed, &district)?)?;
        Ok(Self { app, clock, on, district, seed })
    }

    /// Enters all households with their measures and projects.
    ///
    /// # Errors
    /// The database fails or refuses a record.
    pub fn load(&self, told: impl FnMut(&Loaded)) -> Result<Loaded> {
        load::load(&self.app, &self.district, settle::pens(self.seed, &self.district)?, self.on, told)
    }

    /// The registers of the district as its office reads them.
    ///
    /// # Errors
    /// The database fails.
    pub fn registers(&self) -> Result<Registers> {
        let office = round::desk(&self.app, &self.district.places.desks[0], self.on)?;
        let (month, now) = (self.on.month(), self.app.ctx.now());
        self.app.db.read_blocking(move |tx| register::of(tx, &office.scope, DISTRICT, month, now))
    }
}

/// Plays it.
///
/// # Errors
/// The database is not empty, a port is taken, or the figures are not those that were put in: then the demo has failed.
pub fn run(location: Location, options: &Options) -> Result<()> {
    let (database, files) = fresh(location)?;
    let mut stage = Stage::set(database, files, free(options.listen), options.seed, options.percent)?;
    stage.app.pictures = Arc::new(options.pictures.clone());
    report::greet(&stage.district, options.seed, stage.on);
    let loaded = load_shown(&stage)?;
    let rounds = round::open(&stage.app, &stage.district, stage.on)?;
    let summary = |id: &String| round::summary(&stage.app, &stage.district, id, stage.on);
    let summaries = rounds.iter().map(summary).collect::<Result<Vec<_>>>()?;
    let registers = stage.registers()?;
    report::print(&registers, &summaries, &stage.district.totals);
    report::check(&registers, &stage.district.totals)?;
    debug_assert_eq!(loaded.records, stage.district.totals.records());
    stage.clock.release();
    if options.once {
        return Ok(());
    }
    let server = Background::start(stage.app.clone())?;
    let signals = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let signals = signals.map_err(|error| Error::Internal(format!("cannot wait for signals: {error}")))?;
    let first = stage.district.places.villages.iter().find(|village| village.has_team());
    let newcomer = first.map_or(&stage.district.places.villages[0].workers[0], |village| &village.workers[1]);
    let code = seed::code_for(&stage.app, &newcomer.id)?;
    report::invite(server.address, &stage.district, (&newcomer.account, &code));
    signals.block_on(crate::stop::signal());
    drop(server);
    Ok(())
}

/// Enters the register, showing how far it is.
fn load_shown(stage: &Stage) -> Result<Loaded> {
    let (began, all) = (SystemClock.now(), stage.district.totals.records());
    let mut progress = Progress::new(stage.district.places.villages.len());
    let loaded = stage.load(|loaded| {
        let seconds = (SystemClock.now() - began).max(1) as f64 / 1000.0;
        let each = loaded.records as f64 / seconds;
        progress.step(&format!("{} / {all} 条记录 records, {each:.0} 条/秒 a second", loaded.records));
    })?;
    progress.finish();
    let seconds = (SystemClock.now() - began) as f64 / 1000.0;
    super::report::line(&format!(
        "  录入 entered: {} 条记录 records, {} 批 sealed batches, {} KB, {seconds:.1} 秒 seconds",
        loaded.records,
        loaded.batches,
        loaded.bytes / 1024
    ));
    Ok(loaded)
}
