//! The command line. Each command is one function; `--help` is meant to be read.

mod account;
mod area;
mod backup;
mod catalogue;
mod enrol_code;
mod key;
mod leave;
mod map;
mod pairing;
mod picture;
mod poverty_line;
mod serve;
mod setting;
mod team;
mod verify;

use std::path::PathBuf;

use bidao_schema::calendar::Date;
use clap::{Args, Parser, Subcommand};

use crate::ctx::Ctx;
use crate::demo;
use crate::error::{Error, Result};
use crate::file_store::{Environment, Place};
use crate::store::vault::key::Source;
use crate::store::{Db, Location};

/// Bidao 必到: household visits and surveys that survive bad networks.
///
/// One binary serves phones (at `/`) and desks (at `/desk/`), on an embedded database or on PostgreSQL.
/// To begin: `bidao area load areas.csv`, `bidao account add …`, `bidao serve`, `bidao enrol-code …`.
#[derive(Parser)]
#[command(name = "bidao", version, about)]
pub struct Cli {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct DataArgs {
    /// Folder of the embedded database and of the files; `data` unless told otherwise.
    #[arg(long, global = true, env = "BIDAO_DATA")]
    data: Option<PathBuf>,
    /// postgres://…, sqlite://path; without it a file in the data folder.
    #[arg(long, global = true, env = "BIDAO_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// A folder or s3://bucket/prefix for photos and signatures; without it `files` beside the embedded
    /// database, or in the data folder. A bucket's credentials are read from AWS_ACCESS_KEY_ID and
    /// AWS_SECRET_ACCESS_KEY, its server from AWS_ENDPOINT and AWS_REGION.
    #[arg(long, global = true, env = "BIDAO_FILES_URL", hide_env_values = true)]
    files: Option<String>,
    /// File with the keys the database is sealed with; without it `bidao.key` beside the embedded database or in the
    /// data folder, made when there is none. BIDAO_KEYS holds the keys themselves instead. Keep a copy of it apart
    /// from the backups of the database.
    #[arg(long, global = true, env = "BIDAO_KEY_FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer phones and desks until stopped (SIGTERM lets requests under way finish).
    Serve(serve::ServeArgs),
    /// Bring the database to this version and say how many steps were applied.
    Migrate,
    /// Accounts: who may log in, with which roles where.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Areas: districts, townships and villages.
    #[command(subcommand)]
    Area(area::AreaCommand),
    /// The map of villages that the desk colours.
    #[command(subcommand)]
    Map(map::MapCommand),
    /// Resident work teams and their villages.
    #[command(subcommand)]
    Team(team::TeamCommand),
    /// Pairings: which helper stands by which household, from when to when.
    #[command(subcommand)]
    Pairing(pairing::PairingCommand),
    /// Approved leave, shown in the duty report as a reason.
    #[command(subcommand)]
    Leave(leave::LeaveCommand),
    /// Poverty lines by year.
    #[command(subcommand)]
    PovertyLine(poverty_line::PovertyLineCommand),
    /// What counts as income: versions of the catalogue of items.
    #[command(subcommand)]
    Catalogue(catalogue::CatalogueCommand),
    /// How this place reads the rules of the duty report.
    #[command(subcommand)]
    Setting(setting::SettingCommand),
    /// Make a one-time code with which the person of an account enrols a phone within 24 hours.
    EnrolCode(enrol_code::EnrolCodeArgs),
    /// The keys the database is sealed with: show, rotate, retire.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Write a consistent copy of the embedded database, also while serving. Its key file is kept apart from it.
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the embedded database; the server must be stopped.
    ///
    /// Phones notice by their cursors that the past changed, read again and send what the backup lacks.
    Restore(backup::RestoreArgs),
    /// Play a month of a made-up township over bad lines, check that nothing was lost, then serve it.
    Demo(demo::Options),
    /// Look at one picture, for the server: original on standard input, CBOR on standard output.
    #[command(hide = true)]
    Picture(picture::PictureArgs),
    /// Check the audit chain, and that every record can be rebuilt from its changes.
    Verify(verify::VerifyArgs),
}

impl DataArgs {
    fn location(&self) -> Result<Location> {
        if let Some(url) = &self.database_url {
            return Location::parse(url);
        }
        let folder = self.data.clone().unwrap_or_else(|| "data".into());
        std::fs::create_dir_all(&folder).map_err(|error| {
            Error::invalid("data", format!("cannot make the folder {}: {error}", folder.display()))
        })?;
        Ok(Location::File(folder.join("bidao.db")))
    }

