//! Clients that stall. The server waits as long as it says, answers 408 and closes the line; nothing here waits for a
//! time, only for that.

use std::time::Duration;

use bidao_schema::api::person::Role;
use bidao_server::http::patience::Patience;
use bidao_tests::app::{TestApp, VILLAGE};
use sha2::{Digest as _, Sha256};

use super::line::{Heard, Line};

const SOON: Duration = Duration::from_millis(200);
const NEVER: Duration = Duration::from_secs(3600);
const PATIENT: Patience = Patience { head: NEVER, piece: NEVER, whole: NEVER, unread: NEVER };

fn given_up(heard: &Heard) {
    assert_eq!(heard.statuses, [408], "{}", heard.text);
}

#[test]
fn a_line_on_which_nothing_or_half_a_head_comes_is_given_up() {
    let app = TestApp::with_patience(Patience { head: SOON, ..PATIENT });
    for begin in ["", "GET /hea", "GET /healthz HTTP/1.1\r\nHost: x\r\n"] {
        given_up(&Line::to(&app.url()).send(begin.as_bytes()).hear());
    }
}

#[test]
fn a_body_that_stops_is_given_up_on_every_kind_of_route() {
    let app = TestApp::with_patience(Patience { piece: SOON, ..PATIENT });
    let person = app.person("队员", Role::TeamMember, VILLAGE);
    let phone = app.phone(&person);
    for (path, media, token) in [
        ("/api/v1/sessions", "application/json", None),
        (
            "/api/v1/surveys",
            "application/json",
            app.person("乡", Role::AlleviationOffice, "500114000000").desk.token(),
        ),
        ("/api/v1/sync", "application/cbor", phone.client.token()),
    ] {
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\n{token}Content-Type: {media}\r\nContent-Length: 1000\r\n\r\n{{"
        );
        let heard = Line::to(&app.url()).send(head.as_bytes()).hear();
        given_up(&heard);
        assert!(heard.text.contains(r#""code":"timeout""#), "{path}: {}", heard.text);
        let chunked =
            head.replace("Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{");
        given_up(&Line::to(&app.url()).send(chunked.as_bytes()).hear());
    }
}

#[test]
fn a_body_that_trickles_is_given_up_although_every_piece_is_in_time() {
    let app = TestApp::with_patience(Patience { whole: SOON, ..PATIENT });
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n";
    let heard = Line::to(&app.url()).send(head.as_bytes()).send(b"{").send(b"\"").hear();
    given_up(&heard);
    assert!(heard.text.contains(r#""code":"timeout""#), "{}", heard.text);
}

#[test]
fn a_file_may_come_as_slowly_as_its_pieces_do_and_what_came_is_kept() {
    let app = TestApp::with_patience(Patience { piece: SOON, whole: Duration::ZERO, ..PATIENT });
    let phone = app.phone(&app.person("队员", Role::TeamMember, VILLAGE));
    let (content, half) = (b"0123456789", 6);
    let path = format!("/api/v1/files/{}", bidao_sync::ids::to_hex(&Sha256::digest(content)));
    let head = |offset: usize| {
        format!(
            "PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Content-Type: application/offset+octet-stream\r\nUpload-Length: {}\r\nUpload-Offset: {offset}\r\n\
             Content-Length: {}\r\n\r\n",
            phone.client.token().expect("a token"),
            content.len(),
            content.len() - offset,
        )
    };
    given_up(&Line::to(&app.url()).send(head(0).as_bytes()).send(&content[..half]).hear());
    let stands = phone.client.send("HEAD", &path, &[("tus-resumable", "1.0.0")], &[]);
    assert_eq!((stands.status, stands.header("upload-offset")), (200, Some("6")));
    let heard = Line::to(&app.url()).send(head(half).as_bytes()).send(&content[half..]).hear();
    assert_eq!(heard.statuses, [204], "{}", heard.text);
}

#[test]
fn a_line_whose_other_half_is_gone_ends() {
    let app = TestApp::with_patience(PATIENT);
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    for begin in ["", "GET /hea", head] {
        let heard = Line::to(&app.url()).send(begin.as_bytes()).end().hear();
        assert!(heard.statuses.iter().all(|status| (400..500).contains(status)), "{begin}: {}", heard.text);
    }
    assert_eq!(app.anyone.get("/healthz").status, 200);
}
