//! What befalls phones and their owners, and the memory card that goes from hand to hand.

use bidao_schema::calendar::{DAY_MILLIS, Date};
use bidao_server::ctx::Clock;
use bidao_server::domain::device;
use bidao_server::store::{self, audit::Audit, schema};
use bidao_sync::ids::RecordId;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use rand::Rng;

use super::hazards::Hazard;
use super::world::World;
use crate::app::{FAR_VILLAGE, NEIGHBOUR, SINCE, VILLAGE};
use crate::clock::{DAY, MINUTE};

impl World {
    /// Something befalls somebody.
    pub(super) fn befall(&mut self, hazard: Hazard) -> Result<(), String> {
        let who = self.hazards.chance.0.random_range(0..self.phones.len());
        match hazard {
            Hazard::BackUpPhone => {
                self.trace.tell(format!("{} is backed up", self.phones[who].name));
                self.phones[who].back_up(&self.ledger);
                Ok(())
            }
            Hazard::RestorePhone => self.put_back(who),
            Hazard::ClonePhone => self.copy_phone(who),
            Hazard::SetClock => self.set_clock(who),
            Hazard::FillPhone => {
                self.trace.tell(format!("{} has no room left", self.phones[who].name));
                self.phones[who].full = self.hazards.chance.0.random_range(2..12);
                Ok(())
            }
            Hazard::Deafen => {
                self.trace.tell(format!("nothing reaches {} any more", self.phones[who].name));
                self.phones[who].deaf = self.hazards.chance.0.random_range(4..30);
                Ok(())
            }
            Hazard::HandOver => self.hand_over(who),
            Hazard::PutIn => self.put_in(who),
            // Nobody gets anything done at a server whose disk is full.
            _ if self.machine.full > 0 => Ok(()),
            Hazard::RestartServer => self.restart_server(),
            Hazard::BackUpServer => self.back_up_server(),
            Hazard::RestoreServer => self.restore_server(),
            Hazard::FillServer => {
                let steps = self.hazards.chance.0.random_range(2..15);
                self.set_room(steps)
            }
            Hazard::Revoke => self.revoke(who),
            Hazard::Reassign => self.reassign(who),
            Hazard::MovePairing => self.move_pairing(),
        }
    }

    /// Time heals what is full or deaf.
    pub(super) fn recover(&mut self) -> Result<(), String> {
        for phone in &mut self.phones {
            phone.full = phone.full.saturating_sub(1);
            phone.deaf = phone.deaf.saturating_sub(1);
        }
        match self.machine.full {
            0 => Ok(()),
            1 => self.set_room(0),
            // A new connection does not know of it.
            steps => self.set_room(steps - 1),
        }
    }

    /// The phone is put back to an old copy of it.
    fn put_back(&mut self, who: usize) -> Result<(), String> {
        if !self.phones[who].has_backup() {
            return Ok(());
        }
        self.trace.tell(format!("{} is put back to an old copy", self.phones[who].name));
        self.ledger.copied.insert(self.phones[who].device.clone());
        // Whoever waited for an answer is gone.
        self.late_answers.retain(|(waits, ..)| *waits != who);
        self.phones[who].put_back(&mut self.ledger)
    }

    /// A second telephone begins where the first one is.
    fn copy_phone(&mut self, who: usize) -> Result<(), String> {
        if self.phones.len() > 12 {
            return Ok(());
        }
        self.phones[who].back_up(&self.ledger);
        let copy = self.phones[who].copy(self.phones.len())?;
        self.trace.tell(format!("{} is one of two telephones now", self.phones[who].name));
        self.ledger.copied.insert(copy.device.clone());
        self.phones.push(copy);
        Ok(())
    }

    /// A clock is set: by years, by hours back; the server's own by a little, as after a correction.
    fn set_clock(&mut self, who: usize) -> Result<(), String> {
        let rng = &mut self.hazards.chance.0;
        let by = match rng.random_range(0..4) {
            0 => rng.random_range(-9000..9000) * DAY,
            1 => -rng.random_range(1..5000) * MINUTE,
            2 => 0,
            _ => {
                let back = rng.random_range(1..180);
                self.clock.advance(-back * MINUTE);
                self.trace.tell(format!("the server's clock goes back by {back} minutes"));
                return Ok(());
            }
        };
        let phone = &mut self.phones[who];
        phone.skew = if by == 0 { 0 } else { (phone.skew + by).clamp(-9000 * DAY, 9000 * DAY) };
        self.trace.tell(format!("the clock of {} is off by {} minutes", phone.name, phone.skew / MINUTE));
        Ok(())
    }

    /// Somebody takes along what a phone has sealed.
    fn hand_over(&mut self, who: usize) -> Result<(), String> {
        let now = self.clock.now();
        self.phones[who].seal(now, &mut self.ledger)?;
        if !self.keep(who)? {
            return Ok(());
        }
        let sealed = self.phones[who].engine.sealed().to_vec();
        self.trace.tell(format!("{} hands {} batches over", self.phones[who].name, sealed.len()));
        for batch in sealed {
            if !self.card.contains(&batch) {
                self.card.push(batch);
            }
        }
        Ok(())
    }

