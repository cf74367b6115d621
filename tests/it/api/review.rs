//! Reviews over HTTP: exact versions, per-item fates, own work, remarks.

use bidao_schema::api::person::Role;
use bidao_tests::app::{TestPerson, VILLAGE, on_both};
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

fn decide(leader: &TestPerson, asks: &[(u8, String, &str, Value, Option<&str>)]) -> Vec<Value> {
    let one = |(key, record, decision, expected, remark): &(u8, String, &str, Value, Option<&str>)| {
        json!({"id": format!("{key:032x}"), "record": record, "decision": decision, "expected": expected,
               "remark": remark})
    };
    let body = json!({"decisions": asks.iter().map(one).collect::<Vec<_>>()});
    leader.desk.post("/api/v1/reviews/decide", &body).ok()["results"].as_array().cloned().unwrap_or_default()
}

#[test]
fn one_stale_decision_leaves_the_others_alone() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let ids: Vec<_> = (0..3).map(|_| a.household(app)).collect();
        ids.iter().for_each(|id| a.submit(*id));
        a.sync(app);
        let queue = leader.desk.get(&format!("/api/v1/reviews?area={VILLAGE}")).ok();
        assert_eq!(queue["reviews"].as_array().unwrap().len(), 3);
        assert_eq!(queue["total"], 3);
        assert_eq!(queue["reviews"][0]["changes"], 1);
        let heads = |id: &str| leader.desk.get(&format!("/api/v1/reviews/{id}")).ok()["heads"].clone();
        let seen: Vec<(String, Value)> =
            ids.iter().map(|id| (id.to_string(), heads(&id.to_string()))).collect();
        a.edit(app, ids[1], "address", "中元村3组");
        a.sync(app);
        let asks: Vec<_> = seen
            .iter()
            .zip(1_u8..)
            .map(|((id, heads), key)| (key, id.clone(), "approve", heads.clone(), None))
            .collect();
        let fates: Vec<_> = decide(&leader, &asks).iter().map(|fate| fate["status"].clone()).collect();
        assert_eq!(fates, ["done", "stale", "done"]);
        let again: Vec<_> = decide(&leader, &asks).iter().map(|fate| fate["status"].clone()).collect();
        assert_eq!(again, ["duplicate", "stale", "duplicate"]);
        let left = leader.desk.get("/api/v1/reviews").ok();
        assert_eq!(left["reviews"].as_array().unwrap().len(), 1);
        verify(app);
    });
}

#[test]
fn a_returned_record_reaches_its_author_with_the_sentence_and_comes_back() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let id = a.household(app);
        a.submit(id);
        a.sync(app);
        let heads = leader.desk.get(&format!("/api/v1/reviews/{id}")).ok()["heads"].clone();
        let record = id.to_string();
        let silent = decide(&leader, &[(1, record.clone(), "return", heads.clone(), None)]);
        assert_eq!((&silent[0]["status"], &silent[0]["code"]), (&"refused".into(), &"remark_missing".into()));
        let done = decide(&leader, &[(2, record.clone(), "return", heads, Some("请核实地址"))]);
        assert_eq!(done[0]["status"], "done");
        a.sync(app);
        let decision = a.phone.decision(id).unwrap().clone();
        assert_eq!((decision.state.as_str(), decision.remark.as_deref()), ("returned", Some("请核实地址")));
        let detail = a.person.desk.get(&format!("/api/v1/records/{id}")).ok();
        assert_eq!(detail["remark"], "请核实地址");
        a.edit(app, id, "address", "中元村4组");
        a.submit(id);
        a.sync(app);
        let review = leader.desk.get(&format!("/api/v1/reviews/{id}")).ok();
        assert_eq!(review["state"], "submitted");
        assert_eq!(review["differences"][0]["old"], "中元村1组");
        assert_eq!(review["differences"][0]["new"], "中元村4组");
        assert_eq!(review["timeline"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn nobody_decides_about_own_work_or_about_what_is_out_of_reach() {
    on_both(|app| {
        let mut leader = Cadre::new(app, "队长", Role::TeamLeader);
        let id = leader.household(app);
        leader.submit(id);
        leader.sync(app);
        let heads = json!(leader.phone.document(id).unwrap().heads());
        let own = decide(&leader.person, &[(1, id.to_string(), "approve", heads.clone(), None)]);
        assert_eq!((&own[0]["status"], &own[0]["code"]), (&"refused".into(), &"own_work".into()));
        let stranger = app.person("外人", Role::TeamLeader, bidao_tests::app::FAR_VILLAGE);
        let far = decide(&stranger, &[(2, id.to_string(), "approve", heads, None)]);
        assert_eq!((&far[0]["status"], &far[0]["code"]), (&"refused".into(), &"unknown_record".into()));
        let unknown =
            decide(&leader.person, &[(3, id.to_string(), "approve", json!(["00".repeat(32)]), None)]);
        assert_eq!(unknown[0]["code"], "unknown_heads");
    });
}
