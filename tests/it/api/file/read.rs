//! Which files the server wants, and who may look at one.

use bidao_schema::api::person::Role;
use bidao_server::domain::file::expiry::{Expired, expire};
use bidao_server::domain::file::limits::{ORPHAN_MILLIS, WANT};
use bidao_server::file_store::Variant;
use bidao_server::store::{self, file, file_use};
use bidao_sync::document::Put;
use bidao_sync::message::{Message as _, SyncResponse};
use bidao_tests::app::{NEIGHBOUR, OTHER_TOWNSHIP, TOWNSHIP};

use super::*;
use crate::api::cadre::Cadre;

const STROKES: &[u8] = br#"{"v":1,"width":3000,"height":1200,"strokes":[[[10,20,0],[30,40,16]],[[5,5,90]]]}"#;

/// A use of a file by a record, as its projection leaves it.
fn used(
    app: &TestApp,
    record: &str,
    household: &str,
    phone: &TestPhone,
    person: &TestPerson,
    names: &[String],
) {
    let use_of = |(number, name): (usize, &String)| file_use::Row {
        record: record.to_owned(),
        path: format!("photos/{number:032x}/file"),
        sha256: name.clone(),
        bytes: Some(1),
        subject: Some("crop".into()),
        area: VILLAGE.into(),
        household: Some(household.to_owned()),
        month: "2015-11".into(),
        device: bidao_sync::ids::to_hex(&phone.device),
        person: person.id.clone(),
        removed: false,
    };
    let rows: Vec<file_use::Row> = names.iter().enumerate().map(use_of).collect();
    let record = record.to_owned();
    app.write(move |tx| file_use::put(tx, &record, &rows));
}

/// A photo that was looked at.
pub fn ready(app: &TestApp, bytes: &[u8]) -> String {
    let (name, now) = (sha256(bytes), app.app.ctx.now());
    let row = file::Row {
        sha256: name.clone(),
        bytes: i64::try_from(bytes.len()).expect("small"),
        device: "00".repeat(8),
        stored_at: now,
        state: file::READY.into(),
        kind: file::PICTURE.into(),
        finding: None,
        detail: None,
        width: Some(1600),
        height: Some(1200),
        phash: None,
    };
    app.write(move |tx| file::insert(tx, &row).map(drop));
    for variant in Variant::ALL {
        let shown = format!("{} of it", variant.as_str());
        app.app.files.write_variant(&name, variant, shown.as_bytes()).expect("write");
    }
    name
}

/// What the server wants from a phone, with the bytes it has.
fn wants(cadre: &Cadre) -> Vec<(String, u64)> {
    let headers = [("content-type", "application/cbor")];
    let body = cadre.phone.request(1 << 20).encode();
    let answer = cadre.hardware.client.send("POST", "/api/v1/sync", &headers, &body);
    let answer = SyncResponse::decode(&answer.body).expect("an answer");
    answer.want.into_iter().map(|want| (bidao_sync::ids::to_hex(&want.0.0), want.1)).collect()
}

#[test]
fn the_server_wants_from_a_phone_what_its_own_changes_refer_to_and_says_how_far_it_is() {
    on_all(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let b = Cadre::new(app, "乙", Role::TeamMember);
        let record = a.household(app).to_string();
        a.sync(app);
        let photos: Vec<Vec<u8>> = (0..3).map(|seed| random_bytes(seed + 20, 20_000)).collect();
        let mut names: Vec<String> = photos.iter().map(|photo| sha256(photo)).collect();
        used(app, &record, &record, &a.hardware, &a.person, &names);
        assert_eq!(wants(&b), []);
        let client = &a.hardware.client;
        bring(client, &names[0], 20_000, &photos[0][..7_000]);
        bring(client, &names[1], 20_000, &photos[1]);
        let mut expected = vec![(names[0].clone(), 7_000), (names[2].clone(), 0)];
        expected.sort();
        assert_eq!(wants(&a), expected);
        assert_eq!(patch(client, &names[0], 7_000, &photos[0][7_000..]).status, 204);
        assert_eq!(bring(client, &names[2], 20_000, &photos[2]).status, 204);
        assert_eq!(wants(&a), []);

        // As many as fit one answer, and not one more.
        names = (0..=WANT).map(|number| sha256(&number.to_be_bytes())).collect();
        used(app, &record, &record, &a.hardware, &a.person, &names);
        assert_eq!(wants(&a).len(), usize::try_from(WANT).expect("small"));
        names.pop();
        used(app, &record, &record, &a.hardware, &a.person, &names);
        assert_eq!(wants(&a).len(), usize::try_from(WANT).expect("small"));
    });
}