    /// What is on the card goes into some phone, perhaps for the second time.
    pub(super) fn put_in(&mut self, who: usize) -> Result<(), String> {
        if self.card.is_empty() {
            return Ok(());
        }
        self.trace.tell(format!("{} carries {} batches", self.phones[who].name, self.card.len()));
        for batch in self.card.clone() {
            self.phones[who].engine.carry(batch).map_err(|error| error.to_string())?;
        }
        self.keep(who).map(drop)
    }

    /// A lost phone is reported.
    fn revoke(&mut self, who: usize) -> Result<(), String> {
        // Somebody has to be left, and the leader leads.
        let in_use = self.phones.iter().filter(|phone| !phone.is_revoked).count();
        if who == 0 || self.phones[who].is_revoked || in_use < 4 || !self.is_local(who) {
            return Ok(());
        }
        let (principal, now, id) = (self.desk()?, self.clock.now(), self.phones[who].device.clone());
        let revoked = id.clone();
        let done = self.app.db.write_blocking(move |tx| device::revoke(tx, &principal, &revoked, now));
        done.map_err(|error| error.to_string())?;
        self.trace.tell(format!("{} is revoked", self.phones[who].name));
        self.phones.iter_mut().filter(|phone| phone.device == id).for_each(|phone| phone.is_revoked = true);
        self.ledger.revoked.insert(id.clone(), now);
        self.ledger.displaced.insert(id);
        Ok(())
    }

    /// Whether the office of the township has a say about this phone.
    fn is_local(&self, who: usize) -> bool {
        let (villages, _) = &self.phones[who].right;
        villages.iter().all(|village| village != FAR_VILLAGE) && villages.len() == 1
    }

    /// A member works in the other village of the township from today on.
    fn reassign(&mut self, who: usize) -> Result<(), String> {
        if who == 0 || self.phones[who].is_revoked || !self.is_local(who) {
            return Ok(());
        }
        let from = self.phones[who].right.0[0].clone();
        let to = if from == VILLAGE { NEIGHBOUR } else { VILLAGE };
        let (person, device) = (self.phones[who].person.clone(), self.phones[who].device.clone());
        let (owner, last) = (person.clone(), self.yesterday());
        let ended = self.app.db.write_blocking(move |tx| {
            use schema::assignment::dsl;
            let of = dsl::assignment.filter(dsl::person.eq(&owner).and(dsl::valid_to.is_null()));
            diesel::update(of).set(dsl::valid_to.eq(&last)).execute(tx.conn)?;
            Ok(((), Audit::default()))
        });
        ended.map_err(|error| error.to_string())?;
        self.assign(&person, bidao_schema::api::person::Role::TeamMember, to);
        self.trace.tell(format!("{} is sent from {from} to {to}", self.phones[who].name));
        self.phones
            .iter_mut()
            .filter(|phone| phone.device == device)
            .for_each(|phone| phone.grant(&[to], None));
        self.ledger.displaced.insert(device.clone());
        // What was written there before it was allowed is taken if it comes from now on.
        self.ledger.pardon(&device);
        Ok(())
    }

    fn yesterday(&self) -> String {
        Date::from_epoch_millis_shanghai(self.clock.now() - DAY_MILLIS).to_string()
    }

    /// A helper is paired with another household.
    fn move_pairing(&mut self) -> Result<(), String> {
        let helper = self.phones.iter().position(|phone| phone.right.1.is_some() && !phone.is_revoked);
        let Some(who) = helper else { return Ok(()) };
        let households: Vec<String> = self.read(|tx| {
            use schema::record::dsl;
            let here = dsl::record.filter(dsl::kind.eq("household").and(dsl::area.ne(FAR_VILLAGE)));
            Ok(here.order(dsl::id).select(dsl::id).load(tx.conn)?)
        })?;
        let household = households[self.hazards.chance.0.random_range(0..households.len())].clone();
        let (person, last) = (self.phones[who].person.clone(), self.yesterday());
        let row = store::pairing::Row {
            id: self.app.ctx.id(),
            helper: person.clone(),
            household: household.clone(),
            basis: "r9".into(),
            is_primary: true,
            valid_from: SINCE.into(),
            valid_to: None,
        };
        let written = self.app.db.write_blocking(move |tx| {
            for old in store::pairing::of_helper(tx, &person)? {
                if old.valid_to.is_none() {
                    store::pairing::end(tx, &old.id, &last)?;
                }
            }
            store::pairing::insert(tx, &row)?;
            Ok(((), Audit::default()))
        });
        written.map_err(|error| error.to_string())?;
        self.trace.tell(format!("{} is paired with {household} now", self.phones[who].name));
        let (now, device): (Option<RecordId>, String) =
            (household.parse().ok(), self.phones[who].device.clone());
        self.phones.iter_mut().filter(|phone| phone.device == device).for_each(|phone| phone.grant(&[], now));
        self.ledger.displaced.insert(device);
        Ok(())
    }
}
