//! What a whole district costs: 12,642 households with their measures and projects entered through the sync exchange, the
//! first sync of a fresh phone in the largest village with a team, the survey summary P1 of 30 rounds, and the registers.
//!
//! `cargo x bench district`; `DISTRICT_PERCENT=10` for a smaller one. Seconds depend on what else the machine does, CPU
//! seconds (this process and its children, also PostgreSQL's) do not.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::io::Write as _;

use bidao_server::ctx::{Clock, SystemClock};
use bidao_server::demo::district::{Stage, report, round};
use bidao_server::demo::township::DISTRICT;
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::session::Claims;
use bidao_server::domain::sync::exchange;
use bidao_server::file_store::Place;
use bidao_server::serve::Background;
use bidao_server::store::{self, Location, audit::Audit};
use bidao_sync::ids::DeviceId;
use bidao_sync::message::Message;
use bidao_sync::phone::Phone;
use bidao_tests::app::{device_row, public_key};
use bidao_tests::client::Client;
use bidao_tests::cluster;
use bidao_tests::measure::{spread, tree_cpu};
use flate2::{Compression, write::ZlibEncoder};
use p256::ecdsa::SigningKey;

/// Same district every time.
const SEED: u64 = 2015;
/// Bytes of entries a phone asks for at once, as the app does.
const PAGE: u64 = 128 * 1024;
/// Times a report is asked for.
const TIMES: usize = 7;

/// Seconds by the clock and of CPU.
struct Stopwatch {
    began: i64,
    cpu: f64,
}

impl Stopwatch {
    fn start() -> Self {
        Self { began: SystemClock.now(), cpu: tree_cpu(std::process::id()) }
    }

    fn seconds(&self) -> (f64, f64) {
        let wall = (SystemClock.now() - self.began).max(1) as f64 / 1000.0;
        (wall, tree_cpu(std::process::id()) - self.cpu)
    }
}

fn deflated(bytes: &[u8]) -> usize {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory").len()
}

fn import(stage: &Stage) {
    let watch = Stopwatch::start();
    let loaded = stage.load(|_| ()).expect("entered");
    let (wall, cpu) = watch.seconds();
    println!(
        "  import: {} records in {wall:.1} s ({:.0} a second), {cpu:.1} CPU s ({:.2} s per 1,000)",
        loaded.records,
        loaded.records as f64 / wall,
        cpu * 1000.0 / loaded.records as f64
    );
    println!(
        "          {} requests, {} batches, {} KB of changes",
        loaded.requests,
        loaded.batches,
        loaded.bytes / 1024
    );
}

/// A team member's new phone, and the whole exchange until it has everything of its village.
fn first_sync(stage: &Stage) {
    let villages =
        stage.district.places.villages.iter().enumerate().filter(|(_, village)| village.has_team());
    let (index, village) =
        villages.max_by_key(|(index, _)| stage.district.records(*index)).expect("a village with a team");
    let (member, app) = (village.workers[1].clone(), &stage.app);
    let (device, key) = (DeviceId(app.ctx.random()), SigningKey::from_slice(&app.ctx.random::<32>()));
    let row = device_row(&device.to_string(), &member.id, &public_key(&key.expect("a key")), app.ctx.now());
    app.db
        .write_blocking(move |tx| Ok((store::device::insert(tx, &row)?, Audit::default())))
        .expect("a device");
    let (asked, today) = (member.id.clone(), stage.on.to_string());
    let principal = Principal {
        person: member.id,
        name: member.name,
        account: member.account,
        session: "bench".into(),
        device: Some(device.to_string()),
        scope: app.db.read_blocking(move |tx| Scope::of(tx, &asked, &today)).expect("scope"),
    };
    let mut phone = Phone::new(device, app.ctx.random());
    let (mut requests, mut up, mut down, mut raw) = (0, 0, 0, 0);
    let (mut wall, mut cpu) = (0.0, 0.0);
    let whole = Stopwatch::start();
    loop {
        let request = phone.request(PAGE);
        up += deflated(&request.encode());
        let watch = Stopwatch::start();
        let answer = exchange(app, &principal, &request).expect("an answer");
        let bytes = answer.encode();
        let (seconds, spent) = watch.seconds();
        (wall, cpu, requests, raw) = (wall + seconds, cpu + spent, requests + 1, raw + bytes.len());
        down += deflated(&bytes);
        if !phone.receive(&request, &answer, app.ctx.random()).more {
            break;
        }
    }
    let records = phone.records().count();
    assert_eq!(records, stage.district.records(index), "the whole village");
    println!(
        "  first sync: {} households, {records} records in {requests} requests, {:.2} s of the server ({cpu:.2} CPU s), \
         {:.2} s with the phone's work",
        stage.district.houses[index].len(),
        wall,
        whole.seconds().0
    );
    println!("          {up} bytes up, {} KB down ({} KB before deflate)", down / 1024, raw / 1024);
}

