//! The five documents of a household over HTTP: which record each is, how far it is, and pages of households.

use bidao_schema::api::person::Role;
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::feed::sha256;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

const HEAD: &str = "11111111111111111111111111111111";
const MONTH: &str = "2015-11";

/// A register that says everything it must.
fn complete_register() -> Vec<Put> {
    let member = |field: &str, value: &str| Put::new(format!("members/{HEAD}/{field}"), value);
    vec![
        Put::new("address", "中元村1组"),
        Put::new("group_name", "1组"),
        Put::new("in_system", "in"),
        Put::new("poverty_attribute", "general"),
        Put::new("severity", "light"),
        Put::new("severity_reason", "缺技术"),
        Put::new("main_cause", "skill"),
        Put::new("head_member_id", HEAD),
        member("name", "田大山"),
        member("relation", "02"),
        member("sex", "1"),
        member("id_status", "none_yet"),
        member("birth_date", "1970-05-06"),
        member("health", "healthy"),
        member("labour", "ordinary"),
        Put::new(format!("members/{HEAD}/resides"), true),
        Put::new(format!("members/{HEAD}/shares_budget"), true),
    ]
}

fn statement(app: &TestApp, cadre: &mut Cadre, house: &str, month: &str) -> RecordId {
    let puts = [
        Put::new("catalogue", 1),
        Put::new("line_year", 2015),
        Put::new("counted", HEAD),
        Put::new("no_change", true),
    ];
    cadre.found(app, "income", &[("household", house), ("month", month)], &puts)
}

fn of_year(app: &TestApp, cadre: &mut Cadre, kind: &str, house: &str, year: &str) -> RecordId {
    let day = if kind == "card" { "issued_on" } else { "closed_on" };
    let puts = [Put::new(day, "2015-11-03"), Put::new("sheet", "{}")];
    cadre.found(app, kind, &[("household", house), ("year", year)], &puts)
}

fn agreement(app: &TestApp, cadre: &mut Cadre, house: &str, on: &str, to: &str) -> RecordId {
    let mut puts = vec![
        Put::new("household", house),
        Put::new("provider_kind", "village"),
        Put::new("provider_name", "中元村"),
        Put::new("industry", "养羊"),
        Put::new("agreed_on", on),
        Put::new("provider_gives", "种羊5只"),
        Put::new("household_delivers", "饲养"),
    ];
    puts.extend((!to.is_empty()).then(|| Put::new("valid_to", to)));
    cadre.create(app, "agreement", &puts)
}

fn synced(app: &TestApp, cadre: &mut Cadre) {
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

fn dossiers(person: &TestPerson, query: &str) -> Value {
    person.desk.get(&format!("/api/v1/dossiers?area={VILLAGE}&month={MONTH}{query}")).ok()
}

/// State and record of the five documents of the first household.
fn documents(person: &TestPerson) -> Vec<(String, Value)> {
    let answer = dossiers(person, "");
    let documents = answer["households"][0]["documents"].as_array().expect("five").clone();
    let state = |one: &Value| one["state"].as_str().unwrap_or_default().to_owned();
    documents.iter().map(|one| (state(one), one["record"].clone())).collect()
}

#[test]
fn a_file_is_as_complete_as_its_five_documents_of_the_month() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let house = a.create(app, "household", &complete_register());
        let id = house.to_string();
        synced(app, &mut a);
        let missing = || ("missing".to_owned(), Value::Null);
        let complete = |record: RecordId| ("complete".to_owned(), json!(record.to_string()));
        assert_eq!(documents(&a.person), [complete(house), missing(), missing(), missing(), missing()]);
        // Of another month, another year, and an agreement that ended the day before: none of them is asked for.
        statement(app, &mut a, &id, "2015-10");
        of_year(app, &mut a, "ledger", &id, "2014");
        of_year(app, &mut a, "card", &id, "2016");
        agreement(app, &mut a, &id, "2014-01-01", "2015-10-31");
        synced(app, &mut a);
        assert_eq!(documents(&a.person), [complete(house), missing(), missing(), missing(), missing()]);
        let income = statement(app, &mut a, &id, MONTH);
        let ledger = of_year(app, &mut a, "ledger", &id, "2015");
        let card = of_year(app, &mut a, "card", &id, "2015");
        agreement(app, &mut a, &id, "2015-02-01", "");
        let newest = agreement(app, &mut a, &id, "2015-03-01", "2015-11-01");
        synced(app, &mut a);
        let all = [house, income, ledger, newest, card].map(complete);
        assert_eq!(documents(&a.person), all);
        let answer = dossiers(&a.person, "");
        assert_eq!(answer["households"][0]["complete"], 5);
        assert_eq!(answer["rows"][0]["by_complete"], json!([0, 0, 0, 0, 0, 1]));
        // A sheet taken away is a document begun and not finished.
        a.edit(app, card, "sheet", "");
        synced(app, &mut a);
        let answer = dossiers(&a.person, "");
        let last = &answer["households"][0]["documents"][4];
        assert_eq!(
            (&last["kind"], &last["state"], &last["findings"]),
            (&json!("card"), &json!("unfinished"), &json!(1))
        );
        assert_eq!(answer["rows"][0]["by_complete"], json!([0, 0, 0, 0, 1, 0]));
        let holds = |one: &Value| one["holds"] == true;
        assert!(answer["identities"].as_array().expect("two").iter().all(holds), "{answer}");
    });
}

