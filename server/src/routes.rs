//! THE table: every route, who may call it, what goes in and out. The application, `/openapi.json`,
//! the authority matrix test and the TypeScript types all come from it.

pub mod carriage;
pub mod conflict;
pub mod device;
pub mod dispute;
pub mod dossier;
pub mod duplicate;
pub mod duty;
pub mod enrol_code;
pub mod event;
pub mod file;
pub mod map;
pub mod openapi;
pub mod operation;
pub mod quarantine;
pub mod record;
pub mod reference;
pub mod register;
pub mod relocation;
pub mod reveal;
pub mod review;
pub mod session;
pub mod survey;
pub mod sync;
pub mod version;

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use bidao_schema::api::problem::ProblemCode;
use schemars::{Schema, SchemaGenerator};

use crate::domain::access::Who;
use crate::http::principal::authorize;
use crate::http::shown::masked;

/// How a body is described: a JSON shape, or a media type.
#[derive(Clone, Copy)]
pub enum Body {
    /// None.
    Nothing,
    /// JSON of this shape.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// Another media type.
    Media(&'static str),
}

/// A parameter of the query or a header.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What it means.
    pub about: &'static str,
}

/// One row of the table.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Who may call.
    pub who: Who,
    /// One sentence.
    pub about: &'static str,
    /// Query parameters.
    pub query: &'static [Parameter],
    /// What goes in.
    pub takes: Body,
    /// What comes out: with 200, or 204 when it is nothing.
    pub gives: Body,
    /// What the other columns do not say.
    pub besides: Besides,
    /// Puts the handler on.
    pub handler: fn(actix_web::Route) -> actix_web::Route,
}

/// What neither who may call nor what goes in and out says of a route.
#[derive(Clone, Copy)]
pub struct Besides {
    /// Refusals that do not follow from the other columns (`openapi::refusals` says which do).
    pub refuses: &'static [ProblemCode],
    /// The status of the answer, where it is another one than its content says.
    pub done: Option<u16>,
    /// Whether a client that names what it has may hear 304.
    pub cached: bool,
    /// Headers that are read.
    pub headers: &'static [Parameter],
    /// Whether identity numbers go out as they are: they are what was asked for.
    pub reveals: bool,
}

impl Besides {
    /// The other columns say it all.
    pub const NOTHING: Self = Self { refuses: &[], done: None, cached: false, headers: &[], reveals: false };
}

impl Route {
    /// Refuses for these reasons too.
    #[must_use]
    pub fn refusing(mut self, refuses: &'static [ProblemCode]) -> Self {
        self.besides.refuses = refuses;
        self
    }

    /// Answers with this status.
    #[must_use]
    pub fn done_with(mut self, status: u16) -> Self {
        self.besides.done = Some(status);
        self
    }

    /// Reads these headers.
    #[must_use]
    pub fn reading(mut self, headers: &'static [Parameter]) -> Self {
        self.besides.headers = headers;
        self
    }

    /// Answers with what is masked everywhere else.
    #[must_use]
    pub fn revealing(mut self) -> Self {
        self.besides.reveals = true;
        self
    }

    /// Answers 304 to a client whose `If-None-Match` fits.
    #[must_use]
    pub fn cached(mut self) -> Self {
        self.besides.cached = true;
        self
    }
}

/// JSON of a shape.
#[must_use]
pub fn json<T: schemars::JsonSchema>() -> Body {
    Body::Json(|generator| generator.subschema_for::<T>())
}

/// A required query parameter.
#[must_use]
pub const fn required(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, required: true, about }
}

/// An optional query parameter.
#[must_use]
pub const fn optional(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, required: false, about }
}

/// The table.
#[must_use]
pub fn table() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(duty::routes());
    routes.extend(operation::routes());
    routes.extend(session::routes());
    routes.extend(device::routes());
    routes.extend(enrol_code::routes());
    routes.extend(reference::routes());
    routes.extend(sync::routes());
    routes.extend(carriage::routes());
    routes.extend(file::routes());
    routes.extend(record::routes());
    routes.extend(version::routes());
    routes.extend(conflict::routes());
    routes.extend(reveal::routes());
    routes.extend(review::routes());
    routes.extend(survey::routes());
    routes.extend(map::routes());
    routes.extend(duplicate::routes());
    routes.extend(dispute::routes());
    routes.extend(dossier::routes());
    routes.extend(register::routes());
    routes.extend(relocation::routes());
    routes.extend(quarantine::routes());
    routes.extend(event::routes());
    routes
}

/// Mounts the table: one resource a path, a 405 problem for its other methods; the rest are files.
pub fn mount(config: &mut ServiceConfig) {
    let mut routes = table();
    while let Some(path) = routes.first().map(|route| route.path) {
        let (here, elsewhere): (Vec<_>, Vec<_>) = routes.into_iter().partition(|route| route.path == path);
        routes = elsewhere;
        let methods = here.iter().map(|route| route.method.clone()).collect();
        let mut resource = web::resource(path);
        for Route { method, who, handler, besides, .. } in here {
            let guarded = handler(web::method(method))
                .wrap(from_fn(move |request, next| authorize(who, request, next)));
            let shown = if besides.reveals { guarded } else { guarded.wrap(from_fn(masked)) };
            resource = resource.route(shown);
        }
        config.service(resource.default_service(operation::other_methods(methods)));
    }
    config.default_service(web::to(crate::http::assets::serve));
}
