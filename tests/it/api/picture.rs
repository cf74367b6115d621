//! Photos over HTTP: brought, looked at, shown, asked about.

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::domain::picture::word;
use bidao_server::store::audit::{self, Chain};
use bidao_server::store::file::{self, READY, REFUSED, STORED};
use bidao_server::store::{self, Location};
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_tests::app::{NEIGHBOUR, TestApp, VILLAGE, on_both};
use bidao_tests::client::Client;
use bidao_tests::gallery;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::cadre::Cadre;
use super::file::{at, bring, sha256};
use crate::picture::hostile;

/// What a record says about a photo.
struct Photo<'a> {
    household: RecordId,
    day: &'a str,
    subject: &'a str,
    mime: &'a str,
}

/// A visit with one photo, synced; its id.
fn visit(app: &TestApp, cadre: &mut Cadre, photo: &Photo, name: &str) -> String {
    let element = format!("photos/{}", app.app.ctx.id());
    let puts = [
        Put::new("household", photo.household.to_string()),
        Put::new("occurred_on", photo.day),
        Put::new(format!("{element}/file"), name),
        Put::new(format!("{element}/mime"), photo.mime),
        Put::new(format!("{element}/subject"), photo.subject),
    ];
    let id = cadre.create(app, "visit", &puts);
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
    id.to_string()
}

fn household(app: &TestApp, cadre: &mut Cadre, permission: &str) -> RecordId {
    let puts = [Put::new("address", "中元村1组"), Put::new("photo_permission", permission)];
    cadre.create(app, "household", &puts)
}

fn send(cadre: &Cadre, bytes: &[u8]) -> String {
    let name = sha256(bytes);
    let answer = bring(&cadre.hardware.client, &name, bytes.len(), bytes);
    assert_eq!(answer.status, 204, "{}", String::from_utf8_lossy(&answer.body));
    name
}

fn row(app: &TestApp, name: &str) -> file::Row {
    let name = name.to_owned();
    app.app.db.read_blocking(move |tx| file::find(tx, &name)).expect("read").expect("it is there")
}

/// The row of a file once somebody has looked at it. Reading it again and again is not waiting for time.
fn looked_at(app: &TestApp, name: &str) -> file::Row {
    let found = (0..1_000_000).find_map(|_| Some(row(app, name)).filter(|row| row.state != STORED));
    found.expect("somebody looks at it")
}

fn files(cadre: &Cadre, record: &str) -> Value {
    cadre.person.desk.get(&format!("/api/v1/records/{record}")).ok()["files"].clone()
}

fn scene(seed: u32) -> RgbImage {
    gallery::scene(800, 600, seed)
}

#[test]
fn a_photo_is_shown_after_somebody_looked_at_it() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = household(app, &mut a, "interior_ok");
        let original =
            gallery::with_segments(&gallery::jpeg(&gallery::scene(1800, 1350, 1), 85), &gallery::exif(6));
        let name = sha256(&original);
        let photo = Photo { household, day: "2015-11-20", subject: "interior", mime: "jpeg" };
        let record = visit(app, &mut a, &photo, &name);
        assert_eq!(files(&a, &record)[0]["state"], "missing");
        send(&a, &original);
        let row = looked_at(app, &name);
        assert_eq!((row.state.as_str(), row.width, row.height), (READY, Some(1200), Some(1600)));
        let shown = &files(&a, &record)[0];
        assert_eq!((&shown["state"], &shown["finding"]), (&"ready".into(), &Value::Null));
        assert_eq!((&shown["width"], &shown["have"]), (&1200.into(), &original.len().into()));
        for (variant, size) in [("view", (1200, 1600)), ("thumbnail", (240, 320))] {
            let answer = a.person.desk.get(&format!("{}/{variant}", at(&name)));
            assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")));
            let picture =
                image::load_from_memory_with_format(&answer.body, ImageFormat::Jpeg).expect("a JPEG");
            assert_eq!((picture.width(), picture.height()), size);
            assert!(!answer.body.windows(4).any(|four| four == b"Exif"));
        }
        let chain = app.app.db.read_blocking(|tx| audit::verify(tx.conn)).expect("read");
        assert!(matches!(chain, Chain::Whole { .. }));
    });
}

