//! A full disk: refused with its own code, nothing half stored, everything as before once there is room again.

use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_tests::app::TestApp;
use bidao_tests::client::Answer;
use bidao_tests::disk::{SmallDisk, limit_files, size};
use bidao_tests::process::Process;

use super::{Worker, nothing_is_lost, readiness, try_again, until_ready};
use crate::api::file::{bring, head, offset, patch, random_bytes, sha256};

/// Works until it is refused.
fn until_refused(app: &TestApp, worker: &mut Worker, url: &str) -> Answer {
    let refused = (0..2000).map(|_| worker.work(app, url)).find(|answer| answer.status != 200);
    refused.expect("the disk fills up")
}

/// A limit on file sizes fails in the middle of a write, as a quota does; every system has it.
#[test]
fn a_quota_that_is_used_up_loses_nothing_and_needs_no_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bidao.db");
    let location = Location::File(path.clone());
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let log = folder.path().join("log");
    let process = Process::serve_limited(&location, &log);
    let mut worker = Worker::new(&app, "甲");
    assert_eq!(worker.work(&app, &process.url).status, 200);
    let written = size(&path.with_extension("db-wal"));
    limit_files(process.pid(), Some(written.max(size(&log)) + 300_000));
    let refused = until_refused(&app, &mut worker, &process.url);
    try_again(&refused, 503, "unavailable");
    assert!(!worker.acknowledged.is_empty() && worker.waits());
    // Not even what is small fits any more, nor another line of the log.
    assert!(size(&log) > 1);
    limit_files(process.pid(), Some(1));
    until_ready(&process.url, (503, &["database_broken"]));
    try_again(&worker.offer(&app, &process.url), 503, "unavailable");
    assert_eq!(
        worker.cadre.person.desk.at(&process.url).get("/api/v1/records").status,
        200,
        "reading goes on"
    );

    limit_files(process.pid(), None);
    until_ready(&process.url, (200, &[]));
    assert_eq!(worker.offer(&app, &process.url).status, 200);
    assert_eq!(worker.work(&app, &process.url).status, 200);
    nothing_is_lost(&app, &process.url, &[&worker]);
}

#[test]
fn a_full_disk_is_said_loses_nothing_and_needs_no_restart() {
    let Some(disk) = SmallDisk::mount(48) else {
        println!("SKIPPED: a full disk of its own; this system does not let us mount one (root can)");
        return;
    };
    let location = Location::File(disk.path().join("bidao.db"));
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let process = Process::serve(&location);
    let mut worker = Worker::new(&app, "甲");
    assert_eq!(worker.work(&app, &process.url).status, 200);
    let client = worker.cadre.hardware.client.at(&process.url);
    let photo = random_bytes(1, 400_000);
    let name = sha256(&photo);
    assert_eq!(bring(&client, &name, photo.len(), &photo[..10]).status, 204);

    let ballast = disk.fill_but(400_000);
    let refused = until_refused(&app, &mut worker, &process.url);
    try_again(&refused, 507, "no_space");
    try_again(&patch(&client, &name, 10, &photo[10..]), 507, "no_space");
    // What little is left may be enough for the server's own probe, or not.
    let is_said =
        |(status, causes): (u16, Vec<String>)| status == 503 && causes.contains(&"space_gone".into());
    assert!((0..100_000).any(|_| is_said(readiness(&process.url))), "{:?}", readiness(&process.url));

    std::fs::remove_file(ballast).expect("room again");
    until_ready(&process.url, (200, &[]));
    assert_eq!(worker.offer(&app, &process.url).status, 200);
    assert_eq!(worker.work(&app, &process.url).status, 200);
    let there = offset(&head(&client, &name)).expect("the upload is still known");
    assert!((10..photo.len()).contains(&there), "{there}");
    assert_eq!(patch(&client, &name, there, &photo[there..]).status, 204);
    assert_eq!(app.app.files.read_original(&name).expect("read"), Some(photo));
    nothing_is_lost(&app, &process.url, &[&worker]);
}
