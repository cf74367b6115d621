//! One family added by two phones: found, shown to the leader, settled by a person, counted once.

use bidao_schema::api::person::Role;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{FAR_VILLAGE, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use serde_json::{Value, json};

use super::cadre::Cadre;

/// A family as somebody wrote it down: the head and his wife.
fn family(app: &TestApp, cadre: &mut Cadre, group: &str, members: [(&str, &str, &str); 2]) -> RecordId {
    let mut puts = vec![
        Put::new("address", "中元村"),
        Put::new("group_name", group),
        Put::new("in_system", "outside"),
        Put::new("severity", "light"),
    ];
    for ((name, born, id_no), relation) in members.into_iter().zip(["02", "10"]) {
        let element = app.app.ctx.id();
        let at = |field: &str| format!("members/{element}/{field}");
        puts.push(Put::new(at("name"), name));
        puts.push(Put::new(at("relation"), relation));
        puts.extend((!born.is_empty()).then(|| Put::new(at("birth_date"), born)));
        puts.extend((!id_no.is_empty()).then(|| Put::new(at("id_no"), id_no)));
    }
    let id = cadre.create(app, "household", &puts);
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
    id
}

fn pairs(leader: &TestPerson, state: &str) -> Vec<Value> {
    leader.desk.get("/api/v1/duplicates").ok()[state].as_array().expect("as the server answers").clone()
}

fn settle(
    leader: &TestPerson,
    one: RecordId,
    other: RecordId,
    verdict: &str,
    kept: Option<RecordId>,
) -> Value {
    let ask = said(one, other, verdict, kept, &seen(leader, one, other));
    leader.desk.post("/api/v1/duplicates", &ask).ok()
}

fn said(one: RecordId, other: RecordId, verdict: &str, kept: Option<RecordId>, expected: &Value) -> Value {
    let kept = kept.map(|id| id.to_string());
    json!({"one": one.to_string(), "other": other.to_string(), "verdict": verdict, "kept": kept, "expected": expected})
}

/// What the desk would have on the screen of this pair: the verdict there is, if any.
fn seen(leader: &TestPerson, one: RecordId, other: RecordId) -> Value {
    let ids = [one.to_string(), other.to_string()];
    let is_it = |pair: &Value| {
        [&pair["one"]["id"], &pair["other"]["id"]].iter().all(|id| ids.iter().any(|one| **id == **one))
    };
    let found = pairs(leader, "settled").into_iter().find(is_it);
    found.map_or(
        Value::Null,
        |pair| json!({"verdict": pair["verdict"], "kept": pair["kept"], "settled_at": pair["settled_at"]}),
    )
}

#[test]
fn a_family_added_twice_is_found_by_what_cadres_write_on_doorsteps() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let first = [("冉光华", "1960-01-02", ""), ("田桂花", "1962-03-04", "")];
        let one = family(app, &mut a, "1组", first);
        assert_eq!(pairs(&leader, "open"), Vec::<Value>::new());
        // Another group, names as they sound.
        let members =
            family(app, &mut b, "2组", [("然光华", "1960-01-02", ""), ("田桂华", "1962-03-04", "")]);
        // The wife was born on another day, it says here.
        let head = family(app, &mut b, "1组", [("冉光华", "1960-01-02", ""), ("田桂花", "1962-04-03", "")]);
        // Namesakes of another group, and the same people of another age: nobody is asked.
        family(app, &mut b, "3组", [("冉光华", "1980-01-02", ""), ("田桂花", "1962-03-04", "")]);
        let found = pairs(&leader, "open");
        let why = |x: RecordId, y: RecordId| {
            let has = |pair: &&Value, id: RecordId| {
                [&pair["one"]["id"], &pair["other"]["id"]].contains(&&json!(id.to_string()))
            };
            found.iter().find(|pair| has(pair, x) && has(pair, y)).map(|pair| pair["likeness"].clone())
        };
        assert_eq!(why(one, members), Some(json!(["members"])));
        assert_eq!(why(one, head), Some(json!(["head_and_member"])));
        assert_eq!((why(members, head), found.len()), (None, 2));
    });
}

