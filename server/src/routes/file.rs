//! `/api/v1/files`: files come by tus 1.0 and are shown to whoever may read a record that refers to them.

use actix_web::http::{Method, header};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidao_schema::api::problem::ProblemCode;

use super::{Besides, Body, Parameter, Route, optional, required};
use crate::app::App;
use crate::domain::access::{Principal, Who};
use crate::domain::file::limits::FILE_BYTES;
use crate::domain::file::show::{Shown, show};
use crate::domain::file::upload::{self, Bringer, Found, gone, turn_of};
use crate::error::{Error, Result};
use crate::file_store::turn::Turn;
use crate::file_store::{Appender, is_sha256};
use crate::http::tus::{self, Checksum, End, Intake, Poured, Refusal, Sink, blocking};
use crate::store::upload::Row;

/// What a shown file's answer forbids its own content, should a browser ever take it for a page.
const POLICY: &str = "default-src 'none'; sandbox";
/// Files never change under their name.
const CACHE: &str = "private, max-age=31536000, immutable";

const VERSION: Parameter = required("Tus-Resumable", "Version of tus");
const LENGTH: &str = "Bytes the file will have";
const SPEAK: &[Parameter] = &[VERSION];
const BEGIN: &[Parameter] = &[
    VERSION,
    required("Upload-Length", LENGTH),
    optional("Upload-Metadata", "`sha256` and the base64 of its hex digits, when it is known"),
];
const GO_ON: &[Parameter] = &[
    VERSION,
    required("Upload-Offset", "Where these bytes belong"),
    optional("Upload-Length", LENGTH),
    optional("Upload-Checksum", "sha1 or sha256 of these bytes"),
];
const TAG: &[Parameter] = &[optional("If-None-Match", "The tag of what is there already")];
/// Why bytes are not taken.
const BRING: &[ProblemCode] = &[
    ProblemCode::Invalid,
    ProblemCode::Timeout,
    ProblemCode::PreconditionFailed,
    ProblemCode::OffsetMismatch,
    ProblemCode::ChecksumMismatch,
    ProblemCode::DigestMismatch,
    ProblemCode::UnsupportedMediaType,
    ProblemCode::TooLarge,
    ProblemCode::QuotaExceeded,
    ProblemCode::NoSpace,
    ProblemCode::Busy,
    ProblemCode::Gone,
];
/// Why an upload is not looked at, or completed while one looks.
const LOOK: &[ProblemCode] = &[
    ProblemCode::PreconditionFailed,
    ProblemCode::DigestMismatch,
    ProblemCode::NoSpace,
    ProblemCode::Busy,
    ProblemCode::Gone,
];

/// Rows of the table.
#[must_use]
pub fn routes() -> Vec<Route> {
    let row = |method, path, about, takes, handler| Route {
        method,
        path,
        who: Who::Device,
        about,
        query: &[],
        takes,
        gives: Body::Nothing,
        besides: Besides::NOTHING,
        handler,
    };
    let (all, one, piece) = ("/api/v1/files", "/api/v1/files/{id}", Body::Media(tus::PIECE));
    vec![
        row(Method::OPTIONS, all, "What of tus 1.0 is spoken", Body::Nothing, |r| r.to(discover)),
        row(Method::POST, all, "Begin an upload (tus)", Body::Nothing, |r| r.to(create))
            .done_with(201)
            .reading(BEGIN)
            .refusing(BRING),
        row(Method::HEAD, one, "Where an upload goes on (tus)", Body::Nothing, |r| r.to(head))
            .done_with(200)
            .reading(SPEAK)
            .refusing(LOOK),
        row(Method::PATCH, one, "The next bytes, the first ones too (tus)", piece, |r| r.to(patch))
            .reading(GO_ON)
            .refusing(BRING),
        row(Method::DELETE, one, "Take an unfinished upload back (tus)", Body::Nothing, |r| r.to(delete))
            .reading(SPEAK)
            .refusing(LOOK),
        Route {
            method: Method::GET,
            path: "/api/v1/files/{sha256}/{variant}",
            who: Who::Account,
            about: "A photo (view, thumbnail: JPEG) or a signature (signature: SVG) of a record within reach",
            query: &[],
            takes: Body::Nothing,
            gives: Body::Media("image/*"),
            besides: Besides::NOTHING,
            handler: |r| r.to(shown),
        }
        .reading(TAG)
        .cached(),
    ]
}

async fn discover() -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response
        .insert_header(("Tus-Version", tus::VERSION))
        .insert_header(("Tus-Extension", tus::EXTENSIONS))
        .insert_header(("Tus-Checksum-Algorithm", tus::CHECKSUMS))
        .insert_header(("Tus-Max-Size", FILE_BYTES));
    tus::answer(Ok(response.finish()))
}

/// One request on one upload.
struct Visit {
    app: Data<App>,
    bringer: Bringer,
    name: String,
    request: HttpRequest,
    turn: Turn,
}

