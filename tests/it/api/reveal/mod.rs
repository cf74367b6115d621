//! What is masked everywhere is told to who may know it, for a purpose, and that is written down (domain §12.3, INV-39).

mod nowhere;
mod plant;

use bidao_schema::api::person::Role;
use bidao_server::store::audit::{self, Chain};
use bidao_sync::feed::sha256;
use bidao_tests::app::{DISTRICT, FAR_VILLAGE, TestApp, TestPerson, VILLAGE, on_both};
use bidao_tests::client::Answer;
use bidao_tests::clock::MINUTE;
use serde_json::{Value, json};

use self::plant::{ACCOUNT, Garden, HEAD, MISTYPED, NUMBER, SECOND, plant};

fn ask(what: &str, id: &str) -> Value {
    json!({"what": what, "id": id, "purpose": "identity", "note": "上门核对本人"})
}

fn reveal(who: &TestPerson, ask: &Value) -> Answer {
    who.desk.post("/api/v1/reveals", ask)
}

/// Values of a path, with where in the field's life they are.
fn told(answer: &Answer, path: &str) -> Vec<(Value, Value)> {
    let values = answer.ok()["values"].as_array().expect("a list").clone();
    values
        .into_iter()
        .filter(|one| one["path"] == path)
        .map(|one| (one["shown_as"].clone(), one["value"].clone()))
        .collect()
}

fn audited(app: &TestApp) -> i64 {
    match app.app.db.read_blocking(|tx| audit::verify(tx.conn)).expect("read") {
        Chain::Whole { entries } => entries,
        Chain::Broken { at } => panic!("the chain is broken at {at}"),
    }
}

fn list(who: &TestPerson, query: &str) -> Value {
    who.desk.get(&format!("/api/v1/reveals{query}")).ok()
}

#[test]
fn a_leader_is_told_exactly_what_was_asked_for_and_it_is_written_down() {
    on_both(|app| {
        let garden = plant(app);
        let (id, path) = (garden.household.to_string(), format!("members/{HEAD}/id_no"));
        let before = audited(app);
        let mut one = ask("record", &id);
        one["paths"] = json!(["bank_account"]);
        let answer = reveal(&garden.leader, &one);
        assert_eq!(told(&answer, "bank_account")[0], (json!("now"), json!(ACCOUNT)));
        assert_eq!(told(&answer, &path), []);
        assert!(!String::from_utf8_lossy(&answer.body).contains(NUMBER));
        assert_eq!(audited(app), before + 1);

        app.clock.advance(1);
        let all = reveal(&garden.office, &ask("record", &id));
        let numbers = told(&all, &path);
        assert!(numbers.contains(&(json!("written"), json!(NUMBER))), "its history too: {numbers:?}");
        assert!([SECOND, MISTYPED].iter().any(|now| numbers.contains(&(json!("now"), json!(now)))));
        assert_eq!(told(&all, "of_a_later_form")[0], (json!("now"), json!(NUMBER)));
        let listed = list(&garden.leader, &format!("?record={id}"));
        assert_eq!(listed["total"], 2);
        let [newest, oldest] = &listed["reveals"].as_array().expect("a list")[..] else { panic!("{listed}") };
        assert_eq!((&newest["person_name"], &newest["paths"]), (&json!("区办"), &json!([])));
        assert_eq!((&oldest["person_name"], &oldest["paths"]), (&json!("队长"), &json!(["bank_account"])));
        assert_eq!(
            (&oldest["what"], &oldest["purpose"], &oldest["note"], &oldest["area"]),
            (&json!("record"), &json!("identity"), &json!("上门核对本人"), &json!(VILLAGE))
        );
        assert!(!listed.to_string().contains(NUMBER) && !listed.to_string().contains(ACCOUNT));
        assert_eq!(list(&garden.leader, &format!("?record={}", garden.moved))["total"], 0);
        assert_eq!(list(&app.person("外人", Role::TeamLeader, FAR_VILLAGE), "")["total"], 0);
    });
}

