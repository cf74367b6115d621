//! `/api/v1/reviews`: the queue, one record, decisions.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Path, Query};
use bidao_schema::api::record::ReviewState;
use bidao_schema::api::review::{Decide, Decided, Review, ReviewQueue};
use serde::Deserialize;

use super::record::area_prefix;
use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, REVIEWS, Who};
use crate::domain::review;
use crate::error::Result;

const QUEUE: &[Parameter] = &[
    optional("area", "12-digit code of any level"),
    optional("state", "Only this state; without it what waits: submitted and changed"),
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, path, about, query, takes, gives, handler| Route {
        method,
        path,
        who: Who::Roles(REVIEWS),
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
            "/api/v1/reviews",
            "What waits for a decision",
            QUEUE,
            Body::Nothing,
            json::<ReviewQueue>(),
            |r| r.to(queue),
        ),
        row(
            Method::POST,
            "/api/v1/reviews/decide",
            "Approve exact versions or return them, each with its own fate",
            &[],
            json::<Decide>(),
            json::<Decided>(),
            |r| r.to(decide),
        ),
        row(
            Method::GET,
            "/api/v1/reviews/{record}",
            "One record against its last reviewed version",
            &[],
            Body::Nothing,
            json::<Review>(),
            |r| r.to(one),
        ),
    ]
}

#[derive(Deserialize)]
struct QueueQuery {
    area: Option<String>,
    state: Option<ReviewState>,
}

async fn queue(app: Data<App>, principal: Principal, query: Query<QueueQuery>) -> Result<Json<ReviewQueue>> {
    let state = query.state;
    let area = area_prefix(query.into_inner().area)?;
    app.db.read(move |tx| review::queue(tx, &principal.scope, area.as_deref(), state)).await.map(Json)
}

async fn one(app: Data<App>, principal: Principal, record: Path<String>) -> Result<Json<Review>> {
    app.db.read(move |tx| review::one(tx, &principal.scope, &record)).await.map(Json)
}

async fn decide(app: Data<App>, principal: Principal, ask: Json<Decide>) -> Result<Json<Decided>> {
    let now = app.ctx.now();
    app.db.write(move |tx| review::decide(tx, &principal, &ask, now)).await.map(Json)
}
