//! `GET /api/v1/quarantine`: what was not stored.

use actix_web::http::Method;
use actix_web::web::{Data, Json};
use bidao_schema::api::device::QuarantinedItem;

use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{MANAGES_DEVICES, Principal, Who};
use crate::domain::quarantine;
use crate::error::Result;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/v1/quarantine",
        who: Who::Roles(MANAGES_DEVICES),
        about: "Items that were not stored, with the reason",
        query: &[],
        takes: Body::Nothing,
        gives: json::<Vec<QuarantinedItem>>(),
        besides: Besides::NOTHING,
        handler: |r| r.to(list),
    }]
}

async fn list(app: Data<App>, principal: Principal) -> Result<Json<Vec<QuarantinedItem>>> {
    app.db.read(move |tx| quarantine::list(tx, &principal.scope)).await.map(Json)
}
