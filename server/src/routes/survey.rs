//! `/api/v1/surveys`: door-to-door survey rounds, how far they are and what they found.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Path};
use bidao_schema::api::survey::{OpenSurvey, SurveyProgress, SurveyRound, SurveyRounds, SurveySummary};

use super::{Besides, Body, Route, json};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::survey::{self, OPENS};
use crate::error::Result;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, path, who, about, takes, gives, handler| Route {
        method,
        path,
        who,
        about,
        query: &[],
        takes,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    let (all, one) = ("/api/v1/surveys", "/api/v1/surveys/{id}");
    let (office, nothing) = (Who::Roles(OPENS), Body::Nothing);
    vec![
        row(Method::GET, all, Who::Account, "Survey rounds", nothing, json::<SurveyRounds>(), |r| r.to(list)),
        row(
            Method::POST,
            all,
            office,
            "Open a survey round",
            json::<OpenSurvey>(),
            json::<SurveyRound>(),
            |r| r.to(open),
        ),
        row(
            Method::GET,
            one,
            Who::Account,
            "How far a survey round is, house by house",
            nothing,
            json::<SurveyProgress>(),
            |r| r.to(progress),
        ),
        row(
            Method::GET,
            "/api/v1/surveys/{id}/summary",
            Who::Account,
            "What a survey round found (P1), and whether it adds up",
            nothing,
            json::<SurveySummary>(),
            |r| r.to(summary),
        ),
        row(
            Method::POST,
            "/api/v1/surveys/{id}/close",
            office,
            "Close a survey round",
            nothing,
            json::<SurveyRound>(),
            |r| r.to(close),
        ),
    ]
}

async fn list(app: Data<App>, principal: Principal) -> Result<Json<SurveyRounds>> {
    let surveys = app.db.read(move |tx| survey::visible(tx, &principal.scope)).await?;
    Ok(Json(SurveyRounds { surveys }))
}

async fn open(app: Data<App>, principal: Principal, ask: Json<OpenSurvey>) -> Result<Json<SurveyRound>> {
    let (ask, now) = (ask.into_inner(), app.ctx.now());
    Ok(Json(app.db.write(move |tx| survey::open(tx, &principal, &ask, now)).await?))
}

async fn progress(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<SurveyProgress>> {
    let now = app.ctx.now();
    Ok(Json(app.db.read(move |tx| survey::progress(tx, &principal.scope, &id, now)).await?))
}

async fn summary(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<SurveySummary>> {
    let now = app.ctx.now();
    Ok(Json(app.db.read(move |tx| survey::summary(tx, &principal.scope, &id, now)).await?))
}

async fn close(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<SurveyRound>> {
    let now = app.ctx.now();
    Ok(Json(app.db.write(move |tx| survey::close(tx, &principal, &id, now)).await?))
}
