//! tus 1.0 as its specification has it, and files that name themselves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidao_server::domain::file::limits::FILE_BYTES;
use bidao_server::store::audit;

use super::*;

#[test]
fn one_request_brings_a_photo_and_a_known_one_costs_nothing() {
    on_all(|app| {
        let ((_, phone), (_, other)) = (cadre(app), cadre(app));
        let before = audited(app);
        let photo = random_bytes(1, 380_000);
        let name = sha256(&photo);
        assert_eq!(head(&phone.client, &name).status, 404);
        let brought = bring(&phone.client, &name, photo.len(), &photo);
        assert_eq!((brought.status, offset(&brought)), (204, Some(photo.len())), "{}", brought.code());
        assert_eq!(brought.header("tus-resumable"), Some("1.0.0"));
        assert!(is_stored(app, &photo));
        assert_eq!(app.app.files.uploads().expect("uploads"), Vec::<String>::new());
        for client in [&phone.client, &other.client] {
            let known = head(client, &name);
            assert_eq!((known.status, offset(&known)), (200, Some(photo.len())));
            let again = bring(client, &name, photo.len(), b"");
            assert_eq!((again.status, offset(&again)), (204, Some(photo.len())));
        }
        assert_eq!(audited(app) - before, 2, "begun and stored");
    });
}

fn audited(app: &TestApp) -> i64 {
    match app.app.db.read_blocking(|tx| audit::verify(tx.conn)).expect("verify") {
        audit::Chain::Whole { entries } => entries,
        audit::Chain::Broken { at } => panic!("broken at {at}"),
    }
}

#[test]
fn an_upload_goes_on_where_it_stopped_and_nowhere_else() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(2, 100_000);
        let name = sha256(&photo);
        let first = bring(&phone.client, &name, photo.len(), &photo[..40_000]);
        assert_eq!((first.status, offset(&first)), (204, Some(40_000)));
        assert!(first.header("upload-expires").is_some_and(|at| at.ends_with("GMT")));
        let stopped = head(&phone.client, &name);
        assert_eq!((stopped.status, offset(&stopped)), (200, Some(40_000)));
        assert_eq!(stopped.header("upload-length"), Some("100000"));
        assert_eq!(stopped.header("cache-control"), Some("no-store"));
        for wrong in [0, 39_999, 40_001, 100_000] {
            let refused = patch(&phone.client, &name, wrong, &photo[..10]);
            assert_eq!((refused.status, refused.code().as_str()), (409, "offset_mismatch"));
            assert_eq!(offset(&refused), Some(40_000));
        }
        assert!(!is_stored(app, &photo));
        let last = patch(&phone.client, &name, 40_000, &photo[40_000..]);
        assert_eq!((last.status, offset(&last)), (204, Some(100_000)));
        assert!(is_stored(app, &photo));
    });
}

#[test]
fn bytes_that_are_not_the_file_are_thrown_away_and_can_be_sent_again() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(3, 50_000);
        let name = sha256(&photo);
        let mut damaged = photo.clone();
        damaged[25_000] ^= 1;
        let refused = bring(&phone.client, &name, damaged.len(), &damaged);
        assert_eq!((refused.status, refused.code().as_str()), (422, "digest_mismatch"));
        assert_eq!(head(&phone.client, &name).status, 404);
        assert!(!is_stored(app, &photo) && !is_stored(app, &damaged));
        assert_eq!(bring(&phone.client, &name, photo.len(), &photo).status, 204);
        assert!(is_stored(app, &photo));
    });
}

#[test]
fn a_checksum_keeps_a_damaged_piece_out() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(4, 90_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), &photo[..30_000]);
        let sums = [
            ("sha256", STANDARD.encode(Sha256::digest(&photo[30_000..60_000]))),
            ("sha1", "kZJ1m5ErzpS2LmUGBoKJm8JuoMg=".to_owned()),
        ];
        for (algorithm, sum) in sums {
            let sum = format!("{algorithm} {sum}");
            let headers = [VERSION, PIECE, ("upload-offset", "30000"), ("upload-checksum", sum.as_str())];
            let refused = phone.client.send("PATCH", &at(&name), &headers, &photo[30_001..60_001]);
            assert_eq!((refused.status, refused.code().as_str()), (460, "checksum_mismatch"));
            assert_eq!(offset(&head(&phone.client, &name)), Some(30_000));
        }
        let sum = format!("sha256 {}", STANDARD.encode(Sha256::digest(&photo[30_000..])));
        let headers = [VERSION, PIECE, ("upload-offset", "30000"), ("upload-checksum", sum.as_str())];
        assert_eq!(phone.client.send("PATCH", &at(&name), &headers, &photo[30_000..]).status, 204);
        assert!(is_stored(app, &photo));
        let headers = [VERSION, PIECE, ("upload-offset", "0"), ("upload-checksum", "md5 AAAA")];
        let other = sha256(b"x");
        bring(&phone.client, &other, 1, b"");
        assert_eq!(phone.client.send("PATCH", &at(&other), &headers, b"x").code(), "invalid");
    });
}