#[test]
fn what_nobody_should_send_is_refused_with_its_code_and_the_server_goes_on() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = household(app, &mut a, "interior_ok");
        let photo = Photo { household, day: "2015-11-20", subject: "crop", mime: "jpeg" };
        let sent: Vec<_> = hostile::all()
            .into_iter()
            .map(|(what, bytes, finding)| {
                let record = visit(app, &mut a, &photo, &sha256(&bytes));
                (what, record, send(&a, &bytes), bytes, finding)
            })
            .collect();
        for (what, record, name, bytes, finding) in sent {
            assert_eq!(looked_at(app, &name).state, REFUSED, "{what}");
            let shown = &files(&a, &record)[0];
            // Its type is judged first where it is a picture at all.
            let code = shown["finding"].as_str().unwrap_or_default();
            assert!(code == word(finding) || code == "wrong_type", "{what}: {shown}");
            assert!(shown["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}");
            assert_eq!(a.person.desk.get(&format!("{}/view", at(&name))).status, 404, "{what}");
            assert_eq!(app.app.files.read_quarantined(&name).expect("read"), Some(bytes), "{what}");
            assert_eq!(app.app.files.read_original(&name).expect("read"), None, "{what}");
        }
        let png = gallery::encoded(scene(3), ImageFormat::Png);
        visit(app, &mut a, &photo, &sha256(&png));
        let row = looked_at(app, &send(&a, &png));
        assert_eq!(row.finding.as_deref(), Some("wrong_type"));
        let good = gallery::jpeg(&scene(4), 80);
        visit(app, &mut a, &photo, &sha256(&good));
        assert_eq!(looked_at(app, &send(&a, &good)).state, READY);
    });
}

#[test]
fn a_photo_that_comes_before_its_record_waits_for_it() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let household = household(app, &mut a, "interior_ok");
        let early = send(&a, &gallery::jpeg(&scene(5), 80));
        // Another one passes meanwhile: the queue has seen both.
        let photo = Photo { household, day: "2015-11-20", subject: "crop", mime: "jpeg" };
        let other = gallery::jpeg(&scene(6), 80);
        visit(app, &mut a, &photo, &sha256(&other));
        assert_eq!(looked_at(app, &send(&a, &other)).state, READY);
        assert_eq!(row(app, &early).state, STORED);
        visit(app, &mut a, &photo, &early);
        assert_eq!(looked_at(app, &early).state, READY);
    });
}

#[test]
fn a_photo_used_again_for_another_household_or_month_is_asked_about() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let (one, two) = (household(app, &mut a, "interior_ok"), household(app, &mut a, "interior_ok"));
        let photo = |household, day, subject| Photo { household, day, subject, mime: "jpeg" };
        let first = gallery::jpeg(&scene(7), 85);
        let smaller = DynamicImage::from(scene(7)).resize(500, 375, image::imageops::FilterType::Triangle);
        let again = gallery::jpeg(&smaller.into_rgb8(), 70);
        let even = gallery::jpeg(&RgbImage::from_pixel(320, 240, image::Rgb([70, 71, 72])), 80);
        for bytes in [&first, &again, &even] {
            send(&a, bytes);
        }
        let [first, again, even] = [&first, &again, &even].map(|bytes| sha256(bytes));
        let mut use_it =
            |household, day, subject, name: &str| visit(app, &mut a, &photo(household, day, subject), name);
        let original = use_it(one, "2015-10-12", "crop", &first);
        let same_month = use_it(one, "2015-10-30", "crop", &first);
        let elsewhere = use_it(two, "2015-10-13", "crop", &again);
        let later = use_it(one, "2015-11-13", "animal", &first);
        let paper = use_it(two, "2015-11-14", "document", &first);
        let dark = [use_it(one, "2015-10-15", "crop", &even), use_it(two, "2015-10-15", "crop", &even)];
        for name in [&first, &again, &even] {
            assert_eq!(looked_at(app, name).state, READY);
        }
        let of = |record: &str| {
            let files = files(&a, record);
            let reused = files[0]["reused"].as_array().expect("a list").iter();
            assert!(reused.clone().all(|one| one["distance"].as_i64().is_some_and(|bits| bits <= 6)));
            let mut records: Vec<_> =
                reused.filter_map(|one| Some(one["record"].as_str()?.to_owned())).collect();
            records.sort();
            records
        };
        let these = |records: &[&String]| {
            let mut records: Vec<String> = records.iter().map(|record| (*record).clone()).collect();
            records.sort();
            records
        };
        assert_eq!(of(&original), these(&[&later, &elsewhere]));
        assert_eq!(of(&same_month), these(&[&later, &elsewhere]));
        assert_eq!(of(&elsewhere), these(&[&original, &same_month, &later]));
        for record in dark.iter().chain([&paper]) {
            assert_eq!(of(record), these(&[]), "papers and walls all look alike");
        }
        // Who may not read the other record learns that there is one, not what it is called.
        let helper = app.person("结对", Role::DeptHead, NEIGHBOUR);
        let (paired, house) = (helper.id.clone(), two.to_string());
        app.write(move |tx| store::pairing::insert(tx, &paired_with(&paired, &house)));
        let titled = |desk: &Client| {
            let files = desk.get(&format!("/api/v1/records/{elsewhere}")).ok()["files"].clone();
            files[0]["reused"].as_array().expect("a list").iter().filter(|one| one["title"] != "").count()
        };
        assert_eq!((titled(&a.person.desk), titled(&helper.desk)), (3, 0));
    });
}

