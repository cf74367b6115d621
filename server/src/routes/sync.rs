//! `POST /api/v1/sync`: the one request of phones.

use actix_web::http::Method;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::message::{Message, SyncRequest};

use super::{Besides, Body, Route};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::sync;
use crate::error::{Error, Result};
use crate::http::body::{self, CBOR};

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::POST,
            path: "/api/v1/sync",
            who: Who::Device,
            about: "Brings sealed batches, takes what is new (PROTOCOL.md)",
            query: &[],
            takes: Body::Media(CBOR),
            gives: Body::Media(CBOR),
            besides: Besides::NOTHING,
            handler: |r| r.to(exchange),
        }
        .refusing(&[ProblemCode::UnsupportedVersion]),
    ]
}

async fn exchange(
    app: Data<App>,
    principal: Principal,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let (coding, wire) = body::read(&request, payload).await?;
    let accepted = body::accepted(request.headers());
    let answer = web::block(move || {
        let message =
            SyncRequest::decode(&body::inflate(coding, wire)?).map_err(|error| sync::unreadable(&error))?;
        let answer = sync::exchange(&app, &principal, &message)?;
        Ok::<_, Error>(body::deflate(accepted, answer.encode()))
    });
    let stopping = |_| Error::Unavailable("the server is stopping".into());
    let (coding, bytes) = answer.await.map_err(stopping)??;
    Ok(body::respond(coding, bytes))
}
