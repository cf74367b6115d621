//! Reference data with a tag: an unchanged one costs a 304.

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, Header, IfNoneMatch, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::reference::Reference;

use super::{Besides, Body, Parameter, Route, json, optional};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::reference;
use crate::error::{Error, Result};

const TAG: &[Parameter] = &[optional("If-None-Match", "The tag of what is there already")];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/api/v1/reference",
            who: Who::Account,
            about: "Areas, people, forms, assignments and settings within reach; 304 when If-None-Match fits",
            query: &[],
            takes: Body::Nothing,
            gives: json::<Reference>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(get),
        }
        .reading(TAG)
        .cached(),
    ]
}

async fn get(app: Data<App>, request: HttpRequest, principal: Principal) -> Result<HttpResponse> {
    let known = IfNoneMatch::parse(&request)
        .map_err(|_| Error::invalid("If-None-Match", "expected entity tags in quotes"))?;
    let have = match known {
        IfNoneMatch::Items(tags) => tags.into_iter().map(|tag| tag.tag().to_owned()).collect(),
        IfNoneMatch::Any => Vec::new(),
    };
    let now = app.ctx.now();
    let (tag, bytes) = app
        .db
        .read(move |tx| match have.as_slice() {
            [one] => reference::tag_and_bytes(tx, &principal, Some(one), now),
            _ => reference::tag_and_bytes(tx, &principal, None, now),
        })
        .await?;
    let mut response = match bytes {
        Some(_) => HttpResponse::Ok(),
        None => HttpResponse::NotModified(),
    };
    response
        .insert_header((ETAG, EntityTag::new_strong(tag)))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Authorization"));
    Ok(match bytes {
        Some(bytes) => response.content_type("application/json").body(bytes),
        None => response.finish(),
    })
}
