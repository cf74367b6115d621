//! `bidao demo`: a made-up township lives through a month. Phones that are offline for days, a bad line, two
//! people in one household, photos and signatures, leaders who send work back; and at the end the proof that nothing was lost.
//!
//! Everything is the real thing: the server listens on a socket, the phones are those of the sync engine and
//! speak HTTP through a proxy that spoils their connections. Only time is made up.

mod camera;
pub mod check;
pub mod clock;
mod desk;
mod director;
pub mod district;
mod drawing;
mod household;
mod line;
pub mod phone;
pub mod progress;
pub mod proxy;
mod report;
mod review;
mod seed;
mod signing;
mod survey;
pub mod township;
mod work;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bidao_schema::calendar::{Date, Month};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::app::App;
use crate::config::Config;
use crate::ctx::{Clock, Ctx, SystemClock};
use crate::error::{Error, Result};
use crate::file_store::Place;
use crate::picture::parent::Program;
use crate::serve::Background;
use crate::store::Location;
use crate::store::vault::key::Source;
use clock::DemoClock;
use director::Director;
use proxy::Faults;
use township::Township;

/// What to play. The data goes to `demo.db` in the data folder, made anew each time, or to an empty
/// PostgreSQL database given by `--database-url`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Same seed, same township and same work.
    #[arg(long, default_value_t = 2015)]
    pub seed: u64,
    /// Days of work; they begin with the last full month.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub days: u32,
    /// Phones: one for each of the 30 people; more are second phones of team members.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub phones: u32,
    /// How bad the lines are. Times are about ten times shorter than on a real 2G line.
    #[arg(long, value_enum, default_value_t = Faults::Rural)]
    pub faults: Faults,
    /// Load the whole district of the bulletin instead, 12,642 households, and check the printed totals.
    #[arg(long, conflicts_with_all = ["days", "phones", "faults"])]
    pub district: bool,
    /// How much of the district.
    #[arg(long, default_value_t = 100, requires = "district", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub percent: u32,
    /// End after the table instead of serving on.
    #[arg(long)]
    pub once: bool,
    /// Address to listen on; a free port is taken when this one is not.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How to start the process that looks at a photo.
    #[arg(skip)]
    pub pictures: Program,
}

/// The days played: the last full month, or as many days before today as were asked for.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// The month reported.
    pub month: Month,
    /// First day of work.
    pub first: Date,
    /// Days of work.
    pub days: u32,
}

impl Period {
    fn before(now: i64, days: u32) -> Self {
        let today = Date::from_epoch_millis_shanghai(now);
        let month = today.month().previous().unwrap_or_else(|| today.month());
        let latest = today.add_days(-i64::from(days)).unwrap_or(Date::MIN);
        Self { month, first: month.first().min(latest), days }
    }

    /// The n-th day, from 0.
    #[must_use]
    pub fn day(&self, number: u32) -> Date {
        self.first.add_days(i64::from(number)).unwrap_or(Date::MAX)
    }

    /// The morning on which the last phones come back: after the work, and after the month's end if that has come.
    #[must_use]
    pub fn last_morning(&self) -> Date {
        let after_month = self.month.last().add_days(1).unwrap_or(Date::MAX);
        self.day(self.days).max(after_month)
    }
}

/// Plays the demo.
///
/// # Errors
/// The database is not empty, a port is taken, or a value was lost: then the demo has failed.
pub fn run(location: Location, options: &Options) -> Result<()> {
    if options.district {
        return district::run(location, options);
    }
    let period = Period::before(SystemClock.now(), options.days);
    let clock = Arc::new(DemoClock::default());
    clock.advance_to(work::at(period.day(0).add_days(-1).unwrap_or(Date::MIN), 7, 0));
    let mut rng = StdRng::seed_from_u64(options.seed);
    let township = Township::cast(&mut rng, period.month);
    let (database, files) = fresh(location)?;
    let (keys, listen) = (keys_of(&database), free(options.listen));
    let config = Config { database, keys, files, listen, name: "必到演示".into() };
    let shared: Arc<dyn Clock> = Arc::<DemoClock>::clone(&clock);
    // The server's secrets are not the seed's: a demo may be reachable by others.
    let mut app = App::open(config, Ctx::new(shared, StdRng::from_os_rng()))?;
    app.pictures = Arc::new(options.pictures.clone());
    seed::seed(&app, &township, &mut rng)?;
    let server = Background::start(app.clone())?;
    let lines = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let lines = lines.map_err(|error| Error::Internal(format!("cannot start the lines: {error}")))?;
    report::greet(options, period, &township);
    let mut director = Director::new(&app, &clock, &township, period, options, rng);
    director.enrol(lines.handle(), server.address)?;
    director.play()?;
    lines.block_on(check::pictures_looked_at(&app))?;
    let findings = check::compare(&app, director.phones(), &township)?;
    let duties = report::duties(&app, &township, period)?;
    let survey = report::survey_summary(&app, &township)?;
    let totals = app.db.read_blocking(crate::store::count::totals)?;
    report::print(&report::Outcome {
        township: &township,
        phones: director.phones(),
        lines: director.lines(),
        findings: &findings,
        totals: &totals,
        duties: &duties,
        survey: survey.as_ref(),
        collisions: director.collisions(),
        desk: director.desk_decided(),
    });
    if !findings.is_clean() {
        return Err(Error::Internal("the server does not have everything the phones wrote".into()));
    }
    clock.release();
    if options.once {
        return Ok(());
    }
    let newcomer = township.field.get(6).unwrap_or(&township.field[0]);
    let code = seed::code_for(&app, &newcomer.id)?;
    report::invite(server.address, &township, newcomer, &code);
    lines.block_on(crate::stop::signal());
    drop(server);
    Ok(())
}

/// The demo's own database and files: embedded ones lie beside the real ones and begin empty.
fn fresh(location: Location) -> Result<(Location, Place)> {
    let Location::File(path) = location else { return Ok((location, Place::Temporary)) };
    let cannot =
        |name: &Path, error| Error::Unavailable(format!("cannot remove {}: {error}", name.display()));
    let absent = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    let path = path.with_file_name("demo.db");
    for end in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if !absent(&error) => return Err(cannot(name.as_ref(), error)),
            _ => {}
        }
    }
    let files = path.with_file_name("demo-files");
    match std::fs::remove_dir_all(&files) {
        Err(error) if !absent(&error) => Err(cannot(&files, error)),
        _ => Ok((Location::File(path), Place::Folder(files))),
    }
}

/// Key of a demo on PostgreSQL: everybody in it is made up.
const KEY: &str = "64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f";

/// Keys of a demo: beside an embedded database, or [`KEY`].
fn keys_of(database: &Location) -> Source {
    match database {
        Location::File(_) | Location::Memory => Source::of(database),
        Location::Postgres(_) => Source::Text(KEY.into()),
    }
}

/// The address, or a free port beside it when something else listens there already.
fn free(asked: SocketAddr) -> SocketAddr {
    let is_free = std::net::TcpListener::bind(asked).is_ok();
    if is_free { asked } else { SocketAddr::new(asked.ip(), 0) }
}
