//! The line between phones and server: it loses, cuts, repeats and delays. The server's code is the real one.

use bidao_server::ctx::Clock;
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::exchange;
use bidao_server::store::record;
use bidao_sync::message::{Message, SyncRequest, SyncResponse};
use rand::Rng;

use super::faults::Faults;
use super::limits;
use super::world::World;
use crate::clock::{DAY, MINUTE};

/// Answers of a good line, in bytes.
const LARGE_ANSWER: u64 = 1 << 20;
/// Answers that follow each other at most.
const MOST_PAGES: usize = 200;
/// Answers of a bad line.
const SMALL_ANSWER: u64 = 2_000;

impl World {
    /// One attempt to sync, as the line allows; a good one goes on while there is more.
    pub(super) fn sync(&mut self, who: usize) -> Result<(), String> {
        let now = self.clock.now();
        self.phones[who].seal(now, &mut self.ledger)?;
        // What is sent must be saved before: else a crash would use its sequence numbers again.
        if !self.keep(who)? {
            return Ok(());
        }
        let most = if self.rng.random_bool(self.faults.small_answers) { SMALL_ANSWER } else { LARGE_ANSWER };
        for _ in 0..MOST_PAGES {
            self.requests += 1;
            let request = self.phones[who].engine.request(most);
            let Some(answer) = self.send(who, &request)? else { return Ok(()) };
            if self.rng.random_bool(self.faults.delay_answer) {
                self.trace.tell(format!("the answer to {} is slow", self.phones[who].name));
                self.late_answers.push((who, request, answer));
                return Ok(());
            }
            if !self.take(who, &request, &answer)? {
                return Ok(());
            }
        }
        Err(format!("{} is told that there is more without end", self.phones[who].name))
    }

    fn take(&mut self, who: usize, request: &SyncRequest, answer: &SyncResponse) -> Result<bool, String> {
        let fresh = self.bytes();
        // Acknowledgements count only once saved: a crash takes them back together with the rest.
        let mut ledger = std::mem::take(&mut self.ledger);
        let before = ledger.acknowledged.clone();
        let received = self.phones[who].receive(request, answer, fresh, &mut ledger);
        self.ledger = ledger;
        let (more, events) = received?;
        for event in events {
            self.trace.tell(format!("{}: {event:?}", self.phones[who].name));
        }
        if self.rng.random_bool(self.faults.crash) {
            self.trace.tell(format!("{} dies before saving the answer", self.phones[who].name));
            self.ledger.acknowledged = before;
            self.phones[who].crash()?;
            return Ok(false);
        }
        if !self.keep(who)? {
            self.ledger.acknowledged = before;
            return Ok(false);
        }
        self.phones[who].learn();
        // The answer brought the forms of its moment.
        self.phones[who].is_current = self.phones[who].is_current || self.plan.is_released;
        Ok(more)
    }

    /// The way to the server and back; nothing when the answer does not arrive.
    fn send(&mut self, who: usize, request: &SyncRequest) -> Result<Option<SyncResponse>, String> {
        let name = self.phones[who].name.clone();
        if self.rng.random_bool(self.faults.lose_request) {
            self.trace.tell(format!("the request of {name} is lost"));
            return Ok(None);
        }
        if self.rng.random_bool(self.faults.cut_request) {
            let bytes = request.encode();
            let cut = self.rng.random_range(0..bytes.len());
            if SyncRequest::decode(&bytes[..cut]).is_ok() {
                return Err(format!("a request cut at byte {cut} was understood"));
            }
            self.trace.tell(format!("the request of {name} is cut at byte {cut}"));
            return Ok(None);
        }
        if self.rng.random_bool(self.faults.delay_copy) {
            self.late_requests.push((who, request.clone()));
        }
        if self.hazards.is_slow() {
            self.trace.tell(format!("the line of {name} is slow: its request is still under way"));
            self.late_requests.push((who, request.clone()));
            return Ok(None);
        }
        if self.rng.random_bool(self.faults.repeat) {
            self.trace.tell(format!("the request of {name} arrives twice"));
            self.serve(who, request)?;
        }
        let Some(answer) = self.serve(who, request)? else { return Ok(None) };
        if self.rng.random_bool(self.faults.lose_answer) {
            self.trace.tell(format!("the answer to {name} is lost"));
            return Ok(None);
        }
        if self.phones[who].deaf > 0 {
            self.trace.tell(format!("the answer does not get through to {name}"));
            return Ok(None);
        }
        self.arrive(who, &answer.encode())
    }

    /// The wire carries bytes: what is read back is what a phone gets, and half an answer is none.
    fn arrive(&mut self, who: usize, answer: &[u8]) -> Result<Option<SyncResponse>, String> {
        if let Some(cut) = self.hazards.cut(answer.len()) {
            if SyncResponse::decode(&answer[..cut]).is_ok() {
                return Err(format!("an answer cut at byte {cut} was understood"));
            }
            self.trace.tell(format!("the answer to {} is cut at byte {cut}", self.phones[who].name));
            return Ok(None);
        }
        SyncResponse::decode(answer).map(Some).map_err(|error| error.to_string())
    }

