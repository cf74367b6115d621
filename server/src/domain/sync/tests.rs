//! Real phones of `bidao_sync` against the real exchange on SQLite in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::{Status, SyncResponse};
use bidao_sync::phone::{NewRecord, Phone};
use p256::ecdsa::signature::Signer;
use rand::SeedableRng;

use super::exchange;
use crate::app::App;
use crate::config::Config;
use crate::ctx::{Clock, Ctx};
use crate::domain::access::{Principal, Scope};
use crate::file_store::Place;
use crate::store::audit::{Audit, Chain};
use crate::store::{self, Location, record};

const VILLAGE: &str = "500114101001";
const START: i64 = 1_447_200_000_000;

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

struct World {
    app: App,
    clock: Arc<Hand>,
}

struct User {
    phone: Phone,
    key: p256::ecdsa::SigningKey,
    principal: Principal,
    items: u8,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(START)));
        let config = Config {
            database: Location::Memory,
            keys: store::vault::key::Source::Passing,
            files: Place::Temporary,
            listen: "127.0.0.1:0".parse().unwrap(),
            name: "t".into(),
        };
        let rng = rand::rngs::StdRng::seed_from_u64(1);
        let app = App::open(config, Ctx::new(clock.clone(), rng)).unwrap();
        app.db
            .write_blocking(|tx| {
                let area = |code: &str| store::area::Row {
                    code: code.into(),
                    name: code.into(),
                    level: "village".into(),
                    parent: None,
                };
                store::area::insert(tx, &area(VILLAGE))?;
                Ok(((), Audit::default()))
            })
            .unwrap();
        Self { app, clock }
    }

    fn user(&self, number: u8, role: Role) -> User {
        self.user_until(number, role, None)
    }

    fn user_until(&self, number: u8, role: Role, last: Option<String>) -> User {
        let key = p256::ecdsa::SigningKey::from_slice(&[number; 32]).unwrap();
        let device = DeviceId([number; 8]);
        let person = format!("{number:032x}");
        let (id, public) =
            (device.to_string(), key.verifying_key().to_encoded_point(false).as_bytes().to_vec());
        let (owner, today) = (person.clone(), Date::from_epoch_millis_shanghai(START).to_string());
        let scope = self
            .app
            .db
            .write_blocking(move |tx| {
                let name = format!("p{number}");
                store::person::insert(tx, &store::person::Row { id: owner.clone(), name, created_at: 0 })?;
                store::assignment::insert(
                    tx,
                    &store::assignment::Row {
                        id: owner.clone(),
                        person: owner.clone(),
                        role: store::assignment::role_key(role),
                        area: VILLAGE.into(),
                        valid_from: "2015-01-01".into(),
                        valid_to: last.clone(),
                    },
                )?;
                store::device::insert(
                    tx,
                    &store::device::Row {
                        id: id.clone(),
                        person: owner.clone(),
                        name: "phone".into(),
                        public_key: public.clone(),
                        state: "active".into(),
                        app_version: "1".into(),
                        enrolled_at: 0,
                        revoked_at: None,
                        last_sync_at: None,
                        unsynced: 0,
                    },
                )?;
                Ok((Scope::of(tx, &owner, &today)?, Audit::default()))
            })
            .unwrap();
        let principal = Principal {
            person,
            name: format!("p{number}"),
            account: format!("a{number}"),
            session: format!("s{number}"),
            device: Some(device.to_string()),
            scope,
        };
        User { phone: Phone::new(device, [1; 8]), key, principal, items: 0 }
    }

    fn row(&self, id: RecordId) -> record::Row {
        self.app.db.read_blocking(move |tx| record::find(tx, &id.to_string())).unwrap().unwrap()
    }

    fn verify(&self) {
        let chain = self.app.db.read_blocking(|tx| store::audit::verify(tx.conn)).unwrap();
        assert!(matches!(chain, Chain::Whole { entries } if entries > 0));
        let report = self.app.db.read_blocking(crate::domain::record::verify_all).unwrap();
        assert_eq!(report.broken, Vec::<String>::new());
    }
}

impl User {
    fn item(&mut self) -> ItemId {
        self.items += 1;
        let mut id = [self.items; 16];
        id[..8].copy_from_slice(&self.phone.actor().device().0);
        ItemId(id)
    }

    fn create(&mut self, id: RecordId, kind: &str, puts: &[Put]) {
        let form = forms::newest(kind).unwrap();
        let (form_id, containers, item) = (form.id(), form.containers(), self.item());
        let new = NewRecord { id, kind, form: &form_id, area: VILLAGE, containers: &containers, puts };
        self.phone.create_record(&new, item, START).unwrap();
    }

    fn edit(&mut self, id: RecordId, path: &str, value: impl Into<serde_json::Value>) {
        let item = self.item();
        self.phone.edit_record(id, &[Put::new(path, value)], item, START).unwrap();
    }

