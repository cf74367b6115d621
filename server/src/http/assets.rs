//! The browser's files, carried inside the binary: the phone app at `/`, the desk at `/desk/`.
//!
//! `server/web/dist` is embedded when it exists at build time, with the `.br` and `.gz` siblings the web
//! build made, so that nothing is compressed at run time. A binary built without it says how to build it.

use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG,
    EntityTag, Header, IfNoneMatch, LOCATION, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::Error;
use bidao_schema::api::problem::ProblemCode;

/// What a page may load: its own files, WebAssembly, pictures made in memory. Nothing from elsewhere.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file with a hash in its name never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Everything else is asked for again each time, and costs a 304.
const ASK_AGAIN: &str = "no-cache";

/// Served in place of the phone app and the desk when the binary was built without them.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Bidao 必到</title>\
    <h1>Bidao 必到</h1><p>The server runs; its interface (<a href=\"/openapi.json\">/openapi.json</a>) answers. \
    This binary was built without the web part. To build it, with Node 20 or newer:</p>\
    <pre>cd server/web\nnpm ci\nnpm run build\ncd ../..\ncargo build -p bidao-server</pre>\
    <p>服务器已启动，但本程序未包含网页部分。请安装 Node 20，按以上命令编译后重新启动。</p></html>\n";

#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct Dist;

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// A file of the folder.
    File(String),
    /// Elsewhere.
    Redirect(&'static str),
    /// The page that says how to build the web part.
    NotBuilt,
    /// Nothing.
    Unknown,
}

/// Answers everything that no route of the table answers.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    if path == "/api" || path.starts_with("/api/") {
        return Error::not_found("route: see /openapi.json").error_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused =
            Error::refused(ProblemCode::MethodNotAllowed, "files are only read").error_response();
        refused.headers_mut().insert(ALLOW, actix_web::http::header::HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    match target(path, navigates(&request), |name| Dist::get(name).is_some()) {
        Target::File(name) => Dist::get(&name).map_or_else(unknown, |file| answer(&request, &name, &file)),
        Target::Redirect(to) => HttpResponse::PermanentRedirect().insert_header((LOCATION, to)).finish(),
        Target::NotBuilt => {
            guarded(StatusCode::OK, ASK_AGAIN).content_type("text/html; charset=utf-8").body(NOT_BUILT)
        }
        Target::Unknown => unknown(),
    }
}

fn unknown() -> HttpResponse {
    Error::not_found("page or file").error_response()
}

/// Whether a person follows a link, rather than a page asking for one of its files.
fn navigates(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

fn target(path: &str, navigates: bool, exists: impl Fn(&str) -> bool) -> Target {
    if path == "/desk" {
        return Target::Redirect("/desk/");
    }
    let name = path.trim_start_matches('/');
    let wanted =
        if name.is_empty() || name.ends_with('/') { format!("{name}index.html") } else { name.to_owned() };
    let is_sibling = wanted.ends_with(".br") || wanted.ends_with(".gz");
    if !is_sibling && exists(&wanted) {
        return Target::File(wanted);
    }
    // A page of the app inside the browser: it finds its own way.
    let is_page = name.is_empty()
        || name == "desk/"
        || navigates && !name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let shell = if name.starts_with("desk/") { "desk/index.html" } else { "index.html" };
    match (is_page, exists(shell)) {
        (true, true) => Target::File(shell.to_owned()),
        (true, false) => Target::NotBuilt,
        (false, _) => Target::Unknown,
    }
}

fn answer(request: &HttpRequest, name: &str, file: &EmbeddedFile) -> HttpResponse {
    let accepted =
        request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().filter(|(coding, _)| accepts(accepted, coding));
    let packed =
        packed.filter_map(|(coding, ending)| Some((coding, Dist::get(&format!("{name}.{ending}"))?))).next();
    let hash = bidao_sync::ids::to_hex(&file.metadata.sha256_hash()[..16]);
    let tag = EntityTag::new_strong(match &packed {
        Some((coding, _)) => format!("{hash}-{coding}"),
        None => hash,
    });
    let hashed = name.starts_with("assets/") || name.starts_with("desk/assets/");
    let caching = if hashed { FOREVER } else { ASK_AGAIN };
    let known = IfNoneMatch::parse(request).is_ok_and(|known| match known {
        IfNoneMatch::Any => request.headers().contains_key("If-None-Match"),
        IfNoneMatch::Items(tags) => tags.iter().any(|one| one.weak_eq(&tag)),
    });
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = guarded(status, caching);
    response.insert_header((ETAG, tag)).insert_header((VARY, "Accept-Encoding"));
    if known {
        return response.finish();
    }
    response.content_type(media_type(name));
    match packed {
        Some((coding, packed)) => response.insert_header((CONTENT_ENCODING, coding)).body(packed.data),
        None => response.body(file.data.clone()),
    }
}

/// An answer with the policy every page and worker is held to.
fn guarded(status: StatusCode, caching: &'static str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_SECURITY_POLICY, POLICY)).insert_header((CACHE_CONTROL, caching));
    response
}

/// Whether an `Accept-Encoding` admits a coding (RFC 9110 §12.5.3).
fn accepts(header: &str, coding: &str) -> bool {
    let weight = |wanted: &str| {
        header.split(',').find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next()?.eq_ignore_ascii_case(wanted);
            let q = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
            named.then(|| q.unwrap_or(1.0))
        })
    };
    weight(coding).or_else(|| weight("*")).is_some_and(|q| q > 0.0)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: [&str; 6] =
        ["index.html", "sw.js", "assets/a-1.js", "assets/a-1.js.br", "desk/index.html", "desk/assets/d-1.js"];

    fn built(path: &str, navigates: bool) -> Target {
        target(path, navigates, |name| BUILT.contains(&name))
    }

    #[test]
    fn files_and_pages_are_found() {
        let file = |name: &str| Target::File(name.to_owned());
        assert_eq!(built("/", false), file("index.html"));
        assert_eq!(built("/sw.js", false), file("sw.js"));
        assert_eq!(built("/desk/", true), file("desk/index.html"));
        assert_eq!(built("/desk", true), Target::Redirect("/desk/"));
        assert_eq!(built("/household/12", true), file("index.html"));
        assert_eq!(built("/desk/reviews/12", true), file("desk/index.html"));
    }

    #[test]
    fn a_missing_file_is_never_answered_with_a_page() {
        for path in ["/assets/gone.js", "/desk/assets/gone.js", "/assets/a-1.js.br", "/../Cargo.toml"] {
            assert_eq!(built(path, true), Target::Unknown, "{path}");
        }
        assert_eq!(built("/household/12", false), Target::Unknown);
    }

    #[test]
    fn a_binary_without_the_web_part_says_so() {
        for path in ["/", "/desk/", "/household/12"] {
            assert_eq!(target(path, true, |_| false), Target::NotBuilt, "{path}");
        }
    }

    #[test]
    fn codings_are_accepted_as_the_client_says() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(accepts("*", "gzip"));
        assert!(!accepts("*, br;q=0", "br"));
        assert!(!accepts("gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
