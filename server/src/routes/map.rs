//! `/api/v1/map`: the shapes of villages, as the operator loaded them.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use bidao_schema::api::problem::ProblemCode;

use super::{Besides, Body, Route};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::map;
use crate::error::Result;

/// RFC 7946 §12.
const GEO_JSON: &str = "application/geo+json";

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/map",
            who: Who::Account,
            about: "The shapes of villages (GeoJSON), named by their codes; 404 when none were loaded",
            query: &[],
            takes: Body::Nothing,
            gives: Body::Media(GEO_JSON),
            besides: Besides::NOTHING,
            handler: |r| r.to(get),
        }
        .refusing(&[ProblemCode::NotFound]),
    ]
}

async fn get(app: Data<App>, _: Principal) -> Result<HttpResponse> {
    let map = app.db.read(map::find).await?;
    let mut response = HttpResponse::Ok();
    Ok(response.insert_header((CACHE_CONTROL, "private, max-age=300")).content_type(GEO_JSON).body(map))
}
