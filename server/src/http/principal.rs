//! Who asks: read from the access token, checked against the route's [`Who`] before the handler runs.

use std::future::{Ready, ready};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};
use bidao_schema::api::problem::ProblemCode;

use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::session;
use crate::error::Error;

/// Lets the request through if its bearer may call the route; handlers then take `Principal`. A refusal is an
/// answer like any other, so that it gets its request id too.
///
/// # Errors
/// What the handler's service answers.
pub async fn authorize<B: MessageBody>(
    who: Who,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match admit(who, &request).await {
        Ok(Some(principal)) => {
            request.extensions_mut().insert(principal);
        }
        Ok(None) => {}
        Err(refusal) => return Ok(request.into_response(refusal.error_response()).map_into_right_body()),
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// The bearer, if the route wants one and lets this one in.
async fn admit(who: Who, request: &ServiceRequest) -> crate::error::Result<Option<Principal>> {
    let app = request.app_data::<Data<App>>().cloned();
    let app = app.ok_or_else(|| Error::Internal("no application state".into()))?;
    if who == Who::Anyone {
        // What is posted without a token is an attempt to get one.
        if request.method() == Method::POST {
            app.pace.of_guess(request.request(), app.ctx.now())?;
        }
        return Ok(None);
    }
    let token = bearer(request.request())
        .ok_or_else(|| Error::refused(ProblemCode::Unauthenticated, "send a bearer token"))?;
    let principal = session::authenticate(&app, &token).await?;
    app.pace.of_principal(&principal, app.ctx.now())?;
    who.admit(&principal)?;
    Ok(Some(principal))
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