#[test]
fn one_id_number_is_enough_and_the_table_does_not_tell_it() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let number = (0..11)
            .map(|at| format!("99999919600102001{}", b"10X98765432"[at] as char))
            .find(|number| {
                bidao_schema::codes::id_number(
                    number,
                    bidao_schema::calendar::Date::parse("2015-11-20").unwrap(),
                )
                .is_ok()
            })
            .expect("one check character fits");
        let one = family(app, &mut a, "1组", [("冉光华", "", &number), ("田桂花", "", "")]);
        let other = family(app, &mut b, "5组", [("冉光发", "", &number.to_lowercase()), ("向玉兰", "", "")]);
        let found = pairs(&leader, "open");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["likeness"], json!(["id_number"]));
        let ids = [one.to_string(), other.to_string()];
        assert!(ids.iter().all(|id| found[0]["one"]["id"] == **id || found[0]["other"]["id"] == **id));
        let keys = app.app.db.read_blocking(bidao_server::store::duplicate::shared).expect("read");
        assert!(!keys.is_empty() && keys.iter().all(|key| !key.value.contains("19600102")));
    });
}

#[test]
fn two_families_are_dismissed_once_and_one_family_counts_once_whichever_record_is_written() {
    on_both(|app| {
        let (leader, office) =
            (app.person("队长", Role::TeamLeader, VILLAGE), app.person("乡", Role::TownOffice, TOWNSHIP));
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let people = [("冉光华", "1960-01-02", ""), ("田桂花", "1962-03-04", "")];
        let one = family(app, &mut a, "1组", people);
        let round = json!({
            "id": "a".repeat(32), "name": "摸底", "area": VILLAGE, "from": "2015-11-01", "to": "2015-11-30", "form": "household/1",
            "criteria": "", "groups": [{"name": "一", "members": [office.id, a.person.id], "grounds": [{"village": VILLAGE, "group_name": null}]}],
        });
        assert_eq!(office.desk.post("/api/v1/surveys", &round).status, 200);
        let other = family(app, &mut b, "1组", people);
        let coverage = || {
            office.desk.get(&format!("/api/v1/surveys/{}/summary", "a".repeat(32))).ok()["rows"][0].clone()
        };
        let (before, persons) = (coverage()["coverage"].clone(), coverage()["outside"]["persons"].clone());
        assert_eq!((&before["houses"], &before["found"], persons), (&json!(2), &json!(1), json!(4)));

        let settled = settle(&leader, one, other, "distinct", None);
        assert_eq!(
            (settled["open"].as_array().unwrap().len(), &settled["settled"][0]["verdict"]),
            (0, &json!("distinct"))
        );
        b.edit(app, other, "phone", "19900000001");
        b.sync(app);
        assert_eq!(pairs(&leader, "open"), Vec::<Value>::new(), "asked once");

        let settled = settle(&leader, other, one, "same", Some(one));
        assert_eq!(
            settled["settled"].as_array().unwrap().len(),
            1,
            "a verdict takes the place of the one before"
        );
        let after = coverage();
        assert_eq!(
            (&after["coverage"]["houses"], &after["coverage"]["found"], &after["outside"]["persons"]),
            (&json!(1), &json!(0), &json!(2))
        );
        // A phone that has not heard of it surveys the alias: the family is surveyed.
        let visit = [
            Put::new("household", other.to_string()),
            Put::new("visit_type", "survey"),
            Put::new("occurred_on", "2015-11-10"),
            Put::new("survey_outcome", "visited"),
        ];
        b.create(app, "visit", &visit);
        b.edit(app, other, "group_name", "9组");
        assert!(b.sync(app).iter().all(|(_, code)| code.is_none()), "nothing an alias says is refused");
        assert_eq!(
            (&coverage()["coverage"]["houses"], &coverage()["coverage"]["visited"]),
            (&json!(1), &json!(1))
        );
        let work =
            office.desk.get(&format!("/api/v1/duties?month=2015-11&area={VILLAGE}")).ok()["work"][0].clone();
        assert_eq!((&work["households"], &work["households_visited"]), (&json!(1), &json!(0)), "{work}");
    });
}

