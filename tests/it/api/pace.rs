//! Who asks too fast is told how long to wait, and nobody else waits.

use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_server::http::pace::{Pace, Rate, Rates};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, VILLAGE};
use bidao_tests::client::Answer;
use bidao_tests::clock::START;

const SLOW: Rate = Rate { a_minute: 60, burst: 2 };

fn with(rates: Rates) -> TestApp {
    TestApp::prepared(Location::Memory, START, move |app| app.pace = Arc::new(Pace::of(rates)))
}

fn assert_told_to_wait(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"));
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[test]
fn an_account_waits_as_long_as_it_is_told_and_no_other_does() {
    let app = with(Rates { account: SLOW, ..Rates::default() });
    let busy = app.person("冉队长", Role::TeamLeader, VILLAGE);
    let other = app.person("向敏", Role::TeamMember, VILLAGE);
    for _ in 0..2 {
        assert_eq!(busy.desk.get("/api/v1/reference").status, 200);
    }
    assert_told_to_wait(&busy.desk.get("/api/v1/reference"));
    assert_eq!(other.desk.get("/api/v1/reference").status, 200);
    app.clock.advance(1_000);
    assert_eq!(busy.desk.get("/api/v1/reference").status, 200);
}

#[test]
fn a_phone_has_a_pace_of_its_own() {
    let app = with(Rates { device: SLOW, ..Rates::default() });
    let phone = app.phone(&app.person("龚俊", Role::TeamMember, VILLAGE));
    for _ in 0..2 {
        assert_eq!(phone.client.get("/api/v1/reference").status, 200);
    }
    assert_told_to_wait(&phone.client.get("/api/v1/reference"));
}

#[test]
fn an_address_behind_the_proxy_waits_and_its_neighbour_does_not() {
    let app = with(Rates { address: SLOW, ..Rates::default() });
    let from = |address: &str| app.anyone.send("GET", "/healthz", &[("x-forwarded-for", address)], &[]);
    for _ in 0..2 {
        assert_eq!(from("203.0.113.1").status, 200);
    }
    assert_told_to_wait(&from("203.0.113.1"));
    assert_told_to_wait(&from("198.51.100.9, 203.0.113.1"));
    assert_eq!(from("203.0.113.2").status, 200);
}

#[test]
fn passwords_are_not_tried_by_the_thousand_from_one_address() {
    let app = with(Rates { guess: SLOW, ..Rates::default() });
    let body = br#"{"account":"nobody","password":"no","public_key":"no"}"#;
    let headers = [("content-type", "application/json"), ("x-forwarded-for", "203.0.113.1")];
    let guess = || app.anyone.send("POST", "/api/v1/sessions", &headers, body);
    for _ in 0..2 {
        assert_ne!(guess().status, 429);
    }
    assert_told_to_wait(&guess());
    assert_eq!(app.anyone.send("GET", "/healthz", &headers[1..], &[]).status, 200);
}
