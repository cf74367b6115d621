//! The limits of files, each at its edge.

use bidao_schema::calendar::{DAY_MILLIS, Date};
use bidao_server::domain::file::limits::{DAY_BYTES, DAY_FILES, FILE_BYTES, OPEN_UPLOADS};
use bidao_server::store::{file, upload};

use super::*;

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

/// A name of a file nobody has.
fn name(number: usize) -> String {
    sha256(&number.to_be_bytes())
}

/// A file the phone brought at some time, without its bytes.
fn brought(app: &TestApp, phone: &TestPhone, number: usize, bytes: i64, stored_at: i64) {
    let device = bidao_sync::ids::to_hex(&phone.device);
    app.write(move |tx| {
        let row = file::Row {
            sha256: name(number + 1_000_000),
            bytes,
            device: device.clone(),
            stored_at,
            state: file::READY.into(),
            kind: file::PICTURE.into(),
            finding: None,
            detail: None,
            width: None,
            height: None,
            phash: None,
        };
        file::insert(tx, &row).map(drop)
    });
}

#[test]
fn a_file_may_have_as_many_bytes_as_allowed_and_not_one_more() {
    let app = TestApp::sqlite();
    let (_, phone) = cadre(&app);
    let most = usize::try_from(FILE_BYTES).expect("small");
    assert_eq!(code(&bring(&phone.client, &name(1), most + 1, b"")), (413, "too_large".into()));
    assert_eq!(code(&bring(&phone.client, &name(1), 0, b"")), (400, "invalid".into()));
    assert_eq!(bring(&phone.client, &name(1), most, b"").status, 204);
    let largest = random_bytes(8, most);
    assert_eq!(bring(&phone.client, &sha256(&largest), most, &largest).status, 204);
    assert!(is_stored(&app, &largest));
}

#[test]
fn a_device_has_so_many_uploads_open_and_not_one_more() {
    on_both(|app| {
        let (_, phone) = cadre(app);
        for number in 0..OPEN_UPLOADS {
            assert_eq!(bring(&phone.client, &name(number), 2, b"").status, 204);
        }
        let refused = bring(&phone.client, &name(OPEN_UPLOADS), 2, b"");
        assert_eq!(code(&refused), (429, "quota_exceeded".into()));
        let (_, other) = cadre(app);
        assert_eq!(bring(&other.client, &name(OPEN_UPLOADS), 2, b"").status, 204);
        // Going on with an open one, or ending it, is always allowed.
        assert_eq!(bring(&phone.client, &name(0), 2, b"x").status, 204);
        assert_eq!(phone.client.send("DELETE", &at(&name(1)), &[VERSION], &[]).status, 204);
        assert_eq!(bring(&phone.client, &name(OPEN_UPLOADS), 2, b"").status, 204);
    });
}

#[test]
fn a_device_brings_so_many_files_a_day_and_not_one_more() {
    on_both(|app| {
        let (_, phone) = cadre(app);
        let today = Date::from_epoch_millis_shanghai(app.app.ctx.now()).start_millis_shanghai();
        brought(app, &phone, 0, 1, today - 1);
        for number in 1..usize::try_from(DAY_FILES).expect("small") {
            brought(app, &phone, number, 1, today);
        }
        // One that is under way counts with those that are there.
        assert_eq!(bring(&phone.client, &name(0), 2, b"").status, 204);
        assert_eq!(code(&bring(&phone.client, &name(1), 2, b"")), (429, "quota_exceeded".into()));
        app.clock.advance(DAY_MILLIS);
        assert_eq!(bring(&app.renewed(&phone), &name(1), 2, b"").status, 204);
    });
}

#[test]
fn a_device_brings_so_many_bytes_a_day_and_not_one_more() {
    on_both(|app| {
        let (_, phone) = cadre(app);
        let now = app.app.ctx.now();
        brought(app, &phone, 0, DAY_BYTES - 200, now);
        assert_eq!(bring(&phone.client, &name(0), 100, b"").status, 204);
        assert_eq!(code(&bring(&phone.client, &name(1), 101, b"")), (429, "quota_exceeded".into()));
        assert_eq!(bring(&phone.client, &name(1), 100, b"").status, 204);
        assert_eq!(code(&bring(&phone.client, &name(2), 1, b"")), (429, "quota_exceeded".into()));
    });
}

#[test]
fn an_upload_without_a_name_does_not_count_once_it_is_a_file() {
    let app = TestApp::sqlite();
    let (_, phone) = cadre(&app);
    for number in 0..=OPEN_UPLOADS {
        let bytes = number.to_be_bytes();
        let headers = [VERSION, PIECE, ("upload-length", "8")];
        assert_eq!(phone.client.send("POST", "/api/v1/files", &headers, &bytes).status, 201);
    }
    let device = bidao_sync::ids::to_hex(&phone.device);
    let kept = app.app.db.read_blocking(move |tx| upload::of_device(tx, &device)).expect("read");
    assert_eq!(kept.len(), OPEN_UPLOADS + 1, "kept for clients that did not hear of the end");
}
