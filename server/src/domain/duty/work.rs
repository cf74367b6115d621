//! R4 (domain §3.3): plain counts of the work done in a village. No threshold, no score.

use std::collections::BTreeSet;

use bidao_schema::api::duty::VillageWork;
use bidao_schema::calendar::{Date, Month};

use super::evaluate::count;
use super::fact::{Facts, Source, Visit};

/// One row a village, in order of code.
#[must_use]
pub fn work(facts: &Facts, villages: &BTreeSet<String>, month: Month) -> Vec<VillageWork> {
    villages.iter().map(|village| of_village(facts, village, month)).collect()
}

fn of_village(facts: &Facts, village: &str, month: Month) -> VillageWork {
    let trips = facts.presences.iter().filter(|p| p.source == Source::Trip && p.village == village);
    let arrivals: BTreeSet<(&str, Date)> = trips.map(|trip| (trip.person.as_str(), trip.on)).collect();
    let (by_phone, visits): (Vec<&Visit>, Vec<&Visit>) =
        facts.visits.iter().filter(|visit| visit.village == village).partition(|visit| visit.by_phone);
    let seen: Vec<&Visit> = visits.iter().copied().filter(|visit| visit.met_someone).collect();
    // A household counts in its own village, wherever its visits were filed.
    let everywhere = facts.visits.iter().filter(|visit| !visit.by_phone && visit.met_someone);
    let called_on: BTreeSet<&str> = everywhere.map(|visit| visit.household.as_str()).collect();
    let households = || facts.households.get(village).into_iter().flatten();
    let activity =
        |code: &str| count(seen.iter().filter(|v| v.activities.iter().any(|done| done == code)).count());
    let difficulties = || facts.difficulties.iter().filter(|difficulty| difficulty.village == village);
    VillageWork {
        village: village.to_owned(),
        trips: count(arrivals.len()),
        visits: count(visits.len()),
        phone_visits: count(by_phone.len()),
        households_visited: count(households().filter(|id| called_on.contains(id.as_str())).count()),
        households: count(households().count()),
        opinion: activity("opinion"),
        policy: activity("policy"),
        technology: activity("technology"),
        mediation: activity("mediation"),
        civic: activity("civic"),
        difficulties_raised: count(difficulties().filter(|d| d.raised == Some(month)).count()),
        difficulties_solved: count(difficulties().filter(|d| d.solved == Some(month) && d.confirmed).count()),
    }
}
