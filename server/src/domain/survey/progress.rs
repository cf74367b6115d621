//! How far a round is: every house of the villages, what its survey visits say, added up by villagers' group.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::survey::{
    Coverage, GroundProgress, HouseState, SurveyHouse, SurveyProgress, SurveyRound,
};

use crate::domain::access::{Scope, significant};
use crate::domain::duplicate::Aliases;
use crate::error::Result;
use crate::store::projection::{Household, Visit};
use crate::store::{Tx, record, relocation, survey};

/// Counts a round in the villages the reader reads.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, scope: &Scope, round: SurveyRound, now: i64) -> Result<SurveyProgress> {
    let prefix = significant(&round.area).to_owned();
    let aliases = Aliases::load(tx)?;
    let mut households = survey::households(tx, &prefix)?;
    households.retain(|row| scope.reads(&row.village, None) && !aliases.is_alias(&row.record));
    let titles: BTreeMap<String, String> = survey::titles(tx, &prefix)?.into_iter().collect();
    let visits = survey::visits(tx, &prefix, &round.from, &round.to)?;
    let here: BTreeSet<String> = households.iter().map(|row| row.record.clone()).collect();
    let mut houses = houses(&round, households, &visits, &aliases);
    for house in &mut houses {
        house.title = titles.get(&house.household).cloned().unwrap_or_default();
    }
    let mut left = left(tx, &prefix, &round)?;
    left.retain(|row, _| !here.contains(row) && !aliases.is_alias(row));
    left.retain(|_, gone| scope.reads(&gone.village, None));
    houses.extend(gone(tx, &round, left, &visits, &aliases)?);
    houses.sort_by(|a, b| {
        (&a.village, &a.group_name, &a.household).cmp(&(&b.village, &b.group_name, &b.household))
    });
    let grounds = grounds(&round, &houses, |village| scope.reads(village, None));
    Ok(SurveyProgress { grounds, round, as_of: now, houses })
}

/// A visit to an alias was a visit to its family, and a family is on the list when one of its records is.
fn houses(
    round: &SurveyRound,
    households: Vec<Household>,
    visits: &[Visit],
    aliases: &Aliases,
) -> Vec<SurveyHouse> {
    let listed: BTreeSet<&str> = round.listed.iter().map(|id| aliases.kept(id)).collect();
    let mut of_house: BTreeMap<&str, Vec<&Visit>> = BTreeMap::new();
    for visit in visits {
        of_house.entry(aliases.kept(&visit.household)).or_default().push(visit);
    }
    let house = |row: Household| {
        let visits = of_house.get(row.record.as_str()).map_or(&[][..], Vec::as_slice);
        SurveyHouse {
            state: state(visits.iter().map(|visit| visit.outcome.as_str())),
            found: !listed.contains(row.record.as_str()),
            visits: u32::try_from(visits.len()).unwrap_or(u32::MAX),
            last_on: visits.last().map(|visit| visit.occurred_on.clone()),
            household: row.record,
            title: String::new(),
            village: row.village,
            group_name: row.group_name,
        }
    };
    households.into_iter().map(house).collect()
}

/// Households that left the area of the round while it ran, as they stood in it last.
fn left(tx: &mut Tx, prefix: &str, round: &SurveyRound) -> Result<BTreeMap<String, Household>> {
    let as_it_stood = |row: relocation::Row| {
        let house = Household {
            record: row.household.clone(),
            village: row.from_area,
            group_name: row.group_name,
            in_system: String::new(),
            severity: String::new(),
            main_cause: String::new(),
            persons: 0,
        };
        (row.household, house)
    };
    Ok(relocation::leaving(tx, prefix, &round.from, &round.to)?.into_iter().map(as_it_stood).collect())
}

