//! A household moves to another village: its history goes along, and nothing a phone still writes under the old village
//! is lost.

mod counts;
mod late;

use bidao_schema::api::person::Role;
use bidao_server::store::{self, schema};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_sync::message::Status;
use bidao_tests::app::{
    DISTRICT, FAR_VILLAGE, NEIGHBOUR, OTHER_TOWNSHIP, SINCE, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both,
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

fn ask(app: &TestApp, household: RecordId, from: &str, to: &str) -> Value {
    json!({"id": app.app.ctx.id(), "household": household.to_string(), "area": to, "expected_area": from,
           "moved_on": "2015-11-01", "reason": "易地扶贫搬迁"})
}

fn relocate(app: &TestApp, who: &TestPerson, household: RecordId, from: &str, to: &str) -> Value {
    who.desk.post("/api/v1/relocations", &ask(app, household, from, to)).ok()
}

/// The code that keeps somebody from moving a household of the village.
fn refused(app: &TestApp, who: &TestPerson, household: RecordId, to: &str) -> String {
    who.desk.post("/api/v1/relocations", &ask(app, household, VILLAGE, to)).code()
}

/// A household of the village with a visit, a difficulty and, beside it, the trip of that visit.
struct Family {
    household: RecordId,
    visit: RecordId,
    difficulty: RecordId,
    trip: RecordId,
}

impl Family {
    fn linked(&self) -> [RecordId; 3] {
        [self.household, self.visit, self.difficulty]
    }
}

fn visit(of: RecordId, trip: RecordId, said: &str) -> Vec<Put> {
    vec![
        Put::new("household", of.to_string()),
        Put::new("trip", trip.to_string()),
        Put::new("visit_type", "routine"),
        Put::new("met", "head"),
        Put::new("occurred_on", "2015-11-03"),
        Put::new("what_household_said", said),
    ]
}

fn family(app: &TestApp, a: &mut Cadre) -> Family {
    let household = a.household(app);
    let trip = a.create(app, "trip", &[Put::new("occurred_on", "2015-11-03")]);
    let visit = a.create(app, "visit", &visit(household, trip, "想养牛"));
    let difficulty = a.create(
        app,
        "difficulty",
        &[
            Put::new("household", household.to_string()),
            Put::new("raised_on", "2015-11-03"),
            Put::new("state", "raised"),
        ],
    );
    all_stored(&a.sync(app));
    Family { household, visit, difficulty, trip }
}

fn all_stored(fates: &[(Status, Option<String>)]) {
    assert!(!fates.is_empty() && fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

fn holds(cadre: &Cadre, id: RecordId) -> bool {
    cadre.phone.document(id).is_ok()
}

fn said(cadre: &Cadre, id: RecordId, field: &str) -> Value {
    cadre.phone.answers(id).expect("it is on the phone")[field].clone()
}

/// Gives a person one more role in an area.
fn assign(app: &TestApp, person: &TestPerson, role: Role, area: &str) {
    let row = store::assignment::Row {
        id: app.app.ctx.id(),
        person: person.id.clone(),
        role: store::assignment::role_key(role),
        area: area.into(),
        valid_from: SINCE.into(),
        valid_to: None,
    };
    app.write(move |tx| store::assignment::insert(tx, &row));
}

fn pair(app: &TestApp, helper: &TestPerson, household: RecordId) {
    let row = store::pairing::Row {
        id: app.app.ctx.id(),
        helper: helper.id.clone(),
        household: household.to_string(),
        basis: "r9".into(),
        is_primary: true,
        valid_from: SINCE.into(),
        valid_to: None,
    };
    app.write(move |tx| store::pairing::insert(tx, &row));
}

fn record(app: &TestApp, id: RecordId) -> store::record::Row {
    let id = id.to_string();
    app.app.db.read_blocking(move |tx| store::record::find(tx, &id)).expect("read").expect("there")
}

fn work(office: &TestPerson, village: &str) -> Value {
    office.desk.get(&format!("/api/v1/duties?month=2015-11&area={village}")).ok()["work"][0].clone()
}

struct Scene {
    office: TestPerson,
    a: Cadre,
    b: Cadre,
}

fn scene(app: &TestApp) -> Scene {
    let office = app.person("乡干部", Role::TownOffice, TOWNSHIP);
    let a = Cadre::new(app, "甲", Role::TeamMember);
    let b = Cadre::of(app, app.person("乙", Role::TeamMember, NEIGHBOUR));
    Scene { office, a, b }
}

#[test]
fn a_household_takes_its_history_to_another_village() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let there = app.person("新队长", Role::TeamLeader, NEIGHBOUR);
        let family = family(app, &mut a);
        a.submit(family.visit);
        a.sync(app);
        // What happens in one millisecond has no order.
        app.clock.advance(1);
        let heads = record(app, family.visit).heads;
        let decision = json!({"decisions": [{"id": app.app.ctx.id(), "record": family.visit.to_string(),
            "expected": heads.split(' ').collect::<Vec<_>>(), "decision": "return", "remark": "请核实"}]});
        assert_eq!(leader.desk.post("/api/v1/reviews/decide", &decision).status, 200);
        b.sync(app);
        assert!(family.linked().iter().all(|id| !holds(&b, *id)));

        let moved = relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        assert_eq!((&moved["from_area"], &moved["person_name"]), (&json!(VILLAGE), &json!("乡干部")));
        a.sync(app);
        b.sync(app);
        for id in family.linked() {
            assert!(!holds(&a, id) && holds(&b, id), "{id}");
            assert_eq!(record(app, id).area, NEIGHBOUR);
            assert_eq!(there.desk.get(&format!("/api/v1/records/{id}")).status, 200);
            assert_eq!(leader.desk.get(&format!("/api/v1/records/{id}")).status, 404);
        }
        // The day's trip was made to the old village.
        assert!(holds(&a, family.trip) && !holds(&b, family.trip));
        assert_eq!(b.phone.document(family.visit).expect("there").history().len(), 6);
        let decision = b.phone.decision(family.visit).expect("what was decided went along");
        assert_eq!((decision.state.as_str(), decision.remark.as_deref()), ("returned", Some("请核实")));
        let history = there.desk.get(&format!("/api/v1/records/{}/history", family.difficulty)).ok();
        let told = &history["relocations"][0];
        assert_eq!((&told["to_area"], &told["reason"]), (&json!(NEIGHBOUR), &json!("易地扶贫搬迁")));
        let audited = app.app.db.read_blocking(|tx| {
            let rows = schema::audit::table.filter(schema::audit::action.eq("relocate"));
            Ok(rows
                .select((schema::audit::person, schema::audit::object))
                .load::<(String, String)>(tx.conn)?)
        });
        assert_eq!(audited.expect("read"), [(office.id.clone(), family.household.to_string())]);

        // And back again: the first village sees it as it left, the other one loses it.
        b.edit(app, family.household, "phone", "19900000001");
        b.sync(app);
        relocate(app, &office, family.household, NEIGHBOUR, VILLAGE);
        a.sync(app);
        b.sync(app);
        assert!(family.linked().iter().all(|id| holds(&a, *id) && !holds(&b, *id)));
        assert_eq!(said(&a, family.household, "phone"), "19900000001");
        verify(app);
    });
}

