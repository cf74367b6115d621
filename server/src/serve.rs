//! Runs the application on a socket until it is told to stop.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::Data;
use actix_web::{App as ActixApp, HttpServer};

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::{extract, pace, patience, request_id, tls};
use crate::picture::queue;
use crate::routes;
use crate::stop::{self, Stop};

/// Seconds that requests under way get to finish after a stop signal.
const GRACE_SECONDS: u64 = 20;

/// A server that listens.
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// Await it to run.
    pub server: Server,
}

/// Binds and prepares; nothing runs until `server` is awaited. Must be called inside a tokio runtime.
///
/// # Errors
/// The address is taken or not ours.
pub fn listen(app: App, workers: usize) -> Result<Listening> {
    let taken = |error: std::io::Error| Error::Unavailable(format!("cannot listen: {error}"));
    let listener = TcpListener::bind(app.config.listen).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let (certificate, patience) = (app.certificate.clone(), app.patience);
    patience::bound_unread(&listener, patience).map_err(taken)?;
    let secure = certificate.is_some();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(Data::new(app.clone()))
            .app_data(extract::json())
            .app_data(extract::query())
            .app_data(extract::path())
            .wrap(from_fn(patience::bound))
            .wrap(from_fn(pace::by_address))
            .wrap(default_headers(secure))
            .wrap(from_fn(request_id::assign))
            .configure(routes::mount)
    })
    // `run_until_signalled` and `Background` decide when to stop.
    .disable_signals()
    .workers(workers)
    .client_request_timeout(patience.head)
    .shutdown_timeout(GRACE_SECONDS);
    let server = match certificate {
        Some(certificate) => server.listen_rustls_0_23(listener, tls::config(certificate)?),
        None => server.listen(listener),
    };
    Ok(Listening { address, server: server.map_err(taken)?.run() })
}

/// What every answer says unless its route says otherwise: answers hold personal data.
fn default_headers(secure: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Cache-Control", "no-store"))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "no-referrer"));
    // Over TLS only, as RFC 6797 asks; before a plain server, the proxy says it.
    if secure { headers.add(("Strict-Transport-Security", "max-age=31536000")) } else { headers }
}

/// Runs until SIGTERM or SIGINT; then live streams end, and requests under way get their time to finish.
///
/// # Errors
/// The server failed.
pub async fn run_until_signalled(listening: Listening, stop: Stop) -> Result<()> {
    let handle = listening.server.handle();
    actix_web::rt::spawn(async move {
        stop::signal().await;
        tracing::info!("stopping");
        stop.request();
        handle.stop(true).await;
    });
    listening.server.await.map_err(|error| Error::Internal(format!("server: {error}")))
}

/// A server running on a thread of its own: for the demo and the tests.
pub struct Background {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Background {
    /// Starts it.
    ///
    /// # Errors
    /// As [`listen`].
    pub fn start(app: App) -> Result<Self> {
        let (told, started) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                actix_web::rt::spawn(queue::run(app.clone()));
                match listen(app, 2) {
                    Ok(Listening { address, server }) => {
                        // The starter waits below; it cannot be gone.
                        let _ = told.send(Ok((address, server.handle())));
                        if let Err(error) = server.await {
                            tracing::error!(%error, "server ended");
                        }
                    }
                    Err(error) => {
                        let _ = told.send(Err(error));
                    }
                }
            });
        });
        let (address, handle) =
            started.recv().map_err(|_| Error::Internal("the server thread ended".into()))??;
        Ok(Self { address, handle, thread: Some(thread) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The command is queued at once; the thread ends when the workers have stopped.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
