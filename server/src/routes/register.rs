//! `/api/v1/registers`: projects, the six batches and net income of an area.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Query};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::register::Registers;
use bidao_schema::calendar::Month;
use serde::Deserialize;

use super::{Besides, Body, Parameter, Route, json, optional, required};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::register;
use crate::error::{Error, Result};

const QUERY: &[Parameter] = &[
    required("area", "12-digit code of any level, within what you read"),
    optional("month", "YYYY-MM; this month in Asia/Shanghai without it"),
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/v1/registers",
        who: Who::Account,
        about: "Projects (P2), the six batches (P3) and net income (P7) of an area, and whether they add up",
        query: QUERY,
        takes: Body::Nothing,
        gives: json::<Registers>(),
        besides: Besides::NOTHING,
        handler: |r| r.to(of),
    }
    .refusing(&[ProblemCode::NotFound, ProblemCode::Forbidden])]
}

#[derive(Deserialize)]
struct Asked {
    area: String,
    month: Option<String>,
}

async fn of(app: Data<App>, principal: Principal, query: Query<Asked>) -> Result<Json<Registers>> {
    let (Asked { area, month }, now) = (query.into_inner(), app.ctx.now());
    let month = month_of(month.as_deref(), now)?;
    Ok(Json(app.db.read(move |tx| register::of(tx, &principal.scope, &area, month, now)).await?))
}

/// The month asked about; without one, this month.
///
/// # Errors
/// `invalid`.
pub(super) fn month_of(text: Option<&str>, now: i64) -> Result<Month> {
    let Some(text) = text else { return Ok(Month::from_epoch_millis_shanghai(now)) };
    Month::parse(text).ok_or_else(|| Error::invalid("month", "expected YYYY-MM"))
}
