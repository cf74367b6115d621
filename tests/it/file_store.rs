//! The store of bytes: one suite, run on a disk and on a bucket of a real S3 server.

use std::path::Path;

use bidao_server::file_store::{Appender, Completed, FileStore, PIECE, Place, Variant};
use bidao_tests::bucket::{S3Server, SECRET};
use bidao_tests::files_below;
use bidao_tests::process::Process;
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

const UPLOAD: &str = "00ff-1";
const KEY: [u8; 32] = [5; 32];

fn on_both(test: impl Fn(&FileStore)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(&FileStore::open(&Place::Folder(folder.path().join("files")), &KEY).expect("open"));
    let server = S3Server::start();
    test(&FileStore::open(&server.place(), &KEY).expect("open"));
}

fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    bidao_sync::ids::to_hex(&Sha256::digest(bytes))
}

fn appender(store: &FileStore) -> Appender {
    // A child that another test begins holds a copy of every lock until it has become its own program.
    let free = (0..1_000_000).find_map(|_| store.append(UPLOAD).expect("append"));
    free.expect("nobody else appends")
}

/// Puts a file in one go.
fn put(store: &FileStore, bytes: &[u8]) -> String {
    let mut appender = appender(store);
    appender.push(bytes).expect("push");
    match appender.complete(None).expect("complete") {
        Completed::Stored(name) => name,
        Completed::Mismatch(_) => panic!("nothing was expected"),
    }
}

#[test]
fn a_file_that_comes_in_any_pieces_is_the_same_file() {
    on_both(|store| {
        let mut rng = StdRng::seed_from_u64(7);
        // The last one is a multipart upload in a bucket.
        for length in [1, 400_000, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5, 12 << 20] {
            let bytes = random_bytes(length as u64, length);
            let mut sent = 0;
            while sent < length {
                assert_eq!(store.offset(UPLOAD).expect("offset"), sent as u64);
                let mut appender = appender(store);
                assert_eq!(appender.start(), sent as u64);
                let end = length.min(sent + rng.random_range(1..=length));
                for chunk in bytes[sent..end].chunks(30_000) {
                    appender.push(chunk).expect("push");
                }
                assert_eq!(appender.keep().expect("keep"), end as u64);
                sent = end;
            }
            let name = sha256(&bytes);
            assert_eq!(store.read_original(&name).expect("read"), None, "not before it was verified");
            let done = appender(store).complete(Some(&name)).expect("complete");
            assert_eq!(done, Completed::Stored(name.clone()));
            assert!(store.read_original(&name).expect("read") == Some(bytes), "{length} bytes");
            assert_eq!(store.uploads().expect("uploads"), Vec::<String>::new());
        }
    });
}

#[test]
fn bytes_that_are_not_what_they_were_said_to_be_are_thrown_away() {
    on_both(|store| {
        for length in [100, 12 << 20] {
            let bytes = random_bytes(1, length);
            let mut appender = appender(store);
            appender.push(&bytes).expect("push");
            let expected = "0".repeat(64);
            let done = appender.complete(Some(&expected)).expect("complete");
            assert_eq!(done, Completed::Mismatch(sha256(&bytes)));
            for name in [&expected, &sha256(&bytes)] {
                assert_eq!(store.read_original(name).expect("read"), None);
            }
            assert_eq!(
                (store.offset(UPLOAD).expect("offset"), store.uploads().expect("uploads").len()),
                (0, 0)
            );
        }
    });
}

#[test]
fn what_was_pushed_can_be_taken_back() {
    on_both(|store| {
        let bytes = random_bytes(2, 3 * PIECE);
        let mut first = appender(store);
        first.push(&bytes[..PIECE + 7]).expect("push");
        first.keep().expect("keep");
        let mut second = appender(store);
        for chunk in bytes[PIECE + 7..].chunks(PIECE / 2) {
            second.push(chunk).expect("push");
        }
        second.undo().expect("undo");
        assert_eq!(store.offset(UPLOAD).expect("offset"), PIECE as u64 + 7);
        store.discard(UPLOAD).expect("discard");
        store.discard(UPLOAD).expect("discarding nothing is fine");
        assert_eq!((store.offset(UPLOAD).expect("offset"), store.uploads().expect("uploads").len()), (0, 0));
    });
}

