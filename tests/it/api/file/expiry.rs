//! What goes by itself, under a clock that the test moves.

use bidao_server::domain::file::expiry::{Expired, expire};
use bidao_server::domain::file::limits::{ORPHAN_MILLIS, UPLOAD_MILLIS};

use super::*;

#[test]
fn an_upload_ends_after_three_days_and_its_bytes_go() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(9, 30_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), &photo[..10_000]);
        app.clock.advance(UPLOAD_MILLIS - 1);
        assert_eq!(expire(&app.app).expect("expire"), Expired::default());
        assert_eq!(offset(&head(&app.renewed(&phone), &name)), Some(10_000));
        app.clock.advance(1);
        let client = app.renewed(&phone);
        assert_eq!(head(&client, &name).status, 410);
        let refused = patch(&client, &name, 10_000, &photo[10_000..]);
        assert_eq!((refused.status, refused.code().as_str()), (410, "gone"));
        // Begun again before anybody swept: nothing of the old one is left.
        let again = bring(&client, &name, photo.len(), &photo[..5_000]);
        assert_eq!((again.status, offset(&again)), (204, Some(5_000)));
        app.clock.advance(UPLOAD_MILLIS);
        assert_eq!(expire(&app.app).expect("expire"), Expired { uploads: 1, parts: 0, files: 0 });
        assert_eq!(app.app.files.uploads().expect("uploads"), Vec::<String>::new());
        assert_eq!(head(&app.renewed(&phone), &name).status, 404);
    });
}

#[test]
fn a_file_without_a_record_goes_after_three_days() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(10, 30_000);
        assert_eq!(bring(&phone.client, &sha256(&photo), photo.len(), &photo).status, 204);
        app.clock.advance(ORPHAN_MILLIS);
        assert_eq!(expire(&app.app).expect("expire"), Expired::default());
        assert!(is_stored(app, &photo));
        app.clock.advance(1);
        assert_eq!(expire(&app.app).expect("expire"), Expired { uploads: 0, parts: 0, files: 1 });
        assert!(!is_stored(app, &photo));
        // And can come again.
        let client = app.renewed(&phone);
        assert_eq!(bring(&client, &sha256(&photo), photo.len(), &photo).status, 204);
        assert!(is_stored(app, &photo));
    });
}

#[test]
fn bytes_that_no_upload_knows_go_and_those_somebody_works_on_stay() {
    on_all(|app| {
        let mut appender = app.app.files.append("00ff-1").expect("append").expect("free");
        appender.push(b"left behind").expect("push");
        appender.keep().expect("keep");
        let turn = app.app.turns.take("00ff").expect("free");
        assert_eq!(expire(&app.app).expect("expire"), Expired::default());
        drop(turn);
        assert_eq!(expire(&app.app).expect("expire"), Expired { uploads: 0, parts: 1, files: 0 });
        assert_eq!(app.app.files.uploads().expect("uploads"), Vec::<String>::new());
    });
}
