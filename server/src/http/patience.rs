//! How long slow clients are waited for. The framework bounds the head of a request and nothing after it: a body
//! that stops, or that comes a byte at a time, would hold its connection for ever.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{Instant, timeout, timeout_at};

use crate::app::App;

/// How long each part of a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the opened connection to the end of the head.
    pub head: Duration,
    /// From one piece of the body to the next.
    pub piece: Duration,
    /// The whole body, unless the route takes files, which may come as slowly as a bad line brings them.
    pub whole: Duration,
}

impl Default for Patience {
    /// A body of the largest batch, 256 KiB, comes through a line of 10 kbit/s in time.
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            piece: Duration::from_secs(30),
            whole: Duration::from_secs(240),
        }
    }
}

/// Bounds how long the body of a request may take.
///
/// # Errors
/// What the inner service answers.
pub async fn bound<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if let Some(app) = request.app_data::<Data<App>>() {
        let patience = app.patience;
        let takes_files = request.path().starts_with("/api/v1/files");
        let ends = (!takes_files).then(|| Instant::now() + patience.whole);
        let body = request.take_payload();
        if !matches!(body, Payload::None) {
            request.set_payload(Payload::Stream { payload: bounded(body, patience.piece, ends) });
        }
    }
    next.call(request).await
}

/// A body as handlers read it.
type Body = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

fn bounded(body: Payload, piece: Duration, ends: Option<Instant>) -> Body {
    let late =
        || Some(Err(PayloadError::Io(Error::new(ErrorKind::TimedOut, "the body did not arrive in time"))));
    Box::pin(stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        let next = timeout(piece, body.next());
        let next = match ends {
            Some(ends) => timeout_at(ends, next).await.and_then(|within| within),
            None => next.await,
        };
        let next = next.unwrap_or_else(|_| late())?;
        let goes_on = next.is_ok().then_some(body);
        Some((next, goes_on))
    }))
}
