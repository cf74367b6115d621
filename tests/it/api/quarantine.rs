//! A phone is lost: what it had sealed before is looked at item by item, what came after never counts.

use bidao_schema::api::person::Role;
use bidao_server::store::audit::{self, Chain};
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Item, Message as _, Status, SyncRequest, SyncResponse};
use bidao_tests::app::{NEIGHBOUR, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both};
use bidao_tests::client::Answer;
use bidao_tests::clock::DAY;
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

const CBOR: [(&str, &str); 1] = [("content-type", "application/cbor")];

/// A cadre whose phone has something sealed, and is then reported lost.
fn lost(app: &TestApp, leader: &TestPerson, work: impl FnOnce(&mut Cadre)) -> Cadre {
    let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
    work(&mut cadre);
    cadre.seal(app);
    let device = bidao_sync::ids::to_hex(&cadre.hardware.device);
    let _ = leader.desk.post(&format!("/api/v1/devices/{device}/revoke"), &json!({})).ok();
    cadre
}

fn surrender(app: &TestApp, request: &SyncRequest) -> Answer {
    app.anyone.send("POST", "/api/v1/surrenders", &CBOR, &request.encode())
}

/// What the phone hands in when it is switched on again; the fates.
fn hand_in(app: &TestApp, cadre: &mut Cadre) -> Vec<Status> {
    cadre.seal(app);
    let request = cadre.phone.request(1 << 20);
    let answer = surrender(app, &request);
    assert_eq!(answer.status, 200, "{}", answer.json());
    let answer = SyncResponse::decode(&answer.body).expect("an answer");
    assert!(answer.entries.is_empty() && answer.cursors.is_empty() && answer.reference.is_none());
    let _ = cadre.phone.receive(&request, &answer, app.app.ctx.random());
    answer.receipts.into_iter().flat_map(|receipt| receipt.items).map(|item| item.status).collect()
}

fn listed(leader: &TestPerson) -> Vec<Value> {
    leader.desk.get("/api/v1/quarantine").ok().as_array().expect("a list").clone()
}

fn settle(leader: &TestPerson, item: &Value, verb: &str) -> Answer {
    let path = format!("/api/v1/quarantine/{}/{verb}", item["id"].as_str().expect("an id"));
    leader.desk.post(&path, &json!({"reason": "手机找到了，内容已同她核对"}))
}

fn detail(leader: &TestPerson, item: &Value) -> Answer {
    leader.desk.get(&format!("/api/v1/quarantine/{}", item["id"].as_str().expect("an id")))
}

/// What an item would change at a path: `[old, new]`.
fn changed(detail: &Value, path: &str) -> Value {
    let differences = detail["differences"].as_array().expect("a list");
    let one = differences.iter().find(|one| one["path"] == path);
    one.map_or(Value::Null, |one| json!([one["old"], one["new"]]))
}

fn row(app: &TestApp, id: RecordId) -> Option<bidao_server::store::record::Row> {
    app.write(move |tx| bidao_server::store::record::find(tx, &id.to_string()))
}

fn audited(app: &TestApp) -> i64 {
    match app.app.db.read_blocking(|tx| audit::verify(tx.conn)).expect("read") {
        Chain::Whole { entries } => entries,
        Chain::Broken { at } => panic!("the chain is broken at {at}"),
    }
}

#[test]
fn what_was_sealed_before_the_loss_is_accepted_item_by_item() {
    on_both(|app| {
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let mut id = None;
        let mut cadre = lost(app, &leader, |cadre| {
            let household = cadre.household(app);
            cadre.seal(app);
            cadre.edit(app, household, "phone", "13800000000");
            cadre.submit(household);
            id = Some(household);
        });
        let id = id.expect("made");
        app.clock.advance(14 * DAY);
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        assert_eq!(hand_in(app, &mut cadre), [Status::Quarantined; 3]);
        assert_eq!(cadre.phone.request(1 << 20).push.len(), 0, "the phone has nothing left to hand in");
        let items = listed(&leader);
        let whats: Vec<&str> = items.iter().filter_map(|item| item["what"].as_str()).collect();
        assert_eq!(items.len(), 3);
        assert!(row(app, id).is_none());

        let submit = items.iter().find(|item| item["what"] == "submit").expect("a command").clone();
        assert_eq!(detail(&leader, &submit).ok()["obstacle"], "unknown_record");
        // What builds on the first has to wait for it.
        let [first, second] = [0, 1]
            .map(|nth| items.iter().filter(|item| item["what"] == "edit").nth(nth).expect("an edit").clone());
        let (first, second) = if detail(&leader, &first).ok()["obstacle"].is_null() {
            (first, second)
        } else {
            (second, first)
        };
        assert_eq!(detail(&leader, &second).ok()["obstacle"], "unknown_heads");
        let early = settle(&leader, &second, "release");
        assert_eq!(
            (early.code(), &early.json()["field"]),
            ("step_not_possible".into(), &json!("unknown_heads"))
        );
        let shown = detail(&leader, &first).ok();
        assert_eq!(changed(&shown, "address"), json!([null, "中元村1组"]));
        assert_eq!(shown["answers"]["address"], "中元村1组");
        assert_eq!(settle(&leader, &first, "release").status, 204);
        let shown = detail(&leader, &second).ok();
        assert_eq!(changed(&shown, "phone"), json!([null, "13800000000"]));
        assert_eq!(changed(&shown, "address"), Value::Null, "only what it changes");
        assert_eq!(settle(&leader, &second, "release").status, 204);
        assert_eq!(settle(&leader, &submit, "release").status, 204);

        let stored = row(app, id).expect("stored");
        assert_eq!((stored.version, stored.review.as_str()), (2, "submitted"), "{whats:?}");
        assert_eq!(listed(&leader), Vec::<Value>::new());
        assert_eq!(settle(&leader, &first, "release").code(), "not_found", "once is enough");
        verify(app);
    });
}