#[test]
fn a_pair_is_settled_by_who_reviews_both_and_says_which_is_kept() {
    on_both(|app| {
        let (leader, office) =
            (app.person("队长", Role::TeamLeader, VILLAGE), app.person("乡", Role::TownOffice, TOWNSHIP));
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let people = [("冉光华", "1960-01-02", ""), ("田桂花", "1962-03-04", "")];
        let one = family(app, &mut a, "1组", people);
        let other = family(app, &mut a, "2组", people);
        let third = app.person("远", Role::TeamLeader, FAR_VILLAGE);
        assert_eq!(pairs(&third, "open"), Vec::<Value>::new());
        let post = |who: &TestPerson, ask: Value| who.desk.post("/api/v1/duplicates", &ask);
        let ask = |verdict: &str, kept: Value| json!({"one": one.to_string(), "other": other.to_string(), "verdict": verdict, "kept": kept});
        assert_eq!(post(&a.person, ask("distinct", Value::Null)).code(), "forbidden");
        assert_eq!(post(&third, ask("distinct", Value::Null)).code(), "not_found");
        for (verdict, kept) in
            [("same", Value::Null), ("same", json!("f".repeat(32))), ("distinct", json!(one.to_string()))]
        {
            assert_eq!(post(&leader, ask(verdict, kept)).json()["field"], "kept");
        }
        let itself = json!({"one": one.to_string(), "other": one.to_string(), "verdict": "distinct"});
        assert_eq!(post(&leader, itself).json()["field"], "other");
        assert_eq!(pairs(&office, "open").len(), 1);
        assert_eq!(post(&office, ask("same", json!(other.to_string()))).status, 200);
    });
}

#[test]
fn of_two_leaders_who_settle_a_pair_at_one_moment_the_second_is_told() {
    on_both(|app| {
        let (leader, office) =
            (app.person("队长", Role::TeamLeader, VILLAGE), app.person("乡", Role::TownOffice, TOWNSHIP));
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let people = [("冉光华", "1960-01-02", ""), ("田桂花", "1962-03-04", "")];
        let (one, other) = (family(app, &mut a, "1组", people), family(app, &mut a, "2组", people));
        let post = |who: &TestPerson, ask: &Value| who.desk.post("/api/v1/duplicates", ask);
        // Both have the open pair on the screen.
        let first = said(one, other, "same", Some(one), &Value::Null);
        assert_eq!(post(&leader, &first).status, 200);
        for late in [
            said(one, other, "distinct", None, &Value::Null),
            said(other, one, "same", Some(other), &Value::Null),
            // The same words from somebody else are no repetition: that person has not seen the verdict.
            first.clone(),
        ] {
            let refused = post(&office, &late);
            assert_eq!((refused.status, refused.code()), (409, "stale".to_owned()), "{late}");
        }
        assert_eq!(
            pairs(&office, "settled")[0]["kept"],
            json!(one.to_string()),
            "what the first said stands"
        );
        // An answer was lost on the way: asked again, it was done once.
        let at = pairs(&leader, "settled")[0]["settled_at"].clone();
        assert_eq!(post(&leader, &first).status, 200);
        assert_eq!(pairs(&leader, "settled")[0]["settled_at"], at);

        let read = seen(&office, one, other);
        let anew = said(one, other, "distinct", None, &read);
        assert_eq!(post(&office, &anew).status, 200, "who has read the verdict may give another one");
        assert_eq!(post(&leader, &said(one, other, "same", Some(other), &read)).code(), "stale");
    });
}

#[test]
fn a_phone_is_told_which_of_its_households_are_aliases_and_of_which() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let far = app.person("远", Role::TeamMember, FAR_VILLAGE);
        let people = [("冉光华", "1960-01-02", ""), ("田桂花", "1962-03-04", "")];
        let (one, other) = (family(app, &mut a, "1组", people), family(app, &mut a, "2组", people));
        let third = family(app, &mut a, "3组", people);
        let aliases = |who: &TestPerson| who.desk.get("/api/v1/reference").ok()["aliases"].clone();
        assert_eq!(aliases(&a.person), json!([]));
        settle(&leader, one, other, "same", Some(one));
        settle(&leader, one, third, "same", Some(third));
        let mut expected = vec![
            json!({"record": one.to_string(), "kept": third.to_string()}),
            json!({"record": other.to_string(), "kept": third.to_string()}),
        ];
        expected.sort_by_key(|alias| alias["record"].to_string());
        assert_eq!(aliases(&a.person), json!(expected), "an alias of an alias is that of the record kept");
        assert_eq!(aliases(&far), json!([]));
        settle(&leader, one, other, "distinct", None);
        assert_eq!(aliases(&a.person), json!([{"record": one.to_string(), "kept": third.to_string()}]));
    });
}