#[test]
fn what_a_phone_wrote_offline_under_the_old_village_is_stored_where_the_household_is() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let family = family(app, &mut a);
        let before = (work(&office, VILLAGE), work(&office, NEIGHBOUR));
        assert_eq!((&before.0["visits"], &before.0["difficulties_raised"]), (&json!(1), &json!(1)));
        a.edit(app, family.household, "phone", "19900000001");
        a.edit(app, family.visit, "what_household_said", "想养羊");
        let trip = a.create(app, "trip", &[Put::new("occurred_on", "2015-11-04")]);
        let late = a.create(app, "visit", &visit(family.household, trip, "已经搬了"));
        a.submit(late);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        all_stored(&a.sync(app));
        b.sync(app);
        assert_eq!(said(&b, family.household, "phone"), "19900000001");
        assert_eq!(said(&b, family.visit, "what_household_said"), "想养羊");
        assert_eq!(said(&b, late, "what_household_said"), "已经搬了");
        assert_eq!(b.phone.decision(late).map(|decision| decision.state.as_str()), Some("submitted"));
        let row = record(app, late);
        assert_eq!((row.area.as_str(), row.made_in.as_str()), (NEIGHBOUR, VILLAGE));
        assert_eq!(record(app, trip).area, VILLAGE);
        assert!(!holds(&a, late) && !holds(&a, family.household), "all of it is pushed: it leaves the phone");
        assert_eq!(a.phone.unsynced(), 0);

        // Work counts where it was done, also after what the new village writes; registers and difficulties moved.
        b.edit(app, late, "met", "adult");
        b.edit(app, family.visit, "met", "adult");
        all_stored(&b.sync(app));
        let (old, new) = (work(&office, VILLAGE), work(&office, NEIGHBOUR));
        let counts =
            |of: &Value| ["visits", "difficulties_raised", "households"].map(|name| of[name].clone());
        assert_eq!(counts(&old), [json!(2), json!(0), json!(0)]);
        assert_eq!(counts(&new), [json!(0), json!(1), json!(1)]);
        verify(app);
    });
}

