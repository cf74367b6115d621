//! How long slow clients are waited for. The framework bounds the head of a request and nothing after it: a body
//! that stops, or that comes a byte at a time, would hold its connection for ever.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{Error, ErrorKind};
use std::net::TcpListener;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
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
    /// Until an answer or a stream goes on that nobody reads.
    pub unread: Duration,
}

impl Default for Patience {
    /// A body of the largest batch, 256 KiB, comes through a line of 10 kbit/s in time.
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            piece: Duration::from_secs(30),
            whole: Duration::from_secs(240),
            unread: Duration::from_secs(60),
        }
    }
}

/// Bounds how long the lines that a listener accepts wait for somebody who does not read: they inherit it. The kernel keeps
/// the time, because only it knows what was taken; then the line is dead, and the framework lets go of it.
///
/// # Errors
/// The system refuses.
pub fn bound_unread(listener: &TcpListener, patience: Patience) -> std::io::Result<()> {
    let millis = u32::try_from(patience.unread.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, millis)?)
}

/// Bounds how long the body of a request may take, and closes the line when the answer is sent before it has come.
///
/// # Errors
/// What the inner service answers.
pub async fn bound<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answer>, actix_web::Error> {
    let patience = request.app_data::<Data<App>>().map(|app| app.patience).unwrap_or_default();
    let body = match request.take_payload() {
        Payload::None => None,
        body => Some(Rc::new(RefCell::new(body))),
    };
    if let Some(body) = &body {
        let takes_files = request.path().starts_with("/api/v1/files");
        let ends = (!takes_files).then(|| Instant::now() + patience.whole);
        let payload = bounded(body.clone(), patience.piece, ends);
        request.set_payload(Payload::Stream { payload });
    }
    let response = next.call(request).await?;
    Ok(response.map_body(|_, answer| Answer { answer: answer.boxed(), _request: body }))
}

/// A body as handlers read it.
type Body = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;
/// A body that handlers read, and that the answer keeps.
type Shared = Rc<RefCell<Payload>>;

fn bounded(body: Shared, piece: Duration, ends: Option<Instant>) -> Body {
    Box::pin(stream::unfold(Some(body), move |body| async move {
        let body = body?;
        let next = timeout(piece, poll_fn(|context| body.borrow_mut().poll_next_unpin(context)));
        let next = match ends {
            Some(ends) => timeout_at(ends, next).await.and_then(|within| within),
            None => next.await,
        };
        let late = Error::new(ErrorKind::TimedOut, "the body did not arrive in time");
        let next = next.unwrap_or_else(|_| Some(Err(PayloadError::Io(late))))?;
        let goes_on = next.is_ok().then_some(body);
        Some((next, goes_on))
    }))
}

/// An answer that holds on to the body of its request. The framework waits without end for the rest of a chunked body
/// that was dropped before it had come; of one that is still held it closes the line.
pub struct Answer {
    answer: BoxBody,
    _request: Option<Shared>,
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}
