//! Whose offline work counts after a household moved (P10, P11), and what nobody is told.

use bidao_schema::api::person::Role;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Message, Status, SyncRequest, SyncResponse};
use bidao_tests::app::{FAR_VILLAGE, NEIGHBOUR, TestApp, VILLAGE, on_both};
use bidao_tests::clock::DAY;

use super::{Scene, all_stored, family, holds, pair, record, relocate, said, scene, visit};
use crate::api::cadre::{Cadre, verify};

fn send(cadre: &Cadre, request: &SyncRequest) -> SyncResponse {
    let headers = [("content-type", "application/cbor")];
    let answer = cadre.hardware.client.send("POST", "/api/v1/sync", &headers, &request.encode());
    SyncResponse::decode(&answer.body).expect("an answer")
}

#[test]
fn a_helper_follows_the_household_and_what_was_done_in_the_old_village_counts_there() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        let helper = app.person("结对", Role::DeptHead, FAR_VILLAGE);
        pair(app, &helper, family.household);
        let mut helper = Cadre::of(app, helper);
        helper.sync(app);
        assert!(holds(&helper, family.visit));
        helper.edit(app, family.household, "phone", "19900000003");
        let trip = helper.create(app, "trip", &[Put::new("occurred_on", "2015-11-05")]);
        let late = helper.create(app, "visit", &visit(family.household, trip, "帮忙搬家"));
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        all_stored(&helper.sync(app));
        helper.sync(app);
        assert_eq!(record(app, trip).area, VILLAGE);
        assert_eq!(record(app, late).area, NEIGHBOUR);
        for id in [family.household, family.visit, late] {
            assert_eq!(helper.phone.about(id).expect("it stays").2, NEIGHBOUR);
        }
        assert_eq!(said(&helper, family.household, "phone"), "19900000003");
        let second = helper.create_in(app, NEIGHBOUR, "visit", &visit(family.household, trip, "新家很好"));
        all_stored(&helper.sync(app));
        assert_eq!(record(app, second).made_in, NEIGHBOUR);
    });
}

#[test]
fn what_comes_after_the_window_waits_for_a_leader_and_is_kept() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let family = family(app, &mut a);
        a.edit(app, family.household, "phone", "19900000001");
        let late = a.create(app, "visit", &visit(family.household, family.trip, "很久以前"));
        a.submit(family.difficulty);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        app.clock.advance(31 * DAY);
        a.hardware.client = app.renewed(&a.hardware);
        b.hardware.client = app.renewed(&b.hardware);
        let fates = a.sync(app);
        let codes: Vec<(Status, &str)> =
            fates.iter().map(|(status, code)| (*status, code.as_deref().unwrap_or_default())).collect();
        let ended = (Status::Quarantined, "grant_ended");
        assert_eq!(codes, [ended, ended, (Status::Refused, "not_allowed")]);
        assert!(holds(&a, family.household) && holds(&a, late), "what was not taken stays visible (P4)");
        assert_eq!(a.phone.problems(family.household).len(), 1);
        assert_eq!(a.phone.moved_to(family.household), Some(NEIGHBOUR));
        b.sync(app);
        assert!(!holds(&b, late));
        a.phone.clear_problems(family.household);
        a.sync(app);
        assert!(!holds(&a, family.household));
    });
}

#[test]
fn who_never_had_the_old_village_gains_nothing_by_naming_it() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        let mut far = Cadre::of(app, app.person("远", Role::TeamMember, FAR_VILLAGE));
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        far.create(app, "visit", &visit(family.household, family.trip, "不该有"));
        let fates = far.sync(app);
        assert_eq!(fates, [(Status::Quarantined, Some("no_grant".into()))]);
    });
}

