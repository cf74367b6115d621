//! The world of one seed: a server, phones in two villages, a line with faults, and what people do.

use std::collections::BTreeSet;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_server::app::App;
use bidao_server::ctx::Clock;
use bidao_server::store::{self, audit::Audit};
use bidao_sync::document::Put;
use bidao_sync::ids::{ItemId, RecordId};
use bidao_sync::message::{SealedBatch, SyncRequest, SyncResponse};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};

use super::faults::Faults;
use super::hazards::Hazards;
use super::ledger::Ledger;
use super::phone::SimPhone;
use super::plan::{Event, Plan};
use super::server::Machine;
use super::trace::Trace;
use crate::app::{FAR_VILLAGE, TOWNSHIP, VILLAGE, insert_areas, public_key};
use crate::clock::{DAY, MINUTE, START, TestClock};

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
    pub(super) faults: Faults,
    /// What else happens in this world, and when.
    pub(super) plan: Plan,
    /// What befalls people and machines.
    pub(super) hazards: Hazards,
    /// What the server runs on.
    pub(super) machine: Machine,
    /// Sealed batches on a memory card.
    pub(super) card: Vec<SealedBatch>,
    /// Families that two phones added, both records saved.
    pub(super) families: Vec<[RecordId; 2]>,
    /// Household and month of every statement that somebody began.
    pub(super) months: BTreeSet<(RecordId, String)>,
    /// The person at the desk of the township.
    pub(super) office: String,
    /// Requests whose copies are still under way.
    pub(super) late_requests: Vec<(usize, SyncRequest)>,
    /// Answers that have not arrived yet.
    pub(super) late_answers: Vec<(usize, SyncRequest, SyncResponse)>,
    /// Requests that phones have made.
    pub(super) requests: usize,
    pub(super) written: u32,
}

