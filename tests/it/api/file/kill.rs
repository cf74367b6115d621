//! kill -9 in the middle of uploads; on a disk and in a bucket.

use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_tests::bucket::SECRET;
use bidao_tests::process::Process;

use super::*;

/// Uploads some, is killed with one under way, starts again and goes on.
fn killed_and_started_again(settings: &[(&str, &str)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let log = folder.path().join("log");
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let (_, phone) = cadre(&app);
    // Above what a bucket's client holds in memory, so that some of it is there after the kill.
    let photo = random_bytes(14, 2_000_000);
    let name = sha256(&photo);
    let length = photo.len().to_string();
    let mut reached = 0;
    for life in 0..3 {
        let process = Process::serve_logging(&location, settings, &log);
        let client = phone.client.at(&process.url);
        if life > 0 {
            reached = offset(&head(&client, &name)).expect("where");
            assert!(reached >= life * 300_000, "what was acknowledged is there: {reached}");
        }
        let answer = match life {
            0 => bring(&client, &name, photo.len(), &photo[..300_000]),
            _ => patch(&client, &name, reached, &photo[reached..reached + 300_000]),
        };
        reached += 300_000;
        assert_eq!((answer.status, offset(&answer)), (204, Some(reached)), "{}", answer.code());
        let from = reached.to_string();
        let rest = [VERSION, PIECE, ("upload-offset", from.as_str()), ("upload-length", &length)];
        let part = &photo[reached..reached + 200_000];
        let line = client.begin("PATCH", &at(&name), &rest, photo.len() - reached, part);
        process.kill();
        drop(line);
        let said = std::fs::read_to_string(&log).expect("a log");
        assert!(!said.contains(SECRET), "{said}");
    }
    let process = Process::serve_logging(&location, settings, &log);
    let client = phone.client.at(&process.url);
    reached = offset(&head(&client, &name)).expect("where");
    assert!(reached >= 900_000, "{reached}");
    assert_eq!(patch(&client, &name, reached, &photo[reached..]).status, 204);
    assert_eq!(offset(&head(&client, &name)), Some(photo.len()));
}

#[test]
fn an_upload_survives_the_death_of_the_server_on_a_disk() {
    killed_and_started_again(&[("BIDAO_LOG", "debug")]);
}

#[test]
fn an_upload_survives_the_death_of_the_server_in_a_bucket() {
    let server = S3Server::start();
    let (settings, url) = (server.settings(), S3Server::url());
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    settings.extend([("BIDAO_FILES_URL", url.as_str()), ("BIDAO_LOG", "debug")]);
    killed_and_started_again(&settings);
    assert!(server.objects().iter().any(|name| !name.contains("/parts/")), "the file is there");
}

#[test]
fn an_upload_that_was_whole_when_the_server_died_is_completed_by_asking() {
    on_all(|app| {
        let (_, phone) = cadre(app);
        let photo = random_bytes(15, 60_000);
        let name = sha256(&photo);
        bring(&phone.client, &name, photo.len(), b"");
        let id = format!("{name}-{}", bidao_sync::ids::to_hex(&phone.device));
        let mut appender = app.app.files.append(&id).expect("append").expect("free");
        appender.push(&photo).expect("push");
        appender.keep().expect("keep");
        assert!(!is_stored(app, &photo));
        let asked = head(&phone.client, &name);
        assert_eq!((asked.status, offset(&asked)), (200, Some(photo.len())));
        assert!(is_stored(app, &photo));
    });
}