#[test]
fn an_edit_that_waited_for_another_is_stored_after_the_move() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let family = family(app, &mut a);
        for phone in ["19900000001", "19900000002"] {
            a.edit(app, family.household, "phone", phone);
            a.seal(app);
        }
        // The second batch arrives first: it is held (P9).
        let mut request = a.phone.request(1 << 20);
        request.push.remove(0);
        assert_eq!(send(&a, &request).receipts[0].items[0].status, Status::Held);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        all_stored(&a.sync(app));
        b.sync(app);
        assert_eq!(said(&b, family.household, "phone"), "19900000002");
        assert!(!holds(&a, family.household));
        verify(app);
    });
}

#[test]
fn a_new_grant_on_the_old_village_is_told_nothing_of_what_left() {
    on_both(|app| {
        let Scene { office, mut a, .. } = scene(app);
        let family = family(app, &mut a);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        let mut late = Cadre::new(app, "后来", Role::TeamMember);
        late.seal(app);
        // Answers so small that each ends between two rows of the feed.
        for _ in 0..40 {
            let request = late.phone.request(1);
            let answer = send(&late, &request);
            let told: Vec<RecordId> = answer
                .entries
                .iter()
                .filter(|entry| !entry.data.is_empty())
                .map(|entry| entry.record)
                .collect();
            assert!(told.iter().all(|id| *id == family.trip), "{told:?}");
            if !late.phone.receive(&request, &answer, app.app.ctx.random()).more {
                break;
            }
        }
        assert_eq!(late.phone.records().collect::<Vec<_>>(), [family.trip]);
    });
}

fn november(app: &TestApp, cadre: &mut Cadre, area: &str, household: RecordId, line: u8) -> RecordId {
    let household = household.to_string();
    let path = |field: &str| format!("lines/{line:032x}/{field}");
    let puts = [Put::new(path("item"), "wage_local"), Put::new(path("amount"), 100)];
    cadre.found_in(app, area, ("income", &[("household", &household), ("month", "2015-11")]), &puts)
}

#[test]
fn a_month_that_both_villages_began_is_one_though_it_never_was_in_the_old_one() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let family = family(app, &mut a);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        b.sync(app);
        let month = november(app, &mut b, NEIGHBOUR, family.household, 1);
        all_stored(&b.sync(app));
        assert_eq!(november(app, &mut a, VILLAGE, family.household, 2), month);
        all_stored(&a.sync(app));
        b.sync(app);
        assert_eq!(said(&b, month, "lines").as_object().map(serde_json::Map::len), Some(2));
        assert_eq!(record(app, month).area, NEIGHBOUR);
        assert!(
            !holds(&a, month) && !holds(&a, family.household),
            "all of it is pushed: it leaves the phone"
        );
        verify(app);
    });
}

#[test]
fn a_month_begun_in_the_old_village_after_the_window_waits_for_a_leader() {
    on_both(|app| {
        let Scene { office, mut a, mut b } = scene(app);
        let family = family(app, &mut a);
        relocate(app, &office, family.household, VILLAGE, NEIGHBOUR);
        b.sync(app);
        let month = november(app, &mut b, NEIGHBOUR, family.household, 1);
        all_stored(&b.sync(app));
        november(app, &mut a, VILLAGE, family.household, 2);
        app.clock.advance(31 * DAY);
        a.hardware.client = app.renewed(&a.hardware);
        assert_eq!(a.sync(app), [(Status::Quarantined, Some("grant_ended".into()))]);
        // Who never had anything to do with it has no right anywhere the household was.
        let mut far = Cadre::of(app, app.person("外乡", Role::TeamMember, FAR_VILLAGE));
        for area in [VILLAGE, FAR_VILLAGE] {
            november(app, &mut far, area, family.household, 3);
            let fates = far.sync(app);
            assert!(fates.iter().all(|(_, code)| code.is_some()), "{area}: {fates:?}");
        }
        b.hardware.client = app.renewed(&b.hardware);
        b.sync(app);
        assert_eq!(said(&b, month, "lines").as_object().map(serde_json::Map::len), Some(1));
    });
}
