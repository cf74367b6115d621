//! Clients that ask and do not read. What waits for them is let go of when the server has waited as long as it says; nothing
//! here waits for a time, only for that.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use bidao_server::http::patience::Patience;
use bidao_tests::app::TestApp;

use super::line::Line;

/// Answers that are more than all the buffers between the two hold.
const ANSWERS: usize = 128;

fn app() -> TestApp {
    TestApp::with_patience(Patience { unread: Duration::from_millis(200), ..Patience::default() })
}

fn requests(count: usize) -> Vec<u8> {
    b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(count)
}

#[test]
fn a_line_whose_answers_nobody_reads_is_given_up() {
    let app = app();
    let mut line = TcpStream::connect(app.url().trim_start_matches("http://")).expect("the server listens");
    line.write_all(&requests(ANSWERS)).expect("sent");
    // It takes no more than it can answer; that this ends at all is the proof.
    let mut sent = Ok(());
    while sent.is_ok() {
        sent = line.write_all(&requests(1));
    }
    assert_eq!(app.anyone.get("/healthz").status, 200);
}

#[test]
fn a_line_that_is_read_gets_every_answer_however_many_there_are() {
    let app = app();
    let last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let heard = Line::to(&app.url()).send(&requests(ANSWERS)).send(last).hear();
    assert_eq!(heard.statuses, [200; ANSWERS + 1]);
    assert!(heard.text.len() > 16 << 20, "too little to fill the buffers: {}", heard.text.len());
}
