//! `/api/v1/versions`: a signed version by the short code that is on the slip.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Query};
use bidao_schema::api::attestation::VersionList;
use serde::Deserialize;

use super::{Besides, Body, Parameter, Route, json, required};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::attestation;
use crate::error::Result;

const FIND: &[Parameter] =
    &[required("code", "Short code, `7F3A-91`; case, spaces and the dash do not matter")];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/v1/versions",
        who: Who::Account,
        about: "Signed versions with a short code, within reach",
        query: FIND,
        takes: Body::Nothing,
        gives: json::<VersionList>(),
        besides: Besides::NOTHING,
        handler: |r| r.to(find),
    }]
}

#[derive(Deserialize)]
struct FindQuery {
    code: String,
}

async fn find(app: Data<App>, principal: Principal, query: Query<FindQuery>) -> Result<Json<VersionList>> {
    app.db.read(move |tx| attestation::with_code(tx, &principal.scope, &query.code)).await.map(Json)
}