#[test]
fn a_phone_of_both_villages_sees_it_once_with_its_draft() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let both = app.person("双", Role::TeamMember, VILLAGE);
        assign(app, &both, Role::TeamMember, NEIGHBOUR);
        let mut both = Cadre::of(app, both);
        let family = family(app, &mut a);
        both.sync(app);
        both.edit(app, family.household, "address", "武陵村2组");
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        let fates = both.sync(app);
        all_stored(&fates);
        for id in family.linked() {
            assert_eq!(both.phone.about(id).expect("it stays").2, NEIGHBOUR);
            assert_eq!(both.phone.moved_to(id), None);
        }
        both.edit(app, family.household, "phone", "19900000002");
        all_stored(&both.sync(app));
        assert_eq!(record(app, family.household).area, NEIGHBOUR);
        assert_eq!(said(&both, family.household, "address"), "武陵村2组");
    });
}

#[test]
fn only_who_reviews_both_villages_moves_a_household() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        let code = |who: &TestPerson, to: &str| refused(app, who, family.household, to);
        let person = |role, area| app.person("某人", role, area);
        assert_eq!(code(&a.person, NEIGHBOUR), "forbidden");
        assert_eq!(code(&person(Role::DistrictLeader, DISTRICT), NEIGHBOUR), "forbidden");
        assert_eq!(code(&person(Role::TeamLeader, VILLAGE), NEIGHBOUR), "forbidden");
        assert_eq!(code(&person(Role::TeamLeader, NEIGHBOUR), NEIGHBOUR), "not_found");
        assert_eq!(code(&person(Role::TownOffice, OTHER_TOWNSHIP), NEIGHBOUR), "not_found");
        assert_eq!(code(&office, FAR_VILLAGE), "forbidden");
        let both = person(Role::TeamLeader, VILLAGE);
        assign(app, &both, Role::TeamLeader, NEIGHBOUR);
        relocate(app, &both, family.household, VILLAGE, NEIGHBOUR);
        let district = person(Role::AlleviationOffice, DISTRICT);
        relocate(app, &district, family.household, NEIGHBOUR, FAR_VILLAGE);
        assert_eq!(record(app, family.visit).area, FAR_VILLAGE);
    });
}

#[test]
fn a_wrong_request_says_what_is_wrong_and_a_repeated_one_is_done_once() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        let good = ask(app, family.household, VILLAGE, NEIGHBOUR);
        let post = |ask: &Value| office.desk.post("/api/v1/relocations", ask);
        let with = |field: &str, value: Value| {
            let mut ask = good.clone();
            ask[field] = value;
            ask
        };
        for (field, value) in [
            ("id", json!("1")),
            ("household", json!(family.trip.to_string())),
            ("household", json!(family.visit.to_string())),
            ("area", json!(VILLAGE)),
            ("area", json!(TOWNSHIP)),
            ("area", json!("500114101099")),
            ("area", json!("x")),
            ("moved_on", json!("2015-02-30")),
            ("moved_on", json!("2999-01-01")),
            ("reason", json!("  ")),
            ("reason", json!("搬".repeat(700))),
        ] {
            let refused = post(&with(field, value.clone()));
            assert_eq!(
                (refused.code().as_str(), &refused.json()["field"]),
                ("invalid", &json!(field)),
                "{value}"
            );
        }
        assert_eq!(post(&with("household", json!("f".repeat(32)))).code(), "not_found");
        assert_eq!(post(&with("expected_area", json!(NEIGHBOUR))).code(), "stale");
        assert_eq!(record(app, family.household).area, VILLAGE);

        let done = post(&good).ok();
        assert_eq!(post(&good).ok(), done, "its answer was lost");
        assert_eq!(post(&with("reason", json!("别的"))).json()["field"], "id");
        let again = ask(app, family.household, VILLAGE, NEIGHBOUR);
        assert_eq!(post(&again).code(), "stale");
        let moved = app.app.db.read_blocking(|tx| {
            let rows = schema::feed::table.filter(schema::feed::what.eq("moved"));
            Ok(rows.select((schema::feed::area, schema::feed::record)).load::<(String, String)>(tx.conn)?)
        });
        assert_eq!(moved.expect("read").len(), 3);
    });
}