/// Their houses: surveyed before they went, or moved. One that was neither on the list nor visited was never there
/// for this round.
fn gone(
    tx: &mut Tx,
    round: &SurveyRound,
    left: BTreeMap<String, Household>,
    visits: &[Visit],
    aliases: &Aliases,
) -> Result<Vec<SurveyHouse>> {
    let ids: Vec<String> = left.keys().cloned().collect();
    let listed = survey::listed_of(tx, &round.id, &ids)?;
    let titles: BTreeMap<String, String> =
        record::briefs(tx, &ids)?.into_iter().map(|row| (row.id, row.title)).collect();
    let mut gone = houses(round, left.into_values().collect(), visits, aliases);
    for house in &mut gone {
        house.found = !listed.contains(&house.household);
        house.title = titles.get(&house.household).cloned().unwrap_or_default();
        if house.state != HouseState::Visited {
            house.state = HouseState::Moved;
        }
    }
    gone.retain(|house| !house.found || house.visits > 0);
    Ok(gone)
}

/// The state of a house by the outcomes of its survey visits, oldest first: once surveyed it stays so, else the
/// last one counts.
pub fn state<'a>(outcomes: impl Iterator<Item = &'a str>) -> HouseState {
    let read = |outcome| match outcome {
        "visited" => Some(HouseState::Visited),
        "absent" => Some(HouseState::Absent),
        "refused" => Some(HouseState::Refused),
        "moved" => Some(HouseState::Moved),
        _ => None,
    };
    let last = |state: HouseState, next: HouseState| if state == HouseState::Visited { state } else { next };
    outcomes.filter_map(read).fold(HouseState::NotYet, last)
}

/// Adds houses up by village and villagers' group; grounds without a house are there too, with none: a village in
/// which nobody is registered yet must not be forgotten.
fn grounds(round: &SurveyRound, houses: &[SurveyHouse], reads: impl Fn(&str) -> bool) -> Vec<GroundProgress> {
    let mut counted: BTreeMap<(String, String), Coverage> = BTreeMap::new();
    for house in houses {
        add(counted.entry((house.village.clone(), house.group_name.clone())).or_default(), house);
    }
    for ground in round.groups.iter().flat_map(|group| &group.grounds).filter(|ground| reads(&ground.village))
    {
        // The rest of a village is a row of its own only where there is no other.
        let has_row = counted.keys().any(|(village, _)| *village == ground.village);
        if ground.group_name.is_some() || !has_row {
            let key = (ground.village.clone(), ground.group_name.clone().unwrap_or_default());
            counted.entry(key).or_default();
        }
    }
    let goes_to = |village: &str, group_name: Option<&str>| {
        let is_there = |group: &&bidao_schema::api::survey::SurveyGroup| {
            group.grounds.iter().any(|g| g.village == village && g.group_name.as_deref() == group_name)
        };
        round.groups.iter().find(is_there).map(|group| group.name.clone())
    };
    let one = |((village, group_name), coverage): ((String, String), Coverage)| GroundProgress {
        survey_group: goes_to(&village, Some(&group_name)).or_else(|| goes_to(&village, None)),
        village,
        group_name,
        coverage,
    };
    counted.into_iter().map(one).collect()
}

/// Counts a house.
pub fn add(coverage: &mut Coverage, house: &SurveyHouse) {
    coverage.houses += 1;
    coverage.found += u32::from(house.found);
    *match house.state {
        HouseState::NotYet => &mut coverage.not_yet,
        HouseState::Visited => &mut coverage.visited,
        HouseState::Absent => &mut coverage.absent,
        HouseState::Refused => &mut coverage.refused,
        HouseState::Moved => &mut coverage.moved,
    } += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_once_surveyed_stays_so_else_the_last_word_counts() {
        let of = |outcomes: &[&str]| state(outcomes.iter().copied());
        assert_eq!(of(&[]), HouseState::NotYet);
        assert_eq!(of(&["absent", "refused"]), HouseState::Refused);
        assert_eq!(of(&["absent", "visited", "moved"]), HouseState::Visited);
        assert_eq!(of(&["refused", "", "unheard of"]), HouseState::Refused);
    }
}
