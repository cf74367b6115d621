//! The district's registers over HTTP: each family once, identities with both their sides, and nobody else's area.

use bidao_schema::api::person::Role;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{
    DISTRICT, FAR_VILLAGE, NEIGHBOUR, OTHER_TOWNSHIP, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both,
};
use serde_json::{Value, json};

use super::cadre::Cadre;

const MONTH: &str = "2015-11";

fn house(app: &TestApp, cadre: &mut Cadre, village: &str, system: &str) -> RecordId {
    let puts = [
        Put::new("address", "1组"),
        Put::new("in_system", system),
        Put::new("severity", "light"),
        Put::new(format!("members/{}/name", app.app.ctx.id()), "田大山"),
    ];
    cadre.create_in(app, village, "household", &puts)
}

fn measure(app: &TestApp, cadre: &mut Cadre, house: RecordId, batch: &str, outcome: &str) -> RecordId {
    let puts = [
        Put::new("household", house.to_string()),
        Put::new("measure_type", batch),
        Put::new("is_primary", true),
        Put::new("planned_for_year", 2015),
        Put::new("outcome", outcome),
    ];
    cadre.create(app, "measure", &puts)
}

fn project(app: &TestApp, cadre: &mut Cadre, house: RecordId) {
    cadre.create(app, "project", &[Put::new("household", house.to_string())]);
}

fn statement(app: &TestApp, cadre: &mut Cadre, house: RecordId, fen: i64) {
    let line = app.app.ctx.id();
    let puts = [
        Put::new("counted", "1".repeat(32)),
        Put::new(format!("lines/{line}/item"), "wage_local"),
        Put::new(format!("lines/{line}/amount"), fen),
        Put::new(format!("lines/{line}/source"), "cadre_estimate"),
    ];
    cadre.found(app, "income", &[("household", &house.to_string()), ("month", MONTH)], &puts);
}

fn synced(app: &TestApp, cadre: &mut Cadre) {
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

fn registers(person: &TestPerson, area: &str) -> Value {
    person.desk.get(&format!("/api/v1/registers?area={area}&month={MONTH}")).ok()
}

fn row(of: &Value, area: &str) -> Value {
    let rows = of["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["area"] == area).unwrap_or_else(|| panic!("{area}: {of}")).clone()
}

fn identity(of: &Value, id: &str) -> (i64, i64, bool) {
    let all = of["identities"].as_array().expect("identities");
    let one = all.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{id}: {of}"));
    let side = |name: &str| one[name].as_i64().expect("a number");
    (side("parts"), side("whole"), one["holds"].as_bool().expect("yes or no"))
}

#[test]
fn nine_households_with_two_primary_measures_show_as_nine_too_many() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let office = app.person("区扶贫办", Role::AlleviationOffice, DISTRICT);
        let houses: Vec<RecordId> = (0..12).map(|_| house(app, &mut a, VILLAGE, "in")).collect();
        let outside = house(app, &mut a, VILLAGE, "outside");
        measure(app, &mut a, outside, "industry", "achieved");
        project(app, &mut a, outside);
        for (number, house) in houses.iter().enumerate().take(11) {
            measure(app, &mut a, *house, "industry", if number < 2 { "achieved" } else { "planned" });
        }
        for house in &houses[..9] {
            measure(app, &mut a, *house, "job_transfer", "");
        }
        for (house, number) in houses.iter().zip([5, 3, 2, 1, 1]) {
            (0..number).for_each(|_| project(app, &mut a, *house));
        }
        // Another year's plan, and a measure that is not the main one.
        let other = [
            Put::new("household", houses[11].to_string()),
            Put::new("measure_type", "education"),
            Put::new("is_primary", true),
            Put::new("planned_for_year", 2016),
        ];
        a.create(app, "measure", &other);
        let minor = [
            Put::new("household", houses[11].to_string()),
            Put::new("measure_type", "medical"),
            Put::new("is_primary", false),
            Put::new("planned_for_year", 2015),
        ];
        a.create(app, "measure", &minor);
        synced(app, &mut a);
        let all = registers(&office, DISTRICT);
        let whole = row(&all, DISTRICT);
        assert_eq!(
            whole["primary"],
            json!({"industry": {"planned": 11, "achieved": 2}, "job_transfer": {"planned": 9, "achieved": 0}})
        );
        assert_eq!((&whole["without_primary"], &whole["several_primary"]), (&json!(1), &json!(9)));
        assert_eq!(
            whole["projects"],
            json!({"none": 7, "one": 2, "two": 1, "three_or_more": 2, "projects": 12})
        );
        assert_eq!(
            (&whole["in_system"]["households"], &whole["outside"]["persons"]),
            (&json!(12), &json!(1))
        );
        assert_eq!(identity(&all, "E1"), (12, 12, true));
        assert_eq!(identity(&all, "E2"), (12, 12, true));
        assert_eq!(identity(&all, "E3"), (12, 2 + 2 + 6, true));
        assert_eq!(identity(&all, "E4"), (21, 12, false));
        assert_eq!(all["several_primary_total"], 9);
        let named = all["several_primary"].as_array().expect("a list");
        assert_eq!((named.len(), &named[0]["village"]), (9, &json!(VILLAGE)));
        let areas: Vec<&str> =
            all["rows"].as_array().expect("rows").iter().filter_map(|row| row["area"].as_str()).collect();
        assert_eq!(areas, [VILLAGE, NEIGHBOUR, FAR_VILLAGE, TOWNSHIP, OTHER_TOWNSHIP, DISTRICT]);
        assert_eq!(row(&all, TOWNSHIP)["projects"], whole["projects"]);
        assert_eq!(row(&all, NEIGHBOUR)["in_system"]["households"], 0);
        assert_eq!(registers(&a.person, VILLAGE)["rows"].as_array().expect("rows").len(), 1);
    });
}