impl Visit {
    /// A request that brings bytes waits for nobody.
    fn new(app: Data<App>, principal: &Principal, name: &str, request: HttpRequest) -> Result<Self> {
        let busy = || Error::refused(ProblemCode::Busy, "another request brings it: ask where it stopped");
        let turn = app.turns.take(turn_of(name)).ok_or_else(busy)?;
        Ok(Self { bringer: Bringer::of(principal)?, name: name.to_owned(), app, request, turn })
    }

    /// A request that asks ends the one before it, whose line may be dead.
    async fn taking_over(
        app: Data<App>,
        principal: &Principal,
        name: &str,
        request: HttpRequest,
    ) -> Result<Self> {
        let turn = app.turns.take_over(turn_of(name)).await;
        Ok(Self { bringer: Bringer::of(principal)?, name: name.to_owned(), app, request, turn })
    }

    async fn find(&self) -> Result<Found> {
        let (bringer, name, now) = (self.bringer.clone(), self.name.clone(), self.app.ctx.now());
        self.app.db.read(move |tx| upload::find(tx, &bringer, &name, now)).await
    }

    async fn begin(&self, bytes: u64) -> Result<Row> {
        let (bringer, name, now) = (self.bringer.clone(), self.name.clone(), self.app.ctx.now());
        let store = self.app.files.clone();
        // What a client that comes again begins anew.
        let begun = self.app.db.write_losable(move |tx| upload::begin(tx, &bringer, &name, bytes, now));
        let row = begun.await?;
        // Bytes of an upload of this name that ended.
        let id = row.id.clone();
        blocking(move || store.discard(&id)).await?;
        Ok(row)
    }

    async fn append(&self, row: &Row) -> Result<Appender> {
        let (store, id) = (self.app.files.clone(), row.id.clone());
        let appender = blocking(move || store.append(&id)).await?;
        appender.ok_or_else(|| Error::refused(ProblemCode::Busy, "another server receives it"))
    }

    /// Completes an upload of which every byte is there.
    async fn complete(&self, row: &Row, appender: Appender) -> Result<()> {
        let (app, bringer, row) = (self.app.clone(), self.bringer.clone(), row.clone());
        blocking(move || upload::complete(&app, &bringer, &row, appender)).await
    }

    /// Takes the body in; answers where the upload stands now.
    async fn receive(&mut self, row: &Row, appender: Appender, body: Intake) -> Result<u64, Refusal> {
        let start = appender.start();
        let total = row.bytes.unsigned_abs();
        let room = total.saturating_sub(start);
        let headers = self.request.headers();
        let too_long =
            || Error::refused(ProblemCode::TooLarge, format!("{room} bytes are missing, not more"));
        if tus::number(headers, "content-length")?.is_some_and(|length| length > room) {
            return Err(too_long().into());
        }
        let mut checksum = Checksum::of(headers)?;
        let stop = self.app.stop.clone();
        let sink = Sink { appender, room, checksum: checksum.as_mut(), turn: &mut self.turn, stop: &stop };
        let Poured { appender, bytes, end } = tus::pour(body, sink).await?;
        let is_right = checksum.map(Checksum::is_right);
        match (end, is_right) {
            (End::Whole, Some(false)) => {
                blocking(move || appender.undo()).await?;
                let detail = "the bytes that arrived are not those that were sent";
                Err(Error::refused(ProblemCode::ChecksumMismatch, detail).into())
            }
            (End::TooLong, _) => {
                blocking(move || appender.undo()).await?;
                Err(too_long().into())
            }
            // Half a body with a checksum proves nothing.
            (End::Cut(error), Some(_)) => {
                blocking(move || appender.undo()).await?;
                Err(error.into())
            }
            (End::Cut(error), None) => {
                blocking(move || appender.keep()).await?;
                Err(error.into())
            }
            (End::Whole, _) if start + bytes == total => {
                self.complete(row, appender).await?;
                Ok(total)
            }
            (End::Whole, _) => Ok(blocking(move || appender.keep()).await?),
        }
    }
}

/// Runs the request to its end even if its connection is gone: what arrived is kept.
async fn to_its_end<T: 'static>(
    visit: impl Future<Output = Result<T, Refusal>> + 'static,
) -> Result<T, Refusal> {
    let ended = |_| Refusal::from(Error::Unavailable("the server is stopping".into()));
    actix_web::rt::spawn(visit).await.map_err(ended)?
}

async fn create(app: Data<App>, principal: Principal, request: HttpRequest, body: Payload) -> HttpResponse {
    let body = Intake::start(body);
    tus::answer(to_its_end(created(app, principal, request, body)).await)
}

