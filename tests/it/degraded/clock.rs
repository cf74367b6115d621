//! A clock that jumps: years are not believed, hours are followed, nobody is locked out and nothing is forgotten.

use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_server::ctx::{Clock as _, Ctx, SystemClock};
use bidao_server::domain::account::MAX_FAILURES;
use bidao_server::steady_clock::SteadyClock;
use bidao_server::store::Location;
use bidao_server::store::audit::{Audit, Entry};
use bidao_tests::app::{TestApp, VILLAGE, on_both, public_key_text};
use bidao_tests::clock::{DAY, Dials, START};
use bidao_tests::process::Process;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::{Worker, nothing_is_lost, until_ready};
use crate::api::session::{PASSWORD, with_password};

const YEAR: i64 = 365 * DAY;

fn on_dials(dials: &Dials) -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let clock = Arc::new(SteadyClock::new(dials.clone()));
    let app = TestApp::prepared(location, START, |app| app.ctx = Ctx::new(clock, StdRng::seed_from_u64(2)));
    (app, folder)
}

#[test]
fn a_clock_that_jumps_by_years_is_said_and_phones_work_on_as_if_it_had_not() {
    for by in [-30 * YEAR, 30 * YEAR] {
        let dials = Dials::at(START);
        let (app, _folder) = on_dials(&dials);
        let url = app.url();
        let mut worker = Worker::new(&app, "甲");
        assert_eq!(worker.work(&app, &url).status, 200);
        dials.pass(1000);
        dials.jump(by);
        until_ready(&url, (200, &["clock_held"]));
        // The token that was issued before still holds, and what is dated is dated by the server's own time.
        let answer = worker.work(&app, &url);
        assert_eq!((answer.status, answer.header("date")), (200, Some("Fri, 20 Nov 2015 01:00:01 GMT")));
        dials.jump(-by);
        until_ready(&url, (200, &[]));
        assert_eq!(worker.work(&app, &url).status, 200);
        nothing_is_lost(&app, &url, &[&worker]);
    }
}

#[test]
fn a_clock_that_jumps_by_hours_is_followed_and_said() {
    let dials = Dials::at(START);
    let (app, _folder) = on_dials(&dials);
    let mut worker = Worker::new(&app, "甲");
    dials.jump(8 * 3_600_000);
    until_ready(&app.url(), (200, &["clock_jumped"]));
    assert_eq!(worker.work(&app, &app.url()).code(), "token_expired", "a phone renews it and goes on");
    dials.pass(DAY);
    until_ready(&app.url(), (200, &[]));
}

#[test]
fn a_server_whose_clock_starts_before_what_is_written_goes_on_from_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let future = SystemClock.now() + YEAR;
    let app = TestApp::without_server(location.clone(), future);
    let entry = Entry {
        at: future,
        person: "system".into(),
        device: String::new(),
        action: "test",
        object: String::new(),
        detail: String::new(),
    };
    app.app.db.write_blocking(move |_| Ok(((), Audit::of(entry.clone())))).expect("written");
    let process = Process::serve(&location);
    until_ready(&process.url, (200, &["clock_held"]));
    let mut worker = Worker::new(&app, "甲");
    assert_eq!(worker.work(&app, &process.url).status, 200, "its token is of the server's time");
    nothing_is_lost(&app, &process.url, &[&worker]);
    process.kill();

    let believing = Process::serve_with(&location, &[("BIDAO_BELIEVE_CLOCK", "true")]);
    until_ready(&believing.url, (200, &[]));
}

#[test]
fn a_lock_from_before_the_clock_was_set_back_holds_nobody_for_years() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamLeader, VILLAGE), app.key());
        let log_in = |password: &str| {
            let body = json!({"account": account, "password": password, "key": public_key_text(&key)});
            app.anyone.post("/api/v1/sessions", &body).code()
        };
        for _ in 0..MAX_FAILURES {
            assert_eq!(log_in("wrong"), "bad_credentials");
        }
        assert_eq!(log_in(PASSWORD), "locked_out");
        app.clock.advance(-10 * YEAR);
        assert_eq!(log_in(PASSWORD), "");
    });
}
