//! Text that wants to be a line of the log or a header of an answer.

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, VILLAGE};
use bidao_tests::process::Process;
use serde_json::Value;

use super::line::ask;

/// What no log line and no header may say.
const FORGED: &str = "FORGED";

/// The same everywhere a client can put text.
fn forgeries(token: &str) -> Vec<String> {
    let close = "Connection: close\r\n\r\n";
    let authorization = format!("Authorization: Bearer {token}\r\n");
    let line = "%0a%7b%22level%22:%22ERROR%22,%22message%22:%22FORGED%22%7d%0d%0a";
    let mut requests: Vec<String> = [
        format!("/api/v1/records/{line}"),
        format!("/api/v1/records?after={line}"),
        format!("/api/v1/versions?code={line}"),
        format!("/api/v1/duties?month={line}&area={line}"),
        format!("/api/v1/files/{line}/view"),
        format!("/{line}"),
        format!("/desk/{line}?{line}"),
        format!("/api/{line}"),
    ]
    .iter()
    .map(|path| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{authorization}{close}"))
    .collect();
    for header in
        ["X-Request-Id", "X-Forwarded-For", "Forwarded", "User-Agent", "Referer", "Host", "Traceparent"]
    {
        let host = if header == "Host" { "" } else { "Host: x\r\n" };
        requests.push(format!("GET /api/v1/reference HTTP/1.1\r\n{host}{header}: {FORGED}\r\n{close}"));
    }
    requests.push(format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\nFORGED: b\r\n{close}"));
    requests.push(format!("{FORGED} /healthz HTTP/1.1\r\nHost: x\r\n{close}"));
    requests.push(format!("GET /healthz HTTP/{FORGED}\r\nHost: x\r\n{close}"));
    let body = r#"{"account":"FORGED\n{\"level\":\"ERROR\"}","password":"FORGED\r\n","key":"FORGED"}"#;
    requests.push(format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{close}{body}",
        body.len()
    ));
    requests
}

#[test]
fn nothing_that_a_client_writes_becomes_a_line_of_the_log_or_a_header_of_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let token = leader.desk.token().expect("a token").to_owned();
    let path = folder.path().join("log");
    let process = Process::serve_logging(&location, &[("BIDAO_LOG", "trace")], &path);
    for request in forgeries(&token) {
        let heard = ask(&process.url, request.as_bytes());
        let head = heard.text.split("\r\n\r\n").next().unwrap_or_default();
        assert_eq!(heard.statuses.len(), 1, "{request}: {}", heard.text);
        assert!(!head.contains(FORGED), "{request}: {}", heard.text);
    }
    let metrics = ask(&process.url, b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").text;
    assert!(!metrics.contains(FORGED) && metrics.contains(r#"method="other""#), "{metrics}");
    process.kill();
    let log = std::fs::read_to_string(&path).expect("a log");
    let mut answered = 0;
    for line in log.lines() {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(said["timestamp"].is_string() && said["target"].is_string(), "{line}");
        answered += usize::from(said["fields"]["message"] == "answered");
        // Our own lines name patterns of routes; others may quote what they read, inside one line.
        let ours = said["target"].as_str().is_some_and(|target| target.starts_with("bidao"));
        assert!(!(ours && line.contains(FORGED)), "{line}");
        assert!(!(line.contains(&token)), "a token is in the log");
    }
    assert!(answered > 10, "{log}");
}

#[test]
fn a_request_id_is_the_servers_own() {
    let app = TestApp::sqlite();
    let answer = app.anyone.send("GET", "/healthz", &[("x-request-id", "mine")], &[]);
    let id = answer.header("x-request-id").expect("an id");
    assert_eq!((id.len(), id.bytes().all(|digit| digit.is_ascii_hexdigit())), (32, true), "{id}");
}
