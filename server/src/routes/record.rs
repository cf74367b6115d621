//! `/api/v1/records`: lists, one record, its history.

use actix_web::http::Method;
use actix_web::web::{Data, Json, Path, Query};
use bidao_schema::answer::is_id;
use bidao_schema::api::attestation::Version;
use bidao_schema::api::file::FileState;
use bidao_schema::api::prompt::PromptList;
use bidao_schema::api::record::{History, RecordDetail, RecordPage};
use bidao_schema::forms;
use serde::Deserialize;

use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, Who, significant};
use crate::domain::{attestation, file, history, prompt, record};
use crate::error::{Error, Result};
use crate::http::tus::blocking;
use crate::store::record::Filter;

const LIST: &[Parameter] = &[
    optional("kind", "Name of a form, such as household or visit"),
    optional("area", "12-digit code of any level"),
    optional("household", "Record id of a household"),
    optional("after", "`next` of the page before"),
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |path, about, query, gives, handler| Route {
        method: Method::GET,
        path,
        who: Who::Account,
        about,
        query,
        takes: Body::Nothing,
        gives,
        besides: Besides::NOTHING,
        handler,
    };
    vec![
        row("/api/v1/records", "Records within reach, newest first", LIST, json::<RecordPage>(), |r| {
            r.to(list)
        }),
        row("/api/v1/records/{id}", "One record with its content", &[], json::<RecordDetail>(), |r| {
            r.to(one)
        }),
        row(
            "/api/v1/records/{id}/history",
            "Who changed which field, when, from what to what",
            &[],
            json::<History>(),
            |r| r.to(changes),
        ),
        row(
            "/api/v1/records/{id}/prompts",
            "What is asked about a statement of income, and what was answered",
            &[],
            json::<PromptList>(),
            |r| r.to(prompts),
        ),
        row(
            "/api/v1/records/{id}/versions/{digest}",
            "Exactly the content that was signed, with its signatures and their proof",
            &[],
            json::<Version>(),
            |r| r.to(version),
        ),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    kind: Option<String>,
    area: Option<String>,
    household: Option<String>,
    after: Option<String>,
}

/// The part of a 12-digit code that says where it is.
///
/// # Errors
/// `invalid`.
pub(super) fn area_prefix(code: Option<String>) -> Result<Option<String>> {
    let Some(code) = code else { return Ok(None) };
    if code.len() != 12 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Error::invalid("area", "expected 12 digits"));
    }
    Ok(Some(significant(&code).to_owned()))
}

async fn list(app: Data<App>, principal: Principal, query: Query<ListQuery>) -> Result<Json<RecordPage>> {
    let query = query.into_inner();
    if query.household.as_deref().is_some_and(|id| !is_id(id)) {
        return Err(Error::invalid("household", "expected 32 hex digits"));
    }
    if query.kind.as_deref().is_some_and(|kind| forms::newest(kind).is_none()) {
        return Err(Error::invalid("kind", "no such form"));
    }
    let filter = Filter {
        kind: query.kind,
        area: area_prefix(query.area)?,
        household: query.household,
        after: query.after.as_deref().map(record::parse_after).transpose()?,
    };
    app.db.read(move |tx| record::list(tx, &principal.scope, &filter)).await.map(Json)
}

async fn one(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<RecordDetail>> {
    let now = app.ctx.now();
    let mut detail = app.db.read(move |tx| record::one(tx, &principal.scope, &id, now)).await?;
    if detail.files.iter().any(|file| file.state == FileState::Receiving) {
        let files = std::mem::take(&mut detail.files);
        detail.files = blocking(move || file::list::measured(&app, files)).await?;
    }
    Ok(Json(detail))
}

async fn version(
    app: Data<App>,
    principal: Principal,
    path: Path<(String, String)>,
) -> Result<Json<Version>> {
    let (id, digest) = path.into_inner();
    app.db.read(move |tx| attestation::version(tx, &principal.scope, &id, &digest)).await.map(Json)
}

async fn changes(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<History>> {
    app.db.read(move |tx| history::of(tx, &principal.scope, &id)).await.map(Json)
}

async fn prompts(app: Data<App>, principal: Principal, id: Path<String>) -> Result<Json<PromptList>> {
    let now = app.ctx.now();
    app.db.read(move |tx| prompt::of(tx, &principal.scope, &id, now)).await.map(Json)
}
