//! What a visit costs: bytes on the wire and CPU seconds of the whole exchange (verify, gate, merge, project,
//! durable on disk), batched as phones do, and whether the tenth thousand costs what the first cost.
//!
//! `cargo x bench`. CPU seconds are this process's user + system time from /proc, so an idle machine is not
//! needed; the phones' own work is measured apart and taken off.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::io::Write as _;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::exchange;
use bidao_server::store::Location;
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::{Message, Status, SyncRequest};
use bidao_sync::phone::{NewRecord, Phone};
use bidao_tests::app::{TestApp, TestPhone, VILLAGE};
use bidao_tests::clock::START;
use bidao_tests::cluster;
use flate2::{Compression, write::ZlibEncoder};
use p256::ecdsa::{Signature, signature::Signer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Visits of one day and one request.
const BATCH: usize = 15;
/// Visits measured at a time.
const ROUND: usize = 990;
/// Rounds: the last is compared with the first.
const ROUNDS: usize = 5;

/// User and system seconds of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}

fn deflated(bytes: &[u8]) -> usize {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory").len()
}

fn day(engine: &mut Phone, phone: &TestPhone, rng: &mut StdRng) -> Vec<u8> {
    let form = forms::newest("visit").expect("built in");
    let (containers, form_id) = (form.containers(), form.id());
    for _ in 0..BATCH {
        let household = RecordId(rng.random());
        let puts = [
            Put::new("household", household.to_string()),
            Put::new("trip", RecordId(rng.random()).to_string()),
            Put::new("visit_type", "routine"),
            Put::new("occurred_on", "2015-11-20"),
            Put::new("start_at", "09:10"),
            Put::new("met", "head"),
            Put::new("activity_types", "policy opinion"),
            Put::new("topics", "medical industry"),
            Put::new("what_household_said", format!("卖了{}头猪，孙子学费还差一些", rng.random_range(1..9))),
            Put::new("household_confirmation", "declined"),
            Put::new("location_mode", "none"),
        ];
        let record = NewRecord {
            id: RecordId(rng.random()),
            kind: "visit",
            form: &form_id,
            area: VILLAGE,
            containers: &containers,
            puts: &puts,
        };
        engine.create_record(&record, ItemId(rng.random()), START).expect("a new record");
    }
    engine.seal(START, |text| {
        let signature: Signature = phone.key.sign(text);
        signature.to_bytes().into()
    });
    engine.request(1 << 20).encode()
}

struct Figures {
    cpu: f64,
    up: usize,
    down: usize,
}

fn round(
    app: &TestApp,
    principal: &Principal,
    phone: &TestPhone,
    engine: &mut Phone,
    rng: &mut StdRng,
) -> Figures {
    let mut figures = Figures { cpu: 0.0, up: 0, down: 0 };
    for _ in 0..ROUND / BATCH {
        let request = day(engine, phone, rng);
        figures.up += deflated(&request);
        let began = cpu_seconds();
        let request = SyncRequest::decode(&request).expect("own request");
        let answer = exchange(&app.app, principal, &request).expect("stored");
        let bytes = answer.encode();
        figures.cpu += cpu_seconds() - began;
        figures.down += deflated(&bytes);
        assert!(answer.receipts.iter().flat_map(|r| &r.items).all(|item| item.status == Status::Stored));
        engine.receive(&request, &answer, rng.random());
    }
    figures
}

fn measure(name: &str, location: Location) {
    let app = TestApp::without_server(location, START);
    let person = app.person("队员", Role::TeamMember, VILLAGE);
    let phone = app.phone(&person);
    let (asked, today) = (person.id.clone(), Date::from_epoch_millis_shanghai(START).to_string());
    let principal = Principal {
        person: person.id.clone(),
        name: person.name.clone(),
        account: person.account.clone(),
        session: "bench".into(),
        device: Some(DeviceId(phone.device).to_string()),
        scope: app.app.db.read_blocking(move |tx| Scope::of(tx, &asked, &today)).expect("scope"),
    };
    let mut rng = StdRng::seed_from_u64(15);
    let mut engine = Phone::new(DeviceId(phone.device), rng.random());
    let rounds: Vec<Figures> =
        (0..ROUNDS).map(|_| round(&app, &principal, &phone, &mut engine, &mut rng)).collect();
    let mut cpus: Vec<f64> = rounds.iter().map(|figures| figures.cpu * 1000.0 / ROUND as f64).collect();
    let (first, last) = (cpus[0], cpus[ROUNDS - 1]);
    cpus.sort_by(f64::total_cmp);
    let bytes = |part: fn(&Figures) -> usize| rounds.iter().map(part).sum::<usize>() / (ROUND * ROUNDS);
    println!("{name}: {} visits, {BATCH} a request", ROUND * ROUNDS);
    println!(
        "  CPU s per 1,000 visits, min / median / max: {:.2} / {:.2} / {:.2}",
        cpus[0],
        cpus[ROUNDS / 2],
        cpus[ROUNDS - 1]
    );
    println!("  last round against the first: {:.2} ×", last / first);
    println!("  bytes a visit, deflated: {} up, {} down", bytes(|f| f.up), bytes(|f| f.down));
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    measure("SQLite (WAL, FULL)", Location::File(folder.path().join("bidao.db")));
    // The database's own processes are not counted here.
    measure("PostgreSQL (this process only)", Location::Postgres(cluster::fresh_database()));
}
