//! Live streams: how many an account holds, and that hundreds of idle ones cost nobody anything.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;

use bidao_schema::api::person::Role;
use bidao_server::http::streams::STREAMS_PER_ACCOUNT;
use bidao_tests::app::{TestApp, TestPerson, VILLAGE};

use crate::api::cadre::Cadre;

/// More than a township's desks, few enough for the usual limit of open files.
const IDLE: usize = 300;

/// The lines of an open stream, after its head and first sign of life.
fn open(app: &TestApp, who: &TestPerson) -> impl Iterator<Item = String> + use<> {
    let token = who.desk.token().expect("a token");
    let head = format!("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    let address = app.url();
    let mut line = TcpStream::connect(address.trim_start_matches("http://")).expect("the server listens");
    std::io::Write::write_all(&mut line, head.as_bytes()).expect("sent");
    let mut lines = BufReader::new(line).lines().map_while(Result::ok);
    let alive = lines.by_ref().any(|line| line == ": here");
    assert!(alive, "the stream begins");
    lines
}

#[test]
fn an_accounts_newest_stream_takes_the_place_of_its_oldest() {
    let app = TestApp::sqlite();
    let (leader, other) =
        (app.person("队长", Role::TeamLeader, VILLAGE), app.person("乙", Role::TeamLeader, VILLAGE));
    let bystander = open(&app, &other);
    let mut streams: Vec<_> = (0..STREAMS_PER_ACCOUNT).map(|_| open(&app, &leader)).collect();
    assert_eq!(app.app.streams.count(), STREAMS_PER_ACCOUNT + 1);
    let newest = open(&app, &leader);
    // The first ends without being asked to; the others do not.
    assert!(streams.remove(0).all(|line| line != "event: area"));
    assert_eq!(app.app.streams.count(), STREAMS_PER_ACCOUNT + 1);
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    a.household(&app);
    a.sync(&app);
    for mut stream in streams.into_iter().chain([newest]) {
        assert!(stream.any(|line| line == "event: area"));
    }
    assert!({ bystander }.any(|line| line == "event: area"));
}

#[test]
fn hundreds_of_idle_streams_hear_of_what_is_new_and_let_everybody_else_work() {
    let app = TestApp::sqlite();
    let people: Vec<TestPerson> = (0..IDLE.div_ceil(STREAMS_PER_ACCOUNT))
        .map(|_| app.person("队长", Role::TeamLeader, VILLAGE))
        .collect();
    let streams: Vec<_> = (0..IDLE).map(|n| open(&app, &people[n % people.len()])).collect();
    assert_eq!(app.app.streams.count(), IDLE);
    assert_eq!(app.anyone.get("/readyz").status, 200);
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    a.household(&app);
    a.sync(&app);
    for mut stream in streams {
        assert!(stream.any(|line| line == "event: area"));
    }
}
