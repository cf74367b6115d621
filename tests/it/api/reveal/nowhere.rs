//! The number is in no answer, no header and no line of the log, whoever asks whatever the table offers; and a problem does
//! not send it back to who put it into a request.

use std::collections::BTreeSet;

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::routes::{self, Body, Route};
use bidao_server::store::Location;
use bidao_tests::app::{DISTRICT, TOWNSHIP, TestApp, VILLAGE, on_both};
use bidao_tests::client::{Answer, Client};
use bidao_tests::process::Process;

use super::plant::{ACCOUNT, Garden, MISTYPED, NUMBER, SECOND, SPACED, plant};
use super::{ask, reveal};

const NUMBERS: [&str; 5] = [NUMBER, SECOND, SPACED, MISTYPED, ACCOUNT];

/// Never ends, or gives the very bytes to who may be told (`a_kept_item_is_told…`).
const APART: [&str; 2] = ["/api/v1/events", "/api/v1/quarantine/{id}/export"];

/// Everybody, at a desk; and one on a phone.
fn everybody(app: &TestApp, garden: &Garden) -> Vec<(String, Client)> {
    let roles = [
        (Role::DistrictLeader, VILLAGE),
        (Role::DeptHead, VILLAGE),
        (Role::TeamMember, VILLAGE),
        (Role::OrgDepartment, DISTRICT),
        (Role::SysAdmin, DISTRICT),
    ];
    let made = roles.map(|(role, area)| (format!("{role:?}"), app.person("某人", role, area).desk));
    let mut all = Vec::from(made);
    for person in [&garden.leader, &garden.town, &garden.office] {
        all.push((person.name.clone(), person.desk.clone()));
    }
    all.push(("phone".into(), garden.cadre.hardware.client.clone()));
    all.push(("nobody".into(), app.anyone.clone()));
    all
}

fn value_of(query: &str, garden: &Garden) -> String {
    match query {
        "month" => "2015-11".into(),
        "area" => TOWNSHIP.into(),
        "person" => garden.cadre.person.id.clone(),
        "village" => VILLAGE.into(),
        "rule" => "r1".into(),
        "code" => garden.digest[..6].to_owned(),
        other => panic!("a required parameter that this test does not know: {other}"),
    }
}

/// Every address of a route that names something planted.
fn addresses(route: &Route, garden: &Garden) -> Vec<String> {
    let required = route.query.iter().filter(|one| one.required);
    let query: Vec<String> =
        required.map(|one| format!("{}={}", one.name, value_of(one.name, garden))).collect();
    let path = route.path.replace("{digest}", &garden.digest).replace("{sha256}", &garden.digest);
    let path = path.replace("{variant}", "view").replace("{record}", "{id}");
    let ids = if path.contains("{id}") { garden.ids() } else { vec![String::new()] };
    ids.into_iter().map(|id| format!("{}?{}", path.replace("{id}", &id), query.join("&"))).collect()
}

fn assert_silent(answer: &Answer, asked: &str) {
    let body = String::from_utf8_lossy(&answer.body);
    for number in NUMBERS {
        assert!(!body.contains(number), "{asked}: {number} in {body}");
        for (name, value) in &answer.headers {
            assert!(!value.contains(number), "{asked}: {number} in {name}");
        }
    }
}

/// Asks everything as everybody; the routes that answered somebody.
fn ask_everything(app: &TestApp, garden: &Garden) -> BTreeSet<&'static str> {
    let mut answered = BTreeSet::new();
    for (name, client) in everybody(app, garden) {
        for route in routes::table() {
            if route.method.as_str() != "GET" || APART.contains(&route.path) {
                continue;
            }
            for address in addresses(&route, garden) {
                let answer = client.get(&address);
                assert_silent(&answer, &format!("{name} {address}"));
                if answer.status == 200 {
                    answered.insert(route.path);
                }
            }
        }
    }
    answered
}