#[test]
fn what_was_written_after_the_loss_is_never_accepted() {
    on_both(|app| {
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let mut cadre = lost(app, &leader, |_| ());
        app.clock.advance(DAY);
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let id = cadre.household(app);
        assert_eq!(hand_in(app, &mut cadre), [Status::Quarantined]);
        let item = listed(&leader).pop().expect("kept");
        let shown = detail(&leader, &item).ok();
        assert_eq!(shown["obstacle"], "written_after_loss");
        assert!(shown["written_at"].as_i64() > shown["revoked_at"].as_i64());
        assert_eq!(settle(&leader, &item, "release").code(), "step_not_possible");
        assert!(row(app, id).is_none());
        assert_eq!(settle(&leader, &item, "dismiss").status, 204);
        assert_eq!(listed(&leader), Vec::<Value>::new());
    });
}

#[test]
fn a_phone_that_may_still_sync_or_that_nobody_knows_hands_nothing_in() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        cadre.household(app);
        cadre.seal(app);
        let request = cadre.phone.request(1 << 20);
        assert_eq!(surrender(app, &request).code(), "forbidden");
        assert_eq!(app.anyone.send("POST", "/api/v1/surrenders", &CBOR, b"nothing").code(), "invalid");
    });
}

#[test]
fn a_batch_whose_seal_does_not_hold_is_refused_and_not_kept() {
    on_both(|app| {
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let cadre = lost(app, &leader, |cadre| {
            cadre.household(app);
        });
        let mut request = cadre.phone.request(1 << 20);
        request.push[0].signature.0[5] ^= 1;
        let answer = SyncResponse::decode(&surrender(app, &request).body).expect("an answer");
        assert_eq!(answer.receipts[0].items[0].status, Status::Refused);
        assert_eq!(listed(&leader), Vec::<Value>::new());
    });
}

#[test]
fn a_carrier_of_released_work_hears_that_it_is_stored() {
    on_both(|app| {
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let mut cadre = lost(app, &leader, |cadre| {
            cadre.household(app);
        });
        let batch = cadre.phone.request(1 << 20).push.remove(0);
        assert_eq!(hand_in(app, &mut cadre), [Status::Quarantined]);
        assert_eq!(settle(&leader, &listed(&leader)[0], "release").status, 204);
        let mut other = Cadre::new(app, "龚俊", Role::TeamMember);
        other.phone.carry(batch).expect("a batch");
        assert_eq!(other.sync(app)[0].0, Status::Stored);
    });
}

#[test]
fn the_content_is_for_who_reviews_the_village_and_every_look_at_the_bytes_is_written_down() {
    on_both(|app| {
        let leader = app.person("冉队长", Role::TeamLeader, VILLAGE);
        let mut cadre = lost(app, &leader, |cadre| {
            cadre.household(app);
        });
        assert_eq!(hand_in(app, &mut cadre), [Status::Quarantined]);
        let item = listed(&leader).pop().expect("kept");
        let strangers = [
            app.person("邻村队长", Role::TeamLeader, NEIGHBOUR),
            app.person("管理员", Role::SysAdmin, TOWNSHIP),
            app.person("乙", Role::TeamMember, VILLAGE),
        ];
        for stranger in &strangers {
            for answer in [
                detail(stranger, &item),
                settle(stranger, &item, "release"),
                settle(stranger, &item, "dismiss"),
            ] {
                assert!(matches!(answer.status, 403 | 404), "{}", answer.status);
            }
        }
        let path = format!("/api/v1/quarantine/{}", item["id"].as_str().expect("an id"));
        let empty = leader.desk.post(&format!("{path}/dismiss"), &json!({"reason": " "}));
        assert_eq!((empty.code(), &empty.json()["field"]), ("invalid".into(), &json!("reason")));
        let before = audited(app);
        let bytes = leader.desk.get(&format!("{path}/export"));
        assert_eq!((bytes.status, bytes.header("content-type")), (200, Some("application/cbor")));
        let (kept, payload): (Item, serde_bytes::ByteBuf) =
            ciborium::from_reader(&bytes.body[..]).expect("CBOR");
        assert_eq!(Value::from(kept.id().to_string()), item["id"]);
        assert!(!payload.is_empty());
        assert_eq!(audited(app), before + 1, "written down");
    });
}
