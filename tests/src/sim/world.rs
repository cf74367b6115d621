//! The world of one seed: a server, phones in two villages, a line with faults, and what people do.

use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::{Clock, Ctx};
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::exchange;
use bidao_server::file_store::Place;
use bidao_server::store::{self, Location, audit::Audit};
use bidao_sync::document::Put;
use bidao_sync::ids::{ItemId, RecordId};
use bidao_sync::message::{Message, SyncRequest, SyncResponse};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};

use super::faults::Faults;
use super::ledger::Ledger;
use super::phone::SimPhone;
use super::trace::Trace;
use crate::app::{FAR_VILLAGE, VILLAGE, insert_areas, public_key};
use crate::clock::{DAY, MINUTE, START, TestClock};

/// Answers of a good line, in bytes.
const LARGE_ANSWER: u64 = 1 << 20;
/// Answers of a bad line.
const SMALL_ANSWER: u64 = 2_000;

/// Fields of a household that people write in the simulation: of both merge policies.
const FIELDS: [&str; 6] = ["phone", "address", "access_note", "main_cause", "severity", "severity_reason"];

/// Everything that exists in one run.
pub struct World {
    /// The server.
    pub app: App,
    /// The phones.
    pub phones: Vec<SimPhone>,
    /// What is true.
    pub ledger: Ledger,
    /// What happened.
    pub trace: Trace,
    pub(super) clock: TestClock,
    pub(super) rng: StdRng,
    faults: Faults,
    /// Requests whose copies are still under way.
    late_requests: Vec<(usize, Vec<u8>)>,
    /// Answers that have not arrived yet.
    late_answers: Vec<(usize, SyncResponse)>,
    written: u32,
}