fn surveys(stage: &Stage) {
    let watch = Stopwatch::start();
    let rounds = round::open(&stage.app, &stage.district, stage.on).expect("opened");
    let (wall, cpu) = watch.seconds();
    println!("  survey rounds: {} opened in {wall:.2} s ({cpu:.2} CPU s)", rounds.len());
    let watch = Stopwatch::start();
    let mut each: Vec<f64> = rounds
        .iter()
        .map(|id| {
            let watch = Stopwatch::start();
            let summary = round::summary(&stage.app, &stage.district, id, stage.on).expect("a summary");
            assert!(summary.identities.iter().all(|identity| identity.holds), "{:?}", summary.identities);
            watch.seconds().0 * 1000.0
        })
        .collect();
    let (wall, cpu) = watch.seconds();
    println!("  summary P1: ms a township, min / median / max: {}", spread(&mut each));
    println!("          all of the district: {wall:.2} s ({cpu:.2} CPU s)");
}

/// Over HTTP, as the desk asks.
fn registers(stage: &Stage) {
    let server = Background::start(stage.app.clone()).expect("listens");
    let client = desk(stage, &format!("http://{}", server.address));
    let town = &stage.district.places.townships[0].code;
    for (of, area) in [("the district", DISTRICT), ("a township", town)] {
        let path = format!("/api/v1/registers?area={area}&month={}", stage.on.month());
        let watch = Stopwatch::start();
        let (mut each, mut size) = (Vec::new(), 0);
        for _ in 0..TIMES {
            let watch = Stopwatch::start();
            let answer = client.get(&path);
            assert_eq!(answer.status, 200, "{}", answer.json());
            size = answer.body.len();
            each.push(watch.seconds().0 * 1000.0);
        }
        let cpu = watch.seconds().1 * 1000.0 / TIMES as f64;
        println!(
            "  GET /registers of {of}: ms, min / median / max: {} ({cpu:.0} CPU ms, {} KB)",
            spread(&mut each),
            size / 1024
        );
    }
    report::check(&stage.registers().expect("registers"), &stage.district.totals)
        .expect("the bulletin's totals");
}

fn desk(stage: &Stage, base: &str) -> Client {
    let (app, session) = (&stage.app, stage.app.ctx.id());
    let row = store::session::Row {
        id: session.clone(),
        account: stage.district.places.desks[0].account.clone(),
        device: None,
        public_key: vec![0; 65],
        started_at: app.ctx.now(),
        revoked_at: None,
    };
    app.db
        .write_blocking(move |tx| Ok((store::session::insert(tx, &row)?, Audit::default())))
        .expect("a session");
    let token = app.keys.sign(&Claims::new(&session, "bench", app.ctx.now())).expect("a token");
    Client::new(base).with_token(token)
}

fn measure(name: &str, location: Location, percent: u32) {
    let listen = ([127, 0, 0, 1], 0).into();
    let stage = Stage::set(location, Place::Temporary, listen, SEED, percent).expect("an empty database");
    let totals = &stage.district.totals;
    println!("{name}: {percent} % of the bulletin's district, {} households", totals.households());
    import(&stage);
    first_sync(&stage);
    surveys(&stage);
    registers(&stage);
}

fn main() {
    let percent = std::env::var("DISTRICT_PERCENT").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bidao.db");
    measure("SQLite (WAL, FULL)", Location::File(file.clone()), percent);
    let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
    println!("  database: {} MB", bytes / 1024 / 1024);
    measure("PostgreSQL", Location::Postgres(cluster::fresh_database()), percent);
}
