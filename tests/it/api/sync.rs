//! `POST /api/v1/sync` over HTTP with the real phone engine, on both databases.

use bidao_schema::api::person::Role;
use bidao_server::store::pairing;
use bidao_sync::document::Put;
use bidao_sync::message::{Message, Status};
use bidao_tests::app::{TestApp, VILLAGE, on_both};

use super::cadre::{Cadre, verify};

const CBOR: (&str, &str) = ("content-type", "application/cbor");

#[test]
fn a_visit_made_offline_arrives_with_its_trip_and_its_submission() {
    on_both(|app| {
        let (mut a, mut b) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let household = a.household(app);
        a.sync(app);
        let on = Put::new("occurred_on", "2015-11-20");
        let trip = a.create(app, "trip", &[on.clone(), Put::new("lodged", true)]);
        let links = [Put::new("household", household.to_string()), Put::new("trip", trip.to_string()), on];
        let visit = a.create(app, "visit", &links);
        a.submit(visit);
        let fates: Vec<Status> = a.sync(app).into_iter().map(|(status, _)| status).collect();
        assert_eq!(fates, [Status::Stored, Status::Stored, Status::Done]);
        b.sync(app);
        assert_eq!(b.phone.answers(visit).unwrap(), a.phone.answers(visit).unwrap());
        assert_eq!(b.phone.decision(visit).unwrap().state, "submitted");
        let listed = a.person.desk.get(&format!("/api/v1/records?household={household}&kind=visit")).ok();
        assert_eq!(listed["records"][0]["title"], "中元村1组 2015-11-20");
        verify(app);
    });
}

#[test]
fn records_made_in_one_second_with_one_content_stay_apart() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let ids = [a.household(app), a.household(app)];
        assert!(a.sync(app).iter().all(|(status, _)| *status == Status::Stored));
        assert_ne!(ids[0], ids[1]);
        verify(app);
    });
}

#[test]
fn anybody_may_carry_a_sealed_batch() {
    on_both(|app| {
        let (mut author, mut carrier) =
            (Cadre::new(app, "甲", Role::TeamMember), Cadre::new(app, "乙", Role::TeamMember));
        let id = author.household(app);
        author.seal(app);
        let batch = author.phone.sealed()[0].clone();
        carrier.phone.carry(batch.clone()).unwrap();
        assert_eq!(carrier.sync(app), [(Status::Stored, None)]);
        assert!(carrier.phone.sealed().is_empty());
        let detail = carrier.person.desk.get(&format!("/api/v1/records/{id}")).ok();
        assert_eq!(detail["summary"]["author_name"], "甲");
        assert_eq!(author.sync(app), [(Status::Stored, None)]);

        let mut damaged = batch;
        damaged.payload[0][20] ^= 1;
        carrier.phone.carry(damaged).unwrap();
        let fates = carrier.sync(app);
        assert_eq!(fates[0].0, Status::Refused);
        verify(app);
    });
}

#[test]
fn a_department_head_receives_the_paired_household_and_nothing_else() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut head = Cadre::new(app, "处长", Role::DeptHead);
        let (mine, other) = (a.household(app), a.household(app));
        let visit = a.create(app, "visit", &[Put::new("household", mine.to_string())]);
        let elsewhere = a.create(app, "visit", &[Put::new("household", other.to_string())]);
        a.sync(app);
        let (helper, household) = (head.person.id.clone(), mine.to_string());
        app.write(move |tx| {
            pairing::insert(
                tx,
                &pairing::Row {
                    id: household.clone(),
                    helper: helper.clone(),
                    household: household.clone(),
                    basis: "r9".into(),
                    is_primary: true,
                    valid_from: "2015-01-01".into(),
                    valid_to: None,
                },
            )
        });
        head.sync(app);
        let mut held: Vec<_> = head.phone.records().collect();
        held.sort_unstable();
        let mut expected = vec![mine, visit];
        expected.sort_unstable();
        assert_eq!(held, expected);
        // The second visit turns out to be about the paired household.
        a.edit(app, elsewhere, "household", &mine.to_string());
        a.sync(app);
        head.sync(app);
        assert!(head.phone.records().any(|id| id == elsewhere));
        a.edit(app, elsewhere, "household", &other.to_string());
        a.sync(app);
        head.sync(app);
        assert!(!head.phone.records().any(|id| id == elsewhere));
        assert!(a.phone.records().any(|id| id == elsewhere));
    });
}

#[test]
fn a_message_that_cannot_be_read_is_a_problem_with_its_code() {
    on_both(|app| {
        let a = Cadre::new(app, "甲", Role::TeamMember);
        let post = |headers: &[(&str, &str)], body: &[u8]| {
            let answer = a.hardware.client.send("POST", "/api/v1/sync", headers, body);
            (answer.status, answer.code())
        };
        assert_eq!(post(&[], b"{}"), (415, "unsupported_media_type".into()));
        let snappy = [CBOR, ("content-encoding", "snappy")];
        assert_eq!(post(&snappy, b"x"), (415, "unsupported_media_type".into()));
        assert_eq!(post(&[CBOR], b"\xff"), (400, "invalid".into()));
        assert_eq!(post(&[CBOR], &vec![0; 256 * 1024 + 1]), (413, "too_large".into()));
        // {"v": 2}
        assert_eq!(post(&[CBOR], b"\xa1\x61v\x02"), (426, "unsupported_version".into()));
        let bomb = [CBOR, ("content-encoding", "gzip")];
        assert_eq!(post(&bomb, b"not gzip").0, 400);
    });
}

#[test]
fn an_answer_is_packed_the_way_the_phone_asks() {
    let app = TestApp::sqlite();
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    for _ in 0..20 {
        a.household(&app);
    }
    a.sync(&app);
    let fresh = Cadre::of(&app, a.person.clone());
    let body = fresh.phone.request(1 << 20).encode();
    let size = |headers: &[(&str, &str)]| {
        let answer = fresh.hardware.client.send("POST", "/api/v1/sync", headers, &body);
        (answer.header("content-encoding").map(str::to_owned), answer.body.len())
    };
    let (_, plain) = size(&[CBOR]);
    for coding in ["br", "zstd", "gzip"] {
        let (used, packed) = size(&[CBOR, ("accept-encoding", coding)]);
        assert_eq!(used.as_deref(), Some(coding));
        assert!(packed * 3 < plain, "{coding}: {packed} of {plain}");
    }
}

#[test]
fn the_leader_sees_when_a_phone_was_last_here_and_what_was_not_stored() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let id = bidao_sync::ids::to_hex(&a.hardware.device);
        a.household(app);
        app.write(move |tx| bidao_server::store::device::revoke(tx, &id, 1));
        // A revoked phone cannot come itself; a colleague carries its work.
        a.seal(app);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        b.phone.carry(a.phone.sealed()[0].clone()).unwrap();
        assert_eq!(b.sync(app), [(Status::Quarantined, Some("device_revoked".into()))]);
        let kept = leader.desk.get("/api/v1/quarantine").ok();
        assert_eq!((&kept[0]["code"], &kept[0]["person_name"]), (&"device_revoked".into(), &"甲".into()));
        let devices = leader.desk.get("/api/v1/devices").ok();
        let seen =
            devices.as_array().unwrap().iter().filter(|device| !device["last_sync_at"].is_null()).count();
        assert_eq!(seen, 1);
    });
}
