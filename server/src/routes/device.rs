//! Devices: enrol, list, revoke.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::{Data, Json, Path};
use bidao_schema::api::device::{Device, Enrol, Enrolled};
use bidao_schema::api::problem::ProblemCode;

use super::session::{attempt, secret};
use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{MANAGES_DEVICES, Principal, Who};
use crate::domain::device;
use crate::domain::public_key::PublicKey;
use crate::domain::session::Fresh;
use crate::error::Result;

const ENROL: &[ProblemCode] =
    &[ProblemCode::BadCredentials, ProblemCode::LockedOut, ProblemCode::BadEnrolCode];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let leaders = Who::Roles(MANAGES_DEVICES);
    let row = |method, path, who, about, takes, gives, handler| Route {
        method,
        path,
        who,
        about,
        query: &[],
        takes,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row(
            Method::POST,
            "/api/v1/devices",
            Who::Anyone,
            "Enrol a phone with a one-time code, the account's password and its key",
            json::<Enrol>(),
            json::<Enrolled>(),
            |r| r.to(enrol),
        )
        .refusing(ENROL),
        row(
            Method::GET,
            "/api/v1/devices",
            leaders,
            "Phones of the people within reach",
            Body::Nothing,
            json::<Vec<Device>>(),
            |r| r.to(list),
        ),
        row(
            Method::POST,
            "/api/v1/devices/{id}/revoke",
            leaders,
            "Take a phone out of use, from its next request on",
            Body::Nothing,
            json::<Device>(),
            |r| r.to(revoke),
        ),
    ]
}

async fn enrol(app: Data<App>, ask: Json<Enrol>) -> Result<HttpResponse> {
    let key = PublicKey::parse(&ask.key)?;
    let mut ask = ask.into_inner();
    let attempt = attempt(&app, &ask.account, std::mem::take(&mut ask.password)).await?;
    let id = bidao_sync::ids::to_hex(&app.ctx.random::<8>());
    let (keys, fresh) = (app.keys.clone(), Fresh::draw(&app.ctx));
    let enrolled =
        app.db.write(move |tx| device::enrol(tx, &keys, &fresh, (&ask, &attempt), (&id, &key))).await??;
    Ok(secret(&enrolled))
}

async fn list(app: Data<App>, principal: Principal) -> Result<HttpResponse> {
    let devices = app.db.read(move |tx| device::list(tx, &principal)).await?;
    Ok(HttpResponse::Ok().json(devices))
}

async fn revoke(app: Data<App>, principal: Principal, id: Path<String>) -> Result<HttpResponse> {
    let now = app.ctx.now();
    let device = app.db.write(move |tx| device::revoke(tx, &principal, &id, now)).await?;
    tracing::info!(device = %device.id, "device revoked");
    Ok(HttpResponse::Ok().json(device))
}
