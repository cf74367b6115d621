//! The command line. Each command is one function; `--help` is meant to be read.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::app::App;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::serve;
use crate::store::Location;

/// Bidao 必到: household visits and surveys that survive bad networks.
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
    /// Folder of the embedded database and files.
    #[arg(long, global = true, default_value = "data", env = "BIDAO_DATA")]
    data: PathBuf,
    /// postgres://…, sqlite://path; without it a file in the data folder.
    #[arg(long, global = true, env = "BIDAO_DATABASE_URL")]
    database_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer phones and desks until stopped (SIGTERM lets requests under way finish).
    Serve(ServeArgs),
    /// Bring the database to this version and say how many steps were applied.
    Migrate,
}

#[derive(Args)]
struct ServeArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "BIDAO_LISTEN")]
    listen: SocketAddr,
    /// What phones and desks are told this server is called.
    #[arg(long, default_value = "必到", env = "BIDAO_NAME")]
    name: String,
}

impl DataArgs {
    fn location(&self) -> Result<Location> {
        if let Some(url) = &self.database_url {
            return Location::parse(url);
        }
        std::fs::create_dir_all(&self.data).map_err(|error| {
            Error::invalid("data", format!("cannot make the folder {}: {error}", self.data.display()))
        })?;
        Ok(Location::File(self.data.join("bidao.db")))
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for the terminal.
pub fn run(cli: Cli) -> Result<()> {
    let location = cli.data.location()?;
    match cli.command {
        Command::Serve(args) => serve(location, args),
        Command::Migrate => migrate(&location),
    }
}

fn serve(location: Location, args: ServeArgs) -> Result<()> {
    let config = Config { database: location, listen: args.listen, name: args.name };
    let app = App::open(config, Ctx::system())?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async move {
        let listening = serve::listen(app, workers)?;
        tracing::info!(address = %listening.address, "listening");
        listening.server.await.map_err(|error| Error::Internal(format!("server: {error}")))
    })
}

#[expect(clippy::print_stdout, reason = "a command answers on the terminal")]
fn migrate(location: &Location) -> Result<()> {
    let steps = location.connect()?.migrate()?;
    println!("{steps} migration steps applied");
    Ok(())
}
