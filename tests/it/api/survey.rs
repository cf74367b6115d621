//! Survey rounds over HTTP: opened by the office, counted house by house, summed up with their identities.

use bidao_schema::api::person::Role;
use bidao_server::domain::projection;
use bidao_server::store::audit::Audit;
use bidao_server::store::{Tx, schema};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{
    FAR_VILLAGE, NEIGHBOUR, OTHER_TOWNSHIP, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both,
};
use serde_json::{Value, json};

use super::cadre::Cadre;

const ROUND: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const NEXT: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// What the office asks: the township's two villages, one with a group of its own for 1组.
fn ask(office: &TestPerson, members: &[&TestPerson]) -> Value {
    let group = |name: &str, person: &TestPerson, grounds: Value| json!({"name": name, "members": [office.id, person.id], "grounds": grounds});
    json!({
        "id": ROUND, "name": "2015年冬季摸底", "area": TOWNSHIP, "from": "2015-11-01", "to": "2015-11-30",
        "form": "household/1", "criteria": "人均纯收入低于1,500元为重度",
        "groups": [
            group("一组", members[0], json!([{"village": VILLAGE, "group_name": "1组"}])),
            group("二组", members[1], json!([
                {"village": VILLAGE, "group_name": null}, {"village": NEIGHBOUR, "group_name": null}])),
        ],
    })
}

fn opens(office: &TestPerson, ask: &Value) {
    assert_eq!(office.desk.post("/api/v1/surveys", ask).ok()["id"], ask["id"]);
}

fn house(app: &TestApp, cadre: &mut Cadre, group: &str, system: &str, severity: &str) -> RecordId {
    let member = |name: &str| Put::new(format!("members/{}/name", app.app.ctx.id()), name);
    let puts = [
        Put::new("address", "中元村"),
        Put::new("group_name", group),
        Put::new("in_system", system),
        Put::new("severity", severity),
        Put::new("main_cause", "illness"),
        member("田大山"),
        member("冉秀英"),
    ];
    cadre.create(app, "household", &puts)
}