#[test]
fn any_tus_client_creates_uploads_and_takes_them_back() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let client = &phone.client;
        let spoken = client.send("OPTIONS", "/api/v1/files", &[], &[]);
        assert_eq!((spoken.status, spoken.header("tus-version")), (204, Some("1.0.0")));
        assert_eq!(spoken.header("tus-max-size"), Some(FILE_BYTES.to_string().as_str()));
        let extensions = spoken.header("tus-extension").unwrap_or_default();
        assert_eq!(extensions, "creation,creation-with-upload,checksum,expiration,termination");

        let scan = random_bytes(5, 70_000);
        let create = |headers: &[(&str, &str)], bytes: &[u8]| {
            let mut all = vec![VERSION, ("upload-length", "70000")];
            all.extend(headers);
            client.send("POST", "/api/v1/files", &all, bytes)
        };
        let made = create(&[], &[]);
        assert_eq!(made.status, 201, "{}", made.code());
        let place = made.header("location").expect("where").to_owned();
        let id = place.strip_prefix("/api/v1/files/").expect("here");
        assert_eq!((id.len(), offset(&head(client, id))), (32, Some(0)));
        assert_eq!(patch(client, id, 0, &scan[..10_000]).status, 204);
        assert_eq!(patch(client, id, 10_000, &scan[10_000..]).status, 204);
        assert!(is_stored(app, &scan));
        // A client that did not hear of the end asks again.
        assert_eq!(offset(&head(client, id)), Some(70_000));
        let (_, stranger) = cadre(app);
        assert_eq!(head(&stranger.client, id).status, 404);

        let other = random_bytes(6, 70_000);
        let begun = create(&[PIECE], &other[..5_000]);
        assert_eq!((begun.status, offset(&begun)), (201, Some(5_000)));
        let id =
            begun.header("location").and_then(|place| place.rsplit('/').next()).expect("where").to_owned();
        let ended = client.send("DELETE", &at(&id), &[VERSION], &[]);
        assert_eq!((ended.status, head(client, &id).status), (204, 404));
        assert_eq!(app.app.files.uploads().expect("uploads"), Vec::<String>::new());
        assert_eq!(client.send("DELETE", &at(&id), &[VERSION], &[]).status, 404);
        assert_eq!(client.send("DELETE", &at(&sha256(&scan)), &[VERSION], &[]).status, 403);

        // Named in its metadata, an upload is the file's own.
        let metadata = format!("filename c2Nhbg==,sha256 {}", STANDARD.encode(sha256(&other)));
        let named = create(&[PIECE, ("upload-metadata", &metadata)], &other);
        assert_eq!((named.status, offset(&named)), (201, Some(70_000)));
        assert_eq!(named.header("location"), Some(at(&sha256(&other)).as_str()));
        assert!(is_stored(app, &other));
        let known = create(&[("upload-metadata", &metadata)], &[]);
        assert_eq!((known.status, offset(&known)), (201, Some(70_000)));
    });
}

#[test]
fn what_does_not_speak_the_protocol_is_told_so() {
    let app = TestApp::sqlite();
    let (_, phone) = cadre(&app);
    let client = &phone.client;
    let name = sha256(b"photo");
    let send = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let answer = client.send(method, path, headers, b"photo");
        (answer.status, answer.code())
    };
    for version in [&[][..], &[("tus-resumable", "0.2.2")]] {
        let refused = client.send("PATCH", &at(&name), version, b"");
        assert_eq!((refused.status, refused.header("tus-version")), (412, Some("1.0.0")));
        assert_eq!(refused.code(), "precondition_failed");
    }
    let begin = [VERSION, ("upload-offset", "0"), ("upload-length", "5")];
    assert_eq!(send("PATCH", &at(&name), &begin), (415, "unsupported_media_type".into()));
    let packed = [PIECE, VERSION, ("upload-offset", "0"), ("content-encoding", "gzip")];
    assert_eq!(send("PATCH", &at(&name), &packed), (415, "unsupported_media_type".into()));
    assert_eq!(send("PATCH", &at(&name), &[VERSION, PIECE]), (400, "invalid".into()));
    assert_eq!(
        send("PATCH", &at(&name), &[VERSION, PIECE, ("upload-offset", "-1")]),
        (400, "invalid".into())
    );
    assert_eq!(
        send("PATCH", &at(&name), &[VERSION, PIECE, ("upload-offset", "0")]),
        (404, "not_found".into())
    );
    let ahead = [VERSION, PIECE, ("upload-offset", "3"), ("upload-length", "5")];
    let refused = client.send("PATCH", &at(&name), &ahead, b"to");
    assert_eq!((refused.status, offset(&refused)), (409, Some(0)));
    for odd in ["..%2f..%2fetc", "xyz", &"A".repeat(64), &"0".repeat(63)] {
        let begun = bring(client, odd, 5, b"photo");
        assert_eq!((begun.status, begun.code().as_str()), (404, "not_found"), "{odd}");
    }
    assert_eq!(send("POST", "/api/v1/files", &[VERSION]), (400, "invalid".into()));
    let deferred = [VERSION, ("upload-defer-length", "1")];
    assert_eq!(send("POST", "/api/v1/files", &deferred), (400, "invalid".into()));
    assert_eq!(app.app.files.uploads().expect("uploads"), Vec::<String>::new());
}

#[test]
fn more_bytes_than_were_announced_are_refused_whole() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(7, 200_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), &photo[..50_000]);
        let mut more = photo[50_000..].to_vec();
        more.push(0);
        let refused = patch(&phone.client, &name, 50_000, &more);
        assert_eq!((refused.status, refused.code().as_str()), (413, "too_large"));
        assert_eq!(offset(&head(&phone.client, &name)), Some(50_000));
        assert_eq!(bring(&phone.client, &name, 199_999, b"").code(), "invalid");
        assert_eq!(patch(&phone.client, &name, 50_000, &photo[50_000..]).status, 204);
        assert!(is_stored(app, &photo));
    });
}
