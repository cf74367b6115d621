//! Conflicts over HTTP: every value shown, settled once, both phones agree afterwards.

use bidao_schema::api::person::Role;
use bidao_tests::app::{FAR_VILLAGE, VILLAGE, on_both};
use serde_json::{Value, json};

use super::cadre::{Cadre, ask_path, ask_values, disagreement, verify};

#[test]
fn a_leader_sees_both_values_and_settles_them_for_both_phones() {
    on_both(|app| {
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let id = disagreement(app, &mut a, &mut b);
        let found =
            leader.desk.get(&format!("/api/v1/conflicts?area={VILLAGE}")).ok()["conflicts"][0].clone();
        assert_eq!(found["path"], ask_path().as_str());
        let mut names: Vec<&str> = found["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value["person_name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["乙", "甲"]);

        let path = format!("/api/v1/conflicts/{}/resolve", found["id"].as_str().unwrap());
        let ask = |value: Value, expected: Value| json!({"value": value, "expected": expected, "reason": "与户主核实"});
        let one = ask_values()[0].clone();
        let heads = found["heads"].clone();
        let resolve = |body: &Value| leader.desk.post(&path, body);
        assert_eq!(resolve(&ask(one.clone().into(), json!(["00".repeat(32)]))).code(), "unknown_heads");
        assert_eq!(resolve(&ask(one.clone().into(), json!([heads[0]]))).code(), "stale");
        assert_eq!(resolve(&ask(json!([1]), heads.clone())).code(), "invalid");
        assert_eq!(resolve(&json!({"value": one, "expected": heads, "reason": " "})).code(), "invalid");
        assert_eq!(a.person.desk.post(&path, &ask(one.clone().into(), heads.clone())).code(), "forbidden");
        let stranger = app.person("外人", Role::TeamLeader, FAR_VILLAGE);
        assert_eq!(stranger.desk.post(&path, &ask(one.clone().into(), heads.clone())).code(), "not_found");

        let settled = resolve(&ask(one.clone().into(), heads.clone())).ok();
        assert_eq!(settled["state"], "resolved");
        assert_eq!(resolve(&ask(one.clone().into(), heads)).code(), "stale");
        let left = leader.desk.get("/api/v1/conflicts").ok();
        assert_eq!(left["conflicts"].as_array().unwrap().len(), 0);
        let kept = leader.desk.get("/api/v1/conflicts?state=resolved").ok();
        assert_eq!(kept["conflicts"].as_array().unwrap().len(), 1);
        assert_eq!((&left["total"], &kept["total"]), (&0.into(), &1.into()));
        for cadre in [&mut a, &mut b] {
            cadre.sync(app);
            assert_eq!(cadre.phone.answers(id).unwrap()[ask_path()], one.as_str());
            assert!(cadre.phone.conflicts(id).unwrap().is_empty());
        }
        verify(app);
    });
}

#[test]
fn a_leader_who_only_chose_a_value_may_still_approve() {
    on_both(|app| {
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let id = disagreement(app, &mut a, &mut b);
        a.submit(id);
        a.sync(app);
        let decide = |expected: &Value, key: u8| {
            let one = json!({"id": format!("{key:032x}"), "record": id.to_string(), "decision": "approve",
                             "expected": expected, "remark": null});
            leader.desk.post("/api/v1/reviews/decide", &json!({"decisions": [one]})).ok()["results"][0]
                .clone()
        };
        let found = leader.desk.get("/api/v1/conflicts").ok()["conflicts"][0].clone();
        let refused = decide(&found["heads"], 1);
        assert_eq!((&refused["status"], &refused["code"]), (&"refused".into(), &"open_conflicts".into()));
        let body =
            json!({"value": found["values"][0]["value"], "expected": found["heads"], "reason": "核实"});
        let path = format!("/api/v1/conflicts/{}/resolve", found["id"].as_str().unwrap());
        let settled = leader.desk.post(&path, &body).ok();
        assert_eq!(decide(&settled["heads"], 2)["status"], "done");
    });
}
