//! What ten thousand idle streams of `GET /api/v1/events` cost the real server: memory, the answers of everybody else, and
//! how long until all of them have heard of something new.
//!
//! `cargo x bench streams`.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use bidao_schema::api::person::Role;
use bidao_schema::forms;
use bidao_server::ctx::{Clock as _, SystemClock};
use bidao_server::store::Location;
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::Message as _;
use bidao_sync::phone::{NewRecord, Phone};
use bidao_tests::app::{TestApp, TestPerson, TestPhone, VILLAGE};
use bidao_tests::client::Client;
use bidao_tests::measure::spread;
use bidao_tests::process::Process;
use p256::ecdsa::{Signature, signature::Signer as _};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Streams.
const STREAMS: usize = 10_000;
/// People who hold them.
const PEOPLE: usize = 10;
/// Requests beside them that are timed.
const REQUESTS: usize = 200;

type Stream = BufReader<TcpStream>;

/// Reads until a line begins so.
fn hear(stream: &mut Stream, wanted: &str) {
    let mut line = String::new();
    while !line.starts_with(wanted) {
        line.clear();
        assert!(stream.read_line(&mut line).expect("the stream goes on") > 0, "the stream ended");
    }
}

fn open(url: &str, who: &TestPerson) -> Stream {
    let mut line = TcpStream::connect(url.trim_start_matches("http://")).expect("the server listens");
    let token = who.desk.token().expect("a token");
    let head = format!("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    line.write_all(head.as_bytes()).expect("sent");
    let mut stream = BufReader::with_capacity(512, line);
    hear(&mut stream, ": here");
    stream
}

/// Kibibytes of memory a process uses.
fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Milliseconds of requests that read the database.
fn asked(client: &Client) -> String {
    let mut millis: Vec<f64> = (0..REQUESTS)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(client.get("/api/v1/reviews").status, 200);
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    spread(&mut millis).to_string()
}

/// A phone and its request with a household.
fn something_new(app: &TestApp) -> (TestPhone, Vec<u8>) {
    let phone = app.phone(&app.person("队员", Role::TeamMember, VILLAGE));
    let (mut engine, now) = (Phone::new(DeviceId(phone.device), app.app.ctx.random()), SystemClock.now());
    let form = forms::newest("household").expect("built in");
    let (name, containers) = (form.id(), form.containers());
    let puts = [Put::new("address", "中元村1组")];
    let record = NewRecord {
        id: RecordId(app.app.ctx.random()),
        kind: "household",
        form: &name,
        area: VILLAGE,
        containers: &containers,
        puts: &puts,
    };
    engine.create_record(&record, ItemId(app.app.ctx.random()), now).expect("a new record");
    engine.seal(now, |text| {
        let signature: Signature = phone.key.sign(text);
        signature.to_bytes().into()
    });
    let request = engine.request(1 << 20).encode();
    (phone, request)
}

fn allow_many_files() {
    let hard = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: hard, maximum: hard }).expect("a limit");
    let enough = hard.is_none_or(|hard| hard > STREAMS as u64 + 500);
    assert!(enough, "{hard:?} open files are too few: raise the hard limit");
}

fn main() {
    allow_many_files();
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("bidao.db"));
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let people: Vec<_> = (0..PEOPLE).map(|_| app.person("队长", Role::TeamLeader, VILLAGE)).collect();
    let office = app.person("乡", Role::AlleviationOffice, "500114000000");
    let limit = (STREAMS / PEOPLE).to_string();
    let process = Process::serve_with(&location, &[("BIDAO_STREAMS_PER_ACCOUNT", &limit)]);
    let client = office.desk.at(&process.url);
    println!("GET /api/v1/reviews, ms, min / median / max");
    println!("  no stream      {}", asked(&client));
    let before = resident(process.pid());
    let began = Instant::now();
    let mut streams: Vec<Stream> = (0..STREAMS).map(|n| open(&process.url, &people[n % PEOPLE])).collect();
    let opened = began.elapsed().as_secs_f64();
    let after = resident(process.pid());
    println!("  {STREAMS} streams  {}", asked(&client));
    println!("{STREAMS} streams opened one after another in {opened:.1} s");
    println!(
        "memory: {:.0} MiB without, {:.0} MiB with, {:.1} KiB a stream",
        before / 1024.0,
        after / 1024.0,
        (after - before) / STREAMS as f64
    );
    let (phone, request) = something_new(&app);
    let began = Instant::now();
    let media = [("content-type", "application/cbor")];
    assert_eq!(phone.client.at(&process.url).send("POST", "/api/v1/sync", &media, &request).status, 200);
    streams.iter_mut().for_each(|stream| hear(stream, "event: area"));
    println!(
        "all of them heard of something new {:.0} ms after it was sent",
        began.elapsed().as_secs_f64() * 1000.0
    );
}