    fn submit(&mut self, id: RecordId) {
        let (item, heads) = (self.item(), self.phone.document(id).unwrap().heads());
        self.phone.command("submit", id, &heads, BTreeMap::new(), item).unwrap();
    }

    fn seal(&mut self) {
        let key = self.key.clone();
        let sign = |bytes: &[u8]| {
            let signature: p256::ecdsa::Signature = key.sign(bytes);
            signature.to_bytes().into()
        };
        while self.phone.seal(START, sign).is_some() {}
    }

    fn sync(&mut self, world: &World) -> SyncResponse {
        self.seal();
        let request = self.phone.request(1 << 20);
        let answer = exchange(&world.app, &self.principal, &request).unwrap();
        let received = self.phone.receive(&request, &answer, [9; 8]);
        if received.more { self.sync(world) } else { answer }
    }
}

fn household(user: &mut User, n: u8) -> RecordId {
    let id = RecordId([n; 16]);
    user.create(id, "household", &[Put::new("address", "青林村1组")]);
    id
}

fn statuses(answer: &SyncResponse) -> Vec<Status> {
    answer.receipts.iter().flat_map(|receipt| &receipt.items).map(|item| item.status).collect()
}

#[test]
fn what_one_phone_writes_another_reads() {
    let world = World::new();
    let (mut a, mut b) = (world.user(1, Role::TeamMember), world.user(2, Role::TeamMember));
    let id = household(&mut a, 7);
    a.submit(id);
    assert_eq!(statuses(&a.sync(&world)), [Status::Stored, Status::Done]);
    b.sync(&world);
    assert_eq!(b.phone.answers(id).unwrap(), a.phone.answers(id).unwrap());
    assert_eq!(b.phone.decision(id).unwrap().state, "submitted");
    assert_eq!(world.row(id).review, "submitted");
    assert!(b.sync(&world).entries.is_empty());
    world.verify();
}

#[test]
fn a_lost_answer_is_given_again_and_nothing_is_stored_twice() {
    let world = World::new();
    let mut a = world.user(1, Role::TeamMember);
    let id = household(&mut a, 7);
    a.seal();
    let request = a.phone.request(1 << 20);
    let first = exchange(&world.app, &a.principal, &request).unwrap();
    let second = exchange(&world.app, &a.principal, &request).unwrap();
    assert_eq!(first.receipts, second.receipts);
    assert_eq!(world.row(id).version, 1);
    a.phone.receive(&request, &second, [9; 8]);
    assert_eq!(a.phone.unsynced(), 0);
    world.verify();
}

#[test]
fn different_values_of_a_field_that_asks_open_a_conflict_and_a_later_value_settles_it() {
    let world = World::new();
    let (mut a, mut b) = (world.user(1, Role::TeamMember), world.user(2, Role::TeamMember));
    let ask =
        forms::newest("household").unwrap().ask_paths().into_iter().find(|path| !path.contains('/')).unwrap();
    let id = household(&mut a, 7);
    a.sync(&world);
    b.sync(&world);
    a.edit(id, &ask, "x");
    b.edit(id, &ask, "y");
    b.edit(id, "phone", "13800000000");
    a.sync(&world);
    b.sync(&world);
    assert_eq!(world.row(id).conflicts, 1);
    a.sync(&world);
    a.edit(id, &ask, "y");
    a.sync(&world);
    assert_eq!(world.row(id).conflicts, 0);
    b.sync(&world);
    assert_eq!(a.phone.answers(id).unwrap(), b.phone.answers(id).unwrap());
    world.verify();
}

#[test]
fn edits_and_submissions_that_arrive_before_what_they_depend_on_wait_for_it() {
    let world = World::new();
    let mut a = world.user(1, Role::TeamMember);
    let id = household(&mut a, 7);
    a.seal();
    a.edit(id, "phone", "13800000000");
    a.submit(id);
    a.seal();
    let mut request = a.phone.request(1 << 20);
    let first = request.push.remove(0);
    let held = exchange(&world.app, &a.principal, &request).unwrap();
    assert_eq!(statuses(&held), [Status::Held, Status::Held]);
    let later = request.push.remove(0);
    request.push = vec![first, later];
    let answer = exchange(&world.app, &a.principal, &request).unwrap();
    assert_eq!(statuses(&answer), [Status::Stored, Status::Stored, Status::Done]);
    assert_eq!((world.row(id).version, world.row(id).review.as_str()), (2, "submitted"));
    world.verify();
}

#[test]
fn work_of_a_revoked_phone_is_kept_apart() {
    let world = World::new();
    let mut a = world.user(1, Role::TeamMember);
    let (device, person) = (a.principal.device.clone().unwrap(), a.principal.person.clone());
    let db = &world.app.db;
    db.write_blocking(move |tx| Ok((store::device::revoke(tx, &device, 5)?, Audit::default()))).unwrap();
    let id = household(&mut a, 7);
    assert_eq!(statuses(&a.sync(&world)), [Status::Quarantined]);
    let kept =
        db.read_blocking(move |tx| store::quarantine::list(tx, std::slice::from_ref(&person), 10)).unwrap();
    assert_eq!((kept.len(), kept[0].0.code.as_str()), (1, "device_revoked"));
    assert!(!kept[0].0.payload.is_empty());
    assert!(db.read_blocking(move |tx| record::find(tx, &id.to_string())).unwrap().is_none());
}

