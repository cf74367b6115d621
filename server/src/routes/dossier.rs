//! `/api/v1/dossiers`: the files of the households of an area and how far they are.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Query};
use bidao_schema::api::dossier::DossierList;
use bidao_schema::api::problem::ProblemCode;
use serde::Deserialize;

use super::register::month_of;
use super::{Besides, Body, Parameter, Route, json, optional, required};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::dossier::{self, Asked};
use crate::error::{Error, Result};

const QUERY: &[Parameter] = &[
    required("area", "12-digit code of any level, within what you read"),
    optional("month", "YYYY-MM; this month in Asia/Shanghai without it"),
    optional("complete", "0 to 5: only households with exactly so many complete documents"),
    optional("after", "`next` of the page before"),
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/dossiers",
            who: Who::Account,
            about: "The five documents of the households of an area, and how far they are (P6)",
            query: QUERY,
            takes: Body::Nothing,
            gives: json::<DossierList>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(list),
        }
        .refusing(&[ProblemCode::NotFound, ProblemCode::Forbidden]),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    area: String,
    month: Option<String>,
    complete: Option<String>,
    after: Option<String>,
}

async fn list(app: Data<App>, principal: Principal, query: Query<ListQuery>) -> Result<Json<DossierList>> {
    let (ListQuery { area, month, complete, after }, now) = (query.into_inner(), app.ctx.now());
    let complete = complete.as_deref().map(number).transpose()?;
    let asked = Asked { area, month: month_of(month.as_deref(), now)?, complete, after };
    Ok(Json(app.db.read(move |tx| dossier::list(tx, &principal.scope, &asked, now)).await?))
}

fn number(text: &str) -> Result<u32> {
    let number = text.parse().ok().filter(|number| (0..=5).contains(number));
    number.ok_or_else(|| Error::invalid("complete", "expected a number from 0 to 5"))
}
