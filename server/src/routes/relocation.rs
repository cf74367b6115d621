//! `/api/v1/relocations`: households that move to another village.

use actix_web::http::Method;
use actix_web::web::{Data, Json};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::relocation::{Relocate, Relocation};

use super::{Besides, Route, json};
use crate::app::App;
use crate::domain::access::{Principal, REVIEWS, Who};
use crate::domain::relocation;
use crate::error::Result;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::POST,
            path: "/api/v1/relocations",
            who: Who::Roles(REVIEWS),
            about: "Take a household, and every record about it, to another village",
            query: &[],
            takes: json::<Relocate>(),
            gives: json::<Relocation>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(relocate),
        }
        .refusing(&[ProblemCode::NotFound, ProblemCode::Stale]),
    ]
}

async fn relocate(app: Data<App>, principal: Principal, ask: Json<Relocate>) -> Result<Json<Relocation>> {
    let (ask, now) = (ask.into_inner(), app.ctx.now());
    Ok(Json(app.db.write(move |tx| relocation::relocate(tx, &principal, &ask, now)).await?))
}
