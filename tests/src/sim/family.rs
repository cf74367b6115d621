//! One family added by two phones, settled by the office, written about through either record; and what must hold of it.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duplicate::{SettleDuplicate, Verdict};
use bidao_schema::api::survey::{HouseState, SurveyHouse};
use bidao_server::ctx::Clock;
use bidao_server::domain::{duplicate, survey};
use bidao_server::store::survey::{Round, Whole};
use bidao_server::store::{self, audit::Audit};
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use rand::Rng;
use serde_json::Value;

use super::check::{ServerRecord, broken};
use super::world::World;
use crate::app::{TOWNSHIP, VILLAGE};

/// The round in which families are surveyed.
const ROUND: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

impl World {
    /// A survey round of the township that outlasts the world.
    pub(super) fn open_round(&mut self) {
        if self.plan.twice == 0.0 {
            return;
        }
        let round = Round {
            id: ROUND.into(),
            name: "摸底".into(),
            area: TOWNSHIP.into(),
            from_on: "2000-01-01".into(),
            to_on: "2099-12-31".into(),
            form: "household/1".into(),
            criteria: String::new(),
            opened_by: self.office.clone(),
            opened_at: self.clock.now(),
            closed_at: None,
        };
        let whole = Whole { round, groups: Vec::new(), members: Vec::new(), grounds: Vec::new() };
        let written = self.app.db.write_blocking(move |tx| {
            store::survey::insert(tx, &whole, crate::app::TOWNSHIP.trim_end_matches('0'))?;
            Ok(((), Audit::default()))
        });
        written.expect("a round can be opened");
    }

    /// Two phones of the village add the same family, neither knowing of the other.
    pub(super) fn add_twice(&mut self) -> Result<(), String> {
        let there: Vec<usize> = (0..self.phones.len())
            .filter(|who| self.phones[*who].villages.first().is_some_and(|village| village == VILLAGE))
            .collect();
        let first = self.plan.chance.0.random_range(0..there.len());
        let second = (first + self.plan.chance.0.random_range(1..there.len())) % there.len();
        let (head, wife) = (self.value(), self.value());
        let mut made = Vec::new();
        for who in [there[first], there[second]] {
            let mut puts = vec![Put::new("address", self.value()), Put::new("group_name", "1组")];
            for (name, relation, born) in [(&head, "02", "1960-01-02"), (&wife, "10", "1962-03-04")] {
                let member = RecordId(self.bytes()).to_string();
                let path = |field: &str| format!("members/{member}/{field}");
                puts.push(Put::new(path("name"), name.clone()));
                puts.push(Put::new(path("relation"), relation));
                puts.push(Put::new(path("birth_date"), born));
            }
            let id = self.create(who, "household", VILLAGE, &puts)?;
            self.save_or_crash(who)?;
            made.extend(self.phones[who].engine.document(id).is_ok().then_some(id));
        }
        if let [one, other] = made[..] {
            self.trace.tell(format!("one family is added twice: {one} and {other}"));
            self.families.push([one, other]);
        }
        Ok(())
    }