fn paired_with(helper: &str, household: &str) -> store::pairing::Row {
    store::pairing::Row {
        id: household.into(),
        helper: helper.into(),
        household: household.into(),
        basis: "r9".into(),
        is_primary: true,
        valid_from: "2015-01-01".into(),
        valid_to: None,
    }
}

#[test]
fn a_server_that_was_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let now = SystemClock.now();
    let (good, bad) = (gallery::jpeg(&scene(9), 80), b"GIF89a.........".to_vec());
    {
        // A server that cannot start the program is as one that never came to it.
        let app = TestApp::blind(location.clone(), now);
        let mut a = Cadre::new(&app, "甲", Role::TeamMember);
        let household = household(&app, &mut a, "interior_ok");
        let photo = Photo { household, day: "2015-11-20", subject: "crop", mime: "jpeg" };
        for bytes in [&good, &bad] {
            visit(&app, &mut a, &photo, &sha256(bytes));
            send(&a, bytes);
        }
        // Killed between setting the original aside and noting why.
        app.app.files.move_to_quarantine(&sha256(&bad)).expect("moved");
        assert_eq!(row(&app, &sha256(&good)).state, STORED);
    }
    let app = TestApp::restored(location, now);
    assert_eq!(looked_at(&app, &sha256(&good)).state, READY);
    assert_eq!(looked_at(&app, &sha256(&bad)).finding.as_deref(), Some("not_a_picture"));
    assert_eq!(app.app.files.read_quarantined(&sha256(&bad)).expect("read"), Some(bad));
}

#[test]
fn a_photo_the_household_does_not_permit_is_asked_about() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let house = household(app, &mut a, "exterior_only");
        let bytes = gallery::jpeg(&scene(8), 80);
        let name = sha256(&bytes);
        let mut with = |subject| {
            visit(app, &mut a, &Photo { household: house, day: "2015-11-20", subject, mime: "jpeg" }, &name)
        };
        let [inside, outside, paper] = ["interior", "exterior", "document"].map(&mut with);
        send(&a, &bytes);
        assert_eq!(looked_at(app, &name).state, READY);
        let finding = |cadre: &Cadre, record: &str| files(cadre, record)[0]["finding"].clone();
        assert_eq!(finding(&a, &inside), "not_permitted");
        assert_eq!(finding(&a, &outside), Value::Null);
        // Two say different things without knowing of each other: the stricter one counts at once.
        b.sync(app);
        a.edit(app, house, "photo_permission", "interior_ok");
        a.sync(app);
        assert_eq!(finding(&a, &inside), Value::Null);
        b.edit(app, house, "photo_permission", "none");
        b.sync(app);
        for (record, expected) in
            [(&inside, "not_permitted".into()), (&outside, "not_permitted".into()), (&paper, Value::Null)]
        {
            assert_eq!(finding(&a, record), expected);
        }
        assert_eq!(a.person.desk.get(&format!("{}/view", at(&name))).status, 200, "a question hides nothing");
    });
}

#[test]
fn the_queue_of_the_leader_counts_photos_and_leaves_signatures_to_their_own_column() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let household = household(app, &mut a, "interior_ok");
        let photo = Photo { household, day: "2015-11-20", subject: "crop", mime: "jpeg" };
        let bytes = gallery::jpeg(&scene(9), 80);
        let record = visit(app, &mut a, &photo, &sha256(&bytes));
        let slip = Fields {
            role: "visitor".into(),
            signer_name: "甲".into(),
            stance: "agree".into(),
            method: Some("finger_on_screen".into()),
            strokes: Some(bidao_sync::feed::sha256(b"strokes")),
            signed_at: app.app.ctx.now(),
            ..Fields::default()
        };
        let id = record.parse().expect("an id");
        a.attest(app, id, &slip).expect("within the rules");
        a.submit(id);
        a.sync(app);
        let counted = || {
            leader.desk.get(&format!("/api/v1/reviews?area={VILLAGE}")).ok()["reviews"][0]["files"].clone()
        };
        assert_eq!(counted(), json!({"all": 1, "have": 0, "problems": 0}));
        looked_at(app, &send(&a, &bytes));
        assert_eq!(counted(), json!({"all": 1, "have": 1, "problems": 0}));
    });
}
