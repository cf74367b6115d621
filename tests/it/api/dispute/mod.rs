//! Disputes: raised on a phone, decided step by step, by nobody who has a part in them; told, closed.

mod handler;

use bidao_schema::api::person::Role;
use bidao_server::domain::dispute;
use bidao_server::store::pairing;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{FAR_VILLAGE, NEIGHBOUR, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use bidao_tests::clock::DAY;
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

/// The cast of story 3: who wrote the register, who took the dispute down, who decides.
struct Stage {
    author: Cadre,
    taker: Cadre,
    leader: TestPerson,
    office: TestPerson,
    household: RecordId,
    dispute: String,
}

fn puts(household: RecordId, digest: &str) -> Vec<Put> {
    vec![
        Put::new("household", household.to_string()),
        Put::new("subject", "member"),
        Put::new("document", household.to_string()),
        Put::new("document_digest", digest),
        Put::new("raised_by", "household"),
        Put::new("channel", "on_visit"),
        Put::new("statement", "我家只有一亩花椒，不是五亩"),
        Put::new("raised_on", "2015-11-01"),
    ]
}

/// Version of a household that a phone shows.
fn digest(cadre: &Cadre, household: RecordId) -> String {
    cadre.phone.document(household).expect("as the test made it").digest(household, "household/1").to_string()
}

fn raised(app: &TestApp) -> Stage {
    let mut author = Cadre::new(app, "龚勇", Role::TeamMember);
    let mut taker = Cadre::new(app, "向敏", Role::TeamMember);
    let leader = app.person("陈书记", Role::TeamLeader, VILLAGE);
    let office = app.person("乡办", Role::TownOffice, TOWNSHIP);
    let household = author.household(app);
    author.sync(app);
    taker.sync(app);
    let digest = digest(&taker, household);
    let id = taker.create(app, "dispute", &puts(household, &digest));
    taker.submit(id);
    let fates = taker.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
    Stage { author, taker, leader, office, household, dispute: id.to_string() }
}

fn detail(who: &TestPerson, id: &str) -> Value {
    who.desk.get(&format!("/api/v1/disputes/{id}")).ok()
}

/// Takes a step with the version as it is; the detail, or the problem.
fn step(who: &TestPerson, id: &str, what: &str, with: Value) -> (u16, Value) {
    let seen = who.desk.get(&format!("/api/v1/disputes/{id}"));
    let mut ask = with;
    ask["step"] = what.into();
    if ask["expected"].is_null() {
        ask["expected"] = seen.json()["dispute"]["version"].clone();
    }
    let answer = who.desk.post(&format!("/api/v1/disputes/{id}/step"), &ask);
    (answer.status, answer.json())
}

fn done(who: &TestPerson, id: &str, what: &str, with: Value) -> Value {
    let (status, answer) = step(who, id, what, with);
    assert_eq!(status, 200, "{what}: {answer}");
    answer
}

/// The code of the problem a step ends in.
fn refused(who: &TestPerson, id: &str, what: &str, with: Value) -> (u16, String, String) {
    let (status, answer) = step(who, id, what, with);
    let word = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    (status, word("code"), word("field"))
}

fn pair(app: &TestApp, helper: &str, household: RecordId) {
    let row = pairing::Row {
        id: app.app.ctx.id(),
        helper: helper.to_owned(),
        household: household.to_string(),
        basis: "r9".into(),
        is_primary: true,
        valid_from: "2015-01-01".into(),
        valid_to: None,
    };
    app.write(move |tx| pairing::insert(tx, &row));
}

fn open(app: &TestApp, household: RecordId) -> u32 {
    app.write(move |tx| dispute::open(tx, &household.to_string()))
}

#[test]
fn a_dispute_raised_on_a_phone_stands_at_the_desk_with_its_words_and_the_version_it_is_about() {
    on_both(|app| {
        let stage = raised(app);
        let (id, leader) = (stage.dispute.clone(), stage.leader.clone());
        let list = leader.desk.get("/api/v1/disputes").ok();
        assert_eq!((&list["open"], &list["overdue"]), (&json!(1), &json!(0)));
        let row = &list["disputes"][0];
        assert_eq!(
            (&row["state"], &row["version"], &row["subject"]),
            (&json!("raised"), &json!(1), &json!("member"))
        );
        assert_eq!(row["statement"], "我家只有一亩花椒，不是五亩");
        assert_eq!((&row["author"]["name"], &row["raised_on"]), (&json!("向敏"), &json!("2015-11-01")));

        let seen = detail(&leader, &id);
        assert_eq!(seen["steps"], json!(["acknowledge", "withdraw"]));
        assert_eq!(
            (&seen["document"]["digest"], &seen["document"]["kind"]),
            (&json!(digest(&stage.author, stage.household)), &json!("household"))
        );
        assert_eq!(seen["document"]["authors"][0]["name"], "龚勇");
        assert_eq!(open(app, stage.household), 1);
    });
}

#[test]
fn a_dispute_goes_to_its_end_step_by_step_and_the_phone_hears_of_it() {
    on_both(|app| {
        let mut stage = raised(app);
        let (id, leader) = (stage.dispute.clone(), stage.leader.clone());
        let handler = app.person("村民代表", Role::TeamMember, VILLAGE);
        let seen = done(&leader, &id, "acknowledge", json!({}));
        assert_eq!(
            (&seen["dispute"]["state"], &seen["steps"]),
            (&json!("acknowledged"), &json!(["assign", "withdraw"]))
        );
        let seen = done(&leader, &id, "assign", json!({"handler": handler.id}));
        assert_eq!(
            (&seen["dispute"]["state"], &seen["dispute"]["handler"]["name"]),
            (&json!("investigating"), &json!("村民代表"))
        );

        // The handler, who reviews nothing, finds; the register was corrected, and its version is noted.
        let finding = "实地丈量1.1亩，更正";
        let resulting = stage.household.to_string();
        let found = json!({"finding": finding, "resulting": resulting});
        assert_eq!(
            refused(&handler, &id, "uphold", found.clone()).2,
            "resulting",
            "nothing was corrected yet"
        );
        stage.author.edit(app, stage.household, "address", "中元村1组，1.1亩");
        stage.author.sync(app);
        let seen = done(&handler, &id, "uphold", found);
        assert_eq!((&seen["dispute"]["state"], &seen["dispute"]["due_on"]), (&json!("upheld"), &Value::Null));
        let record = leader.desk.get(&format!("/api/v1/records/{resulting}")).ok();
        assert_eq!(seen["resulting_digest"], record["signing"]["digest"]);
        assert_eq!((&seen["finding"], &seen["resulting"]), (&json!(finding), &json!(resulting)));
        stage.taker.sync(app);
        let heard = stage.taker.phone.decision(id.parse().unwrap()).unwrap().clone();
        assert_eq!(
            (&heard.facts["state"], &heard.facts["finding"], &heard.facts["handler"]),
            (&json!("upheld"), &json!(finding), &json!("村民代表"))
        );
        assert_eq!(open(app, stage.household), 1, "open until the household was told and it is closed");

        let told = json!({"told_on": "2015-11-01", "satisfied": "not_reached"});
        assert_eq!(done(&handler, &id, "tell", told)["dispute"]["state"], "told");
        let day = today(app);
        let seen = done(&handler, &id, "tell", json!({"told_on": day, "satisfied": "yes"}));
        assert_eq!(
            (&seen["dispute"]["satisfied"], &seen["dispute"]["told_on"]),
            (&json!("yes"), &json!(day))
        );
        let seen = done(&leader, &id, "close", json!({}));
        assert_eq!((&seen["dispute"]["state"], &seen["steps"]), (&json!("closed"), &json!([])));
        let events: Vec<&str> =
            seen["events"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
        assert_eq!(events, ["raised", "acknowledged", "investigating", "upheld", "told", "told", "closed"]);
        assert_eq!(open(app, stage.household), 0);
        stage.author.sync(app);
        let heard = stage.author.phone.decision(id.parse().unwrap()).unwrap().clone();
        assert_eq!((&heard.facts["state"], &heard.facts["satisfied"]), (&json!("closed"), &json!("yes")));
        verify(app);
    });
}

fn today(app: &TestApp) -> String {
    bidao_schema::calendar::Date::from_epoch_millis_shanghai(app.app.ctx.now()).to_string()
}

#[test]
fn steps_that_lead_nowhere_come_late_or_say_too_little_are_told_apart() {
    on_both(|app| {
        let stage = raised(app);
        let (id, leader) = (&stage.dispute, &stage.leader);
        assert_eq!(refused(leader, id, "assign", json!({"handler": stage.office.id})).0, 409);
        assert_eq!(refused(leader, id, "close", json!({})).1, "step_not_possible");
        done(leader, id, "acknowledge", json!({}));
        assert_eq!(
            refused(leader, id, "assign", json!({"expected": 1, "handler": stage.office.id})),
            (409, "stale".into(), String::new())
        );
        for (with, field) in [
            (json!({}), "handler"),
            (json!({"handler": "f".repeat(32)}), "handler"),
            (json!({"handler": stage.office.id, "finding": "早了"}), "finding"),
        ] {
            assert_eq!(refused(leader, id, "assign", with), (400, "invalid".into(), field.into()));
        }
        done(leader, id, "assign", json!({"handler": stage.office.id}));
        for (with, field) in [
            (json!({}), "finding"),
            (json!({"finding": "  "}), "finding"),
            (json!({"finding": "x".repeat(2001)}), "finding"),
            (json!({"finding": "属实", "resulting": "f".repeat(32)}), "resulting"),
            (json!({"finding": "属实", "satisfied": "yes"}), "satisfied"),
        ] {
            assert_eq!(refused(leader, id, "uphold", with), (400, "invalid".into(), field.into()));
        }
        assert_eq!(
            refused(
                leader,
                id,
                "reject",
                json!({"finding": "不实", "resulting": stage.household.to_string()})
            )
            .2,
            "resulting"
        );
        done(leader, id, "uphold_partly", json!({"finding": "部分属实"}));
        for (with, field) in [
            (json!({"satisfied": "yes"}), "told_on"),
            (json!({"told_on": "2015-10-31", "satisfied": "yes"}), "told_on"),
            (json!({"told_on": "2099-01-01", "satisfied": "yes"}), "told_on"),
            (json!({"told_on": today(app)}), "satisfied"),
        ] {
            assert_eq!(refused(leader, id, "tell", with), (400, "invalid".into(), field.into()));
        }
        assert_eq!(detail(leader, id)["dispute"]["version"], 4);
    });
}

#[test]
fn a_dispute_is_seen_where_its_records_are_and_decided_by_who_reviews_there() {
    on_both(|app| {
        let stage = raised(app);
        let id = &stage.dispute;
        let far = app.person("外村", Role::TeamLeader, FAR_VILLAGE);
        let next_door = app.person("邻村", Role::TeamLeader, NEIGHBOUR);
        for stranger in [&far, &next_door] {
            assert_eq!(stranger.desk.get("/api/v1/disputes").ok()["disputes"], json!([]));
            assert_eq!(stranger.desk.get(&format!("/api/v1/disputes/{id}")).code(), "not_found");
            assert_eq!(refused(stranger, id, "acknowledge", json!({"expected": 1})).1, "not_found");
        }
        let paired = app.person("部门领导", Role::DeptHead, FAR_VILLAGE);
        assert_eq!(paired.desk.get("/api/v1/disputes").ok()["open"], 0);
        pair(app, &paired.id, stage.household);
        assert_eq!(paired.desk.get("/api/v1/disputes").ok()["open"], 1);
        assert_eq!(refused(&paired, id, "acknowledge", json!({})).1, "forbidden");
        assert_eq!(refused(&stage.author.person, id, "acknowledge", json!({})).1, "forbidden");
        let organisation = app.person("组织部", Role::OrgDepartment, bidao_tests::app::DISTRICT);
        assert_eq!(organisation.desk.get(&format!("/api/v1/disputes/{id}")).code(), "not_found");
        done(&stage.office, id, "acknowledge", json!({}));
    });
}

#[test]
fn what_is_late_is_counted_and_listed_and_the_household_is_marked() {
    on_both(|app| {
        let stage = raised(app);
        let (id, desk) = (&stage.dispute, &stage.leader.desk);
        let due = detail(&stage.leader, id)["dispute"]["due_on"].clone();
        assert_eq!(desk.get("/api/v1/disputes?overdue=true").ok()["disputes"], json!([]));
        app.clock.advance(5 * DAY);
        let leader = app.person("新队长", Role::TeamLeader, VILLAGE);
        let list = leader.desk.get("/api/v1/disputes?overdue=true").ok();
        assert_eq!((&list["overdue"], &list["disputes"][0]["overdue"]), (&json!(1), &json!(true)));
        let seen = done(&leader, id, "acknowledge", json!({}));
        assert_eq!(seen["dispute"]["overdue"], false);
        assert!(seen["dispute"]["due_on"].as_str() > due.as_str());
        assert_eq!(leader.desk.get("/api/v1/disputes?state=raised").ok()["disputes"], json!([]));
        let by = |query: &str| {
            leader.desk.get(&format!("/api/v1/disputes?{query}")).ok()["disputes"].as_array().unwrap().len()
        };
        assert_eq!(
            (by("state=acknowledged"), by(&format!("area={VILLAGE}")), by(&format!("area={FAR_VILLAGE}"))),
            (1, 1, 0)
        );
        assert_eq!(by(&format!("household={}", stage.household)), 1);

        let record = leader.desk.get(&format!("/api/v1/records/{}", stage.household)).ok();
        assert_eq!(record["summary"]["disputes"], 1);
        let records = leader.desk.get("/api/v1/records?kind=household").ok();
        assert_eq!(records["records"][0]["disputes"], 1);
        let office = app.person("乡办", Role::TownOffice, TOWNSHIP);
        let round = json!({
            "id": "a".repeat(32), "name": "摸底", "area": VILLAGE, "from": "2015-11-01", "to": "2015-12-30", "form": "household/1",
            "criteria": "", "groups": [{"name": "一", "members": [office.id, stage.author.person.id], "grounds": [{"village": VILLAGE, "group_name": null}]}],
        });
        assert_eq!(office.desk.post("/api/v1/surveys", &round).status, 200);
        let summary = || {
            office.desk.get(&format!("/api/v1/surveys/{}/summary", "a".repeat(32))).ok()["rows"][0]["in_dispute"].clone()
        };
        assert_eq!(summary(), 1);
        done(&leader, id, "withdraw", json!({"finding": "本人说不再提"}));
        done(&leader, id, "tell", json!({"told_on": today(app), "satisfied": "yes"}));
        done(&leader, id, "close", json!({}));
        assert_eq!(summary(), 0);
        assert_eq!(
            leader.desk.get(&format!("/api/v1/records/{}", stage.household)).ok()["summary"]["disputes"],
            0
        );
    });
}

#[test]
fn a_dispute_is_no_work_to_review_and_is_not_taken_back_by_who_took_it_down() {
    on_both(|app| {
        let mut stage = raised(app);
        let id = stage.dispute.clone();
        assert_eq!(stage.leader.desk.get("/api/v1/reviews").ok()["total"], 0);
        let heads = stage.leader.desk.get(&format!("/api/v1/reviews/{id}")).ok()["heads"].clone();
        for (key, decision, remark) in [(1, "approve", Value::Null), (2, "return", json!("改一改"))] {
            let one = json!({"id": format!("{key:032x}"), "record": id, "decision": decision, "expected": heads, "remark": remark});
            let fate = stage.leader.desk.post("/api/v1/reviews/decide", &json!({"decisions": [one]})).ok();
            assert_eq!(
                (&fate["results"][0]["status"], &fate["results"][0]["code"]),
                (&json!("refused"), &json!("decided_as_dispute"))
            );
        }
        stage.taker.command(id.parse().unwrap(), "withdraw");
        let fates = stage.taker.sync(app);
        assert_eq!(fates.last().unwrap().1.as_deref(), Some("decided_as_dispute"));
        // Submitted again it stays the one it is.
        stage.taker.submit(id.parse().unwrap());
        assert!(stage.taker.sync(app).iter().all(|(_, code)| code.is_none()));
        assert_eq!(detail(&stage.leader, &id)["dispute"]["version"], 1);

        // Without a household on file, a subject or words there is nothing to raise.
        for missing in ["household", "subject", "statement"] {
            let puts: Vec<Put> = puts(stage.household, &"7f".repeat(32))
                .into_iter()
                .filter(|put| put.path != missing)
                .collect();
            let empty = stage.taker.create(app, "dispute", &puts);
            stage.taker.submit(empty);
            let fates = stage.taker.sync(app);
            assert_eq!(fates.last().unwrap().1.as_deref(), Some("incomplete"), "{missing}");
            assert_eq!(stage.leader.desk.get(&format!("/api/v1/disputes/{empty}")).code(), "not_found");
        }
    });
}
