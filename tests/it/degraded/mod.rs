//! A server that loses what it stands on: it says what is missing, acknowledges nothing it cannot keep, and goes on by itself
//! when it is back.

mod clock;
mod database;
mod disk;
mod files;

use std::collections::BTreeSet;
use std::process::Command;

use bidao_schema::api::person::Role;
use bidao_server::store::{Location, schema};
use bidao_sync::document::Put;
use bidao_sync::ids::{ItemId, RecordId};
use bidao_sync::message::{BatchManifest, Item, Message, Status, SyncRequest, SyncResponse};
use bidao_tests::app::TestApp;
use bidao_tests::client::{Answer, Client};
use bidao_tests::process::{binary, keys, url_of};
use diesel::{QueryDsl, RunQueryDsl};

use crate::api::cadre::Cadre;

/// Bytes of noise in a record, so that a disk fills soon.
const NOISE: usize = 512;

/// A cadre at work, and what they hold receipts for.
pub struct Worker {
    pub cadre: Cadre,
    /// Records they made.
    pub made: Vec<RecordId>,
    /// Hashes of changes.
    pub acknowledged: BTreeSet<String>,
}

impl Worker {
    pub fn new(app: &TestApp, name: &str) -> Self {
        Self {
            cadre: Cadre::new(app, name, Role::TeamMember),
            made: Vec::new(),
            acknowledged: BTreeSet::new(),
        }
    }

    /// One more household, offered with everything that waits.
    pub fn work(&mut self, app: &TestApp, url: &str) -> Answer {
        let noise = bidao_sync::ids::to_hex(&app.app.ctx.random::<NOISE>());
        self.made.push(self.cadre.create(app, "household", &[Put::new("address", noise)]));
        self.offer(app, url)
    }

    /// Offers what waits; what the answer acknowledges is noted.
    pub fn offer(&mut self, app: &TestApp, url: &str) -> Answer {
        self.cadre.seal(app);
        let sealed = self.cadre.phone.sealed();
        let carried: Vec<BatchManifest> =
            sealed.iter().map(|batch| BatchManifest::decode(&batch.manifest).expect("own")).collect();
        let request = self.cadre.phone.request(1 << 20);
        let client = self.cadre.hardware.client.at(url);
        let headers = [("content-type", "application/cbor")];
        let answer = client.send("POST", "/api/v1/sync", &headers, &request.encode());
        if answer.status == 200 {
            self.hear(app, &request, &answer, carried);
        }
        answer
    }

    fn hear(&mut self, app: &TestApp, request: &SyncRequest, answer: &Answer, carried: Vec<BatchManifest>) {
        let answer = SyncResponse::decode(&answer.body).expect("an answer");
        let receipts = answer.receipts.iter().flat_map(|receipt| &receipt.items);
        let stored: BTreeSet<ItemId> = receipts
            .filter(|item| matches!(item.status, Status::Stored | Status::Duplicate))
            .map(|item| item.id)
            .collect();
        let items = carried.into_iter().flat_map(|manifest| manifest.items);
        let hashes = items.filter(|item| stored.contains(&item.id())).flat_map(|item| match item {
            Item::Edit(edit) => edit.changes,
            Item::Command(_) => Vec::new(),
        });
        self.acknowledged.extend(hashes.map(|hash| hash.to_string()));
        self.cadre.phone.receive(request, &answer, app.app.ctx.random());
    }

    /// Whether something is not acknowledged yet.
    pub fn waits(&self) -> bool {
        !self.cadre.phone.sealed().is_empty()
    }
}

/// What is acknowledged is there, whole, and told to others.
pub fn nothing_is_lost(app: &TestApp, url: &str, workers: &[&Worker]) {
    let stored: Vec<String> = app
        .app
        .db
        .read_blocking(|tx| Ok(schema::change::table.select(schema::change::hash).load(tx.conn)?))
        .expect("read");
    let stored: BTreeSet<String> = stored.into_iter().collect();
    let mut other = Worker::new(app, "另一人");
    while {
        let before = other.cadre.phone.request(1 << 20).encode();
        assert_eq!(other.offer(app, url).status, 200);
        other.cadre.phone.request(1 << 20).encode() != before
    } {}
    for worker in workers {
        let missing: Vec<_> = worker.acknowledged.difference(&stored).collect();
        assert!(missing.is_empty(), "acknowledged and gone: {missing:?}");
        assert!(!worker.waits(), "something was never acknowledged");
        for id in &worker.made {
            let (own, told) = (worker.cadre.phone.answers(*id), other.cadre.phone.answers(*id));
            assert_eq!(own.expect("own"), told.expect("acknowledged, and told to nobody"));
        }
    }
    verify(app.app.db.location());
}

/// `bidao verify` finds nothing wrong; what it says.
pub fn verify(location: &Location) -> String {
    let mut verify = Command::new(binary());
    verify.args(["verify", "--checksum"]).env("BIDAO_DATABASE_URL", url_of(location)).envs(keys(location));
    let said = verify.output().expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success(), "{text}");
    text
}

/// What `/readyz` says: its status, and the cause of each part that is not well.
pub fn readiness(url: &str) -> (u16, Vec<String>) {
    let answer = Client::new(url).get("/readyz");
    let document = answer.json();
    let parts = document["parts"].as_array().expect("parts");
    let names: Vec<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
    assert_eq!(names, ["database", "files", "space", "clock"]);
    let causes = parts.iter().filter(|part| part["state"] != "ok").map(|part| {
        for words in ["reason", "advice"] {
            assert!(part[words]["zh"].is_string() && part[words]["en"].is_string(), "{part}");
        }
        part["cause"].as_str().expect("a cause").to_owned()
    });
    let causes = causes.collect();
    assert_eq!(
        (document["ready"] == true, answer.code()),
        match answer.status {
            200 => (true, String::new()),
            _ => (false, "unavailable".to_owned()),
        }
    );
    (answer.status, causes)
}

/// Asks `/readyz` until it says so. Asking again and again is not waiting for time.
pub fn until_ready(url: &str, expected: (u16, &[&str])) {
    let mut last = None;
    let found = (0..100_000).any(|_| {
        let (status, mut causes) = readiness(url);
        // The disk of whoever runs the tests may be nearly full: that is not what is asked here.
        causes.retain(|cause| cause != "space_low");
        let said = (status, causes);
        let is_it = said.0 == expected.0 && said.1 == expected.1;
        last = Some(said);
        is_it
    });
    assert!(found, "{last:?} instead of {expected:?}");
}

/// A refusal that says what to do: try again later.
pub fn try_again(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code));
    let again: Option<u32> = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
    assert!(again.is_some_and(|seconds| seconds > 0), "{:?}", answer.headers);
}
