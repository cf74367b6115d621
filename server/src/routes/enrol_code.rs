//! Enrolment codes: a leader makes one for a person.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::{Data, Json};
use bidao_schema::api::device::{EnrolCode, EnrolCodeRequest};
use bidao_schema::api::problem::ProblemCode;

use super::session::secret;
use super::{Besides, Route, json};
use crate::app::App;
use crate::domain::access::{MANAGES_DEVICES, Principal, Who};
use crate::domain::enrol_code::{self, Asker};
use crate::error::Result;

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::POST,
            path: "/api/v1/enrol-codes",
            who: Who::Roles(MANAGES_DEVICES),
            about: "Make a one-time code for a person within reach; earlier unused ones end",
            query: &[],
            takes: json::<EnrolCodeRequest>(),
            gives: json::<EnrolCode>(),
            besides: Besides::NOTHING,
            handler: |r| r.to(make),
        }
        .refusing(&[ProblemCode::NotFound]),
    ]
}

async fn make(app: Data<App>, principal: Principal, ask: Json<EnrolCodeRequest>) -> Result<HttpResponse> {
    let (now, code) = (app.ctx.now(), enrol_code::draw(&app.ctx));
    let made = app
        .db
        .write(move |tx| enrol_code::make(tx, &Asker::Leader(&principal), &ask.person, &code, now))
        .await?;
    Ok(secret(&made))
}