#[test]
fn projects_have_classes_and_households_pairs_of_measures() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let houses: Vec<RecordId> = (0..4).map(|_| house(app, &mut a, VILLAGE, "in")).collect();
        let outside = house(app, &mut a, VILLAGE, "outside");
        let mut beside = |house: RecordId, batch: &str, year: i64| {
            let puts = [
                Put::new("household", house.to_string()),
                Put::new("measure_type", batch),
                Put::new("is_primary", false),
                Put::new("planned_for_year", year),
            ];
            a.create(app, "measure", &puts);
        };
        // Twice the same batch beside the primary one is one household; another year's and another household's are not there.
        beside(houses[0], "medical", 2015);
        beside(houses[0], "medical", 2015);
        beside(houses[0], "education", 2015);
        beside(houses[1], "industry", 2015);
        beside(houses[2], "medical", 2016);
        beside(houses[3], "medical", 2015);
        beside(outside, "medical", 2015);
        for house in [houses[0], houses[1], houses[2], outside] {
            measure(app, &mut a, house, "industry", "planned");
        }
        for (house, class) in [(0, "industry"), (0, "road"), (1, "industry"), (2, "")] {
            let puts = [Put::new("household", houses[house].to_string()), Put::new("project_class", class)];
            a.create(app, "project", &puts);
        }
        let puts = [Put::new("household", outside.to_string()), Put::new("project_class", "industry")];
        a.create(app, "project", &puts);
        synced(app, &mut a);
        let of = registers(&a.person, VILLAGE);
        assert_eq!(row(&of, VILLAGE)["by_class"], json!({"": 1, "industry": 2, "road": 1}));
        assert_eq!(row(&of, VILLAGE)["projects"]["projects"], 4);
        let pair = |additional: Value, households: u32| json!({"primary": "industry", "additional": additional, "households": households});
        assert_eq!(
            of["pairs"],
            json!([
                pair(Value::Null, 1),
                pair("education".into(), 1),
                pair("industry".into(), 1),
                pair("medical".into(), 1)
            ])
        );
    });
}

#[test]
fn what_two_people_say_differently_is_in_no_batch_and_no_class() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let one = house(app, &mut a, VILLAGE, "in");
        let planned = measure(app, &mut a, one, "industry", "planned");
        synced(app, &mut a);
        synced(app, &mut b);
        a.edit(app, planned, "measure_type", "medical");
        b.edit(app, planned, "measure_type", "education");
        a.edit(app, one, "severity", "severe");
        b.edit(app, one, "severity", "moderate");
        synced(app, &mut a);
        synced(app, &mut b);
        let of = registers(&a.person, VILLAGE);
        assert_eq!(row(&of, VILLAGE)["primary"], json!({"": {"planned": 1, "achieved": 0}}));
        assert_eq!((identity(&of, "E1"), identity(&of, "E4")), ((0, 1, false), (1, 1, true)));
        a.sync(app);
        a.put(app, planned, &[Put::new("is_primary", false), Put::new("measure_type", "medical")]);
        b.put(app, planned, &[Put::new("measure_type", "medical")]);
        synced(app, &mut a);
        synced(app, &mut b);
        let of = registers(&a.person, VILLAGE);
        assert_eq!(
            (&row(&of, VILLAGE)["primary"], &row(&of, VILLAGE)["without_primary"]),
            (&json!({}), &json!(1))
        );
    });
}

