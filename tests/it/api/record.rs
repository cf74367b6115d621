//! Records over HTTP: who sees which, pages, content, history.

use bidao_schema::api::person::Role;
use bidao_tests::app::{FAR_VILLAGE, TOWNSHIP, VILLAGE, on_both};
use bidao_tests::clock::MINUTE;

use super::cadre::Cadre;

#[test]
fn a_list_shows_what_the_scope_reaches_page_by_page() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        for _ in 0..105 {
            a.household(app);
        }
        a.sync(app);
        let office = app.person("镇办", Role::TownOffice, TOWNSHIP);
        let first = office.desk.get(&format!("/api/v1/records?area={TOWNSHIP}&kind=household")).ok();
        assert_eq!(first["records"].as_array().unwrap().len(), 100);
        let next = first["next"].as_str().unwrap();
        let second = office.desk.get(&format!("/api/v1/records?after={next}")).ok();
        assert_eq!(second["records"].as_array().unwrap().len(), 5);
        assert!(second["next"].is_null());
        assert_eq!(office.desk.get("/api/v1/records?area=12").code(), "invalid");
        let id = first["records"][0]["id"].as_str().unwrap();
        for (role, area) in
            [(Role::TownOffice, FAR_VILLAGE), (Role::OrgDepartment, VILLAGE), (Role::DeptHead, VILLAGE)]
        {
            let stranger = app.person("外人", role, area);
            let listed = stranger.desk.get("/api/v1/records").ok();
            assert_eq!(listed["records"].as_array().unwrap().len(), 0);
            assert_eq!(stranger.desk.get(&format!("/api/v1/records/{id}")).code(), "not_found");
            assert_eq!(stranger.desk.get(&format!("/api/v1/records/{id}/history")).code(), "not_found");
        }
    });
}

#[test]
fn the_history_names_who_changed_what_from_what_to_what_and_when() {
    on_both(|app| {
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let id = a.household(app);
        a.sync(app);
        b.sync(app);
        b.edit(app, id, "address", "中元村2组");
        app.clock.advance(5 * MINUTE);
        b.sync(app);
        let history = a.person.desk.get(&format!("/api/v1/records/{id}/history")).ok();
        let last = history["changes"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["path"], &last["person_name"]), (&"address".into(), &"乙".into()));
        assert_eq!((&last["old"], &last["new"]), (&"中元村1组".into(), &"中元村2组".into()));
        let waited = last["received_at"].as_i64().unwrap() - last["made_at"].as_i64().unwrap();
        assert_eq!(waited, 5 * MINUTE);
        let detail = a.person.desk.get(&format!("/api/v1/records/{id}")).ok();
        assert_eq!(detail["answers"]["address"], "中元村2组");
        assert_eq!(detail["heads"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn malformed_names_and_filters_are_answered_and_never_reach_the_database() {
    on_both(|app| {
        let a = app.person("甲", Role::TeamLeader, VILLAGE);
        for path in ["/api/v1/records/%00", "/api/v1/records/x/history", "/api/v1/reviews/%00"] {
            assert_eq!(a.desk.get(path).code(), "not_found", "{path}");
        }
        for query in ["household=%00", "kind=%00", "after=1:%00", "area=%00"] {
            assert_eq!(a.desk.get(&format!("/api/v1/records?{query}")).code(), "invalid", "{query}");
        }
    });
}
