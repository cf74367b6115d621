//! Sessions: log in, refresh, log out.

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap};
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::session::{Login, Refresh, Session};
use serde::Serialize;

use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::account::{self, Attempt};
use crate::domain::public_key::PublicKey;
use crate::domain::session::proof::{self, Proof};
use crate::domain::session::{self, Fresh, login, refresh};
use crate::error::Result;
use crate::http::hashing;
use crate::store;

const PROOF: &[Parameter] = &[optional("DPoP", "Proof that the key is at hand (RFC 9449)")];
const LOG_IN: &[ProblemCode] =
    &[ProblemCode::BadCredentials, ProblemCode::LockedOut, ProblemCode::BadProof, ProblemCode::DeviceRevoked];
const RENEW: &[ProblemCode] = &[
    ProblemCode::Unauthenticated,
    ProblemCode::TokenReused,
    ProblemCode::BadProof,
    ProblemCode::DeviceRevoked,
];

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
    vec![
        row(
            Method::POST,
            "/api/v1/sessions",
            Who::Anyone,
            "Log in with account, password and a key; on an enrolled phone also with a DPoP header",
            json::<Login>(),
            json::<Session>(),
            |r| r.to(log_in),
        )
        .refusing(LOG_IN)
        .reading(PROOF),
        row(
            Method::POST,
            "/api/v1/sessions/refresh",
            Who::Anyone,
            "Exchange a refresh token for a new pair; needs a DPoP header (RFC 9449)",
            json::<Refresh>(),
            json::<Session>(),
            |r| r.to(renew),
        )
        .refusing(RENEW)
        .reading(PROOF),
        row(
            Method::DELETE,
            "/api/v1/sessions/current",
            Who::Account,
            "Log out: the session ends at once",
            Body::Nothing,
            Body::Nothing,
            |r| r.to(log_out),
        ),
    ]
}

async fn log_in(app: Data<App>, request: HttpRequest, ask: Json<Login>) -> Result<HttpResponse> {
    let key = PublicKey::parse(&ask.key)?;
    let proof = proof_of(&app, &request)?;
    let ask = ask.into_inner();
    let attempt = attempt(&app, &ask.account, ask.password).await?;
    let (keys, fresh) = (app.keys.clone(), Fresh::draw(&app.ctx));
    let session =
        app.db.write(move |tx| login::login(tx, &keys, &fresh, &attempt, (&key, proof.as_ref()))).await??;
    Ok(secret(&session))
}

async fn renew(app: Data<App>, request: HttpRequest, ask: Json<Refresh>) -> Result<HttpResponse> {
    let proof = proof_of(&app, &request)?.ok_or_else(|| proof::bad("send a DPoP header"))?;
    let (keys, fresh) = (app.keys.clone(), Fresh::draw(&app.ctx));
    let session =
        app.db.write(move |tx| refresh::refresh(tx, &keys, &fresh, &ask.refresh_token, &proof)).await??;
    Ok(secret(&session))
}

async fn log_out(app: Data<App>, principal: Principal) -> Result<HttpResponse> {
    let now = app.ctx.now();
    app.db.write(move |tx| Ok(((), session::end(tx, &principal, now)?))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Compares a password outside the database lanes.
pub(super) async fn attempt(app: &App, account: &str, password: String) -> Result<Attempt> {
    let account = account::normalise(account);
    let name = account.clone();
    let row = app.db.read(move |tx| store::account::find(tx, &name)).await?;
    let hash = row.map(|row| row.password_hash);
    let verdict = hashing::verify(password, hash.clone()).await?;
    Ok(Attempt { account, hash, verdict })
}

fn proof_of(app: &App, request: &HttpRequest) -> Result<Option<Proof>> {
    let Some(header) = dpop(request.headers())? else { return Ok(None) };
    proof::read(header, request.method().as_str(), request.path(), app.ctx.now()).map(Some)
}

/// The one `DPoP` header; two are an error (RFC 9449 §4.3).
fn dpop(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut all = headers.get_all("DPoP");
    let Some(first) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(proof::bad("send one DPoP header"));
    }
    first.to_str().map(Some).map_err(|_| proof::bad("the proof is not readable"))
}

/// An answer that no cache may keep.
pub(super) fn secret(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}
