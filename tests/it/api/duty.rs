//! The three musts over HTTP: figures, their records, and who may see them.

use bidao_schema::api::person::Role;
use bidao_server::domain::projection::{Fact, project};
use bidao_server::store::record;
use bidao_tests::app::{DISTRICT, FAR_VILLAGE, NEIGHBOUR, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use bidao_tests::clock::{DAY, START};
use serde_json::{Value, json};

/// Stores a record as sync does: its row, then its projection.
fn store(app: &TestApp, id: &str, kind: &'static str, author: &TestPerson, answers: Value, at: i64) {
    let (id, author) = (format!("{id:0>32}"), author.id.clone());
    app.write(move |tx| {
        if record::find(tx, &id)?.is_none() {
            record::insert(tx, &row(&id, kind, &author, at))?;
        }
        let fact = Fact {
            kind,
            record: &id,
            area: VILLAGE,
            made_in: VILLAGE,
            person: &author,
            household: None,
            answers: &answers,
            contested: &[],
            received_at: at,
        };
        project(tx, &fact)
    });
}

fn row(id: &str, kind: &str, author: &str, at: i64) -> record::Row {
    record::Row {
        id: id.into(),
        kind: kind.into(),
        form: format!("{kind}/1"),
        area: VILLAGE.into(),
        household: None,
        title: String::new(),
        author: author.into(),
        created_at: at,
        updated_at: at,
        heads: String::new(),
        document: Vec::new(),
        version: 1,
        findings: "[]".into(),
        blocking: 0,
        conflicts: 0,
        review: "draft".into(),
        submitted_at: None,
        reviewed_heads: None,
        remark: None,
        signing: "none".into(),
        made_in: VILLAGE.into(),
    }
}

fn trip(on: &str) -> Value {
    json!({"occurred_on": on, "lodged": false})
}

fn report(person: &TestPerson, area: &str) -> Value {
    person.desk.get(&format!("/api/v1/duties?month=2015-11&area={area}")).ok()
}

#[test]
fn an_arrival_is_counted_once_a_date_and_opens_to_its_records() {
    on_both(|app| {
        let office = app.person("办公室", Role::AlleviationOffice, DISTRICT);
        let head = app.person("处长", Role::DeptHead, VILLAGE);
        store(app, "a", "trip", &head, trip("2015-11-03"), START);
        store(app, "b", "trip", &head, trip("2015-11-03"), START + 1);
        store(app, "c", "trip", &head, trip("2015-10-31"), START);
        let report = report(&office, DISTRICT);
        let duty = &report["rows"][0];
        assert_eq!((&duty["rule"], &duty["done"], &duty["needed"]), (&json!("r2"), &json!(1), &json!(2)));
        assert_eq!((&duty["state"], &duty["late"]), (&json!("PENDING"), &json!(1)));
        assert_eq!(report["work"][0]["trips"], 1);

        let figure = format!("month=2015-11&person={}&village={VILLAGE}&rule=r2", head.id);
        let records = office.desk.get(&format!("/api/v1/duties/records?{figure}")).ok();
        let counted: Vec<_> =
            records["records"].as_array().unwrap().iter().map(|r| r["counted"].clone()).collect();
        assert_eq!(counted, [json!(true), json!(false)]);

        store(app, "b", "trip", &head, trip("2015-11-04"), START + 2);
        assert_eq!(self::report(&office, DISTRICT)["rows"][0]["state"], "MET");
        store(app, "b", "trip", &head, json!({"lodged": false}), START + 3);
        assert_eq!(self::report(&office, DISTRICT)["rows"][0]["done"], 1);
    });
}

#[test]
fn nights_count_once_the_month_is_over_and_leave_is_a_reason() {
    on_both(|app| {
        let office = app.person("办公室", Role::TownOffice, TOWNSHIP);
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        for day in 1..=14 {
            let answers =
                json!({"person": member.id, "occurred_on": format!("2015-11-{day:02}"), "lodged": true});
            store(app, &format!("{day}"), "stay", &member, answers, START);
        }
        let leave = bidao_server::store::leave::Row {
            id: app.app.ctx.id(),
            person: member.id.clone(),
            from_on: "2015-11-23".into(),
            to_on: "2015-12-04".into(),
            kind: "sick".into(),
            approved_by: office.id.clone(),
        };
        app.write(move |tx| bidao_server::store::leave::insert(tx, &leave));
        assert_eq!(report(&office, VILLAGE)["rows"][0]["state"], "PENDING");
        app.clock.advance(11 * DAY);
        let later = app.person("另一人", Role::TownOffice, TOWNSHIP);
        let duty = report(&later, VILLAGE)["rows"][0].clone();
        assert_eq!((&duty["done"], &duty["leave_days"]), (&json!(14), &json!(8)));
        assert_eq!((&duty["state"], &duty["reason"]), (&json!("NOT_MET_WITH_REASON"), &json!("sick")));
    });
}

#[test]
fn figures_are_seen_only_where_a_role_is_held() {
    on_both(|app| {
        let member = app.person("队员", Role::TeamMember, VILLAGE);
        let villages = |report: &Value| report["work"].as_array().map_or(0, Vec::len);
        assert_eq!(villages(&report(&member, TOWNSHIP)), 1, "of the township, the own village");
        for area in [NEIGHBOUR, FAR_VILLAGE, "999999999999"] {
            let answer = member.desk.get(&format!("/api/v1/duties?month=2015-11&area={area}"));
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
        }
        let figure = format!("month=2015-11&person={}&village={NEIGHBOUR}&rule=r3", member.id);
        assert_eq!(member.desk.get(&format!("/api/v1/duties/records?{figure}")).status, 404);
        let org = app.person("组织部", Role::OrgDepartment, DISTRICT);
        assert_eq!(villages(&report(&org, DISTRICT)), 3);
        let admin = app.person("管理员", Role::SysAdmin, DISTRICT);
        assert_eq!(admin.desk.get(&format!("/api/v1/duties?month=2015-11&area={DISTRICT}")).status, 404);
    });
}

#[test]
fn a_malformed_question_names_the_field() {
    let app = TestApp::sqlite();
    let office = app.person("办公室", Role::AlleviationOffice, DISTRICT);
    for (query, field) in [
        (format!("month=2015-13&area={DISTRICT}"), "month"),
        ("month=2015-11&area=5001".into(), "area"),
        ("month=2015-11&area=50011410100%25".into(), "area"),
        ("month=2015-11".into(), "query"),
    ] {
        let answer = office.desk.get(&format!("/api/v1/duties?{query}"));
        assert_eq!((answer.code().as_str(), &answer.json()["field"]), ("invalid", &json!(field)), "{query}");
    }
    let figure = format!("month=2015-11&person={}&village=%25&rule=r1", office.id);
    assert_eq!(office.desk.get(&format!("/api/v1/duties/records?{figure}")).code(), "invalid");
}
