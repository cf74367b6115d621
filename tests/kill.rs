//! kill -9 under load, fifty times on each database: what was acknowledged is there afterwards.
#![allow(clippy::print_stdout, reason = "says how much was acknowledged")]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};

use bidao_schema::api::person::Role;
use bidao_schema::forms;
use bidao_server::ctx::{Clock, SystemClock};
use bidao_server::store::{Location, schema};
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::{BatchManifest, Item, Message, Status, SyncResponse};
use bidao_sync::phone::{NewRecord, Phone};
use bidao_tests::app::{TestApp, TestPhone, VILLAGE};
use bidao_tests::client::Client;
use bidao_tests::cluster;
use bidao_tests::process::{Process, binary, keys, url_of};
use diesel::{QueryDsl, RunQueryDsl};
use p256::ecdsa::{Signature, signature::Signer};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};

/// How often the server dies.
const KILLS: usize = 50;
/// Phones that never stop sending.
const PHONES: usize = 4;

/// What the phones and the killer share.
#[derive(Default)]
struct Field {
    /// Where the server of this life listens; none while it is dead for good.
    url: String,
    /// Counts lives.
    life: usize,
    /// Changes some phone holds a receipt for.
    acknowledged: BTreeSet<String>,
    over: bool,
}

type Shared = Arc<(Mutex<Field>, Condvar)>;

/// A phone that makes visits and sends them until it is over.
fn work(phone: &TestPhone, field: &Shared, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut engine = Phone::new(DeviceId(phone.device), rng.random());
    let form = forms::newest("visit").expect("built in");
    let (containers, form_id) = (form.containers(), form.id());
    let mut life = 0;
    loop {
        let url = {
            let (lock, changed) = &**field;
            let mut now = lock.lock().expect("lock");
            // After a failed request, wait for the next life.
            while now.life == life && !now.over {
                now = changed.wait(now).expect("wait");
            }
            if now.over {
                return;
            }
            life = now.life;
            now.url.clone()
        };
        let client = phone.client.at(&url);
        while visit_and_send(&mut engine, phone, &client, (&containers, &form_id), &mut rng, field) {}
    }
}

/// One visit, one request; false when no answer came.
fn visit_and_send(
    engine: &mut Phone,
    phone: &TestPhone,
    client: &Client,
    form: (&[&str], &str),
    rng: &mut StdRng,
    field: &Shared,
) -> bool {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    let puts = [
        Put::new("occurred_on", "2026-11-20"),
        Put::new("what_household_said", format!("{:x}", rng.next_u64())),
    ];
    let record = NewRecord {
        id: RecordId(bytes),
        kind: "visit",
        form: form.1,
        area: VILLAGE,
        containers: form.0,
        puts: &puts,
    };
    engine.create_record(&record, ItemId(rng.random()), SystemClock.now()).expect("a new record");
    engine.seal(SystemClock.now(), |text| {
        let signature: Signature = phone.key.sign(text);
        signature.to_bytes().into()
    });
    let carried: Vec<BatchManifest> = engine
        .sealed()
        .iter()
        .map(|batch| BatchManifest::decode(&batch.manifest).expect("own manifest"))
        .collect();
    let request = engine.request(1 << 16);
    let Ok(answer) =
        client.try_send("POST", "/api/v1/sync", &[("content-type", "application/cbor")], &request.encode())
    else {
        return false;
    };
    if answer.status == 503 {
        return true;
    }
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let answer = SyncResponse::decode(&answer.body).expect("an answer");
    let stored: BTreeSet<ItemId> = answer
        .receipts
        .iter()
        .flat_map(|receipt| &receipt.items)
        .filter(|item| matches!(item.status, Status::Stored | Status::Duplicate))
        .map(|item| item.id)
        .collect();
    let items = carried.into_iter().flat_map(|manifest| manifest.items);
    let hashes = items.filter(|item| stored.contains(&item.id())).flat_map(|item| match item {
        Item::Edit(edit) => edit.changes,
        Item::Command(_) => Vec::new(),
    });
    let (lock, changed) = &**field;
    lock.lock().expect("lock").acknowledged.extend(hashes.map(|hash| hash.to_string()));
    changed.notify_all();
    engine.receive(&request, &answer, rng.random());
    true
}

/// Starts the server, lets some visits be acknowledged, kills it; again and again.
fn kill_often(location: &Location, field: &Shared, rng: &mut StdRng) {
    let (lock, changed) = &**field;
    for _ in 0..KILLS {
        let process = Process::serve(location);
        let enough = {
            let mut now = lock.lock().expect("lock");
            now.url = process.url.clone();
            now.life += 1;
            now.acknowledged.len() + rng.random_range(1..12)
        };
        changed.notify_all();
        let mut now = lock.lock().expect("lock");
        while now.acknowledged.len() < enough {
            now = changed.wait(now).expect("wait");
        }
        drop(now);
        process.kill();
    }
    lock.lock().expect("lock").over = true;
    changed.notify_all();
}

fn nothing_acknowledged_is_missing(location: Location) {
    let app = TestApp::without_server(location.clone(), SystemClock.now());
    let field = Shared::default();
    let workers: Vec<_> = (0..PHONES)
        .map(|number| {
            let phone = app.phone(&app.person("队员", Role::TeamMember, VILLAGE));
            let field = Arc::clone(&field);
            std::thread::spawn(move || work(&phone, &field, number as u64))
        })
        .collect();
    kill_often(&location, &field, &mut StdRng::seed_from_u64(9));
    for worker in workers {
        worker.join().expect("a phone's thread ends");
    }
    let acknowledged = field.0.lock().expect("lock").acknowledged.clone();
    let stored: Vec<String> = app
        .app
        .db
        .read_blocking(|tx| Ok(schema::change::table.select(schema::change::hash).load(tx.conn)?))
        .expect("read");
    let stored: BTreeSet<String> = stored.into_iter().collect();
    let missing: Vec<_> = acknowledged.difference(&stored).collect();
    println!("{KILLS} kills, {} changes acknowledged, {} stored", acknowledged.len(), stored.len());
    println!("proof: kills={KILLS} acknowledged={} lost={}", acknowledged.len(), missing.len());
    assert!(missing.is_empty(), "acknowledged and gone: {missing:?}");
    assert!(acknowledged.len() >= KILLS);
    let mut verify = Command::new(binary());
    verify.arg("verify").env("BIDAO_DATABASE_URL", url_of(&location)).envs(keys(&location));
    let verified = verify.status();
    assert!(verified.is_ok_and(|status| status.success()), "bidao verify finds a fault");
}

#[test]
fn sqlite_survives_fifty_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    nothing_acknowledged_is_missing(Location::File(folder.path().join("bidao.db")));
}

#[test]
fn postgres_survives_fifty_kills() {
    nothing_acknowledged_is_missing(Location::Postgres(cluster::fresh_database()));
}
