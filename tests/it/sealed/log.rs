//! What a server tells on the side: its log at its most talkative, its metrics, and the problems it answers.

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock, SystemClock};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, VILLAGE};
use bidao_tests::client::Client;
use bidao_tests::process::Process;
use serde_json::json;

use super::haystack::Haystack;
use super::plant::{ID_NUMBER, PLANTED, plant};

#[test]
fn no_planted_value_is_logged_counted_or_repeated_in_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let (location, log) = (Location::File(folder.path().join("bidao.db")), folder.path().join("log"));
    let mut app = TestApp::without_server(location.clone(), SystemClock.now());
    let process = Process::serve_logging(&location, &[("BIDAO_LOG", "trace")], &log);
    app.anyone = Client::new(process.url.clone());
    let garden = plant(&app);
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let conflict = leader.desk.get("/api/v1/conflicts").ok()["conflicts"][0].clone();
    let (id, expected) = (conflict["id"].as_str().expect("a conflict"), conflict["heads"].clone());
    let settle = json!({"value": [ID_NUMBER], "reason": "同一人", "expected": expected});
    let garbage = format!("{{\"value\": \"{ID_NUMBER}\", \"reason\": ");
    let post = [("content-type", "application/json")];
    let problems = [
        leader.desk.post(&format!("/api/v1/conflicts/{id}/resolve"), &settle),
        leader.desk.send("POST", &format!("/api/v1/conflicts/{id}/resolve"), &post, garbage.as_bytes()),
        leader.desk.get(&format!("/api/v1/records/{ID_NUMBER}")),
        garden.cadre.hardware.client.send("POST", "/api/v1/sync", &post, garbage.as_bytes()),
    ];
    for problem in &problems {
        assert!((400..500).contains(&problem.status), "{}", problem.status);
    }
    let said: Vec<u8> = problems.into_iter().flat_map(|problem| problem.body).collect();
    let metrics = app.anyone.get("/metrics").body;
    process.kill();
    let told = Haystack::given([
        ("log", std::fs::read(&log).expect("the log")),
        ("problems", said),
        ("metrics", metrics),
    ]);
    for value in PLANTED {
        assert_eq!(told.shows(value), Vec::<String>::new(), "{value}");
    }
    assert!(!told.shows("/api/v1/sync").is_empty() || !told.shows("POST").is_empty(), "something was logged");
}