fn survey(app: &TestApp, cadre: &mut Cadre, house: RecordId, on: &str, outcome: &str) {
    let puts = [
        Put::new("household", house.to_string()),
        Put::new("visit_type", "survey"),
        Put::new("occurred_on", on),
        Put::new("survey_outcome", outcome),
    ];
    cadre.create(app, "visit", &puts);
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

fn progress(person: &TestPerson) -> Value {
    person.desk.get(&format!("/api/v1/surveys/{ROUND}")).ok()
}

fn coverage(of: &Value) -> [u64; 7] {
    ["houses", "not_yet", "visited", "absent", "refused", "moved", "found"]
        .map(|name| of[name].as_u64().expect("as the server answers"))
}

fn row(summary: &Value, area: &str) -> Value {
    let rows = summary["rows"].as_array().expect("as the server answers");
    rows.iter().find(|row| row["area"] == area).unwrap_or_else(|| panic!("{area}: {summary}")).clone()
}

fn failing(summary: &Value) -> Vec<Value> {
    summary["identities"]
        .as_array()
        .expect("as the server answers")
        .iter()
        .filter(|one| one["holds"] == false)
        .cloned()
        .collect()
}

/// A round over four houses, some of them surveyed.
struct Scene {
    office: TestPerson,
    a: Cadre,
    b: Cadre,
    houses: [RecordId; 4],
}

impl Scene {
    fn open(app: &TestApp) -> Self {
        let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let houses = [
            ("1组", "in", "severe"),
            ("1组", "in", "light"),
            ("2组", "in", "moderate"),
            ("2组", "outside", "severe"),
        ]
        .map(|(group, system, severity)| house(app, &mut a, group, system, severity));
        a.sync(app);
        b.sync(app);
        opens(&office, &ask(&office, &[&a.person, &b.person]));
        Self { office, a, b, houses }
    }

    fn summary(&self) -> Value {
        self.office.desk.get(&format!("/api/v1/surveys/{ROUND}/summary")).ok()
    }
}

#[test]
fn a_round_counts_every_house_by_its_survey_visits() {
    on_both(|app| {
        let Scene { office, mut a, mut b, houses } = Scene::open(app);
        survey(app, &mut a, houses[0], "2015-11-03", "visited");
        survey(app, &mut a, houses[0], "2015-11-20", "absent");
        survey(app, &mut b, houses[1], "2015-11-03", "absent");
        survey(app, &mut b, houses[2], "2015-11-04", "absent");
        survey(app, &mut a, houses[2], "2015-11-05", "refused");
        // A day before the round begins.
        survey(app, &mut a, houses[3], "2015-10-31", "visited");
        let found = house(app, &mut b, "3组", "outside", "light");
        survey(app, &mut b, found, "2015-11-06", "visited");

        let counted = progress(&office);
        assert_eq!(counted["round"]["listed"].as_array().unwrap().len(), 4);
        let grounds = counted["grounds"].as_array().unwrap();
        let of = |name: &str| grounds.iter().find(|ground| ground["group_name"] == name).unwrap();
        assert_eq!(coverage(&of("1组")["coverage"]), [2, 0, 1, 1, 0, 0, 0]);
        assert_eq!(coverage(&of("2组")["coverage"]), [2, 1, 0, 0, 1, 0, 0]);
        assert_eq!(coverage(&of("3组")["coverage"]), [1, 0, 1, 0, 0, 0, 1]);
        let empty =
            grounds.iter().find(|ground| ground["village"] == NEIGHBOUR).expect("a village without a house");
        assert_eq!((&empty["survey_group"], coverage(&empty["coverage"])), (&json!("二组"), [0; 7]));
        assert_eq!(grounds.len(), 4, "the rest of a village that has houses is no row");
        assert_eq!(
            (&of("1组")["survey_group"], &of("3组")["survey_group"]),
            (&json!("一组"), &json!("二组"))
        );
        let state = |id: RecordId| {
            let houses = counted["houses"].as_array().unwrap();
            let house = houses.iter().find(|house| house["household"] == id.to_string()).unwrap();
            (
                house["state"].clone(),
                house["visits"].clone(),
                house["last_on"].clone(),
                house["found"].clone(),
            )
        };
        assert_eq!(state(houses[0]), (json!("visited"), json!(2), json!("2015-11-20"), json!(false)));
        assert_eq!(state(found), (json!("visited"), json!(1), json!("2015-11-06"), json!(true)));
    });
}

#[test]
fn a_summary_adds_up_or_says_which_partition_does_not() {
    on_both(|app| {
        let mut scene = Scene::open(app);
        let found = house(app, &mut scene.b, "3组", "outside", "light");
        survey(app, &mut scene.b, found, "2015-11-06", "visited");
        let whole = row(&scene.summary(), TOWNSHIP);
        let tally = |households: u32, [severe, moderate, light, unclassified]: [u32; 4]| {
            json!({"households": households, "persons": households * 2, "severe": severe, "moderate": moderate,
                "light": light, "unclassified": unclassified})
        };
        assert_eq!(whole["in_system"], tally(3, [1, 1, 1, 0]));
        assert_eq!(whole["outside"], tally(2, [1, 0, 1, 0]));
        assert_eq!(
            (&whole["causes"], coverage(&whole["coverage"])),
            (&json!({"illness": 3}), [5, 4, 1, 0, 0, 0, 1])
        );
        assert_eq!(coverage(&row(&scene.summary(), NEIGHBOUR)["coverage"]), [0; 7]);
        assert_eq!(failing(&scene.summary()), Vec::<Value>::new());

        // Two people say different things: it is in no class until somebody settles it, and the summary says so.
        let contested = scene.houses[2];
        scene.a.sync(app);
        scene.a.edit(app, contested, "severity", "severe");
        scene.b.edit(app, contested, "severity", "light");
        scene.a.sync(app);
        scene.b.sync(app);
        let expected = |area: &str| json!({"id": "E1", "area": area, "parts": 2, "whole": 3, "holds": false});
        assert_eq!(failing(&scene.summary()), [expected(VILLAGE), expected(TOWNSHIP)]);
        scene.b.edit(app, contested, "severity", "light");
        scene.b.sync(app);
        assert_eq!(failing(&scene.summary()), Vec::<Value>::new());
        assert_eq!(row(&scene.summary(), VILLAGE)["in_system"], tally(3, [1, 0, 2, 0]));
    });
}

#[test]
fn households_stored_before_there_were_rounds_are_counted_too() {
    on_both(|app| {
        let scene = Scene::open(app);
        let before = scene.summary();
        let db = app.app.db.clone();
        let forget = |tx: &mut Tx| {
            let rows = diesel::RunQueryDsl::execute(diesel::delete(schema::household::table), tx.conn)?;
            diesel::RunQueryDsl::execute(diesel::delete(schema::household_key::table), tx.conn)?;
            Ok((rows, Audit::default()))
        };
        assert_eq!(db.write_blocking(forget).expect("written"), 4);
        assert_eq!(row(&scene.summary(), VILLAGE)["coverage"]["houses"], 0);
        let fill = |tx: &mut Tx| Ok((projection::fill(tx)?, Audit::default()));
        assert_eq!(db.write_blocking(fill).expect("written"), 4);
        assert_eq!(db.write_blocking(fill).expect("written"), 0);
        let rows = |summary: &Value| summary["rows"].clone();
        assert_eq!(rows(&scene.summary()), rows(&before));
    });
}

#[test]
fn a_phone_knows_the_open_rounds_of_its_villages_and_their_houses() {
    on_both(|app| {
        let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let neighbour = app.person("邻村", Role::TeamMember, NEIGHBOUR);
        let id = house(app, &mut a, "1组", "in", "light");
        a.sync(app);
        opens(&office, &ask(&office, &[&a.person, &neighbour]));
        let surveys = |person: &TestPerson| person.desk.get("/api/v1/reference").ok()["surveys"].clone();
        assert_eq!(surveys(&a.person)[0]["listed"], json!([id.to_string()]));
        assert_eq!(
            (&surveys(&neighbour)[0]["id"], &surveys(&neighbour)[0]["listed"]),
            (&json!(ROUND), &json!([]))
        );
        assert_eq!(progress(&neighbour)["houses"], json!([]));
        let closed = office.desk.post(&format!("/api/v1/surveys/{ROUND}/close"), &json!({})).ok();
        assert_eq!(closed["id"], ROUND);
        assert_eq!(surveys(&a.person), json!([]));
        assert!(progress(&a.person)["round"]["closed_at"].is_i64());
    });
}

#[test]
fn only_the_office_of_the_area_opens_a_round_and_nobody_elsewhere_sees_it() {
    on_both(|app| {
        let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
        let other = app.person("邻乡干部", Role::TownOffice, OTHER_TOWNSHIP);
        let far = app.person("远村", Role::TeamMember, FAR_VILLAGE);
        let member = app.person("甲", Role::TeamMember, VILLAGE);
        let wanted = ask(&office, &[&member, &member]);
        assert_eq!(member.desk.post("/api/v1/surveys", &wanted).code(), "forbidden");
        assert_eq!(other.desk.post("/api/v1/surveys", &wanted).code(), "forbidden");
        opens(&office, &wanted);
        for stranger in [&other, &far] {
            assert_eq!(stranger.desk.get("/api/v1/surveys").ok()["surveys"], json!([]));
            for path in ["", "/summary"] {
                assert_eq!(stranger.desk.get(&format!("/api/v1/surveys/{ROUND}{path}")).code(), "not_found");
            }
        }
        assert_eq!(
            other.desk.post(&format!("/api/v1/surveys/{ROUND}/close"), &json!({})).code(),
            "not_found"
        );
        let district = app.person("区扶贫办", Role::AlleviationOffice, "500114000000");
        assert_eq!(district.desk.get("/api/v1/surveys").ok()["surveys"][0]["id"], ROUND);
    });
}

#[test]
fn a_round_that_would_leave_a_house_to_nobody_is_refused_with_the_field() {
    on_both(|app| {
        let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
        let (a, b) =
            (app.person("甲", Role::TeamMember, VILLAGE), app.person("乙", Role::TeamLeader, NEIGHBOUR));
        let good = ask(&office, &[&a, &b]);
        let group = |number: usize, field: &str| format!("/groups/{number}/{field}");
        let place = |village: &str, name: Value| json!([{"village": village, "group_name": name}]);
        let cases: Vec<(String, Value, &str)> = vec![
            ("/name".into(), json!(" "), "name"),
            ("/area".into(), json!("500114000000"), "forbidden"),
            ("/from".into(), json!("2015-11-31"), "from"),
            ("/to".into(), json!("2015-10-31"), "to"),
            ("/form".into(), json!("visit/1"), "form"),
            ("/groups".into(), json!([]), "groups"),
            (group(1, "name"), json!("一组"), "groups/1/name"),
            (group(0, "members"), json!([a.id]), "groups/0/members"),
            (group(0, "members"), json!([office.id]), "groups/0/members"),
            (group(0, "members"), json!([a.id, "f".repeat(32)]), "groups/0/members"),
            (group(0, "grounds"), place(FAR_VILLAGE, Value::Null), "groups/0/grounds"),
            (group(0, "grounds"), place(VILLAGE, Value::Null), "groups/1/grounds"),
            (group(1, "grounds"), place(VILLAGE, Value::Null), "groups"),
        ];
        for (path, value, field) in cases {
            let mut bad = good.clone();
            *bad.pointer_mut(&path).unwrap() = value.clone();
            let answer = office.desk.post("/api/v1/surveys", &bad);
            let said = if field == "forbidden" {
                answer.code()
            } else {
                answer.json()["field"].as_str().unwrap_or_default().into()
            };
            assert_eq!(said, field, "{path} {value}");
        }
        let first = office.desk.post("/api/v1/surveys", &good).ok();
        assert_eq!(office.desk.post("/api/v1/surveys", &good).ok(), first, "asked twice, opened once");
        let mut other = good.clone();
        other["name"] = json!("另一轮");
        assert_eq!(office.desk.post("/api/v1/surveys", &other).json()["field"], "id");
        other["id"] = json!(NEXT);
        opens(&office, &other);
    });
}

#[test]
fn the_map_is_the_operators_own_or_there_is_none() {
    on_both(|app| {
        let reader = app.person("甲", Role::TeamMember, VILLAGE);
        assert_eq!(reader.desk.get("/api/v1/map").code(), "not_found");
        let ring = json!([[[108.7, 29.5], [108.8, 29.5], [108.8, 29.6], [108.7, 29.5]]]);
        let feature = |code: &str| json!({"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": ring}});
        let file =
            json!({"type": "FeatureCollection", "features": [feature(VILLAGE), feature("500114999001")]});
        let map = bidao_server::domain::map::parse(&file.to_string()).expect("a map");
        let now = app.app.ctx.now();
        let unknown = app
            .app
            .db
            .write_blocking(move |tx| bidao_server::domain::map::load(tx, &map, now))
            .expect("kept");
        assert_eq!(unknown, 1);
        let shown = reader.desk.get("/api/v1/map");
        assert_eq!(shown.header("content-type"), Some("application/geo+json"));
        assert_eq!(shown.ok()["features"][0]["properties"]["code"], VILLAGE);
    });
}
