//! Every request has an id: in its answer's `X-Request-Id`, in its log line, in its problem document.

use std::cell::RefCell;
use std::time::{Duration, UNIX_EPOCH};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{DATE, HeaderName, HeaderValue, HttpDate, TryIntoHeaderValue as _};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::app::App;

tokio::task_local! {
    static REQUEST_ID: RefCell<String>;
}

/// Id of the request being answered; empty outside one.
#[must_use]
pub fn current() -> String {
    REQUEST_ID.try_with(|id| id.borrow().clone()).unwrap_or_default()
}

/// Gives the request its id, and writes one log line without personal data when it is answered: the
/// route's pattern, never the path, because a path names records.
///
/// # Errors
/// What the inner service answers.
pub async fn assign<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let app = request.app_data::<Data<App>>().cloned();
    let id = app.as_ref().map(|app| app.ctx.id()).unwrap_or_default();
    let began = app.as_ref().map_or(0, |app| app.ctx.now());
    let method = word_of(request.method());
    REQUEST_ID
        .scope(RefCell::new(id.clone()), async move {
            let mut response = next.call(request).await?;
            if let Ok(value) = HeaderValue::from_str(&id) {
                response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
            }
            let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
            let status = response.status().as_u16();
            if let Some(app) = app {
                // Phones date their proofs by it: it must be the server's time, which is not always the machine's.
                let date = u64::try_from(app.ctx.now()).unwrap_or(0);
                let date = HttpDate::from(UNIX_EPOCH + Duration::from_millis(date)).try_into_value();
                if let Ok(date) = date {
                    response.headers_mut().insert(DATE, date);
                }
                let millis = app.ctx.now().saturating_sub(began);
                app.metrics.request(method, &route, status, millis);
                tracing::info!(request_id = %id, method, route, status, millis, "answered");
            }
            Ok(response)
        })
        .await
}

/// The method, for the log and the metrics: a client may invent words of its own, and each would be a metric for ever.
fn word_of(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}
