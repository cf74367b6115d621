//! `/api/v1/conflicts`: list and resolve.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Path, Query};
use bidao_schema::api::conflict::{Conflict, ConflictList, ConflictState, Resolve};
use bidao_schema::api::problem::ProblemCode;
use serde::Deserialize;

use super::record::area_prefix;
use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, REVIEWS, Who};
use crate::domain::conflict::{self, Fresh};
use crate::error::Result;

const LIST: &[Parameter] =
    &[optional("area", "12-digit code of any level"), optional("state", "open (default) or resolved")];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/conflicts",
            who: Who::Roles(REVIEWS),
            about: "Fields on which people disagree, with every value",
            query: LIST,
            takes: Body::Nothing,
            gives: json::<ConflictList>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(list),
        },
        Route {
            method: Method::POST,
            path: "/api/v1/conflicts/{id}/resolve",
            who: Who::Roles(REVIEWS),
            about: "Settle a conflict with one value and a reason",
            query: &[],
            takes: json::<Resolve>(),
            gives: json::<Conflict>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(resolve),
        }
        .refusing(&[ProblemCode::UnknownHeads, ProblemCode::Stale]),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    area: Option<String>,
    state: Option<ConflictState>,
}

async fn list(app: Data<App>, principal: Principal, query: Query<ListQuery>) -> Result<Json<ConflictList>> {
    let state = query.state.unwrap_or(ConflictState::Open);
    let area = area_prefix(query.into_inner().area)?;
    app.db.read(move |tx| conflict::list(tx, &principal.scope, area.as_deref(), state)).await.map(Json)
}

async fn resolve(
    app: Data<App>,
    principal: Principal,
    id: Path<String>,
    ask: Json<Resolve>,
) -> Result<Json<Conflict>> {
    let now = app.ctx.now();
    let fresh = Fresh { device: app.ctx.random(), incarnation: app.ctx.random() };
    app.db.write(move |tx| conflict::resolve(tx, &principal, &id, &ask, fresh, now)).await.map(Json)
}
