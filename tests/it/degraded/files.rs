//! A store of files that goes away: photos wait on the phones, everything else goes on.

use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_server::store::file::{self, READY, STORED};
use bidao_sync::document::Put;
use bidao_tests::app::TestApp;
use bidao_tests::bucket::S3Server;
use bidao_tests::client::Client;
use bidao_tests::gallery;
use bidao_tests::process::Process;

use super::{Worker, nothing_is_lost, try_again, until_ready};
use crate::api::file::{bring, head, offset, patch, random_bytes, sha256};

fn state(app: &TestApp, name: &str) -> String {
    let name = name.to_owned();
    let row = app.app.db.read_blocking(move |tx| file::find(tx, &name)).expect("read");
    row.expect("it is known").state
}

/// Brings a part of a file and waits until the server has it.
fn begin(client: &Client, name: &str, bytes: &[u8], part: usize) {
    let answer = bring(client, name, bytes.len(), &bytes[..part]);
    assert!(answer.status == 204, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(offset(&head(client, name)), Some(part));
}

#[test]
fn a_bucket_that_stops_holds_up_photos_alone_and_they_go_on_when_it_is_back() {
    let mut bucket = S3Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let (place, settings) = (S3Server::url(), bucket.settings());
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    settings.push(("BIDAO_FILES_URL", &place));
    let process = Process::serve_with(&location, &settings);
    let url = process.url.as_str();
    until_ready(url, (200, &[]));
    let mut worker = Worker::new(&app, "甲");
    let client = worker.cadre.hardware.client.at(url);

    // One photo is there, another has come by half; no record refers to either yet.
    let shown = gallery::jpeg(&gallery::scene(640, 480, 1), 80);
    let (shown_name, large) = (sha256(&shown), random_bytes(2, 900_000));
    let large_name = sha256(&large);
    assert_eq!(bring(&client, &shown_name, shown.len(), &shown).status, 204);
    begin(&client, &large_name, &large, 600_000);

    bucket.stop();
    until_ready(url, (200, &["files_unreachable"]));
    try_again(&patch(&client, &large_name, 600_000, &large[600_000..]), 503, "unavailable");
    let photo = |name: &str| {
        let element = format!("photos/{}", app.app.ctx.id());
        [Put::new(format!("{element}/file"), name), Put::new(format!("{element}/mime"), "jpeg")]
    };
    let visit = worker.cadre.create(&app, "visit", &photo(&shown_name));
    worker.made.push(visit);
    assert_eq!(worker.offer(&app, url).status, 200, "text never waits");
    assert_eq!(worker.work(&app, url).status, 200);
    assert_eq!(state(&app, &shown_name), STORED, "nobody could look at it");

    bucket.start_again();
    until_ready(url, (200, &[]));
    let there = offset(&head(&client, &large_name)).expect("the upload is still known");
    assert_eq!(there, 600_000, "what had come is there");
    assert_eq!(patch(&client, &large_name, there, &large[there..]).status, 204);
    // Asking again and again is not waiting for time.
    let looked = (0..1_000_000).any(|_| state(&app, &shown_name) != STORED);
    assert!(looked, "somebody looks at it again");
    assert_eq!(state(&app, &shown_name), READY);
    let objects = bucket.objects();
    for name in [&shown_name, &large_name] {
        assert!(objects.iter().any(|object| object.ends_with(name.as_str())), "{objects:?}");
    }
    nothing_is_lost(&app, url, &[&worker]);
}
