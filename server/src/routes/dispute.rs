//! `/api/v1/disputes`: what households object to, and what became of it.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Path, Query};
use bidao_schema::answer::is_id;
use bidao_schema::api::dispute::{DisputeDetail, DisputeList, DisputeState, DisputeStep};
use bidao_schema::api::problem::ProblemCode;
use serde::Deserialize;

use super::record::area_prefix;
use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::dispute;
use crate::error::{Error, Result};
use crate::store::dispute::Filter;

const FILTER: &[Parameter] = &[
    optional("state", "Only this state"),
    optional("area", "12-digit code of any level"),
    optional("household", "Only of this household"),
    optional("overdue", "`true`: only those whose deadline has passed"),
];

const STEP: &[ProblemCode] = &[
    ProblemCode::Forbidden,
    ProblemCode::Stale,
    ProblemCode::StepNotPossible,
    ProblemCode::HandlerIsHelper,
    ProblemCode::HandlerIsAuthor,
    ProblemCode::HandlerTookItDown,
    ProblemCode::HandlerOutOfReach,
];

/// Rows of the table. What a person may do about one dispute depends on it: the domain says so.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, path, about, query, takes, gives, handler| Route {
        method,
        path,
        who: Who::Account,
        about,
        query,
        takes,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row(
            Method::GET,
            "/api/v1/disputes",
            "Disputes of households within reach, open ones first",
            FILTER,
            Body::Nothing,
            json::<DisputeList>(),
            |r| r.to(list),
        ),
        row(
            Method::GET,
            "/api/v1/disputes/{id}",
            "One dispute, and what the caller may do about it",
            &[],
            Body::Nothing,
            json::<DisputeDetail>(),
            |r| r.to(one),
        ),
        row(
            Method::POST,
            "/api/v1/disputes/{id}/step",
            "Take a dispute one step further",
            &[],
            json::<DisputeStep>(),
            json::<DisputeDetail>(),
            |r| r.to(step),
        )
        .refusing(STEP),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    state: Option<DisputeState>,
    area: Option<String>,
    household: Option<String>,
    overdue: Option<bool>,
}

async fn list(app: Data<App>, principal: Principal, query: Query<ListQuery>) -> Result<Json<DisputeList>> {
    let (query, now) = (query.into_inner(), app.ctx.now());
    if query.household.as_deref().is_some_and(|id| !is_id(id)) {
        return Err(Error::invalid("household", "expected 32 hex digits"));
    }
    let by_state = dispute::filter(query.state, query.overdue.unwrap_or(false), now);
    let filter = Filter { area: area_prefix(query.area)?, household: query.household, ..by_state };
    app.db.read(move |tx| dispute::list(tx, &principal.scope, &filter, now)).await.map(Json)
}

async fn one(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<DisputeDetail>> {
    let now = app.ctx.now();
    app.db.read(move |tx| dispute::one(tx, &principal, &id, now)).await.map(Json)
}

async fn step(
    app: Data<App>,
    principal: Principal,
    id: Path<String>,
    ask: Json<DisputeStep>,
) -> Result<Json<DisputeDetail>> {
    let (id, ask, now) = (id.into_inner(), ask.into_inner(), app.ctx.now());
    let (writer, written) = (principal.clone(), id.clone());
    app.db.write(move |tx| dispute::take(tx, &writer, &written, &ask, now)).await?;
    app.db.read(move |tx| dispute::one(tx, &principal, &id, now)).await.map(Json)
}