#[test]
fn a_file_is_shown_to_those_who_may_read_its_record_and_to_nobody_else() {
    on_all(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = a.household(app);
        let visit = a.create(app, "visit", &[Put::new("household", household.to_string())]).to_string();
        let household = household.to_string();
        a.sync(app);
        let name = ready(app, b"a photo");
        let view = format!("{}/view", at(&name));
        assert_eq!(a.person.desk.get(&view).status, 404, "no record refers to it");
        used(app, &visit, &household, &a.hardware, &a.person, std::slice::from_ref(&name));

        let helper = app.person("结对", Role::DeptHead, NEIGHBOUR);
        assert_eq!(helper.desk.get(&view).status, 404);
        let (paired, row) = (helper.id.clone(), household.clone());
        app.write(move |tx| {
            let row = store::pairing::Row {
                id: row.clone(),
                helper: paired.clone(),
                household: row.clone(),
                basis: "r9".into(),
                is_primary: true,
                valid_from: "2015-01-01".into(),
                valid_to: None,
            };
            store::pairing::insert(tx, &row)
        });
        for (role, area, status) in [
            (Role::TeamMember, VILLAGE, 200),
            (Role::TeamLeader, VILLAGE, 200),
            (Role::TownOffice, TOWNSHIP, 200),
            (Role::TeamMember, NEIGHBOUR, 404),
            (Role::TownOffice, OTHER_TOWNSHIP, 404),
            (Role::DeptHead, VILLAGE, 404),
            (Role::OrgDepartment, TOWNSHIP, 404),
            (Role::SysAdmin, TOWNSHIP, 404),
        ] {
            assert_eq!(app.person("某人", role, area).desk.get(&view).status, status, "{role:?} {area}");
        }
        assert_eq!(helper.desk.get(&view).status, 200, "paired with the household");
        assert_eq!(a.hardware.client.get(&view).status, 200);
        assert_eq!(app.anyone.get(&view).code(), "unauthenticated");
        let device = bidao_sync::ids::to_hex(&a.hardware.device);
        app.write(move |tx| store::device::revoke(tx, &device, 1));
        let revoked = a.hardware.client.get(&view);
        assert!([401, 403].contains(&revoked.status), "{}", revoked.status);
        let refused = bring(&a.hardware.client, &sha256(b"more"), 4, b"more");
        assert!([401, 403].contains(&refused.status), "{}", refused.status);
    });
}

#[test]
fn a_photo_is_kept_by_the_browser_for_ever_and_asked_for_again_only_by_its_tag() {
    on_all(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = a.household(app).to_string();
        a.sync(app);
        let name = ready(app, b"a photo");
        used(app, &household, &household, &a.hardware, &a.person, std::slice::from_ref(&name));
        let desk = &a.person.desk;
        for variant in ["view", "thumbnail"] {
            let path = format!("{}/{variant}", at(&name));
            let shown = desk.get(&path);
            assert_eq!((shown.status, shown.body.as_slice()), (200, format!("{variant} of it").as_bytes()));
            assert_eq!(shown.header("content-type"), Some("image/jpeg"));
            assert_eq!(shown.header("cache-control"), Some("private, max-age=31536000, immutable"));
            assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
            let tag = shown.header("etag").expect("a tag").to_owned();
            let again = desk.send("GET", &path, &[("if-none-match", &tag)], &[]);
            assert_eq!((again.status, again.body.len()), (304, 0));
            // Who may not see it does not learn that it is there.
            let stranger = app.person("外人", Role::TeamMember, NEIGHBOUR);
            assert_eq!(stranger.desk.send("GET", &path, &[("if-none-match", &tag)], &[]).status, 404);
        }
        for path in ["original", "signature", "View", ""] {
            assert_eq!(desk.get(&format!("{}/{path}", at(&name))).status, 404, "{path}");
        }
    });
}