impl World {
    /// A world from its seed: two to five phones in one village, one of them its leader's, and one elsewhere.
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let clock = TestClock::at(START);
        let ctx = Ctx::new(Arc::new(clock.clone()), StdRng::seed_from_u64(seed ^ 0x5eed));
        let config = Config {
            database: Location::Memory,
            files: Place::Temporary,
            listen: ([127, 0, 0, 1], 0).into(),
            name: "sim".into(),
        };
        let app = App::open(config, ctx).expect("a server in memory opens");
        app.db.write_blocking(|tx| Ok((insert_areas(tx)?, Audit::default()))).expect("areas");
        let members = rng.random_range(2..=5);
        let mut world = Self {
            faults: Faults::draw(&mut rng),
            app,
            phones: Vec::new(),
            ledger: Ledger::default(),
            trace: Trace::default(),
            clock,
            rng,
            late_requests: Vec::new(),
            late_answers: Vec::new(),
            written: 0,
        };
        world.enrol("leader", Role::TeamLeader, VILLAGE);
        for number in 1..=members {
            world.enrol(&format!("member{number}"), Role::TeamMember, VILLAGE);
        }
        world.enrol("stranger", Role::TeamMember, FAR_VILLAGE);
        world.trace.tell(format!("{members} members, {:?}", world.faults));
        world
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    fn enrol(&mut self, name: &str, role: Role, village: &str) {
        let (person, assignment) = (self.app.ctx.id(), self.app.ctx.id());
        let key = loop {
            if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&self.bytes::<32>()) {
                break key;
            }
        };
        let (device, fresh) = (self.bytes::<8>(), self.bytes::<8>());
        // One phone in four believes to live in another year.
        let skew = if self.rng.random_bool(0.25) { self.rng.random_range(-9000..9000) * DAY } else { 0 };
        let phone =
            SimPhone::new((person.clone(), name.to_owned()), village, device, key.clone(), fresh, skew);
        let (id, named, area, point) =
            (phone.device.clone(), name.to_owned(), village.to_owned(), public_key(&key));
        let now = self.clock.now();
        let written = self.app.db.write_blocking(move |tx| {
            store::person::insert(
                tx,
                &store::person::Row { id: person.clone(), name: named.clone(), created_at: now },
            )?;
            let row = store::assignment::Row {
                id: assignment.clone(),
                person: person.clone(),
                role: store::assignment::role_key(role),
                area: area.clone(),
                valid_from: crate::app::SINCE.into(),
                valid_to: None,
            };
            store::assignment::insert(tx, &row)?;
            let row = crate::app::device_row(&id, &person, &point, now);
            store::device::insert(tx, &row)?;
            Ok(((), Audit::default()))
        });
        written.expect("a phone can be enrolled");
        self.phones.push(phone);
    }

    /// One thing happens.
    pub fn step(&mut self) -> Result<(), String> {
        self.clock.advance(self.rng.random_range(1..90) * MINUTE);
        let who = self.rng.random_range(0..self.phones.len());
        match self.rng.random_range(0..100) {
            0..12 => self.new_household(who)?,
            12..43 => self.edit_household(who)?,
            43..50 => self.sign(who)?,
            50..58 => self.day_in_the_village(who)?,
            58..64 => self.ask(who)?,
            64..66 => self.write_elsewhere(who)?,
            66..70 => return self.deliver_late(),
            _ => return self.sync(who),
        }
        self.save_or_crash(who)
    }

    fn save_or_crash(&mut self, who: usize) -> Result<(), String> {
        if self.rng.random_bool(self.faults.crash) {
            self.trace.tell(format!("{} dies before saving", self.phones[who].name));
            return self.phones[who].crash();
        }
        self.phones[who].save(&mut self.ledger);
        Ok(())
    }

    fn value(&mut self) -> String {
        self.written += 1;
        format!("w{}", self.written)
    }

    pub(super) fn household(&mut self, who: usize) -> Option<RecordId> {
        let engine = &self.phones[who].engine;
        let households: Vec<RecordId> = engine
            .records()
            .filter(|id| engine.about(*id).is_ok_and(|(kind, _, _)| kind == "household"))
            .collect();
        households.choose(&mut self.rng).copied()
    }

    fn create(&mut self, who: usize, kind: &str, puts: &[Put]) -> Result<RecordId, String> {
        let form = forms::newest(kind).ok_or("a built-in form is missing")?;
        let (id, item) = (RecordId(self.bytes()), ItemId(self.bytes()));
        let now = self.clock.now();
        self.phones[who].create(form, id, item, puts, now)?;
        self.trace.tell(format!("{} makes {kind} {id}", self.phones[who].name));
        Ok(id)
    }

    pub(super) fn new_household(&mut self, who: usize) -> Result<(), String> {
        let puts = [Put::new("address", self.value()), Put::new("main_cause", self.value())];
        self.create(who, "household", &puts).map(drop)
    }

    fn edit_household(&mut self, who: usize) -> Result<(), String> {
        let Some(id) = self.household(who) else { return self.new_household(who) };
        let value = self.value();
        let put = if self.rng.random_bool(0.25) {
            // A new member, or a known one's name.
            let answers = self.phones[who].engine.answers(id).map_err(|error| error.to_string())?;
            let known = answers["members"].as_object().and_then(|members| members.keys().next().cloned());
            let member = match known {
                Some(known) if self.rng.random_bool(0.5) => known,
                _ => RecordId(self.bytes()).to_string(),
            };
            Put::new(format!("members/{member}/name"), value)
        } else {
            Put::new(*FIELDS.choose(&mut self.rng).ok_or("no fields")?, value)
        };
        let (item, now) = (ItemId(self.bytes()), self.clock.now());
        self.trace.tell(format!("{} writes {} = {} in {id}", self.phones[who].name, put.path, put.value));
        self.phones[who].edit(id, item, &[put], now)
    }

    fn day_in_the_village(&mut self, who: usize) -> Result<(), String> {
        let date = Date::from_epoch_millis_shanghai(self.clock.now()).to_string();
        let (person, village) = (self.phones[who].person.clone(), self.phones[who].village.clone());
        let trip = [
            Put::new("person", person.clone()),
            Put::new("village_code", village.clone()),
            Put::new("occurred_on", date.clone()),
            Put::new("note", self.value()),
        ];
        let trip = self.create(who, "trip", &trip)?;
        let Some(household) = self.household(who) else { return Ok(()) };
        let visit = [
            Put::new("household", household.to_string()),
            Put::new("trip", trip.to_string()),
            Put::new("occurred_on", date),
            Put::new("what_household_said", self.value()),
        ];
        self.create(who, "visit", &visit).map(drop)
    }

    /// Members submit, the leader approves or returns.
    fn ask(&mut self, who: usize) -> Result<(), String> {
        let Some(id) = self.household(who) else { return Ok(()) };
        let heads = self.phones[who].engine.document(id).map_err(|error| error.to_string())?.heads();
        let mut arguments = std::collections::BTreeMap::new();
        let name = match (who, self.rng.random_bool(0.5)) {
            (0, true) => "approve",
            (0, false) => {
                arguments.insert("remark".to_owned(), "请核实".into());
                "return"
            }
            _ => "submit",
        };
        let item = ItemId(self.bytes());
        self.trace.tell(format!("{} asks to {name} {id}", self.phones[who].name));
        self.phones[who].engine.command(name, id, &heads, arguments, item).map_err(|error| error.to_string())
    }

    /// Somebody writes into a village that is not theirs: it must not be stored there.
    fn write_elsewhere(&mut self, who: usize) -> Result<(), String> {
        let own = self.phones[who].village.clone();
        let other = if own == VILLAGE { FAR_VILLAGE } else { VILLAGE };
        other.clone_into(&mut self.phones[who].village);
        let puts = [Put::new("address", self.value())];
        let made = self.create(who, "household", &puts);
        self.phones[who].village = own;
        self.ledger.foreign.insert(made?);
        Ok(())
    }

    /// One attempt to sync, as the line allows; a good one goes on while there is more.
    fn sync(&mut self, who: usize) -> Result<(), String> {
        let now = self.clock.now();
        self.phones[who].seal(now, &mut self.ledger)?;
        // What is sent must be saved before: else a crash would use its sequence numbers again.
        self.phones[who].save(&mut self.ledger);
        let most = if self.rng.random_bool(self.faults.small_answers) { SMALL_ANSWER } else { LARGE_ANSWER };
        for _ in 0..200 {
            let request = self.phones[who].engine.request(most).encode();
            let Some(answer) = self.send(who, request)? else { return Ok(()) };
            if self.rng.random_bool(self.faults.delay_answer) {
                self.trace.tell(format!("the answer to {} is slow", self.phones[who].name));
                self.late_answers.push((who, answer));
                return Ok(());
            }
            if !self.take(who, &answer)? {
                return Ok(());
            }
        }
        Err(format!("{} is told that there is more without end", self.phones[who].name))
    }

    fn take(&mut self, who: usize, answer: &SyncResponse) -> Result<bool, String> {
        let fresh = self.bytes();
        // Acknowledgements count only once saved: a crash takes them back together with the rest.
        let mut ledger = std::mem::take(&mut self.ledger);
        let before = ledger.acknowledged.clone();
        let (more, events) = self.phones[who].receive(answer, fresh, &mut ledger);
        self.ledger = ledger;
        for event in events {
            self.trace.tell(format!("{}: {event:?}", self.phones[who].name));
        }
        if self.rng.random_bool(self.faults.crash) {
            self.trace.tell(format!("{} dies before saving the answer", self.phones[who].name));
            self.ledger.acknowledged = before;
            self.phones[who].crash()?;
            return Ok(false);
        }
        self.phones[who].save(&mut self.ledger);
        Ok(more)
    }

    /// The way to the server and back; nothing when the answer does not arrive.
    fn send(&mut self, who: usize, request: Vec<u8>) -> Result<Option<SyncResponse>, String> {
        let name = self.phones[who].name.clone();
        if self.rng.random_bool(self.faults.lose_request) {
            self.trace.tell(format!("the request of {name} is lost"));
            return Ok(None);
        }
        if self.rng.random_bool(self.faults.cut_request) {
            let cut = self.rng.random_range(0..request.len());
            if SyncRequest::decode(&request[..cut]).is_ok() {
                return Err(format!("a request cut at byte {cut} was understood"));
            }
            self.trace.tell(format!("the request of {name} is cut at byte {cut}"));
            return Ok(None);
        }
        if self.rng.random_bool(self.faults.delay_copy) {
            self.late_requests.push((who, request.clone()));
        }
        if self.rng.random_bool(self.faults.repeat) {
            self.trace.tell(format!("the request of {name} arrives twice"));
            self.serve(who, &request)?;
        }
        let answer = self.serve(who, &request)?;
        if self.rng.random_bool(self.faults.lose_answer) {
            self.trace.tell(format!("the answer to {name} is lost"));
            return Ok(None);
        }
        Ok(Some(answer))
    }

    /// The real server code, called as the HTTP handler calls it.
    fn serve(&mut self, who: usize, request: &[u8]) -> Result<SyncResponse, String> {
        let request = SyncRequest::decode(request).map_err(|error| error.to_string())?;
        let (person, device) = (self.phones[who].person.clone(), self.phones[who].device.clone());
        let name = self.phones[who].name.clone();
        let today = Date::from_epoch_millis_shanghai(self.clock.now()).to_string();
        let asked = person.clone();
        let scope = self.app.db.read_blocking(move |tx| Scope::of(tx, &asked, &today));
        let principal = Principal {
            person,
            name: name.clone(),
            account: name,
            session: "sim".into(),
            device: Some(device),
            scope: scope.map_err(|error| error.to_string())?,
        };
        let answer = exchange(&self.app, &principal, &request).map_err(|error| error.to_string())?;
        // The wire carries bytes: what is read back is what a phone gets.
        SyncResponse::decode(&answer.encode()).map_err(|error| error.to_string())
    }

    /// A copy of an old request, or an answer overtaken by a later one, arrives now.
    fn deliver_late(&mut self) -> Result<(), String> {
        if !self.late_requests.is_empty() && self.rng.random_bool(0.5) {
            let index = self.rng.random_range(0..self.late_requests.len());
            let (who, request) = self.late_requests.swap_remove(index);
            self.trace.tell(format!("an old request of {} arrives", self.phones[who].name));
            self.serve(who, &request)?;
        } else if !self.late_answers.is_empty() {
            let index = self.rng.random_range(0..self.late_answers.len());
            let (who, answer) = self.late_answers.swap_remove(index);
            self.trace.tell(format!("a slow answer reaches {}", self.phones[who].name));
            self.take(who, &answer)?;
        }
        Ok(())
    }

    /// The line becomes perfect; what was under way arrives.
    pub fn heal(&mut self) -> Result<(), String> {
        self.trace.tell("the line heals".into());
        while !self.late_requests.is_empty() || !self.late_answers.is_empty() {
            self.deliver_late()?;
        }
        self.faults = Faults::none();
        Ok(())
    }

    /// Every phone syncs once.
    pub fn everyone_syncs(&mut self) -> Result<(), String> {
        self.clock.advance(MINUTE);
        (0..self.phones.len()).try_for_each(|who| self.sync(who))
    }
}