    /// Where the keys are. The environment comes before a place that nobody named.
    fn keys(&self, location: &Location) -> Source {
        let given = std::env::var("BIDAO_KEYS").ok().filter(|keys| !keys.trim().is_empty());
        match (&self.key_file, given, location, &self.data) {
            (Some(path), _, _, _) => Source::File(path.clone()),
            (None, Some(keys), _, _) => Source::Text(keys),
            (None, None, Location::Postgres(_), Some(folder)) => Source::File(folder.join("bidao.key")),
            (None, None, location, _) => Source::of(location),
        }
    }

    /// Where the bytes of files are. A database elsewhere says nothing about a folder here.
    fn files(&self, location: &Location) -> Result<Place> {
        match (&self.files, location, &self.data) {
            (Some(url), _, _) => Place::parse(url, Environment::of_process()),
            (None, Location::File(database), _) => Ok(Place::beside(database)),
            (None, Location::Memory, _) => Ok(Place::Temporary),
            (None, Location::Postgres(_), Some(folder)) => Ok(Place::Folder(folder.join("files"))),
            (None, Location::Postgres(_), None) => Err(Error::invalid(
                "BIDAO_FILES_URL",
                "say where photos and signatures are kept: --files with a folder or s3://bucket/prefix, or --data",
            )),
        }
    }
}

impl Cli {
    /// What is logged unless `BIDAO_LOG` says otherwise: the demo's terminal belongs to its table.
    #[must_use]
    pub fn log_level(&self) -> &'static str {
        if matches!(self.command, Command::Demo(_)) { "error" } else { "info,actix_server=warn" }
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for the terminal.
pub fn run(cli: Cli) -> Result<()> {
    if let Command::Picture(args) = &cli.command {
        return picture::run(args);
    }
    let location = cli.data.location()?;
    let keys = cli.data.keys(&location);
    let open = |location| Db::open_with(location, keys.clone());
    match cli.command {
        Command::Serve(args) => {
            let files = cli.data.files(&location)?;
            serve::run(location, keys, files, args)
        }
        Command::Migrate => migrate(&location),
        Command::Account(command) => account::run(&open(location)?, command),
        Command::Area(command) => area::run(&open(location)?, command),
        Command::Map(command) => map::run(&open(location)?, command),
        Command::Team(command) => team::run(&open(location)?, command),
        Command::Pairing(command) => pairing::run(&open(location)?, command),
        Command::Leave(command) => leave::run(&open(location)?, command),
        Command::PovertyLine(command) => poverty_line::run(&open(location)?, command),
        Command::Catalogue(command) => catalogue::run(&open(location)?, command),
        Command::Setting(command) => setting::run(&open(location)?, command),
        Command::EnrolCode(args) => enrol_code::run(&open(location)?, &args),
        Command::Key(command) => key::run(&open(location)?, command),
        Command::Backup(args) => backup::back_up(&location, &args),
        Command::Restore(args) => backup::restore(&location, &keys, &args),
        Command::Demo(options) => demo::run(location, &options),
        // Answered above: it may not make the data folder.
        Command::Picture(_) => Ok(()),
        Command::Verify(args) => verify::run(&open(location)?, &args),
    }
}

fn migrate(location: &Location) -> Result<()> {
    let steps = location.connect()?.migrate()?;
    say(&format!("{steps} migration steps applied"));
    Ok(())
}

/// The day typed as `argument`.
fn day(argument: &str, text: String) -> Result<String> {
    match Date::parse(&text) {
        Some(_) => Ok(text),
        None => Err(Error::invalid(argument, "expected a day, YYYY-MM-DD")),
    }
}

/// Today in Asia/Shanghai.
fn today(ctx: &Ctx) -> String {
    Date::from_epoch_millis_shanghai(ctx.now()).to_string()
}

/// One line of a command's answer.
#[expect(clippy::print_stdout, reason = "a command answers on the terminal")]
fn say(line: &str) {
    println!("{line}");
}