    /// The office settles a pair, if it is asked about one.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        let (principal, now) = (self.desk()?, self.clock.now());
        let scope = principal.scope.clone();
        let open = self.read(move |tx| Ok(duplicate::list(tx, &scope)?.open))?;
        if open.is_empty() {
            return Ok(());
        }
        let rng = &mut self.plan.chance.0;
        let pair = &open[rng.random_range(0..open.len())];
        let (one, other) = (pair.one.id.clone(), pair.other.id.clone());
        let verdict = if rng.random_bool(0.8) { Verdict::Same } else { Verdict::Distinct };
        let kept = if rng.random_bool(0.5) { one.clone() } else { other.clone() };
        let kept = (verdict == Verdict::Same).then_some(kept);
        self.trace.tell(format!("the office says of {one} and {other}: {verdict:?}"));
        let ask = SettleDuplicate { one, other, verdict, kept, expected: None };
        let settled = self.app.db.write_blocking(move |tx| duplicate::settle(tx, &principal, &ask, now));
        settled.map_err(|error| error.to_string())
    }

    /// Somebody surveys a family through the record at hand, or writes into it: whichever it is, it counts.
    pub(super) fn survey_a_family(&mut self) -> Result<(), String> {
        let rng = &mut self.plan.chance.0;
        let who = rng.random_range(0..self.phones.len());
        let engine = &self.phones[who].engine;
        let known = self.families.iter().flatten().copied();
        let known: Vec<RecordId> =
            known.filter(|id| engine.document(*id).is_ok() && engine.moved_to(*id).is_none()).collect();
        if known.is_empty() {
            return Ok(());
        }
        let household = known[rng.random_range(0..known.len())];
        let Some(village) = self.phones[who].village_of(household) else { return Ok(()) };
        let visit = [
            Put::new("household", household.to_string()),
            Put::new("visit_type", "survey"),
            Put::new("survey_outcome", "visited"),
            Put::new("occurred_on", self.today()),
            Put::new("what_household_said", self.value()),
        ];
        self.create(who, "visit", &village, &visit)?;
        self.trace.tell(format!("{} surveys {household}", self.phones[who].name));
        self.save_or_crash(who)
    }
}

/// Every family whose records still agree is asked about or settled; of one that is settled one record counts, with
/// every visit to either.
pub fn counted_once(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<usize, String> {
    if world.plan.twice == 0.0 {
        return Ok(0);
    }
    let (scope, now) = (world.desk()?.scope, world.clock.now());
    let (pairs, houses) = world.read(move |tx| {
        let pairs = duplicate::list(tx, &scope)?;
        Ok((pairs, survey::progress(tx, &scope, ROUND, now)?.houses))
    })?;
    let known: BTreeSet<[String; 2]> =
        pairs.open.iter().chain(&pairs.settled).map(|pair| ordered(&pair.one.id, &pair.other.id)).collect();
    for [one, other] in &world.families {
        let (Some(a), Some(b)) = (server.get(one), server.get(other)) else { continue };
        if members(a) == members(b) && !known.contains(&ordered(&one.to_string(), &other.to_string())) {
            return broken(format!("duplicates: nobody asks whether {one} and {other} are one family"));
        }
    }
    let houses: BTreeMap<&str, &SurveyHouse> =
        houses.iter().map(|house| (house.household.as_str(), house)).collect();
    for pair in &pairs.settled {
        let Some(kept) = &pair.kept else { continue };
        let alias = if *kept == pair.one.id { &pair.other.id } else { &pair.one.id };
        let Some(house) = houses.get(kept.as_str()).filter(|_| !houses.contains_key(alias.as_str())) else {
            return broken(format!("duplicates: {kept} and its alias {alias} are not counted as one house"));
        };
        let visits = visits(server, &[kept, alias]);
        let state = if visits > 0 { HouseState::Visited } else { HouseState::NotYet };
        if (house.visits, house.state) != (visits, state) {
            return broken(format!("duplicates: {visits} surveys of {kept} and {alias}, counted {house:?}"));
        }
    }
    Ok(pairs.settled.len())
}

fn ordered(one: &str, other: &str) -> [String; 2] {
    let mut pair = [one.to_owned(), other.to_owned()];
    pair.sort();
    pair
}

/// Name and birth date of every member.
fn members(record: &ServerRecord) -> Vec<(Value, Value)> {
    let answers = record.document.answers();
    let members = answers["members"].as_object().into_iter().flat_map(|members| members.values());
    let mut members: Vec<(Value, Value)> =
        members.map(|member| (member["name"].clone(), member["birth_date"].clone())).collect();
    members.sort_by_key(|member| format!("{member:?}"));
    members
}

fn visits(server: &BTreeMap<RecordId, ServerRecord>, households: &[&String]) -> u32 {
    let is_survey = |record: &&ServerRecord| {
        let answers = record.document.answers();
        let household = answers["household"].as_str().unwrap_or_default();
        answers["visit_type"] == "survey" && households.iter().any(|id| *id == household)
    };
    u32::try_from(server.values().filter(is_survey).count()).unwrap_or(u32::MAX)
}
