//! Reference data over HTTP: what each role gets, and what costs a 304.

use bidao_schema::api::person::Role;
use bidao_schema::forms;
use bidao_server::store;
use bidao_tests::app::{DISTRICT, FAR_VILLAGE, TOWNSHIP, VILLAGE, on_both};
use serde_json::{Value, json};

fn codes(reference: &Value) -> Vec<&str> {
    reference["areas"].as_array().into_iter().flatten().filter_map(|area| area["code"].as_str()).collect()
}

#[test]
fn a_member_gets_the_own_village_those_above_and_the_people_there() {
    on_both(|app| {
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        let _leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let _far = app.person("远村队员", Role::TeamMember, FAR_VILLAGE);
        let reference = member.desk.get("/api/v1/reference").ok();
        assert_eq!(codes(&reference), [DISTRICT, TOWNSHIP, VILLAGE]);
        let names: Vec<_> = reference["people"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["队员", "队长"]);
        assert_eq!(reference["me"]["id"], member.id.as_str());
        assert_eq!(
            reference["assignments"]["villages"],
            json!([{"village": VILLAGE, "role": "team_member"}])
        );
        assert_eq!(reference["settings"]["stay_day_means"], "lodged");
        let named: Vec<_> = reference["forms"].as_array().unwrap().iter().map(|form| &form["name"]).collect();
        let built_in: Vec<_> = forms::built_in().iter().map(|form| form.name.as_str()).collect();
        assert_eq!(named, built_in);
        assert_eq!(named[..5], ["household", "trip", "visit", "stay", "difficulty"]);
    });
}

#[test]
fn an_office_gets_every_area_below() {
    on_both(|app| {
        let office = app.person("区办", Role::AlleviationOffice, DISTRICT);
        assert_eq!(codes(&office.desk.get("/api/v1/reference").ok()).len(), 6);
    });
}

#[test]
fn unchanged_reference_data_costs_a_304_until_something_changes() {
    on_both(|app| {
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        let first = member.desk.get("/api/v1/reference");
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(tag.trim_matches('"'), first.json()["tag"]);
        let ask = || member.desk.send("GET", "/api/v1/reference", &[("if-none-match", &tag)], &[]);
        let unchanged = ask();
        assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
        app.write(|tx| store::poverty_line::put(tx, 2015, 285_500));
        let changed = ask();
        assert_eq!(changed.ok()["poverty_lines"], json!([{"year": 2015, "fen": 285_500}]));
        app.write(|tx| store::poverty_line::put(tx, 2015, 280_000));
        assert_eq!(member.desk.get("/api/v1/reference").ok()["poverty_lines"][0]["fen"], 280_000);
    });
}