#[test]
fn an_upload_that_ended_too_early_can_go_on() {
    on_both(|store| {
        let bytes = random_bytes(3, 2 * PIECE);
        let mut cut = appender(store);
        cut.push(&bytes[..PIECE]).expect("push");
        // Dropped: as when the server is killed.
        drop(cut);
        let there = usize::try_from(store.offset(UPLOAD).expect("offset")).expect("small");
        let mut rest = appender(store);
        rest.push(&bytes[there..]).expect("push");
        assert_eq!(
            rest.complete(Some(&sha256(&bytes))).expect("complete"),
            Completed::Stored(sha256(&bytes))
        );
    });
}

#[test]
fn two_never_append_to_one_upload_at_once() {
    on_both(|store| {
        let (one, other) = (random_bytes(4, PIECE), random_bytes(5, PIECE));
        let mut first = appender(store);
        let second = store.append(UPLOAD).expect("append");
        first.push(&one).expect("push");
        match second {
            // A folder is locked.
            None => {}
            // In a bucket the first piece at an offset wins.
            Some(mut second) => {
                let refused =
                    second.push(&other).and_then(|()| second.keep().map(drop)).expect_err("too late");
                assert_eq!(refused.to_string(), "another server received these bytes at the same time");
            }
        }
        first.keep().expect("keep");
        let whole = appender(store).complete(None).expect("complete");
        assert_eq!(whole, Completed::Stored(sha256(&one)));
    });
}

#[test]
fn what_is_made_from_a_file_goes_with_it() {
    on_both(|store| {
        let name = put(store, b"picture");
        assert_eq!(store.read_variant(&name, Variant::View).expect("read"), None);
        for variant in Variant::ALL {
            store.write_variant(&name, variant, variant.as_str().as_bytes()).expect("write");
            store.write_variant(&name, variant, variant.as_str().as_bytes()).expect("again is fine");
        }
        let view = store.read_variant(&name, Variant::View).expect("read");
        assert_eq!(view.as_deref(), Some(b"view".as_slice()));
        store.move_to_quarantine(&name).expect("move");
        store.move_to_quarantine(&name).expect("again is fine");
        assert_eq!(store.read_original(&name).expect("read"), None);
        let aside = store.read_quarantined(&name).expect("read");
        assert_eq!(aside.as_deref(), Some(b"picture".as_slice()));
        store.remove(&name).expect("remove");
        store.remove(&name).expect("again is fine");
        assert_eq!(store.read_quarantined(&name).expect("read"), None);
        assert_eq!(store.read_variant(&name, Variant::Thumbnail).expect("read"), None);
    });
}

#[test]
fn everything_of_a_bucket_lies_under_its_prefix_in_fans() {
    let server = S3Server::start();
    let store = FileStore::open(&server.place(), &KEY).expect("open");
    let name = put(&store, b"picture");
    let expected = format!("some/prefix/{}/{name}", &name[..2]);
    let mut objects = server.objects();
    objects.sort();
    assert_eq!(objects, [expected, "some/prefix/sealed".into()]);
}

#[test]
fn a_temporary_folder_goes_with_its_store() {
    let store = FileStore::open(&Place::Temporary, &KEY).expect("open");
    let name = put(&store, b"picture");
    let shown = format!("{store:?}");
    let folder = shown.split('"').nth(1).expect("the folder is in it").to_owned();
    assert!(std::path::Path::new(&folder).join(&name[..2]).is_dir());
    drop(store);
    assert!(!std::path::Path::new(&folder).exists());
}

#[test]
fn a_folder_that_cannot_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let refused =
        FileStore::open(&Place::Folder(file.clone()), &KEY).expect_err("a file is no folder").to_string();
    assert!(refused.contains(file.to_str().expect("plain")), "{refused}");
}

#[test]
fn a_server_without_its_bucket_says_so_and_never_its_secrets() {
    let (s3, folder) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
    let location = bidao_server::store::Location::File(folder.path().join("bidao.db"));
    let (url, wrong) = (S3Server::url(), s3.settings_with("another-secret-of-the-tests"));
    let log = folder.path().join("log");
    for (settings, expected) in [(s3.settings(), "ok"), (wrong, "degraded")] {
        let mut settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        settings.extend([("BIDAO_FILES_URL", url.as_str()), ("BIDAO_LOG", "debug")]);
        let process = Process::serve_logging(&location, &settings, &log);
        let answer = bidao_tests::client::Client::new(&process.url).get("/readyz");
        assert_eq!((answer.status, &answer.json()["parts"][1]["state"]), (200, &expected.into()));
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
        process.kill();
        let said = std::fs::read_to_string(&log).expect("a log");
        assert!(said.contains("readyz"), "{said}");
        assert!(!said.contains(SECRET) && !said.contains("another-secret"), "{said}");
    }
    let said = std::fs::read_to_string(&log).expect("a log");
    assert!(said.contains("the bucket photos"), "an operator can find out: {said}");
}