impl World {
    /// A world from its seed: two to five phones in one village, one of them its leader's, and one elsewhere.
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let clock = TestClock::at(START);
        let plan = Plan::draw(seed);
        let hazards = Hazards::draw(seed, plan.moves > 0.0);
        let machine = Machine::new(hazards.shakes_server());
        let app = machine.start(super::server::ctx(&clock, seed));
        app.db.write_blocking(|tx| Ok((insert_areas(tx)?, Audit::default()))).expect("areas");
        let members = rng.random_range(2..=5);
        let mut world = Self {
            faults: Faults::draw(&mut rng),
            plan,
            hazards,
            machine,
            card: Vec::new(),
            families: Vec::new(),
            months: BTreeSet::new(),
            office: String::new(),
            app,
            phones: Vec::new(),
            ledger: Ledger::default(),
            trace: Trace::default(),
            clock,
            rng,
            late_requests: Vec::new(),
            late_answers: Vec::new(),
            requests: 0,
            written: 0,
        };
        world.enrol("leader", Role::TeamLeader, VILLAGE);
        for number in 1..=members {
            world.enrol(&format!("member{number}"), Role::TeamMember, VILLAGE);
        }
        world.enrol("stranger", Role::TeamMember, FAR_VILLAGE);
        world.office = world.person("office", Role::TownOffice, TOWNSHIP);
        world.settle_neighbours();
        world.open_round();
        let world_is =
            format!("{members} members, {:?}, {:?}, {:?}", world.faults, world.plan, world.hazards);
        world.trace.tell(world_is);
        world
    }

    /// Reads the server's database.
    pub(super) fn read<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut store::Tx) -> bidao_server::error::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        self.app.db.read_blocking(job).map_err(|error| error.to_string())
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A person with a role in an area; their id.
    pub(super) fn person(&mut self, name: &str, role: Role, area: &str) -> String {
        let person = self.app.ctx.id();
        let (row, now) = (name.to_owned(), self.clock.now());
        let id = person.clone();
        let written = self.app.db.write_blocking(move |tx| {
            let row = store::person::Row { id: id.clone(), name: row.clone(), created_at: now };
            store::person::insert(tx, &row)?;
            Ok(((), Audit::default()))
        });
        written.expect("a person can be added");
        self.assign(&person, role, area);
        person
    }

    /// One more role of a person.
    pub(super) fn assign(&mut self, person: &str, role: Role, area: &str) {
        let row = store::assignment::Row {
            id: self.app.ctx.id(),
            person: person.to_owned(),
            role: store::assignment::role_key(role),
            area: area.to_owned(),
            valid_from: crate::app::SINCE.into(),
            valid_to: None,
        };
        let written = self.app.db.write_blocking(move |tx| {
            store::assignment::insert(tx, &row)?;
            Ok(((), Audit::default()))
        });
        written.expect("a role can be given");
    }

    /// A person with a phone.
    pub(super) fn enrol(&mut self, name: &str, role: Role, village: &str) {
        let person = self.person(name, role, village);
        let key = loop {
            if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&self.bytes::<32>()) {
                break key;
            }
        };
        let (device, fresh) = (self.bytes::<8>(), self.bytes::<8>());
        // One phone in four believes to live in another year.
        let skew = if self.rng.random_bool(0.25) { self.rng.random_range(-9000..9000) * DAY } else { 0 };
        let phone = SimPhone::new(
            self.phones.len(),
            (person.clone(), name.to_owned()),
            village,
            device,
            key.clone(),
            fresh,
            skew,
        );
        let (id, point, now) = (phone.device.clone(), public_key(&key), self.clock.now());
        let written = self.app.db.write_blocking(move |tx| {
            store::device::insert(tx, &crate::app::device_row(&id, &person, &point, now))?;
            Ok(((), Audit::default()))
        });
        written.expect("a phone can be enrolled");
        self.phones.push(phone);
    }

    /// One thing happens.
    pub fn step(&mut self) -> Result<(), String> {
        self.clock.advance(self.rng.random_range(1..90) * MINUTE);
        self.recover()?;
        if let Some(hazard) = self.hazards.next() {
            self.befall(hazard)?;
        }
        if let Some(event) = self.plan.next() {
            self.happen(event)?;
        }
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

    /// What somebody else does, or two at once.
    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            // Nobody gets anything done at a desk whose server has no room.
            Event::Move | Event::Settle if self.machine.full > 0 => Ok(()),
            Event::Move => self.relocate(),
            Event::AddTwice => self.add_twice(),
            Event::Settle => self.settle(),
            Event::Survey => self.survey_a_family(),
            Event::Release => self.release(),
            Event::EditVisit => self.edit_visit(),
            Event::Month => self.begin_month(),
            Event::Line => self.go_on_with_month(),
            Event::CorrectTwice => self.correct_twice(),
        }
    }

    pub(super) fn save_or_crash(&mut self, who: usize) -> Result<(), String> {
        if self.rng.random_bool(self.faults.crash) {
            self.trace.tell(format!("{} dies before saving", self.phones[who].name));
            return self.phones[who].crash();
        }
        self.keep(who).map(drop)
    }

    /// Saves a phone if it has room; otherwise it is as it was saved last.
    pub(super) fn keep(&mut self, who: usize) -> Result<bool, String> {
        if self.phones[who].full > 0 {
            self.trace.tell(format!("{} has no room: nothing is saved", self.phones[who].name));
            self.phones[who].crash()?;
            return Ok(false);
        }
        self.phones[who].save(&mut self.ledger);
        Ok(true)
    }

    pub(super) fn value(&mut self) -> String {
        self.written += 1;
        format!("w{}", self.written)
    }

    pub(super) fn household(&mut self, who: usize) -> Option<RecordId> {
        let engine = &self.phones[who].engine;
        let households: Vec<RecordId> = engine
            .records()
            .filter(|id| engine.about(*id).is_ok_and(|(kind, _, _)| kind == "household"))
            // The screens of what has left are to be read.
            .filter(|id| engine.moved_to(*id).is_none())
            .collect();
        households.choose(&mut self.rng).copied()
    }

    pub(super) fn create(
        &mut self,
        who: usize,
        kind: &str,
        village: &str,
        puts: &[Put],
    ) -> Result<RecordId, String> {
        let form = self.phones[who].form(kind)?;
        let (id, item) = (RecordId(self.bytes()), ItemId(self.bytes()));
        let now = self.clock.now();
        self.phones[who].create((form, village), id, item, puts, now)?;
        self.trace.tell(format!("{} makes {} {id}", self.phones[who].name, form.id()));
        Ok(id)
    }

    pub(super) fn new_household(&mut self, who: usize) -> Result<(), String> {
        let Some(village) = self.phones[who].villages.first().cloned() else { return Ok(()) };
        let puts = [Put::new("address", self.value()), Put::new("main_cause", self.value())];
        self.create(who, "household", &village, &puts).map(drop)
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
        let household = self.household(who);
        let phone = &self.phones[who];
        let lives_in = household.and_then(|id| phone.village_of(id));
        let lives_in = lives_in.filter(|village| phone.works_in(village, household));
        // Of a household in a village that is no longer theirs people see that it is going.
        let fallback = if household.is_none() { self.phones[who].villages.first().cloned() } else { None };
        let Some(village) = lives_in.or(fallback) else { return Ok(()) };
        let mut visit =
            vec![Put::new("occurred_on", date.clone()), Put::new("what_household_said", self.value())];
        // A helper's trips are nobody else's: they stay on the phone that wrote them.
        if !self.phones[who].villages.is_empty() {
            let trip = [
                Put::new("person", self.phones[who].person.clone()),
                Put::new("village_code", village.clone()),
                Put::new("occurred_on", date),
                Put::new("note", self.value()),
            ];
            let trip = self.create(who, "trip", &village, &trip)?;
            visit.push(Put::new("trip", trip.to_string()));
        }
        let Some(household) = household else { return Ok(()) };
        visit.push(Put::new("household", household.to_string()));
        self.create(who, "visit", &village, &visit).map(drop)
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
        // A helper may write wherever the household is.
        if self.phones[who].household.is_some() {
            return Ok(());
        }
        let is_own = self.phones[who].villages.iter().any(|village| village == VILLAGE);
        let other = if is_own { FAR_VILLAGE } else { VILLAGE };
        // The office may have sent them there already.
        if self.phones[who].covers(other, None) {
            return Ok(());
        }
        let puts = [Put::new("address", self.value())];
        let made = self.create(who, "household", other, &puts)?;
        // Work in a village somebody was sent away from counts while their phone has not heard of it (P11).
        if !self.ledger.displaced.contains(&self.phones[who].device) {
            self.ledger.foreign.insert(made);
        }
        Ok(())
    }
}
