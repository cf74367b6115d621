//! Who does what when: moves the clock from day to day, lets every phone live its day and its evening on a
//! thread of its own, and arranges the accidents.

use std::net::SocketAddr;
use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_sync::ids::{DeviceId, RecordId};
use bidao_sync::phone::Phone;
use p256::ecdsa::SigningKey;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use tokio::runtime::Handle;

use super::clock::DemoClock;
use super::desk::Desk;
use super::household::draw_household;
use super::line::{Line, Trouble};
use super::phone::{SimPhone, Synced, Tally};
use super::progress::Progress;
use super::proxy::{self, Counts, Faults};
use super::township::{Township, Worker};
use super::work::{self, Collision, Day, at};
use super::{Options, Period, review, seed, signing, survey};
use crate::app::App;
use crate::domain::sync::shape_of;
use crate::error::{Error, Result};

/// Households of a village.
const HOUSEHOLDS: usize = 40;
/// Failed requests after which a phone is put away for the evening.
const PATIENCE: u32 = 2;
/// Failed requests that a phone accepts when it must get through: enrolling, and the last morning.
const STUBBORN: u32 = 200;
/// Days at the end whose work is left for whoever tries the desk.
const LEFT_OPEN: u32 = 2;

/// The director.
pub struct Director<'a> {
    app: &'a App,
    clock: &'a Arc<DemoClock>,
    township: &'a Township,
    period: Period,
    options: &'a Options,
    rng: StdRng,
    phones: Vec<SimPhone>,
    lines: Arc<Counts>,
    collisions: u64,
    desk: Option<Desk>,
}

impl<'a> Director<'a> {
    /// Ready to enrol.
    #[must_use]
    pub fn new(
        app: &'a App,
        clock: &'a Arc<DemoClock>,
        township: &'a Township,
        period: Period,
        options: &'a Options,
        rng: StdRng,
    ) -> Self {
        let lines = Arc::new(Counts::default());
        Self {
            app,
            clock,
            township,
            period,
            options,
            rng,
            phones: Vec::new(),
            lines,
            collisions: 0,
            desk: None,
        }
    }

    /// The phones.
    #[must_use]
    pub fn phones(&self) -> &[SimPhone] {
        &self.phones
    }

    /// What happened on the lines.
    #[must_use]
    pub fn lines(&self) -> &Counts {
        &self.lines
    }

    /// How often two people were made to write the same fields.
    #[must_use]
    pub fn collisions(&self) -> u64 {
        self.collisions
    }

    /// Decisions made at the township's desk.
    #[must_use]
    pub fn desk_decided(&self) -> u64 {
        self.desk.as_ref().map_or(0, |desk| desk.decided)
    }

    /// Gives every phone its line and enrols it with a code.
    ///
    /// # Errors
    /// The server refuses.
    pub fn enrol(&mut self, lines: &Handle, server: SocketAddr) -> Result<()> {
        for index in 0..self.options.phones as usize {
            let worker = self.owner(index).clone();
            let (faults, seed, counts) = (self.options.faults, self.rng.random(), Arc::clone(&self.lines));
            let address = lines
                .block_on(proxy::start(server, faults, seed, counts))
                .map_err(|error| Error::Unavailable(format!("no line: {error}")))?;
            let code = seed::code_for(self.app, &worker.id)?;
            let phone = self.enrol_one(&worker, &format!("http://{address}"), &code)?;
            self.phones.push(phone);
        }
        let (mut rng, account) = (StdRng::from_rng(&mut self.rng), self.township.desks[0].account.clone());
        let line = Line::new(format!("http://{server}"), Arc::clone(self.clock), draw_key(&mut rng), account);
        self.desk = Some(Desk::new(line, rng));
        Ok(())
    }

