//! `/api/v1/duties`: the month's three musts and the records behind a figure.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Query};
use bidao_schema::api::duty::{DutyRecords, DutyReport, DutyRule};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::calendar::Month;
use serde::Deserialize;

use super::{Besides, Body, Parameter, Route, json, required};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::duty::evaluate::ALL_VILLAGES;
use crate::domain::duty::{self, Figure};
use crate::error::{Error, Result};

const REPORT: &[Parameter] = &[required("month", "YYYY-MM"), required("area", "12-digit code of any level")];
const RECORDS: &[Parameter] = &[
    required("month", "YYYY-MM"),
    required("person", "Person id"),
    required("village", "12-digit code, or `all`"),
    required("rule", "r1, r2 or r3"),
];

/// An area, or a person, of which the caller sees no figures.
const NO_FIGURE: &[ProblemCode] = &[ProblemCode::NotFound];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/duties",
            who: Who::Account,
            about: "The three musts of a month for an area",
            query: REPORT,
            takes: Body::Nothing,
            gives: json::<DutyReport>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(report),
        }
        .refusing(NO_FIGURE),
        Route {
            method: Method::GET,
            path: "/api/v1/duties/records",
            who: Who::Account,
            about: "The records behind one figure",
            query: RECORDS,
            takes: Body::Nothing,
            gives: json::<DutyRecords>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(records),
        }
        .refusing(NO_FIGURE),
    ]
}

#[derive(Deserialize)]
struct ReportQuery {
    month: String,
    area: String,
}

async fn report(app: Data<App>, principal: Principal, query: Query<ReportQuery>) -> Result<Json<DutyReport>> {
    let (month, area) = (parse_month(&query.month)?, query.into_inner().area);
    if !is_code(&area) {
        return Err(Error::invalid("area", "expected 12 digits"));
    }
    let now = app.ctx.now();
    let answer = app.db.read(move |tx| duty::report(tx, &principal.scope, month, &area, now)).await?;
    Ok(Json(answer))
}

#[derive(Deserialize)]
struct RecordsQuery {
    month: String,
    person: String,
    village: String,
    rule: DutyRule,
}

async fn records(
    app: Data<App>,
    principal: Principal,
    query: Query<RecordsQuery>,
) -> Result<Json<DutyRecords>> {
    let RecordsQuery { month, person, village, rule } = query.into_inner();
    if village != ALL_VILLAGES && !is_code(&village) {
        return Err(Error::invalid("village", "expected 12 digits, or `all`"));
    }
    let figure = Figure { month: parse_month(&month)?, person, village, rule };
    let now = app.ctx.now();
    let answer = app.db.read(move |tx| duty::records(tx, &principal.scope, &figure, now)).await?;
    Ok(Json(answer))
}

fn is_code(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn parse_month(text: &str) -> Result<Month> {
    Month::parse(text).ok_or_else(|| Error::invalid("month", "expected YYYY-MM"))
}
