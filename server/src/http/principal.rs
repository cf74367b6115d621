//! Who asks: read from the access token, checked against the route's [`Who`] before the handler runs.

use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bidao_schema::api::problem::ProblemCode;

use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::session;
use crate::error::Error;

/// Lets the request through if its bearer may call the route; handlers then take `Principal`.
///
/// # Errors
/// `unauthenticated`, `token_expired`, `device_revoked` or `forbidden`.
pub async fn authorize<B: MessageBody>(
    who: Who,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if who != Who::Anyone {
        let app = request
            .app_data::<Data<App>>()
            .cloned()
            .ok_or_else(|| Error::Internal("no application state".into()))?;
        let token = bearer(request.request())
            .ok_or_else(|| Error::refused(ProblemCode::Unauthenticated, "send a bearer token"))?;
        let principal = session::authenticate(&app, &token).await?;
        who.admit(&principal)?;
        request.extensions_mut().insert(principal);
    }
    next.call(request).await
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

impl FromRequest for Principal {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let principal = request.extensions().get::<Self>().cloned();
        ready(principal.ok_or_else(|| Error::Internal("a route for anyone asked who calls".into())))
    }
}
