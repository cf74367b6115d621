//! What is counted, shown and recognised of a household that moved.

use std::collections::BTreeMap;

use bidao_schema::api::person::Role;
use bidao_server::store::{self, schema};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{NEIGHBOUR, TestApp, VILLAGE, on_both};
use diesel::RunQueryDsl;
use serde_json::{Value, json};

use super::{Scene, all_stored, family, relocate, scene, work};
use crate::api::file::read;

#[test]
fn the_register_keeps_its_rows_when_they_are_projected_anew() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        let id = family.visit.to_string();
        app.write(move |tx| {
            diesel::delete(schema::visit::table).execute(tx.conn)?;
            diesel::delete(schema::household::table).execute(tx.conn)?;
            assert_eq!(bidao_server::domain::projection::fill(tx)?, 1);
            let row = store::record::find(tx, &id)?.expect("there");
            bidao_server::domain::projection::again(tx, &row)
        });
        assert_eq!(work(&office, VILLAGE)["visits"], json!(1));
        assert_eq!(work(&office, NEIGHBOUR)["households"], json!(1));
    });
}

#[test]
fn photos_go_along() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        let name = read::ready(app, b"a photo");
        let photo = read::photo(&"0a".repeat(16), &name, 7);
        a.put(app, family.visit, &photo);
        all_stored(&a.sync(app));
        let view = format!("/api/v1/files/{name}/view");
        let (old, new) =
            (app.person("旧", Role::TeamLeader, VILLAGE), app.person("新", Role::TeamLeader, NEIGHBOUR));
        assert_eq!((old.desk.get(&view).status, new.desk.get(&view).status), (200, 404));
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        assert_eq!((old.desk.get(&view).status, new.desk.get(&view).status), (404, 200));
    });
}

#[test]
fn the_old_round_says_moved_and_a_round_of_the_new_village_finds_it() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let households = [(); 3].map(|()| {
            let puts = [Put::new("address", "中元村"), Put::new("group_name", "1组")];
            a.create(app, "household", &puts)
        });
        a.sync(app);
        let round = |id: &str, area: &str, members: Value| {
            json!({"id": id.repeat(32), "name": "摸底", "area": area, "from": "2015-11-01", "to": "2015-11-30",
                   "form": "household/1", "criteria": "",
                   "groups": [{"name": "一", "members": members, "grounds": [{"village": area, "group_name": null}]}]})
        };
        for (id, area) in [("a", VILLAGE), ("b", NEIGHBOUR)] {
            let ask = round(id, area, json!([office.id, a.person.id]));
            assert_eq!(office.desk.post("/api/v1/surveys", &ask).status, 200);
        }
        let survey = |outcome: &str, house: RecordId| {
            [
                Put::new("household", house.to_string()),
                Put::new("visit_type", "survey"),
                Put::new("occurred_on", "2015-11-05"),
                Put::new("survey_outcome", outcome),
            ]
        };
        a.create(app, "visit", &survey("visited", households[0]));
        a.create(app, "visit", &survey("absent", households[1]));
        all_stored(&a.sync(app));
        for house in &households[..2] {
            relocate(app, &office, *house, VILLAGE, NEIGHBOUR);
        }
        let summary = |id: &str| {
            office.desk.get(&format!("/api/v1/surveys/{}/summary", id.repeat(32))).ok()["rows"][0]["coverage"]
                .clone()
        };
        let counts = |of: &Value| {
            ["houses", "not_yet", "visited", "absent", "moved", "found"]
                .map(|name| of[name].as_u64().expect("a count"))
        };
        assert_eq!(counts(&summary("a")), [3, 1, 1, 0, 1, 0], "surveyed before it went stays surveyed");
        assert_eq!(counts(&summary("b")), [2, 2, 0, 0, 0, 2]);
        b.sync(app);
        b.create_in(app, NEIGHBOUR, "visit", &survey("visited", households[1]));
        all_stored(&b.sync(app));
        assert_eq!(counts(&summary("b")), [2, 1, 1, 0, 0, 2]);
        assert_eq!(counts(&summary("a")), [3, 1, 1, 0, 1, 0]);
        let houses = office.desk.get(&format!("/api/v1/surveys/{}", "a".repeat(32))).ok()["houses"].clone();
        let states: BTreeMap<String, String> = houses
            .as_array()
            .expect("houses")
            .iter()
            .map(|house| {
                (house["household"].as_str().unwrap().into(), house["state"].as_str().unwrap().into())
            })
            .collect();
        assert_eq!(states[&households[1].to_string()], "moved");
    });
}

#[test]
fn a_family_that_moved_is_recognised_in_its_new_village() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let puts = |app: &TestApp, born: &str| {
            let mut puts = vec![Put::new("group_name", "1组")];
            for (name, relation, born) in [("冉光华", "02", born), ("田桂花", "10", "1962-03-04")] {
                let at = |field: &str, element: &str| format!("members/{element}/{field}");
                let element = app.app.ctx.id();
                puts.push(Put::new(at("name", &element), name));
                puts.push(Put::new(at("relation", &element), relation));
                puts.push(Put::new(at("birth_date", &element), born));
            }
            puts
        };
        let one = a.create(app, "household", &puts(app, "1960-01-02"));
        let other = b.create_in(app, NEIGHBOUR, "household", &puts(app, ""));
        all_stored(&a.sync(app));
        all_stored(&b.sync(app));
        let open = || office.desk.get("/api/v1/duplicates").ok()["open"].clone();
        assert_eq!(open(), json!([]), "namesakes of another village");
        relocate(app, &office, one, VILLAGE, NEIGHBOUR);
        let found = open();
        assert_eq!(found.as_array().map(Vec::len), Some(1));
        assert_eq!(found[0]["likeness"], json!(["head_and_member"]));
        let ids = [one, other].map(|id| id.to_string());
        assert!(ids.iter().all(|id| found[0]["one"]["id"] == **id || found[0]["other"]["id"] == **id));
    });
}
