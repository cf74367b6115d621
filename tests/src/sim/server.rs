//! The server as a machine: it starts anew, its disk fills up, and all that is left of it may be last night's backup.

use bidao_schema::api::problem::ProblemCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::Ctx;
use bidao_server::error::Error;
use bidao_server::file_store::Place;
use bidao_server::store::vault::key::Source;
use bidao_server::store::{AnyConnection, Location, audit::Audit};
use diesel::RunQueryDsl;

use super::world::World;
use crate::app::KEY;

/// Databases in memory have names, so that a server can come back to its own.
static NAMES: AtomicU64 = AtomicU64::new(0);

/// A database in memory that outlives the server.
pub(super) struct Disk {
    location: Location,
    /// It is there as long as somebody has it open.
    anchor: AnyConnection,
}

impl Disk {
    pub(super) fn new() -> Result<Self, Error> {
        let number = NAMES.fetch_add(1, Ordering::SeqCst);
        let location = Location::File(format!("file:/bidao-sim-{number}?vfs=memdb").into());
        let anchor = location.connect()?;
        Ok(Self { location, anchor })
    }

    /// A copy of it as it is.
    fn copy(&mut self) -> Result<Self, Error> {
        let copy = Self::new()?;
        if let Location::File(path) = &copy.location {
            self.anchor.copy_to(path)?;
        }
        Ok(copy)
    }
}

/// The server's disk and what the office does about it.
#[derive(Default)]
pub(super) struct Machine {
    /// Where the data is; in memory and nowhere else, if nothing happens to the server.
    disk: Option<Disk>,
    backup: Option<Disk>,
    /// Steps for which there is no room.
    pub full: u32,
    /// It was put back and knows less than it said.
    pub is_behind: bool,
}

impl Machine {
    /// A machine whose disk outlives its server, if anything may befall it.
    pub(super) fn new(is_shaken: bool) -> Self {
        let disk = is_shaken.then(|| Disk::new().expect("a database in memory opens"));
        Self { disk, ..Self::default() }
    }

    /// The server's program, started on this machine.
    pub(super) fn start(&self, ctx: Ctx) -> App {
        let database = self.disk.as_ref().map_or(Location::Memory, |disk| disk.location.clone());
        let listen = ([127, 0, 0, 1], 0).into();
        let keys = self.disk.as_ref().map_or(Source::Passing, |_| Source::Text(KEY.into()));
        let config = Config { database, keys, files: Place::Temporary, listen, name: "sim".into() };
        App::open(config, ctx).expect("a server in memory opens")
    }
}

impl World {
    /// The server stops between two requests and starts again.
    pub(super) fn restart_server(&mut self) -> Result<(), String> {
        self.trace.tell("the server starts anew".into());
        self.app = self.machine.start(self.app.ctx.clone());
        Ok(())
    }

    /// The nightly backup.
    pub(super) fn back_up_server(&mut self) -> Result<(), String> {
        let Some(disk) = &mut self.machine.disk else { return Ok(()) };
        self.machine.backup = Some(disk.copy().map_err(|error| error.to_string())?);
        self.trace.tell("the server is backed up".into());
        Ok(())
    }

    /// The disk is lost; a new one gets what the backup has.
    pub(super) fn restore_server(&mut self) -> Result<(), String> {
        let Some(backup) = &mut self.machine.backup else { return Ok(()) };
        let disk = backup.copy().map_err(|error| error.to_string())?;
        self.machine.disk = Some(disk);
        self.machine.is_behind = true;
        self.trace.tell("the server is put back to its backup".into());
        self.restart_server()
    }

    /// From now on there is no room for one page more, or there is again.
    pub(super) fn set_room(&mut self, steps: u32) -> Result<(), String> {
        if (self.machine.full > 0) != (steps > 0) {
            let what = if steps > 0 { "is full" } else { "has room again" };
            self.trace.tell(format!("the server's disk {what}"));
        }
        self.machine.full = steps;
        let most = if steps > 0 { 1 } else { u32::MAX - 1 };
        let limit = move |tx: &mut bidao_server::store::Tx| {
            // Never fewer than there are: 1 is "as many as now".
            diesel::sql_query(format!("PRAGMA max_page_count = {most}")).execute(tx.conn)?;
            Ok(((), Audit::default()))
        };
        self.app.db.write_blocking(limit).map_err(|error| error.to_string())
    }

    /// What the server may answer while its disk is full: that it cannot, never that it did.
    pub(super) fn is_excused(&self, error: &Error) -> bool {
        self.machine.full > 0 && matches!(error.code(), ProblemCode::NoSpace | ProblemCode::Unavailable)
    }
}

/// Time and randomness of a world's server.
pub(super) fn ctx(clock: &crate::clock::TestClock, seed: u64) -> Ctx {
    use rand::SeedableRng;
    Ctx::new(Arc::new(clock.clone()), rand::rngs::StdRng::seed_from_u64(seed ^ 0x5eed))
}