#[test]
fn a_signed_document_and_an_open_disagreement_show_in_the_file() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let house = a.create(app, "household", &complete_register());
        let id = house.to_string();
        let card = of_year(app, &mut a, "card", &id, "2015");
        synced(app, &mut a);
        synced(app, &mut b);
        assert_eq!(dossiers(&a.person, "")["rows"][0]["unsigned"], 2);
        let by = |role: &str, name: &str| Fields {
            role: role.into(),
            signer_name: name.into(),
            stance: "agree".into(),
            method: Some("finger_on_screen".into()),
            literacy_aid: Some("read_by_self".into()),
            strokes: Some(sha256(name.as_bytes())),
            signed_at: 1_447_300_000_000,
            ..Fields::default()
        };
        let head = Fields { signer_member: Some(HEAD.into()), ..by("household_head", "田大山") };
        let team = Fields { signer_person: Some(a.person.id.clone()), ..by("resident_team", "甲") };
        for fields in [head, team] {
            a.attest(app, card, &fields).expect("signed");
        }
        synced(app, &mut a);
        let answer = dossiers(&a.person, "");
        assert_eq!(answer["households"][0]["documents"][4]["signing"], "signed");
        assert_eq!(answer["rows"][0]["unsigned"], 1, "the register is still without a signature");
        a.edit(app, house, "severity", "severe");
        b.edit(app, house, "severity", "moderate");
        synced(app, &mut a);
        synced(app, &mut b);
        let answer = dossiers(&a.person, "");
        let register = &answer["households"][0]["documents"][0];
        assert_eq!((&register["state"], &register["conflicts"]), (&json!("unfinished"), &json!(1)));
        assert_eq!((&answer["rows"][0]["conflicts"], &answer["rows"][0]["unsigned"]), (&json!(1), &json!(0)));
        verify(app);
    });
}

#[test]
fn a_register_that_is_in_no_list_breaks_the_sum_of_files_in_sight() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        for system in ["in", "outside", ""] {
            let mut puts = vec![Put::new("address", "1组")];
            puts.extend((!system.is_empty()).then(|| Put::new("in_system", system)));
            a.create(app, "household", &puts);
        }
        synced(app, &mut a);
        let answer = dossiers(&a.person, "");
        assert_eq!(
            answer["identities"],
            json!([
                {"id": "E6", "area": VILLAGE, "parts": 2, "whole": 3, "holds": false},
                {"id": "E6b", "area": VILLAGE, "parts": 3, "whole": 15, "holds": true},
            ])
        );
    });
}

#[test]
fn households_come_in_pages_and_by_how_complete_they_are() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
        for number in 0..230 {
            a.create(
                app,
                "household",
                &[Put::new("address", format!("{number:03}号")), Put::new("in_system", "in")],
            );
        }
        let mut named = complete_register();
        named.retain(|put| put.path != "address");
        named.push(Put::new("address", "999号"));
        let last = a.create(app, "household", &named);
        synced(app, &mut a);
        let first = dossiers(&a.person, "");
        let next = first["next"].as_str().expect("another page").to_owned();
        let second = dossiers(&a.person, &format!("&after={next}"));
        assert_eq!(second["next"], Value::Null);
        let ids = |answer: &Value| -> Vec<String> {
            let households = answer["households"].as_array().expect("a list");
            households.iter().filter_map(|one| one["household"].as_str().map(str::to_owned)).collect()
        };
        let (one, two) = (ids(&first), ids(&second));
        assert_eq!((one.len(), two.len(), one.last()), (200, 31, Some(&next)));
        let mut all = [one, two].concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 231, "every household on one page");
        assert_eq!(ids(&dossiers(&a.person, "&complete=1")), [last.to_string()]);
        assert_eq!(ids(&dossiers(&a.person, "&complete=5")), Vec::<String>::new());
        assert_eq!(dossiers(&a.person, "&complete=5")["rows"][0]["households"], 231, "rows count all");
        let township = office.desk.get(&format!("/api/v1/dossiers?area={TOWNSHIP}&month={MONTH}")).ok();
        let rows = township["rows"].as_array().expect("rows");
        assert_eq!(
            (rows.len(), &rows[2]["area"], &rows[2]["households"]),
            (3, &json!(TOWNSHIP), &json!(231))
        );
        for (query, field) in [("complete=6", "complete"), ("complete=x", "complete"), ("after=x", "after")] {
            let path = format!("/api/v1/dossiers?area={VILLAGE}&{query}");
            assert_eq!(a.person.desk.get(&path).json()["field"], field);
        }
        let stranger = format!("/api/v1/dossiers?area={VILLAGE}&after={}", "f".repeat(32));
        assert_eq!(a.person.desk.get(&stranger).json()["field"], "after");
    });
}