#[test]
fn a_masked_number_still_says_whose_it_is_and_whether_it_is_another_one() {
    on_both(|app| {
        let garden = plant(app);
        let numbers_of = |id: &str| {
            let shown = garden.office.desk.get(&format!("/api/v1/records/{id}")).ok();
            shown["numbers"].as_array().expect("a list").clone()
        };
        let moved = numbers_of(&garden.moved.to_string());
        let [one] = &moved[..] else { panic!("the mistyped one says nothing: {moved:?}") };
        assert_eq!(
            (&one["path"], &one["born_on"]),
            (&json!(format!("members/{HEAD}/id_no")), &json!("1960-01-02"))
        );
        let again = garden
            .leader
            .desk
            .post(&format!("/api/v1/quarantine/{}/release", garden.kept), &json!({"reason": "核对"}));
        assert_eq!(again.status, 204);
        let pairs = garden.office.desk.get("/api/v1/duplicates").ok();
        let other = pairs["open"].as_array().expect("a list").iter().find_map(|pair| {
            let ids = [&pair["one"]["id"], &pair["other"]["id"]];
            ids.into_iter().filter_map(Value::as_str).find(|id| **id != garden.moved.to_string())
        });
        let same = numbers_of(other.expect("both have one number"));
        assert_eq!(
            (&same[0]["same_as"], same[0]["same_as"].as_str().map(str::len)),
            (&one["same_as"], Some(32))
        );
    });
}

#[test]
fn who_may_not_know_is_told_nothing_and_nothing_is_written_down() {
    on_both(|app| {
        let garden = plant(app);
        let record = ask("record", &garden.household.to_string());
        let before = audited(app);
        for (role, area) in [
            (Role::TeamMember, VILLAGE),
            (Role::DistrictLeader, VILLAGE),
            (Role::DeptHead, VILLAGE),
            (Role::OrgDepartment, DISTRICT),
            (Role::SysAdmin, DISTRICT),
        ] {
            let person = app.person("某人", role, area);
            assert_eq!(reveal(&person, &record).code(), "forbidden", "{role:?}");
            assert_eq!(person.desk.get("/api/v1/reveals").code(), "forbidden", "{role:?}");
        }
        let far = app.person("外人", Role::TeamLeader, FAR_VILLAGE);
        for what in [&record, &ask("conflict", &garden.conflict), &ask("quarantined", &garden.kept)] {
            assert_eq!(reveal(&far, what).code(), "not_found", "{what}");
        }
        assert_eq!(audited(app), before);
    });
}

#[test]
fn a_question_without_a_reason_or_with_the_number_in_it_is_not_answered() {
    on_both(|app| {
        let garden = plant(app);
        let id = garden.household.to_string();
        let with = |field: &str, value: Value| {
            let mut ask = ask("record", &id);
            ask[field] = value;
            reveal(&garden.leader, &ask)
        };
        for (field, value) in [
            ("note", json!(" ")),
            ("note", json!("核".repeat(201))),
            ("note", json!(NUMBER)),
            ("purpose", json!("curiosity")),
            ("purpose", json!("export")),
            ("paths", json!(["address_of_nobody"])),
            ("paths", json!(["group_name"])),
            ("digest", json!(garden.digest)),
            ("what", json!("version")),
            ("more", json!(1)),
        ] {
            assert_eq!(with(field, value.clone()).code(), "invalid", "{field}: {value}");
        }
        assert_eq!(with("id", json!("0".repeat(32))).code(), "not_found");
        assert_eq!(list(&garden.leader, "")["total"], 0);
    });
}

#[test]
fn sixty_are_told_at_once_then_one_a_minute_and_what_is_refused_does_not_count() {
    on_both(|app| {
        let garden = plant(app);
        let record = ask("record", &garden.household.to_string());
        for _ in 0..70 {
            assert_eq!(reveal(&garden.leader, &ask("record", &"0".repeat(32))).code(), "not_found");
        }
        for _ in 0..60 {
            assert_eq!(reveal(&garden.leader, &record).status, 200);
        }
        let waits = reveal(&garden.leader, &record);
        assert_eq!((waits.code().as_str(), waits.header("retry-after")), ("rate_limited", Some("60")));
        let export = format!("/api/v1/quarantine/{}/export", garden.kept);
        assert_eq!(garden.leader.desk.get(&export).code(), "rate_limited", "nor are bytes taken instead");
        assert_eq!(reveal(&garden.town, &record).status, 200, "another account does not wait");
        assert_eq!(list(&garden.leader, "")["total"], 61);
        app.clock.advance(MINUTE);
        assert_eq!(reveal(&garden.leader, &record).status, 200);
    });
}

