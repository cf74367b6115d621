//! What is asked about a statement, over HTTP: the rules that look beyond the record, the answers, and nobody else's.

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_server::domain::{catalogue, poverty_line};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{FAR_VILLAGE, TestApp, TestPerson, on_both};
use serde_json::{Value, json};

use super::cadre::Cadre;

const MONTH: &str = "2015-11";
/// Milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What pigs cost around here, as the county says.
const RANGES: &str = r#"
version = 2
effective_from = "2015-01-01"
document = "〔2015〕9号"
ranges = [{ item = "business_pig", unit = "头", price_low = 100000, price_high = 200000 }]
"#;

fn synced(app: &TestApp, cadre: &mut Cadre) {
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

/// The statement of a household's month with one line.
fn line(app: &TestApp, cadre: &mut Cadre, house: RecordId, fields: &[(&str, Value)]) -> RecordId {
    let id = app.app.ctx.id();
    let mut puts =
        vec![Put::new("catalogue", 2), Put::new("line_year", 2015), Put::new("counted", "1".repeat(32))];
    for (field, value) in [("source", json!("household"))].iter().chain(fields) {
        let path = format!("lines/{id}/{field}");
        puts.push(match value {
            Value::String(text) => Put::new(path, text.as_str()),
            value if *field == "quantity" => Put::new(path, value.as_f64().expect("a number")),
            value => Put::new(path, value.as_i64().expect("a number")),
        });
    }
    cadre.found(app, "income", &[("household", &house.to_string()), ("month", MONTH)], &puts)
}

fn wage(app: &TestApp, cadre: &mut Cadre, house: RecordId, fen: i64) -> RecordId {
    line(app, cadre, house, &[("item", json!("wage_local")), ("amount", json!(fen))])
}

/// Rule, answer and who answered.
fn asked(person: &TestPerson, record: RecordId) -> Vec<(String, Value, String)> {
    let answer = person.desk.get(&format!("/api/v1/records/{record}/prompts")).ok();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let prompts = answer["prompts"].as_array().expect("a list").clone();
    prompts
        .iter()
        .map(|one| (text(&one["prompt"]["rule"]), one["answer"].clone(), text(&one["answered_by"])))
        .collect()
}

fn rules(person: &TestPerson, record: RecordId) -> Vec<String> {
    asked(person, record).into_iter().map(|(rule, ..)| rule).collect()
}

#[test]
fn one_person_who_enters_the_same_for_three_households_in_a_day_is_asked_about_it() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, bidao_tests::app::VILLAGE);
        let houses: Vec<RecordId> = (0..4).map(|_| a.household(app)).collect();
        synced(app, &mut a);
        synced(app, &mut b);
        let first = wage(app, &mut a, houses[0], 5_000);
        let second = wage(app, &mut a, houses[1], 5_000);
        // The third is somebody else's, the fourth was written the day before.
        wage(app, &mut b, houses[2], 5_000);
        app.clock.advance(-DAY);
        let before = wage(app, &mut a, houses[3], 5_000);
        app.clock.advance(DAY);
        synced(app, &mut a);
        synced(app, &mut b);
        for month in [first, second, before] {
            assert_eq!(rules(&leader, month), [""; 0]);
        }

        let third = a.household(app);
        let alike = wage(app, &mut a, third, 5_000);
        synced(app, &mut a);
        for month in [first, second, alike] {
            assert_eq!(rules(&leader, month), ["alike_households"]);
        }
        assert_eq!(rules(&leader, before), [""; 0]);
        let prompt = leader.desk.get(&format!("/api/v1/records/{alike}/prompts")).ok()["prompts"][0].clone();
        let day = Date::from_epoch_millis_shanghai(app.app.ctx.now()).to_string();
        assert_eq!(
            prompt["prompt"],
            json!({"rule": "alike_households", "about": "wage_local", "values": {"amount": 5_000, "day": day}})
        );
        assert_eq!(prompt["answer"], Value::Null);

        let element = app.app.ctx.id();
        let at = |field: &str| format!("prompts/{element}/{field}");
        let puts = [
            Put::new(at("rule"), format!("alike_households:5000/{day}")),
            Put::new(at("line"), "wage_local"),
            Put::new(at("answer"), "household_confirms"),
            Put::new(at("person"), a.person.id.clone()),
        ];
        a.put(app, alike, &puts);
        synced(app, &mut a);
        let answered = [("alike_households".to_owned(), json!("household_confirms"), "甲".to_owned())];
        assert_eq!(asked(&leader, alike), answered);
    });
}

#[test]
fn prices_animals_and_what_an_acceptance_visitor_was_told_are_held_against_the_month() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, bidao_tests::app::VILLAGE);
        let now = app.app.ctx.now();
        app.app.db.write_blocking(move |tx| catalogue::load(tx, RANGES, now)).expect("loaded");
        app.app.db.write_blocking(move |tx| poverty_line::set(tx, 2015, "2855.00", now)).expect("set");
        let house = a.household(app);
        let pigs = [
            ("item", json!("business_pig")),
            ("amount", json!(750_000)),
            ("quantity", json!(3.0)),
            ("unit", json!("头")),
        ];
        let month = line(app, &mut a, house, &pigs);
        synced(app, &mut a);
        assert_eq!(rules(&leader, month), ["price_range"]);

        let row = app.app.ctx.id();
        a.put(
            app,
            month,
            &[Put::new(format!("stock/{row}/animal"), "pig"), Put::new(format!("stock/{row}/start"), 2)],
        );
        let visit = [
            Put::new("household", house.to_string()),
            Put::new("visit_type", "acceptance"),
            Put::new("occurred_on", "2015-11-20"),
            Put::new("income_as_told", 620_000),
        ];
        a.create(app, "visit", &visit);
        synced(app, &mut a);
        assert_eq!(rules(&leader, month), ["price_range", "more_sold_than_stock", "told_otherwise"]);

        a.put(app, month, &[Put::new(format!("stock/{row}/born"), 1)]);
        let again = [
            Put::new("household", house.to_string()),
            Put::new("visit_type", "acceptance"),
            Put::new("occurred_on", "2015-11-21"),
            Put::new("income_as_told", 625_000),
        ];
        a.create(app, "visit", &again);
        synced(app, &mut a);
        assert_eq!(rules(&leader, month), ["price_range"], "exactly a fifth is not more than a fifth");
    });
}

#[test]
fn questions_are_about_statements_within_reach() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let stranger = app.person("外村", Role::TeamMember, FAR_VILLAGE);
        let house = a.household(app);
        let month = wage(app, &mut a, house, 5_000);
        synced(app, &mut a);
        let path = |id: RecordId| format!("/api/v1/records/{id}/prompts");
        assert_eq!(app.anyone.get(&path(month)).code(), "unauthenticated");
        assert_eq!(stranger.desk.get(&path(month)).code(), "not_found");
        assert_eq!(a.person.desk.get(&path(house)).code(), "not_found");
        assert_eq!(a.person.desk.get(&path(month)).ok(), json!({"prompts": []}));
    });
}
