//! Bytes that two readers could understand differently, or that no reader should try: request smuggling, broken chunks,
//! heads without end. One answer, then the line is closed; what was hidden behind the request is never answered.

use bidao_tests::app::TestApp;

use super::line::ask;

/// What a smuggler hides behind a request.
const HIDDEN: &str = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const LOGIN: &str = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

/// Heads that say two things about where the body ends, or one that no reader agrees on.
const ENDS: &[(&str, &str)] = &[
    ("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    ("two lengths", "Content-Length: 0\r\nContent-Length: 54\r\n\r\n"),
    ("one length twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
    ("a list of lengths", "Content-Length: 2, 2\r\n\r\n{}"),
    ("a length with a sign", "Content-Length: +2\r\n\r\n{}"),
    ("a length below nothing", "Content-Length: -2\r\n\r\n{}"),
    ("a length in hex", "Content-Length: 0x2\r\n\r\n{}"),
    ("a length beyond 64 bits", "Content-Length: 99999999999999999999999\r\n\r\n{}"),
    ("another coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunks that are not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("two codings", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    ("a control character", "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n"),
    ("a chunk of no size", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
    ("a chunk below nothing", "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
    ("a chunk with a prefix", "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"),
    ("a chunk beyond 64 bits", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ("a chunk that ends in LF", "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n"),
    ("an extension that ends in LF", "Transfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n"),
    ("a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
];

#[test]
fn a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_answered() {
    let app = TestApp::sqlite();
    for (what, rest) in ENDS {
        let heard = ask(&app.url(), format!("{LOGIN}{rest}{HIDDEN}").as_bytes());
        assert_eq!(heard.statuses, [400], "{what}: {}", heard.text);
        assert!(!heard.text.ends_with("ready"), "{what}: {}", heard.text);
    }
    let old = format!("{}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}", LOGIN.replace("/1.1", "/1.0"));
    assert_eq!(ask(&app.url(), old.as_bytes()).statuses, [400], "chunks before HTTP/1.1");
    assert_eq!(app.anyone.get("/healthz").status, 200);
}

#[test]
fn a_request_whose_end_is_clear_leaves_the_line_to_the_next_one() {
    let app = TestApp::sqlite();
    for rest in [
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: trailer\r\n\r\n",
        "Content-Length: 2\r\n\r\n{}",
    ] {
        let heard = ask(&app.url(), format!("{LOGIN}{rest}{HIDDEN}").as_bytes());
        assert_eq!(heard.statuses, [400, 200], "{rest}: {}", heard.text);
        assert!(heard.text.contains(r#""ready":true"#), "{}", heard.text);
    }
}

/// Heads that are no heads.
const HEADS: &[(&str, &str, u16)] = &[
    ("a folded header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400),
    ("a bare CR", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400),
    ("a NUL in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400),
    ("a NUL in the path", "GET /healthz\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("a space in a name", "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    ("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400),
    ("two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("a version to come", "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    ("a version before HTTP/1.0", "GET /healthz\r\n\r\n", 400),
    ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("a tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
    ("no path at all", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
    ("a path upwards", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
    (
        "a path upwards, encoded",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        404,
    ),
];

#[test]
fn a_head_that_is_none_is_refused_and_the_line_is_closed() {
    let app = TestApp::sqlite();
    for (what, bytes, status) in HEADS {
        let heard = ask(&app.url(), bytes.as_bytes());
        assert_eq!(heard.statuses, [*status], "{what}: {}", heard.text);
    }
    let hello = [&[0x16, 3, 1, 0, 0xc8, 1, 0, 0, 0xc4, 3, 3][..], &[0; 200]].concat();
    assert_eq!(ask(&app.url(), &hello).statuses, [400], "TLS where none is spoken");
    assert_eq!(app.anyone.get("/healthz").status, 200);
}

#[test]
fn heads_without_end_are_refused_as_soon_as_they_are_too_long() {
    let app = TestApp::sqlite();
    let begin = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
    let many: String = (0..500).map(|n| format!("X{n}: 1\r\n")).collect();
    let long = "a".repeat(1 << 20);
    // The end of the head never comes: what is refused is what is there.
    assert_eq!(ask(&app.url(), format!("{begin}X: {long}").as_bytes()).statuses, [431]);
    assert_eq!(ask(&app.url(), format!("{begin}{many}").as_bytes()).statuses, [431]);
    assert_eq!(ask(&app.url(), format!("GET /{long}").as_bytes()).statuses, [431]);
    let usual: String = (0..60).map(|n| format!("X{n}: 1\r\n")).collect();
    let fits = format!("{begin}{usual}Connection: close\r\n\r\n");
    assert_eq!(ask(&app.url(), fits.as_bytes()).statuses, [200]);
}

#[test]
fn an_absolute_target_gets_nobody_past_the_door() {
    let app = TestApp::sqlite();
    let close = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let guarded = ask(&app.url(), format!("GET http://elsewhere/api/v1/reference {close}").as_bytes());
    assert_eq!(guarded.statuses, [401], "{}", guarded.text);
    let open = ask(&app.url(), format!("GET http://elsewhere/healthz {close}").as_bytes());
    assert_eq!(open.statuses, [200], "{}", open.text);
}

#[test]
fn a_body_that_nobody_reads_ends_its_line() {
    let app = TestApp::sqlite();
    let head = "POST /api/v1/reviews/decide HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
    let heard = ask(&app.url(), format!("{head}{HIDDEN}").as_bytes());
    assert_eq!(heard.statuses, [401], "{}", heard.text);
    // In chunks there is no telling how much is still to come: the line is closed all the same.
    let chunked = head.replace("Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n{");
    let heard = ask(&app.url(), chunked.as_bytes());
    assert_eq!(heard.statuses, [401], "{}", heard.text);
    // More than a body of JSON may have: refused before it has come.
    let heard = ask(&app.url(), format!("{LOGIN}Content-Length: 100000\r\n\r\n{HIDDEN}").as_bytes());
    assert_eq!(heard.statuses, [413], "{}", heard.text);
    assert!(heard.text.contains("too_large"), "{}", heard.text);
}
