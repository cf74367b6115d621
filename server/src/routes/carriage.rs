//! `POST /api/v1/carriages`: what one phone brings for another, in envelopes only the server opens.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::web::{Data, Json, Payload};
use bidao_schema::api::carriage::Carriage;
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::carriage::Envelope;
use bidao_sync::message::Message as _;

use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::{carriage, sync};
use crate::error::Result;
use crate::http::body::{self, CBOR};
use crate::http::tus::blocking;

/// Why an envelope is not taken.
const REFUSES: &[ProblemCode] = &[
    ProblemCode::CarriageKeyUnknown,
    ProblemCode::CarriageDamaged,
    ProblemCode::OffsetMismatch,
    ProblemCode::DigestMismatch,
    ProblemCode::QuotaExceeded,
    ProblemCode::NoSpace,
    ProblemCode::Busy,
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = Route {
        method: Method::POST,
        path: "/api/v1/carriages",
        who: Who::Device,
        about: "Brings an envelope of another phone's unsent work (PROTOCOL.md)",
        query: &[],
        takes: Body::Media(CBOR),
        gives: json::<Carriage>(),
        besides: Besides::NOTHING,
        handler: |r| r.to(carry),
    };
    vec![row.refusing(REFUSES)]
}

async fn carry(
    app: Data<App>,
    principal: Principal,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<Carriage>> {
    let (coding, wire) = body::read(&request, payload).await?;
    let taken = blocking(move || {
        let bytes = body::inflate(coding, wire)?;
        let envelope = Envelope::decode(&bytes).map_err(|refusal| sync::unreadable(&refusal))?;
        carriage::take(&app, &principal, &envelope)
    });
    taken.await.map(Json)
}