fn assert_asked(answered: &BTreeSet<&str>) {
    // Photos and maps are no text that anybody types.
    let silent = ["/api/v1/files/{sha256}/{variant}", "/api/v1/map"];
    for route in routes::table() {
        let is_here = route.method.as_str() == "GET" && !APART.contains(&route.path);
        if is_here && !silent.contains(&route.path) {
            assert!(answered.contains(route.path), "{} answered nobody", route.path);
        }
    }
}

#[test]
fn no_answer_to_anybody_holds_a_number_and_a_reveal_does() {
    on_both(|app| {
        let garden = plant(app);
        assert_asked(&ask_everything(app, &garden));
        let record = reveal(&garden.leader, &ask("record", &garden.household.to_string()));
        let body = String::from_utf8_lossy(&record.body).into_owned();
        for number in NUMBERS {
            assert!(body.contains(number), "{number} was there all along");
        }
        assert!(!ask_everything(app, &garden).is_empty(), "nor once it was revealed");
    });
}

#[test]
fn no_line_of_the_log_holds_a_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let (location, log) = (Location::File(folder.path().join("bidao.db")), folder.path().join("log"));
    let mut app = TestApp::without_server(location.clone(), SystemClock.now());
    let process = Process::serve_logging(&location, &[("BIDAO_LOG", "trace")], &log);
    app.anyone = Client::new(process.url.clone());
    let garden = plant(&app);
    ask_everything(&app, &garden);
    assert_eq!(reveal(&garden.leader, &ask("record", &garden.household.to_string())).status, 200);
    put_everywhere(&garden.office.desk);
    process.kill();
    let said = std::fs::read_to_string(&log).expect("a log");
    assert!(said.contains("/api/v1/reveals"), "something was logged");
    for number in NUMBERS {
        let line = said.lines().find(|line| line.contains(number));
        assert_eq!(line, None, "{number}");
    }
}

/// Sends the number in every place of every route; how many problems said that there had been one.
fn put_everywhere(client: &Client) -> usize {
    let mut masked = 0;
    let json = [("content-type", "application/json")];
    let bodies = [
        format!("\"{NUMBER}\""),
        format!("{{\"{NUMBER}\": \"{NUMBER}\"}}"),
        format!("{{\"id\": \"{NUMBER}\", \"what\": \"{NUMBER}\", \"decisions\": \"{NUMBER}\"}}"),
        format!("{{\"reason\": \"{NUMBER}"),
        format!("[{NUMBER}]"),
    ];
    for route in routes::table().iter().filter(|route| !APART.contains(&route.path)) {
        // Logging out would end what the next calls need.
        if route.path == "/api/v1/sessions/current" {
            continue;
        }
        let parts = route.path.split('/').map(|part| if part.starts_with('{') { NUMBER } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let query = route.query.iter().map(|one| format!("{}={NUMBER}", one.name)).collect::<Vec<_>>();
        let address = format!("{path}?{}", query.join("&"));
        let has_body = matches!(route.takes, Body::Json(_));
        for body in bodies.iter().take(if has_body { bodies.len() } else { 1 }) {
            let sent: &[u8] = if has_body { body.as_bytes() } else { b"" };
            let answer = client.send(route.method.as_str(), &address, &json, sent);
            assert_silent(&answer, &format!("{} {address} {body}", route.method));
            assert!(answer.status < 500, "{} {address} {body}", route.method);
            masked += usize::from(String::from_utf8_lossy(&answer.body).contains("••••0018"));
        }
    }
    masked
}

#[test]
fn a_problem_does_not_send_a_number_back() {
    on_both(|app| {
        let office = app.person("区办", Role::AlleviationOffice, DISTRICT);
        assert!(put_everywhere(&office.desk) > 0, "a parser quotes what it cannot read, masked");
        put_everywhere(&app.anyone);
        for path in ["/", "/desk/", "/api/v1/", "/api/"] {
            assert_silent(&office.desk.get(&format!("{path}{NUMBER}?{NUMBER}")), path);
        }
    });
}
