//! What the operator's tools ask: alive, ready, metrics, the description of the API.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, Responder, ResponseError};
use bidao_schema::api::problem::ProblemCode;

use super::{Besides, Body, Route, openapi};
use crate::app::App;
use crate::domain::access::Who;
use crate::error::{Error, Result};

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let plain = |path, about, gives, handler| Route {
        method: Method::GET,
        path,
        who: Who::Anyone,
        about,
        query: &[],
        takes: Body::Nothing,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        plain("/healthz", "The process runs", Body::Media("text/plain"), |r| r.to(health)),
        plain("/readyz", "The database and the store of files answer", Body::Media("text/plain"), |r| {
            r.to(ready)
        }),
        plain("/metrics", "Prometheus metrics", Body::Media("text/plain"), |r| r.to(metrics)),
        plain("/openapi.json", "This description (OpenAPI 3.1)", Body::Media("application/json"), |r| {
            r.to(describe)
        }),
    ]
}

async fn health() -> impl Responder {
    "ok"
}

async fn ready(app: Data<App>) -> Result<HttpResponse> {
    app.db.read(|tx| crate::store::area::find(tx, "").map(drop)).await.map_err(|error| {
        tracing::error!(%error, "not ready");
        Error::Unavailable("the database does not answer".into())
    })?;
    let store = app.files.clone();
    let checked = web::block(move || store.check()).await;
    let checked = checked.map_err(|_| Error::Unavailable("the server is stopping".into()))?;
    checked.inspect_err(|error| tracing::error!(%error, "not ready"))?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready"))
}

async fn metrics(app: Data<App>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(app.metrics.text()?))
}

async fn describe() -> HttpResponse {
    HttpResponse::Ok().json(openapi::document())
}

/// What answers the other methods of a known path: 405 with those it has (RFC 9110 §15.5.6).
pub fn other_methods(methods: Vec<Method>) -> actix_web::Route {
    let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    web::to(move || {
        let refusal = Error::refused(ProblemCode::MethodNotAllowed, format!("this path has {allow}"));
        let mut response = refusal.error_response();
        // Names of methods are tokens, which every header may hold.
        if let Ok(allow) = HeaderValue::from_str(&allow) {
            response.headers_mut().insert(ALLOW, allow);
        }
        std::future::ready(response)
    })
}
