//! `GET /api/v1/events`: who hears of which area, and that the stream ends with the server.

use bidao_schema::api::person::Role;
use bidao_tests::app::{FAR_VILLAGE, TOWNSHIP, TestApp, VILLAGE};
use serde_json::json;

use bidao_sync::document::Put;
use bidao_sync::feed::sha256;

use super::cadre::Cadre;

#[test]
fn a_listener_hears_of_areas_within_reach_and_the_stream_ends_with_the_server() {
    let app = TestApp::sqlite();
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    let near = app.person("队长", Role::TeamLeader, VILLAGE);
    let far = app.person("外人", Role::TeamLeader, FAR_VILLAGE);
    let (mut heard, mut unheard) = (near.desk.stream("/api/v1/events"), far.desk.stream("/api/v1/events"));
    // The first sign of life: from here on nothing is missed.
    assert_eq!(heard.next().as_deref(), Some(": here"));
    assert_eq!(unheard.next().as_deref(), Some(": here"));
    a.household(&app);
    a.sync(&app);
    let lines: Vec<String> =
        heard.by_ref().filter(|line| !line.is_empty() && !line.starts_with(':')).take(2).collect();
    assert_eq!(lines, ["event: area".to_owned(), format!("data: {{\"area\":\"{VILLAGE}\",\"seq\":1}}")]);
    app.app.stop.request();
    assert!(unheard.all(|line| line.is_empty() || line.starts_with(':')));
    assert!(heard.all(|line| line.is_empty() || line.starts_with(':')));
}

#[test]
fn a_listener_hears_when_a_file_of_a_record_can_be_shown() {
    let app = TestApp::sqlite();
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    let near = app.person("队长", Role::TeamLeader, VILLAGE);
    let strokes = br#"{"v":1,"width":100,"height":100,"strokes":[[[1,2,0],[30,40,9]]]}"#;
    let name = sha256(strokes).to_string();
    a.create(&app, "visit", &[Put::new(format!("photos/{}/file", "1".repeat(32)), name.clone())]);
    a.sync(&app);
    let mut heard = near.desk.stream("/api/v1/events");
    assert_eq!(heard.next().as_deref(), Some(": here"));
    let length = strokes.len().to_string();
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-offset", "0"),
        ("upload-length", length.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let stored = a.hardware.client.send("PATCH", &format!("/api/v1/files/{name}"), &headers, strokes);
    assert_eq!(stored.status, 204, "{}", String::from_utf8_lossy(&stored.body));
    let lines: Vec<String> =
        heard.by_ref().filter(|line| !line.is_empty() && !line.starts_with(':')).take(2).collect();
    assert_eq!(lines, ["event: area".to_owned(), format!("data: {{\"area\":\"{VILLAGE}\",\"seq\":1}}")]);
    app.app.stop.request();
    assert!(heard.all(|line| line.is_empty() || line.starts_with(':')));
}

#[test]
fn a_desk_hears_when_a_pair_was_settled_on_another_one() {
    let app = TestApp::sqlite();
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let office = app.person("乡", Role::TownOffice, TOWNSHIP);
    let (one, other) = (a.household(&app), a.household(&app));
    a.sync(&app);
    let mut heard = office.desk.stream("/api/v1/events");
    assert_eq!(heard.next().as_deref(), Some(": here"));
    let ask = json!({"one": one.to_string(), "other": other.to_string(), "verdict": "distinct"});
    assert_eq!(leader.desk.post("/api/v1/duplicates", &ask).status, 200);
    let lines: Vec<String> =
        heard.by_ref().filter(|line| !line.is_empty() && !line.starts_with(':')).take(2).collect();
    assert_eq!(lines, ["event: area".to_owned(), format!("data: {{\"area\":\"{VILLAGE}\",\"seq\":2}}")]);
    app.app.stop.request();
    assert!(heard.all(|line| line.is_empty() || line.starts_with(':')));
}