#[test]
fn strokes_are_drawn_and_nothing_else_passes_for_them() {
    on_all(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = a.household(app).to_string();
        a.sync(app);
        let evil = br#"{"v":1,"width":1,"height":1,"strokes":[[["<script>",0,0]]]}"#;
        let names = [sha256(STROKES), sha256(evil)];
        used(app, &household, &household, &a.hardware, &a.person, &names);
        for bytes in [STROKES, evil.as_slice()] {
            assert_eq!(bring(&a.hardware.client, &sha256(bytes), bytes.len(), bytes).status, 204);
        }
        let desk = &a.person.desk;
        let drawn = desk.get(&format!("{}/signature", at(&names[0])));
        assert_eq!((drawn.status, drawn.header("content-type")), (200, Some("image/svg+xml")));
        assert_eq!(drawn.header("content-security-policy"), Some("default-src 'none'; sandbox"));
        let svg = String::from_utf8(drawn.body).expect("text");
        assert!(svg.contains("<path d=\"M10 20L30 40\"/><path d=\"M5 5L5 5\"/>"), "{svg}");
        assert_eq!(desk.get(&format!("{}/view", at(&names[0]))).status, 404);
        assert_eq!(desk.get(&format!("{}/signature", at(&names[1]))).status, 404);
        let name = names[1].clone();
        let row = app.app.db.read_blocking(move |tx| file::find(tx, &name)).expect("read").expect("there");
        assert_eq!((row.state.as_str(), row.finding.as_deref()), ("refused", Some("not_strokes")));
    });
}

/// A photo of a visit, as a phone writes it.
pub fn photo(element: &str, name: &str, bytes: usize) -> Vec<Put> {
    let path = |field: &str| format!("photos/{element}/{field}");
    let size = i64::try_from(bytes).expect("small");
    vec![
        Put::new(path("file"), name),
        Put::new(path("mime"), "jpeg"),
        Put::new(path("bytes"), size),
        Put::new(path("width"), 1600),
        Put::new(path("height"), 1200),
        Put::new(path("captured_at"), 1_447_000_000_000_i64),
        Put::new(path("source"), "in_app_camera"),
        Put::new(path("subject"), "crop"),
        Put::new(path("people_visible"), "none"),
    ]
}

fn uses(app: &TestApp, record: &str) -> Vec<file_use::Row> {
    let record = record.to_owned();
    app.app.db.read_blocking(move |tx| file_use::of_record(tx, &record)).expect("read")
}

#[test]
fn a_photo_on_a_visit_is_wanted_from_the_phone_that_took_it_until_it_is_taken_back() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let household = a.household(app);
        let (bytes, element) = (random_bytes(30, 9_000), "0a".repeat(16));
        let name = sha256(&bytes);
        let mut puts =
            vec![Put::new("household", household.to_string()), Put::new("occurred_on", "2015-10-07")];
        puts.extend(photo(&element, &name, bytes.len()));
        let visit = a.create(app, "visit", &puts);
        a.sync(app);
        assert_eq!(wants(&a), [(name.clone(), 0)]);
        let rows = uses(app, &visit.to_string());
        let expected = file_use::Row {
            record: visit.to_string(),
            path: format!("photos/{element}/file"),
            sha256: name.clone(),
            bytes: Some(9_000),
            subject: Some("crop".into()),
            area: VILLAGE.into(),
            household: Some(household.to_string()),
            month: "2015-10".into(),
            device: bidao_sync::ids::to_hex(&a.hardware.device),
            person: a.person.id.clone(),
            removed: false,
        };
        assert_eq!(rows, std::slice::from_ref(&expected));
        // Another phone edits the record: the first one still has the bytes.
        b.sync(app);
        b.edit(app, visit, "what_household_said", "好");
        b.sync(app);
        assert_eq!(uses(app, &visit.to_string()), std::slice::from_ref(&expected));
        assert_eq!((wants(&a).len(), wants(&b).len()), (1, 0));
        b.put(app, visit, &[Put::new(format!("photos/{element}/deleted_at"), app.app.ctx.now())]);
        b.sync(app);
        assert_eq!(wants(&a), []);
        assert_eq!(uses(app, &visit.to_string()), [file_use::Row { removed: true, ..expected }]);
        // A file with a record stays, however old and even if it was taken back: signed versions show it.
        assert_eq!(bring(&a.hardware.client, &name, bytes.len(), &bytes).status, 204);
        app.clock.advance(ORPHAN_MILLIS + 1);
        assert_eq!(expire(&app.app).expect("expire"), Expired::default());
        assert!(is_stored(app, &bytes));
    });
}
