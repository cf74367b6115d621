//! Households move between two villages while phones with either or both of them, or paired with one household, write
//! offline; and what must hold of it.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::person::Role;
use bidao_schema::api::relocation::Relocate;
use bidao_schema::calendar::Date;
use bidao_server::ctx::Clock;
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::relocation;
use bidao_server::store::{self, audit::Audit, schema};
use bidao_sync::ids::RecordId;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use rand::Rng;

use super::check::{ServerRecord, broken};
use super::world::World;
use crate::app::{FAR_VILLAGE, NEIGHBOUR, SINCE, VILLAGE};

impl World {
    /// In worlds where households move: a phone in the other village, perhaps one in both.
    pub(super) fn settle_neighbours(&mut self) {
        if self.plan.moves == 0.0 {
            return;
        }
        self.enrol("neighbour", Role::TeamMember, NEIGHBOUR);
        if self.plan.chance.0.random_bool(0.6) {
            self.enrol("both", Role::TeamMember, VILLAGE);
            let Some(phone) = self.phones.last_mut() else { return };
            phone.grant(&[VILLAGE, NEIGHBOUR], None);
            phone.learn();
            let person = phone.person.clone();
            self.assign(&person, Role::TeamMember, NEIGHBOUR);
        }
    }

    /// Who sits at the desk of the township.
    pub(super) fn desk(&self) -> Result<Principal, String> {
        let (person, today) = (self.office.clone(), self.today());
        let scope = self.app.db.read_blocking(move |tx| Scope::of(tx, &person, &today));
        Ok(Principal {
            person: self.office.clone(),
            name: "office".into(),
            account: "office".into(),
            session: "sim".into(),
            device: None,
            scope: scope.map_err(|error| error.to_string())?,
        })
    }

    pub(super) fn today(&self) -> String {
        Date::from_epoch_millis_shanghai(self.clock.now()).to_string()
    }

    /// A household of the township moves to its other village.
    pub(super) fn relocate(&mut self) -> Result<(), String> {
        let households: Vec<(String, String)> = self.read(|tx| {
            use schema::record::dsl;
            let here = dsl::record.filter(dsl::kind.eq("household").and(dsl::area.ne(FAR_VILLAGE)));
            Ok(here.order(dsl::id).select((dsl::id, dsl::area)).load(tx.conn)?)
        })?;
        if households.is_empty() {
            return Ok(());
        }
        let (id, area) = households[self.plan.chance.0.random_range(0..households.len())].clone();
        if self.phones.iter().all(|phone| phone.household.is_none()) && self.plan.chance.0.random_bool(0.3) {
            return self.pair_somebody(&id);
        }
        let to = if area == VILLAGE { NEIGHBOUR } else { VILLAGE };
        let ask = Relocate {
            id: self.app.ctx.id(),
            household: id.clone(),
            area: to.into(),
            expected_area: area,
            moved_on: self.today(),
            reason: "搬迁".into(),
        };
        let (principal, now) = (self.desk()?, self.clock.now());
        let moved = self.app.db.write_blocking(move |tx| relocation::relocate(tx, &principal, &ask, now));
        moved.map_err(|error| error.to_string())?;
        self.trace.tell(format!("household {id} moves to {to}"));
        Ok(())
    }

    /// A helper from elsewhere gets a phone and a household.
    fn pair_somebody(&mut self, household: &str) -> Result<(), String> {
        self.enrol("helper", Role::DeptHead, FAR_VILLAGE);
        let Some(phone) = self.phones.last_mut() else { return Ok(()) };
        phone.grant(&[], household.parse().ok());
        phone.learn();
        let row = store::pairing::Row {
            id: self.app.ctx.id(),
            helper: phone.person.clone(),
            household: household.to_owned(),
            basis: "r9".into(),
            is_primary: true,
            valid_from: SINCE.into(),
            valid_to: None,
        };
        let written = self.app.db.write_blocking(move |tx| {
            store::pairing::insert(tx, &row)?;
            Ok(((), Audit::default()))
        });
        self.trace.tell(format!("a helper is paired with {household}"));
        written.map_err(|error| error.to_string())
    }

    /// People have dealt with what was not taken of what left their phone.
    pub(super) fn part_with_what_left(&mut self) {
        for phone in &mut self.phones {
            let of = |id: RecordId| {
                let answers = phone.engine.answers(id).unwrap_or_default();
                answers["household"].as_str().and_then(|household| household.parse().ok()).unwrap_or(id)
            };
            let is_left = |id: &RecordId| {
                let village = phone.village_of(*id).unwrap_or_default();
                phone.engine.moved_to(*id).is_some() || !phone.covers(&village, Some(of(*id)))
            };
            let left: Vec<RecordId> = phone.engine.records().filter(is_left).collect();
            left.into_iter().for_each(|id| phone.engine.clear_problems(id));
        }
    }
}

/// What is about a household is where the household is; the feed of a record's village has all of it; work counts where
/// it was done.
pub fn whole_where_they_are(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    for (id, record) in server {
        let Some(home) = record.household.and_then(|household| server.get(&household)) else { continue };
        if home.area != record.area {
            return broken(format!("relocation: {id} is in {}, its household in {}", record.area, home.area));
        }
    }
    let (told, stored, visits) = rows(world)?;
    for (id, record) in server {
        let key = (record.area.clone(), id.to_string());
        let told = told.get(&key).cloned().unwrap_or_default();
        let all = stored.get(&key.1).cloned().unwrap_or_default();
        if let Some(hash) = all.difference(&told).next() {
            return broken(format!(
                "relocation: change {hash} of {id} is not in the feed of {}",
                record.area
            ));
        }
        let village = visits.get(&key.1);
        if village.is_some_and(|village| *village != record.made_in) {
            return broken(format!(
                "relocation: visit {id} made in {} counts in {village:?}",
                record.made_in
            ));
        }
    }
    Ok(())
}

type Hashes = BTreeSet<String>;

/// Hashes told by area and record, hashes stored by record, village of each visit's row.
#[expect(clippy::type_complexity, reason = "three answers of one snapshot")]
fn rows(
    world: &World,
) -> Result<(BTreeMap<(String, String), Hashes>, BTreeMap<String, Hashes>, BTreeMap<String, String>), String>
{
    let (feed, changes, visits) = world.read(|tx| {
        use schema::{change, feed, visit};
        let feed: Vec<(String, String, Option<String>)> = feed::table
            .order((feed::area, feed::seq))
            .select((feed::area, feed::record, feed::change))
            .load(tx.conn)?;
        let changes: Vec<(String, String)> =
            change::table.select((change::record, change::hash)).load(tx.conn)?;
        let visits: Vec<(String, String)> =
            visit::table.select((visit::record, visit::village)).load(tx.conn)?;
        Ok((feed, changes, visits))
    })?;
    let mut told: BTreeMap<(String, String), Hashes> = BTreeMap::new();
    for (area, record, hashes) in feed {
        let hashes = hashes.unwrap_or_default();
        let hashes = hashes.split_whitespace().map(str::to_owned);
        told.entry((area, record)).or_default().extend(hashes);
    }
    let mut stored: BTreeMap<String, Hashes> = BTreeMap::new();
    for (record, hash) in changes {
        stored.entry(record).or_default().insert(hash);
    }
    Ok((told, stored, visits.into_iter().collect()))
}
