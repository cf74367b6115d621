//! What the operator's tools ask: alive, ready, metrics, the description of the API.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, Responder, ResponseError};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::readiness::Readiness;

use super::{Besides, Body, Route, json, openapi};
use crate::app::App;
use crate::domain::access::Who;
use crate::error::{Error, Result};
use crate::health;
use crate::http::problem;

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
        plain(
            "/readyz",
            "How the parts are that the server stands on; 503 with them while phones cannot sync",
            json::<Readiness>(),
            |r| r.to(ready),
        ),
        plain("/metrics", "Prometheus metrics", Body::Media("text/plain"), |r| r.to(metrics)),
        plain("/openapi.json", "This description (OpenAPI 3.1)", Body::Media("application/json"), |r| {
            r.to(describe)
        }),
    ]
}

async fn health() -> impl Responder {
    "ok"
}

/// While phones cannot sync, the parts are in a problem document, so that whoever knows nothing of them understands it.
async fn ready(app: Data<App>) -> HttpResponse {
    let Readiness { ready, parts } = health::look(&app).await;
    if ready {
        return HttpResponse::Ok().json(Readiness { ready, parts });
    }
    problem::unready(&parts)
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
