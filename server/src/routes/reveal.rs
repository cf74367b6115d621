//! `/api/v1/reveals`: what is masked everywhere else, told for a purpose; and who was told what.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Query};
use bidao_schema::answer::is_id;
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::reveal::{Reveal, RevealList, Revealed};
use serde::Deserialize;

use super::record::area_prefix;
use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, REVEALS, Who};
use crate::domain::reveal;
use crate::error::{Error, Result};
use crate::store::reveal::Filter;

const LIST: &[Parameter] =
    &[optional("record", "Record id: only what is about it"), optional("area", "12-digit code of any level")];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, about, query, takes, gives, handler| Route {
        method,
        path: "/api/v1/reveals",
        who: Who::Roles(REVEALS),
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
            "Who was told a masked value, of what, when and what for",
            LIST,
            Body::Nothing,
            json::<RevealList>(),
            |r| r.to(list),
        ),
        row(
            Method::POST,
            "Be told what is masked in one thing, for a purpose that is written down",
            &[],
            json::<Reveal>(),
            json::<Revealed>(),
            |r| r.to(tell),
        )
        .refusing(&[ProblemCode::NotFound])
        .revealing(),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    record: Option<String>,
    area: Option<String>,
}

async fn list(app: Data<App>, principal: Principal, query: Query<ListQuery>) -> Result<Json<RevealList>> {
    let query = query.into_inner();
    if query.record.as_deref().is_some_and(|id| !is_id(id)) {
        return Err(Error::invalid("record", "expected 32 hex digits"));
    }
    let filter = Filter { record: query.record, area: area_prefix(query.area)? };
    app.db.read(move |tx| reveal::list(tx, &principal.scope, &filter)).await.map(Json)
}

async fn tell(app: Data<App>, principal: Principal, ask: Json<Reveal>) -> Result<Json<Revealed>> {
    let (ask, now, id) = (ask.into_inner(), app.ctx.now(), app.ctx.id());
    let (scope, asked) = (principal.scope.clone(), ask.clone());
    // What is refused does not count: only who is told something is slowed down.
    app.db.read(move |tx| reveal::look(tx, &scope, &asked, now).map(drop)).await?;
    app.pace.of_reveal(&principal, now)?;
    app.db.write(move |tx| reveal::tell(tx, &principal, &ask, &id, now)).await.map(Json)
}