async fn created(
    app: Data<App>,
    principal: Principal,
    request: HttpRequest,
    body: Intake,
) -> Result<HttpResponse, Refusal> {
    let headers = request.headers();
    tus::check_version(headers)?;
    if headers.contains_key("upload-concat") || headers.contains_key("upload-defer-length") {
        return Err(Error::invalid("Upload-Concat", "not spoken here, nor Upload-Defer-Length").into());
    }
    let missing = || Error::invalid("Upload-Length", "say how many bytes it will have");
    let length = tus::number(headers, "upload-length")?.ok_or_else(missing)?;
    let brings = headers.contains_key(header::CONTENT_TYPE);
    if brings {
        tus::check_media_type(headers)?;
    }
    let name = tus::named(headers)?.unwrap_or_else(|| app.ctx.id());
    let location = format!("/api/v1/files/{name}");
    let mut visit = Visit::new(app, &principal, &name, request)?;
    let row = match visit.find().await? {
        Found::Whole(bytes) => return Ok(tus::created(&location, bytes, None)),
        Found::Open(row) if row.bytes.unsigned_abs() == length => row,
        Found::Open(_) => return Err(Error::invalid("Upload-Length", "not as it was begun").into()),
        Found::Gone | Found::Nothing => visit.begin(length).await?,
    };
    let appender = visit.append(&row).await?;
    let offset = appender.start();
    // Bytes that come along are the first ones; of an upload that goes on they are not wanted.
    let offset = if brings && offset == 0 { visit.receive(&row, appender, body).await? } else { offset };
    Ok(tus::created(&location, offset, Some(row.expires_at)))
}

async fn head(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    tus::answer(to_its_end(asked(app, principal, name, request)).await)
}

async fn asked(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(request.headers())?;
    let visit = Visit::taking_over(app, &principal, &name, request).await?;
    let (offset, total, expires_at) = match visit.find().await? {
        Found::Whole(bytes) => (bytes, bytes, None),
        Found::Gone => return Err(gone().into()),
        Found::Nothing => return Err(Error::not_found("upload").into()),
        Found::Open(row) => {
            let (store, id, total) = (visit.app.files.clone(), row.id.clone(), row.bytes.unsigned_abs());
            let offset = blocking(move || store.offset(&id)).await?;
            // Killed between the last byte and the verification: a client that hears "all of it" will not come again.
            if offset >= total {
                let appender = visit.append(&row).await?;
                visit.complete(&row, appender).await?;
            }
            (offset, total, Some(row.expires_at))
        }
    };
    Ok(tus::stands(offset, total, expires_at))
}

async fn patch(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
    body: Payload,
) -> HttpResponse {
    let body = Intake::start(body);
    tus::answer(to_its_end(patched(app, principal, name, request, body)).await)
}

async fn patched(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
    body: Intake,
) -> Result<HttpResponse, Refusal> {
    let headers = request.headers();
    tus::check_version(headers)?;
    tus::check_media_type(headers)?;
    let missing = || Error::invalid("Upload-Offset", "say where these bytes belong");
    let offset = tus::number(headers, "upload-offset")?.ok_or_else(missing)?;
    let length = tus::number(headers, "upload-length")?;
    let mut visit = Visit::new(app, &principal, &name, request)?;
    let row = match (visit.find().await?, length) {
        (Found::Whole(bytes), _) => return Ok(tus::received(bytes, None)),
        (Found::Open(row), None) => row,
        (Found::Open(row), Some(length)) if row.bytes.unsigned_abs() == length => row,
        (Found::Open(_), Some(_)) => {
            return Err(Error::invalid("Upload-Length", "not as it was begun").into());
        }
        // A named file needs no request of its own to begin.
        (Found::Gone | Found::Nothing, Some(length)) if is_sha256(&name) && offset == 0 => {
            visit.begin(length).await?
        }
        (Found::Nothing, Some(_)) if is_sha256(&name) => return Err(Refusal::goes_on_at(0)),
        (Found::Gone, _) => return Err(gone().into()),
        (Found::Nothing, _) => return Err(Error::not_found("upload").into()),
    };
    let appender = visit.append(&row).await?;
    if appender.start() != offset {
        return Err(Refusal::goes_on_at(appender.start()));
    }
    let offset = visit.receive(&row, appender, body).await?;
    Ok(tus::received(offset, Some(row.expires_at)))
}

async fn delete(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    tus::answer(to_its_end(deleted(app, principal, name, request)).await)
}

async fn deleted(
    app: Data<App>,
    principal: Principal,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    tus::check_version(request.headers())?;
    let visit = Visit::taking_over(app, &principal, &name, request).await?;
    let (app, bringer, name) = (visit.app.clone(), visit.bringer.clone(), visit.name.clone());
    blocking(move || upload::terminate(&app, &bringer, &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn shown(
    app: Data<App>,
    principal: Principal,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (sha256, word) = path.into_inner();
    let shown = Shown::parse(&word).ok_or_else(|| Error::not_found("file"))?;
    let tag = format!("\"{sha256}-{word}\"");
    let bytes = blocking(move || show(&app, &principal.scope, &sha256, shown)).await?;
    let asked = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = asked.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, CACHE))
        .insert_header((header::ETAG, tag))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    if is_known {
        return Ok(response.finish());
    }
    let media = if shown == Shown::Signature { "image/svg+xml" } else { "image/jpeg" };
    Ok(response.content_type(media).body(bytes))
}