#[test]
fn a_family_written_down_twice_is_counted_once_with_what_either_record_says() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let (kept, alias) = (house(app, &mut a, VILLAGE, "in"), house(app, &mut b, VILLAGE, "in"));
        measure(app, &mut a, kept, "industry", "planned");
        measure(app, &mut b, alias, "industry", "achieved");
        project(app, &mut a, kept);
        project(app, &mut b, alias);
        // Both stated the month: 100.00 by the record that is kept.
        statement(app, &mut a, kept, 10_000);
        statement(app, &mut b, alias, 99_000);
        synced(app, &mut a);
        synced(app, &mut b);
        let twice = row(&registers(&leader, VILLAGE), VILLAGE);
        assert_eq!(
            (&twice["in_system"]["households"], &twice["income"]["counted_fen"]),
            (&json!(2), &json!(109_000))
        );
        let same = json!({"one": kept.to_string(), "other": alias.to_string(), "verdict": "same", "kept": kept.to_string()});
        assert_eq!(leader.desk.post("/api/v1/duplicates", &same).status, 200);
        let of = registers(&leader, VILLAGE);
        let once = row(&of, VILLAGE);
        assert_eq!(once["in_system"]["households"], 1);
        assert_eq!(
            once["projects"],
            json!({"none": 0, "one": 0, "two": 1, "three_or_more": 0, "projects": 2})
        );
        assert_eq!(once["primary"], json!({"industry": {"planned": 1, "achieved": 1}}));
        assert_eq!(
            (&once["income"]["statements"], &once["income"]["counted_fen"]),
            (&json!(1), &json!(10_000))
        );
        assert_eq!(
            (&once["income"]["estimated_fen"], &once["income"]["unmeasured"]),
            (&json!(10_000), &json!(1))
        );
        // Two plans made by two people: somebody has to choose.
        assert_eq!((identity(&of, "E3"), identity(&of, "E4")), ((2, 2, true), (2, 1, false)));
        assert_eq!(of["several_primary"][0]["household"], kept.to_string());
    });
}

#[test]
fn an_area_is_read_as_a_whole_by_those_who_hold_it_and_by_nobody_else() {
    on_both(|app| {
        let people = [
            app.person("队员", Role::TeamMember, VILLAGE),
            app.person("联系领导", Role::DistrictLeader, VILLAGE),
            app.person("乡干部", Role::TownOffice, TOWNSHIP),
            app.person("区扶贫办", Role::AlleviationOffice, DISTRICT),
            app.person("组织部", Role::OrgDepartment, DISTRICT),
            app.person("管理员", Role::SysAdmin, DISTRICT),
            app.person("帮扶干部", Role::DeptHead, VILLAGE),
        ];
        let expected = [
            (VILLAGE, [200, 200, 200, 200, 403, 403, 403]),
            (TOWNSHIP, [403, 403, 200, 200, 403, 403, 403]),
            (FAR_VILLAGE, [403, 403, 403, 200, 403, 403, 403]),
            (DISTRICT, [403, 403, 403, 200, 403, 403, 403]),
            ("500114101099", [403, 403, 404, 404, 403, 403, 403]),
            ("5001", [400; 7]),
        ];
        for route in ["registers", "dossiers"] {
            for (area, statuses) in expected {
                let path = format!("/api/v1/{route}?area={area}");
                assert_eq!(people.each_ref().map(|one| one.desk.get(&path).status), statuses, "{path}");
            }
            let path = format!("/api/v1/{route}?area={VILLAGE}");
            assert_eq!(app.anyone.get(&path).code(), "unauthenticated");
            assert_eq!(people[0].desk.get(&format!("{path}&month=2015-13")).json()["field"], "month");
            assert_eq!(people[0].desk.get(&path).ok()["month"], MONTH, "this month");
            assert_eq!(people[0].desk.get(&format!("/api/v1/{route}")).code(), "invalid");
        }
        let early = people[0].desk.get(&format!("/api/v1/registers?area={VILLAGE}&month=2009-12"));
        assert_eq!(early.json()["field"], "month");
    });
}
