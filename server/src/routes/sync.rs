//! `POST /api/v1/sync`: the one request of phones; `/api/v1/surrenders`: the last one of a phone taken out of use.

use actix_web::http::Method;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::message::{Message, SyncRequest, SyncResponse};

use super::{Besides, Body, Route};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::sync;
use crate::error::{Error, Result};
use crate::http::body::{self, CBOR};

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |path, who, about, handler| Route {
        method: Method::POST,
        path,
        who,
        about,
        query: &[],
        takes: Body::Media(CBOR),
        gives: Body::Media(CBOR),
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row("/api/v1/sync", Who::Device, "Brings sealed batches, takes what is new (PROTOCOL.md)", |r| {
            r.to(exchange)
        })
        .refusing(&[ProblemCode::UnsupportedVersion]),
        row(
            "/api/v1/surrenders",
            Who::Anyone,
            "A phone taken out of use hands in what it had sealed; it goes to quarantine (PROTOCOL.md)",
            |r| r.to(surrender),
        )
        .refusing(&[ProblemCode::UnsupportedVersion, ProblemCode::Forbidden]),
    ]
}

async fn exchange(
    app: Data<App>,
    principal: Principal,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    answered(request, payload, move |message| sync::exchange(&app, &principal, message)).await
}

async fn surrender(app: Data<App>, request: HttpRequest, payload: Payload) -> Result<HttpResponse> {
    answered(request, payload, move |message| sync::surrender::surrender(&app, message)).await
}

/// Reads a request, answers it on a blocking thread.
async fn answered(
    request: HttpRequest,
    payload: Payload,
    answer: impl FnOnce(&SyncRequest) -> Result<SyncResponse> + Send + 'static,
) -> Result<HttpResponse> {
    let (coding, wire) = body::read(&request, payload).await?;
    let accepted = body::accepted(request.headers());
    let answered = web::block(move || {
        let message =
            SyncRequest::decode(&body::inflate(coding, wire)?).map_err(|error| sync::unreadable(&error))?;
        Ok::<_, Error>(body::deflate(accepted, answer(&message)?.encode()))
    });
    let stopping = |_| Error::Unavailable("the server is stopping".into());
    let (coding, bytes) = answered.await.map_err(stopping)??;
    Ok(body::respond(coding, bytes))
}