/// Files of a store, or objects of a bucket, that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let holds = |name: &String| {
        memchr::memmem::find(&std::fs::read(folder.join(name)).expect("read"), bytes).is_some()
    };
    files_below(folder).into_iter().filter(holds).collect()
}

/// A part, an original with what is made from it, and one set aside, each with `bytes` in it; the originals' names.
fn fill(store: &FileStore, bytes: &[u8]) -> (String, String) {
    let aside = put(store, &[b"aside".as_slice(), bytes].concat());
    store.move_to_quarantine(&aside).expect("move");
    let name = put(store, bytes);
    store.write_variant(&name, Variant::View, bytes).expect("write");
    let mut part = appender(store);
    part.push(bytes).expect("push");
    part.push(bytes).expect("push");
    part.keep().expect("keep");
    (name, aside)
}

#[test]
fn nothing_of_a_file_can_be_read_where_it_lies() {
    let secret = b"a face, a house number";
    let (folder, server) = (tempfile::tempdir().expect("a folder"), S3Server::start());
    let places =
        [(Place::Folder(folder.path().into()), folder.path().to_owned()), (server.place(), server.folder())];
    for (place, lies_in) in places {
        let store = FileStore::open(&place, &KEY).expect("open");
        let (name, aside) = fill(&store, secret);
        assert_eq!(holding(&lies_in, secret), Vec::<String>::new());
        assert_eq!(holding(&lies_in, b"BDF1").len(), 4, "the files are there");
        let read = |what: Option<Vec<u8>>| what.is_some_and(|bytes| bytes.ends_with(secret));
        assert!(read(store.read_original(&name).expect("read")));
        assert!(read(store.read_variant(&name, Variant::View).expect("read")));
        assert!(read(store.read_quarantined(&aside).expect("read")));
        let stranger = FileStore::open(&place, &[6; 32]).expect("open");
        assert!(stranger.read_original(&name).is_err(), "another key opens nothing");
    }
}

#[test]
fn files_from_before_are_sealed_when_their_folder_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, secret) = (folder.path(), b"a face, a house number".as_slice());
    let name = sha256(secret);
    let fan = root.join(&name[..2]);
    std::fs::create_dir_all(&fan).expect("folders");
    std::fs::create_dir_all(root.join("parts")).expect("folders");
    std::fs::write(fan.join(&name), secret).expect("an original");
    std::fs::write(fan.join(format!("{name}.thumbnail")), secret).expect("a variant");
    std::fs::write(root.join("parts").join(UPLOAD), secret).expect("a part");
    assert_eq!(holding(root, secret).len(), 3);
    let store = FileStore::open(&Place::Folder(root.into()), &KEY).expect("open");
    assert_eq!(holding(root, secret), Vec::<String>::new());
    assert_eq!(store.read_original(&name).expect("read").as_deref(), Some(secret));
    assert_eq!(store.read_variant(&name, Variant::Thumbnail).expect("read").as_deref(), Some(secret));
    let mut part = appender(&store);
    assert_eq!(part.start(), secret.len() as u64);
    part.push(b"!").expect("push");
    let whole = sha256(&[secret, b"!"].concat());
    assert_eq!(part.complete(Some(&whole)).expect("complete"), Completed::Stored(whole.clone()));
}

#[test]
fn a_part_that_the_disk_spoiled_comes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = FileStore::open(&Place::Folder(folder.path().into()), &KEY).expect("open");
    let mut part = appender(&store);
    part.push(b"half of ").expect("push");
    part.keep().expect("keep");
    let path = folder.path().join("parts").join(UPLOAD);
    let mut bytes = std::fs::read(&path).expect("a part");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    // And a frame of which a crash left only the beginning.
    bytes.extend_from_slice(b"BDF1\0\0\0\x09");
    std::fs::write(&path, &bytes).expect("write");
    assert_eq!(store.offset(UPLOAD).expect("offset"), 8);
    let mut part = appender(&store);
    part.push(b"a picture").expect("push");
    let whole = sha256(b"half of a picture");
    assert!(matches!(part.complete(Some(&whole)).expect("complete"), Completed::Mismatch(_)));
    assert_eq!(store.offset(UPLOAD).expect("offset"), 0);
    let name = put(&store, b"half of a picture");
    assert_eq!(name, whole);
    std::fs::write(folder.path().join(&name[..2]).join(&name), b"another picture").expect("write");
    assert!(store.read_original(&name).is_err(), "what was put in its place is not shown");
}