#[test]
fn a_phone_reads_page_by_page_and_misses_nothing() {
    let world = World::new();
    let (mut a, mut b) = (world.user(1, Role::TeamMember), world.user(2, Role::TeamMember));
    for n in 10..40 {
        household(&mut a, n);
    }
    a.sync(&world);
    for n in 10..40 {
        a.edit(RecordId([n; 16]), "phone", format!("138000000{n}"));
    }
    a.sync(&world);
    let mut pages = 0;
    loop {
        pages += 1;
        let request = b.phone.request(2000);
        let answer = exchange(&world.app, &b.principal, &request).unwrap();
        if !b.phone.receive(&request, &answer, [9; 8]).more {
            break;
        }
    }
    assert!(pages > 3, "{pages} pages");
    assert_eq!(b.phone.records().count(), 30);
    for n in 10..40 {
        let id = RecordId([n; 16]);
        assert_eq!(b.phone.answers(id).unwrap(), a.phone.answers(id).unwrap());
    }
}

#[test]
fn a_cursor_from_a_lost_future_is_read_again_from_the_start() {
    let world = World::new();
    let mut a = world.user(1, Role::TeamMember);
    household(&mut a, 7);
    a.sync(&world);
    let mut request = a.phone.request(1 << 20);
    let grant = format!("a:{VILLAGE}");
    request.cursors.insert(grant.clone(), bidao_sync::message::Cursor(1, bidao_sync::ids::Chain([5; 8])));
    request.cursors.insert("a:500114101009".into(), bidao_sync::message::Cursor::START);
    let answer = exchange(&world.app, &a.principal, &request).unwrap();
    assert_eq!(answer.rewound, [grant]);
    assert_eq!(answer.revoked, ["a:500114101009"]);
    assert_eq!(answer.entries.len(), 1);
}

#[test]
fn a_leader_approves_what_was_seen_and_a_later_edit_makes_it_wait_again() {
    let world = World::new();
    let (mut a, mut leader) = (world.user(1, Role::TeamMember), world.user(3, Role::TeamLeader));
    let id = household(&mut a, 7);
    a.submit(id);
    a.sync(&world);
    leader.sync(&world);
    let heads = leader.phone.document(id).unwrap().heads();
    let (early, late) = (leader.item(), leader.item());
    leader.phone.command("approve", id, &heads, BTreeMap::new(), early).unwrap();
    assert_eq!(statuses(&leader.sync(&world)), [Status::Done]);
    a.sync(&world);
    a.edit(id, "phone", "13800000000");
    a.sync(&world);
    assert_eq!(world.row(id).review, "changed");
    leader.phone.command("approve", id, &heads, BTreeMap::new(), late).unwrap();
    assert_eq!(statuses(&leader.sync(&world)), [Status::Stale]);
    assert_eq!(leader.phone.decision(id).unwrap().state, "changed");
    assert_eq!(world.clock.now(), START);
    world.verify();
}

#[test]
fn a_made_up_area_is_not_written_to_however_it_begins() {
    let world = World::new();
    let mut a = world.user(1, Role::TeamMember);
    let (form, item) = (forms::newest("household").unwrap(), a.item());
    let (form_id, containers, area) = (form.id(), form.containers(), format!("{VILLAGE}7"));
    let id = RecordId([8; 16]);
    let puts = [Put::new("note\0", "a\0b")];
    let new = NewRecord {
        id,
        kind: "household",
        form: &form_id,
        area: &area,
        containers: &containers,
        puts: &puts,
    };
    a.phone.create_record(&new, item, START).unwrap();
    assert_eq!(statuses(&a.sync(&world)), [Status::Quarantined]);
}

#[test]
fn work_done_under_a_grant_counts_after_it_ended_until_the_window_closes() {
    let world = World::new();
    let last = Date::from_epoch_millis_shanghai(START).to_string();
    let mut a = world.user_until(1, Role::TeamMember, Some(last));
    let id = household(&mut a, 7);
    a.sync(&world);
    a.edit(id, "phone", "13800000001");
    a.submit(id);
    let day = 86_400_000;
    world.clock.0.fetch_add(2 * day, Ordering::SeqCst);
    assert_eq!(statuses(&a.sync(&world)), [Status::Stored, Status::Done]);
    a.edit(id, "phone", "13800000002");
    world.clock.0.fetch_add(40 * day, Ordering::SeqCst);
    assert_eq!(statuses(&a.sync(&world)), [Status::Quarantined]);
    world.verify();
}
