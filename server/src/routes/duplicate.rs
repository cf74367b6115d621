//! `/api/v1/duplicates`: households that may be one family.

use actix_web::http::Method;
use actix_web::web::{Data, Json};
use bidao_schema::api::duplicate::{DuplicateList, SettleDuplicate};
use bidao_schema::api::problem::ProblemCode;

use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{Principal, REVIEWS, Who};
use crate::domain::duplicate;
use crate::error::Result;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, about, takes, handler| Route {
        method,
        path: "/api/v1/duplicates",
        who: Who::Roles(REVIEWS),
        about,
        query: &[],
        takes,
        gives: json::<DuplicateList>(),
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row(Method::GET, "Households that may be one family", Body::Nothing, |r| r.to(list)),
        row(Method::POST, "Say whether two households are one family", json::<SettleDuplicate>(), |r| {
            r.to(settle)
        })
        .refusing(&[ProblemCode::NotFound, ProblemCode::Stale]),
    ]
}

async fn list(app: Data<App>, principal: Principal) -> Result<Json<DuplicateList>> {
    Ok(Json(app.db.read(move |tx| duplicate::list(tx, &principal.scope)).await?))
}

async fn settle(
    app: Data<App>,
    principal: Principal,
    ask: Json<SettleDuplicate>,
) -> Result<Json<DuplicateList>> {
    let (ask, now, scope) = (ask.into_inner(), app.ctx.now(), principal.scope.clone());
    app.db.write(move |tx| duplicate::settle(tx, &principal, &ask, now)).await?;
    Ok(Json(app.db.read(move |tx| duplicate::list(tx, &scope)).await?))
}
