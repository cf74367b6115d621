//! The line between phones and server: it loses, cuts, repeats and delays. The server's code is the real one.

use bidao_schema::calendar::Date;
use bidao_server::ctx::Clock;
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::exchange;
use bidao_sync::message::{Message, SyncRequest, SyncResponse};
use rand::Rng;

use super::faults::Faults;
use super::world::World;
use crate::clock::MINUTE;

/// Answers of a good line, in bytes.
const LARGE_ANSWER: u64 = 1 << 20;
/// Answers of a bad line.
const SMALL_ANSWER: u64 = 2_000;

impl World {
    /// One attempt to sync, as the line allows; a good one goes on while there is more.
    pub(super) fn sync(&mut self, who: usize) -> Result<(), String> {
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
        // The answer brought the forms of its moment.
        self.phones[who].is_current = self.phones[who].is_current || self.plan.is_released;
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
    pub(super) fn deliver_late(&mut self) -> Result<(), String> {
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