    /// The real server code, called as the HTTP handler calls it; nothing where the handler would answer with a problem.
    fn serve(&mut self, who: usize, request: &SyncRequest) -> Result<Option<SyncResponse>, String> {
        let name = self.phones[who].name.clone();
        // Its sessions ended with it.
        if self.phones[who].is_revoked {
            self.trace.tell(format!("{name} is turned away"));
            return Ok(None);
        }
        let request = SyncRequest::decode(&request.encode()).map_err(|error| error.to_string())?;
        let (person, device) = (self.phones[who].person.clone(), self.phones[who].device.clone());
        let today = self.today();
        let asked = person.clone();
        let scope = self.app.db.read_blocking(move |tx| Scope::of(tx, &asked, &today));
        let principal = Principal {
            person,
            name: name.clone(),
            account: name.clone(),
            session: "sim".into(),
            device: Some(device),
            scope: scope.map_err(|error| error.to_string())?,
        };
        match exchange(&self.app, &principal, &request) {
            Ok(answer) => {
                limits::of_exchange(&request, &answer)?;
                self.is_for(who, &answer)?;
                Ok(Some(answer))
            }
            Err(error) if self.is_excused(&error) => {
                self.trace.tell(format!("the server has no room for {name}"));
                Ok(None)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Nothing leaves the server for somebody who may not read it.
    fn is_for(&self, who: usize, answer: &SyncResponse) -> Result<(), String> {
        let told: Vec<String> = answer
            .entries
            .iter()
            .filter(|entry| !entry.data.is_empty())
            .map(|entry| entry.record.to_string())
            .collect();
        if told.is_empty() {
            return Ok(());
        }
        let briefs = self.read(move |tx| record::briefs(tx, &told))?;
        for brief in briefs {
            let household = brief.household.and_then(|household| household.parse().ok());
            if !self.phones[who].covers(&brief.area, household) {
                let name = &self.phones[who].name;
                return Err(format!("authority: {name} is told {} of {}", brief.id, brief.area));
            }
        }
        Ok(())
    }

    /// A copy of an old request, or an answer overtaken by a later one, arrives now.
    pub(super) fn deliver_late(&mut self) -> Result<(), String> {
        if !self.late_requests.is_empty() && self.rng.random_bool(0.5) {
            let index = self.rng.random_range(0..self.late_requests.len());
            let (who, request) = self.late_requests.swap_remove(index);
            self.trace.tell(format!("an old request of {} arrives", self.phones[who].name));
            if let Some(answer) = self.serve(who, &request)?
                && self.hazards.is_slow()
            {
                self.late_answers.push((who, request, answer));
            }
        } else if !self.late_answers.is_empty() {
            let index = self.rng.random_range(0..self.late_answers.len());
            let (who, request, answer) = self.late_answers.swap_remove(index);
            self.trace.tell(format!("a slow answer reaches {}", self.phones[who].name));
            self.take(who, &request, &answer)?;
        }
        Ok(())
    }

    /// The line becomes perfect; what was under way arrives, and whoever has a memory card brings it, weeks later.
    pub fn heal(&mut self) -> Result<(), String> {
        self.trace.tell("the line heals".into());
        self.hazards.end();
        if self.machine.full > 0 {
            self.set_room(0)?;
        }
        self.phones.iter_mut().for_each(|phone| (phone.full, phone.deaf) = (0, 0));
        while !self.late_requests.is_empty() || !self.late_answers.is_empty() {
            self.deliver_late()?;
        }
        self.faults = Faults::none();
        if !self.card.is_empty() {
            self.clock.advance(20 * DAY);
            let last = self.phones.iter().rposition(|phone| !phone.is_revoked).unwrap_or_default();
            for who in [0, last] {
                self.put_in(who)?;
                self.sync(who)?;
            }
        }
        Ok(())
    }

    /// Every phone syncs once.
    pub fn everyone_syncs(&mut self) -> Result<(), String> {
        self.clock.advance(MINUTE);
        (0..self.phones.len()).try_for_each(|who| self.sync(who))
    }

    /// Once everything is told, a phone asks once and sends nothing: nobody tries for ever.
    pub fn nothing_goes_on(&mut self) -> Result<(), String> {
        for who in 0..self.phones.len() {
            let before = self.requests;
            self.sync(who)?;
            let (asked, phone) = (self.requests - before, &self.phones[who]);
            let sends = phone.engine.request(LARGE_ANSWER).push.len();
            if !phone.is_revoked && (asked, sends) != (1, 0) {
                return Err(format!("retries: {} asks {asked} times and sends {sends} batches", phone.name));
            }
        }
        Ok(())
    }
}