    /// One phone each; more phones than people are second phones of team members.
    fn owner(&self, index: usize) -> &'a Worker {
        let field = &self.township.field;
        let villages = self.township.villages.len();
        if index < field.len() {
            &field[index]
        } else {
            &field[villages + (index - field.len()) % (villages * 3)]
        }
    }

    fn enrol_one(&mut self, worker: &Worker, base: &str, code: &str) -> Result<SimPhone> {
        let mut rng = StdRng::from_rng(&mut self.rng);
        let key = draw_key(&mut rng);
        let mut line = Line::new(base.to_owned(), Arc::clone(self.clock), key, worker.account.clone());
        let name = format!("{}的手机", worker.name);
        let device = (0..STUBBORN).find_map(|_| match line.enrol(code, &name) {
            Err(Trouble::Line) => None,
            answer => Some(answer),
        });
        let device = match device {
            Some(Ok(device)) => device,
            other => return Err(Error::Internal(format!("{} cannot enrol: {other:?}", worker.account))),
        };
        let device: DeviceId = device.parse().map_err(|_| Error::Internal("not a device id".into()))?;
        let mut phone = Phone::new(device, rng.random());
        for form in forms::built_in() {
            phone.learn_form(&form.id(), shape_of(form));
        }
        Ok(SimPhone {
            worker: worker.clone(),
            phone,
            line,
            chance: StdRng::from_rng(&mut rng),
            rng,
            written: Vec::new(),
            changes: Vec::new(),
            attested: Vec::new(),
            files: Default::default(),
            album: Vec::new(),
            reused: Vec::new(),
            tally: Tally::default(),
            offline_days: 0,
            households: Vec::new(),
            difficulties: Vec::new(),
            to_submit: Default::default(),
        })
    }

    /// The survey before the month, the month, and the morning after it.
    ///
    /// # Errors
    /// A fault of the demo or the server.
    pub fn play(&mut self) -> Result<()> {
        let mut progress = Progress::new(self.options.days as usize + 2);
        self.survey()?;
        progress.step("摸底调查 survey");
        for number in 0..self.options.days {
            let day = self.period.day(number);
            self.live(day, number)?;
            progress.step(&day.to_string());
        }
        let morning = self.period.last_morning();
        self.clock.advance_to(at(morning, 8, 0));
        // Twice: what the slowest phone brings in the first round, all others see in the second.
        for _ in 0..2 {
            self.on_every_phone(|_, phone| phone.sync(STUBBORN, at(morning, 8, 0)).map(drop))?;
        }
        progress.step("月末 month's end");
        progress.finish();
        Ok(())
    }

    /// The team members write down their households and hand them in; leaders and heads are paired.
    fn survey(&mut self) -> Result<()> {
        let day = self.period.day(0).add_days(-1).unwrap_or(Date::MIN);
        for village in &self.township.villages {
            let here: Vec<usize> =
                (0..self.phones.len()).filter(|at| self.lives_in(*at, &village.code, day)).collect();
            for number in 0..if here.is_empty() { 0 } else { HOUSEHOLDS } {
                let phone = &mut self.phones[here[number % here.len()]];
                let puts = draw_household(&mut phone.rng, &village.name, number, "in", day);
                let now = at(day, 9 + number as i64 % 8, 10);
                let household = phone.create("household", &village.code, &puts, now).map_err(fault)?;
                if phone.rng.random_ratio(1, 2) {
                    signing::sign_register(phone, household, now).map_err(fault)?;
                }
                phone.households.push(household);
                phone.to_submit.insert(household);
            }
        }
        self.clock.advance_to(at(day, 19, 0));
        self.on_every_phone(|_, phone| {
            phone.submit_finished().map_err(|error| error.to_string())?;
            phone.sync(STUBBORN, at(day, 19, 0)).map(drop)
        })?;
        self.pair(day)?;
        self.open_survey()?;
        self.leaders_evening(day)
    }

    /// Whether the phone's owner is a member of the village's team on that day.
    fn lives_in(&self, phone: usize, village: &str, day: Date) -> bool {
        let worker = &self.phones[phone].worker;
        let is_member = matches!(worker.role, Role::TeamMember | Role::TeamLeader);
        let away = worker.leave.as_ref().is_some_and(|leave| leave.from <= day && day <= leave.to);
        is_member && !away && worker.since <= day && worker.areas.iter().any(|area| area == village)
    }

    /// The township opens a survey round for the month: one group a village, its own cadre with the resident team.
    fn open_survey(&mut self) -> Result<()> {
        let ask = survey::draw_round(&mut self.rng, self.township, self.period);
        let opened = self.desk.as_mut().map_or(Ok(()), |desk| desk.open_survey(&ask));
        opened.map_err(|trouble| Error::Internal(format!("the township's desk: {trouble:?}")))
    }

    fn pair(&mut self, day: Date) -> Result<()> {
        for helper in 0..self.phones.len() {
            let (basis, count) = match self.phones[helper].worker.role {
                Role::DistrictLeader => ("r9", 4),
                Role::DeptHead => ("r11", 2),
                _ => continue,
            };
            let areas = self.phones[helper].worker.areas.clone();
            let candidates =
                self.phones.iter().filter(|phone| phone.worker.areas.iter().any(|a| areas.contains(a)));
            let candidates: Vec<RecordId> = candidates.flat_map(|phone| phone.households.clone()).collect();
            let chosen: Vec<RecordId> = candidates.choose_multiple(&mut self.rng, count).copied().collect();
            seed::pair(self.app, &self.phones[helper].worker, basis, &chosen, day)?;
            self.phones[helper].households = chosen;
        }
        Ok(())
    }

    fn live(&mut self, day: Date, number: u32) -> Result<()> {
        let collisions = self.arrange_collisions(day);
        self.clock.advance_to(at(day, 19, 0));
        let (faults, seed) = (self.options.faults, self.rng.random::<u64>());
        self.on_every_phone(|index, phone| {
            // A day of its own: what the line did yesterday changes nothing today.
            phone.rng = StdRng::seed_from_u64(seed.wrapping_add(index as u64));
            let collision = collisions.iter().find(|collision| collision.phones.contains(&index));
            work::live(phone, index, &Day { on: day, collision }).map_err(|error| error.to_string())?;
            if phone.offline_days > 0 {
                phone.offline_days -= 1;
                return Ok(());
            }
            phone.offline_days = draw_silence(&mut phone.rng, faults);
            phone.sync(PATIENCE, at(day, 20, 0)).map(drop)
        })?;
        if number + LEFT_OPEN >= self.options.days {
            return Ok(());
        }
        self.leaders_evening(day)?;
        // The township looks at what is left from the days before.
        let desk = self.desk.as_mut().filter(|_| number % 3 == 2);
        let reviewed = desk.map_or(Ok(()), |desk| desk.review(day.start_millis_shanghai()));
        reviewed.map_err(|trouble| Error::Internal(format!("the township's desk: {trouble:?}")))
    }

    /// The leaders of teams who have a line this evening settle and review what reached the server.
    fn leaders_evening(&mut self, day: Date) -> Result<()> {
        self.clock.advance_to(at(day, 21, 30));
        let first_phones = self.township.field.len();
        self.on_every_phone(|index, phone| {
            let is_leader = phone.worker.role == Role::TeamLeader && index < first_phones;
            if !is_leader
                || phone.offline_days > 0
                || phone.sync(PATIENCE, at(day, 21, 30))? == Synced::NotYet
            {
                return Ok(());
            }
            review::settle(phone, at(day, 21, 40)).map_err(|error| error.to_string())?;
            phone.submit_finished().map_err(|error| error.to_string())?;
            review::review(phone).map_err(|error| error.to_string())?;
            phone.sync(PATIENCE, at(day, 21, 50)).map(drop)
        })
    }

    /// In some villages two people get the same household on the same day.
    fn arrange_collisions(&mut self, day: Date) -> Vec<Collision> {
        let mut arranged = Vec::new();
        for village in &self.township.villages {
            let here: Vec<usize> =
                (0..self.phones.len()).filter(|at| self.lives_in(*at, &village.code, day)).collect();
            let pair: Vec<usize> = here.choose_multiple(&mut self.rng, 2).copied().collect();
            let [one, other] = pair[..] else { continue };
            let (happens, household) =
                (self.rng.random_ratio(1, 4), self.phones[one].households.choose(&mut self.rng));
            let known = household.copied().filter(|id| self.phones[other].phone.about(*id).is_ok());
            if happens && let Some(household) = known {
                self.collisions += 1;
                arranged.push(work::draw_collision(&mut self.rng, household, [one, other]));
            }
        }
        arranged
    }

    /// Runs `job` for every phone at once.
    fn on_every_phone(
        &mut self,
        job: impl Fn(usize, &mut SimPhone) -> Result<(), String> + Sync,
    ) -> Result<()> {
        let job = &job;
        let failed = std::thread::scope(|scope| {
            let running: Vec<_> = self
                .phones
                .iter_mut()
                .enumerate()
                .map(|(index, phone)| scope.spawn(move || job(index, phone)))
                .collect();
            running.into_iter().find_map(|thread| match thread.join() {
                Ok(outcome) => outcome.err(),
                Err(_) => Some("a phone's thread panicked".to_owned()),
            })
        });
        failed.map_or(Ok(()), |error| Err(Error::Internal(error)))
    }
}

fn draw_key(rng: &mut StdRng) -> SigningKey {
    loop {
        if let Ok(key) = SigningKey::from_slice(&rng.random::<[u8; 32]>()) {
            return key;
        }
    }
}

/// Days without any signal that begin this evening.
fn draw_silence(rng: &mut StdRng, faults: Faults) -> u32 {
    let (chance, days) = match faults {
        Faults::None => return 0,
        Faults::Rural => (0.12, 1..=9),
        Faults::Harsh => (0.25, 2..=11),
    };
    if rng.random_bool(chance) { rng.random_range(days) } else { 0 }
}

fn fault(error: bidao_sync::phone::PhoneError) -> Error {
    Error::Internal(error.to_string())
}
