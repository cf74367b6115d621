//! `bidao serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::say;
use crate::app::App;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::file_store::Place;
use crate::health::{self, LOW_SPACE};
use crate::http::streams::{STREAMS_PER_ACCOUNT, Streams};
use crate::http::tls::Certificate;
use crate::picture::parent::Program;
use crate::picture::queue;
use crate::store::Location;
use crate::store::vault::key::Source;
use crate::{jobs, serve, telemetry};

#[derive(Args)]
pub struct ServeArgs {
    /// Address to listen on; port 0 takes any free one. Browsers work offline only over TLS or on the machine itself: give a
    /// certificate, or put a reverse proxy with TLS before it.
    #[arg(long, default_value = "127.0.0.1:8080", env = "BIDAO_LISTEN")]
    listen: SocketAddr,
    /// What phones and desks are told this server is called.
    #[arg(long, default_value = "必到", env = "BIDAO_NAME")]
    name: String,
    /// Below so many free bytes on a disk that this machine writes to, /readyz warns.
    #[arg(long, default_value_t = LOW_SPACE, env = "BIDAO_LOW_SPACE")]
    low_space: u64,
    /// Live streams one account may hold; the newest takes the place of the oldest.
    #[arg(long, default_value_t = STREAMS_PER_ACCOUNT, env = "BIDAO_STREAMS_PER_ACCOUNT")]
    streams_per_account: usize,
    /// Go by this machine's clock although something was written at a later time.
    #[arg(long, env = "BIDAO_BELIEVE_CLOCK")]
    believe_clock: bool,
    /// PEM file of the certificate chain; read again when it changes.
    #[arg(long, requires = "tls_key", env = "BIDAO_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// PEM file of the certificate's key.
    #[arg(long, requires = "tls_cert", env = "BIDAO_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// The program that looks at pictures, a `bidao`; without it this one.
    #[arg(long, env = "BIDAO_PICTURE_PROGRAM", hide = true)]
    picture_program: Option<PathBuf>,
}

/// Serves until a signal; the first line on standard output is JSON with the address.
pub fn run(location: Location, keys: Source, files: Place, args: ServeArgs) -> Result<()> {
    telemetry::log_panics_by_place();
    let config = Config { database: location, keys, files, listen: args.listen, name: args.name };
    let mut app = App::open(config, if args.believe_clock { Ctx::system() } else { Ctx::steady() })?;
    app.low_space = args.low_space;
    app.streams = Streams::of(args.streams_per_account);
    if let (Some(chain), Some(key)) = (args.tls_cert, args.tls_key) {
        app.certificate = Some(Arc::new(Certificate::open(chain, key)?));
    }
    if let Some(path) = args.picture_program {
        app.pictures = Arc::new(Program::at(path));
    }
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async move {
        let stop = app.stop.clone();
        let scheme = if app.certificate.is_some() { "https" } else { "http" };
        let listening = serve::listen(app.clone(), workers)?;
        let pictures = actix_web::rt::spawn(queue::run(app.clone()));
        let watch = actix_web::rt::spawn(health::watch(app.clone()));
        let jobs = actix_web::rt::spawn(jobs::run(app));
        let address = listening.address;
        say(&serde_json::json!({"address": address, "url": format!("{scheme}://{address}")}).to_string());
        tracing::info!(%address, "listening");
        serve::run_until_signalled(listening, stop).await?;
        // A pass under way ends first; one that panicked has been logged.
        let _ = (jobs.await, pictures.await, watch.await);
        Ok(())
    })
}