#[test]
fn a_signed_version_is_told_with_the_text_that_was_hashed() {
    on_both(|app| {
        let garden = plant(app);
        let id = garden.household.to_string();
        let shown = garden.leader.desk.get(&format!("/api/v1/records/{id}/versions/{}", garden.digest)).ok();
        assert_eq!((&shown["canonical"], &shown["digest"]), (&Value::Null, &json!(garden.digest)));
        assert_eq!(shown["answers"]["members"][HEAD]["id_no"], "••••0018");
        let mut version = ask("version", &id);
        version["digest"] = json!(garden.digest);
        let whole = reveal(&garden.leader, &version);
        let canonical = whole.ok()["canonical"].as_str().expect("all of it").to_owned();
        assert_eq!(sha256(canonical.as_bytes()).to_string(), garden.digest);
        assert!(canonical.contains(NUMBER));
        version["paths"] = json!([format!("members/{HEAD}/id_no")]);
        let part = reveal(&garden.leader, &version).ok();
        assert_eq!((part["canonical"].is_null(), &part["values"][0]["value"]), (true, &json!(NUMBER)));
        version["digest"] = json!("0".repeat(64));
        assert_eq!(reveal(&garden.leader, &version).code(), "not_found");
    });
}

#[test]
fn values_that_disagree_are_settled_by_naming_the_change_and_never_by_a_mask() {
    on_both(|app| {
        let mut garden = plant(app);
        let found = garden.leader.desk.get("/api/v1/conflicts").ok()["conflicts"][0].clone();
        let masked: Vec<&Value> =
            found["values"].as_array().expect("a list").iter().map(|one| &one["value"]).collect();
        assert!(masked.contains(&&json!("••••0022")) && masked.contains(&&json!("••••")), "{masked:?}");
        assert_eq!(found["ancestor"], "••••0018");
        let whole = reveal(&garden.leader, &ask("conflict", &garden.conflict)).ok();
        let of = |value: &str| {
            let values = whole["values"].as_array().expect("a list");
            let one = values.iter().find(|one| one["value"] == value);
            one.map(|one| one["change"].clone()).unwrap_or_else(|| panic!("{value}: {whole}"))
        };
        assert_eq!(of(NUMBER), Value::Null, "the value before has no change here");
        let path = format!("/api/v1/conflicts/{}/resolve", garden.conflict);
        let settle = |with: Value| {
            let mut body = json!({"expected": found["heads"], "reason": "看了户口本"});
            body.as_object_mut().expect("a body").extend(with.as_object().expect("fields").clone());
            garden.leader.desk.post(&path, &body)
        };
        for wrong in [
            json!({"value": "••••0022"}),
            json!({"keep": "00".repeat(32)}),
            json!({"keep": of(SECOND), "value": SECOND}),
        ] {
            assert_eq!(settle(wrong.clone()).code(), "invalid", "{wrong}");
        }
        assert_eq!(settle(json!({"keep": of(SECOND)})).ok()["state"], "resolved");
        garden.cadre.sync(app);
        let answers = garden.cadre.phone.answers(garden.household).expect("its own");
        assert_eq!(answers["members"][HEAD]["id_no"], SECOND);
    });
}

#[test]
fn a_kept_item_is_told_and_taking_its_bytes_is_written_down_beside() {
    on_both(|app| {
        let Garden { leader, kept, .. } = plant(app);
        let path = format!("members/{HEAD}/id_no");
        let answer = reveal(&leader, &ask("quarantined", &kept));
        let all = told(&answer, &path);
        for place in ["now", "written"] {
            assert!(all.contains(&(json!(place), json!(NUMBER))), "{all:?}");
        }
        app.clock.advance(1);
        assert_eq!(leader.desk.get(&format!("/api/v1/quarantine/{kept}/export")).status, 200);
        let listed = list(&leader, "")["reveals"].clone();
        let purposes = [&listed[0]["purpose"], &listed[1]["purpose"]];
        assert_eq!(purposes, [&json!("export"), &json!("identity")]);
        assert_eq!((&listed[0]["object"], &listed[0]["what"]), (&json!(kept), &json!("quarantined")));
    });
}
