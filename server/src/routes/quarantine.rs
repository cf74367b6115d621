//! `/api/v1/quarantine`: what was not stored, and what a leader says of it.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::{Data, Json, Path};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::quarantine::{QuarantinedDetail, QuarantinedItem, SettleQuarantined};

use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{MANAGES_DEVICES, Principal, REVIEWS, Who};
use crate::domain::quarantine;
use crate::error::Result;
use crate::http::body::CBOR;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, path, who, about, takes, gives, handler| Route {
        method,
        path,
        who: Who::Roles(who),
        about,
        query: &[],
        takes,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row(
            Method::GET,
            "/api/v1/quarantine",
            MANAGES_DEVICES,
            "Items that were not stored or that wait, with the reason",
            Body::Nothing,
            json::<Vec<QuarantinedItem>>(),
            |r| r.to(list),
        ),
        row(
            Method::GET,
            "/api/v1/quarantine/{id}",
            REVIEWS,
            "One of them, with what it would change",
            Body::Nothing,
            json::<QuarantinedDetail>(),
            |r| r.to(one),
        ),
        row(
            Method::GET,
            "/api/v1/quarantine/{id}/export",
            REVIEWS,
            "One of them with its bytes",
            Body::Nothing,
            Body::Media(CBOR),
            |r| r.to(export),
        ),
        row(
            Method::POST,
            "/api/v1/quarantine/{id}/release",
            REVIEWS,
            "Store it as its author's",
            json::<SettleQuarantined>(),
            Body::Nothing,
            |r| r.to(release),
        )
        .refusing(&[ProblemCode::StepNotPossible]),
        row(
            Method::POST,
            "/api/v1/quarantine/{id}/dismiss",
            REVIEWS,
            "Put it aside; its bytes are kept",
            json::<SettleQuarantined>(),
            Body::Nothing,
            |r| r.to(dismiss),
        ),
    ]
}

async fn list(app: Data<App>, principal: Principal) -> Result<Json<Vec<QuarantinedItem>>> {
    app.db.read(move |tx| quarantine::list(tx, &principal.scope)).await.map(Json)
}

async fn one(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<QuarantinedDetail>> {
    let now = app.ctx.now();
    app.db.read(move |tx| quarantine::one(tx, &principal.scope, &id, now)).await.map(Json)
}

async fn export(app: Data<App>, principal: Principal, id: Path<String>) -> Result<HttpResponse> {
    let (now, entry) = (app.ctx.now(), app.ctx.id());
    let (scope, item) = (principal.scope.clone(), id.clone());
    app.db.read(move |tx| quarantine::one(tx, &scope, &item, now).map(drop)).await?;
    app.pace.of_reveal(&principal, now)?;
    let bytes = app.db.write(move |tx| quarantine::export(tx, &principal, (&id, &entry), now)).await?;
    Ok(HttpResponse::Ok().content_type(CBOR).body(bytes))
}

async fn release(
    app: Data<App>,
    principal: Principal,
    id: Path<String>,
    ask: Json<SettleQuarantined>,
) -> Result<HttpResponse> {
    let now = app.ctx.now();
    app.db.write(move |tx| quarantine::release(tx, &principal, &id, &ask.reason, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn dismiss(
    app: Data<App>,
    principal: Principal,
    id: Path<String>,
    ask: Json<SettleQuarantined>,
) -> Result<HttpResponse> {
    let now = app.ctx.now();
    app.db.write(move |tx| quarantine::dismiss(tx, &principal, &id, &ask.reason, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
