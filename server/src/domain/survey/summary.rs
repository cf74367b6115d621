//! The survey summary P1 (domain §10.1): what the houses of a round are, by village, township and area, and whether
//! the partitions add up (§10.2 E1, E13).

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::area::AreaLevel;
use bidao_schema::api::survey::{
    Coverage, Identity, SummaryRow, SurveyHouse, SurveyProgress, SurveySummary, Tally,
};

use super::{progress, tally};
use crate::domain::access::{Scope, significant};
use crate::domain::duplicate::Aliases;
use crate::error::Result;
use crate::store::projection::Household;
use crate::store::{Tx, area, dispute, survey};

/// Sums a counted round up.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, scope: &Scope, progress: &SurveyProgress) -> Result<SurveySummary> {
    let prefix = significant(&progress.round.area).to_owned();
    let facts: BTreeMap<String, Household> =
        survey::households(tx, &prefix)?.into_iter().map(|row| (row.record.clone(), row)).collect();
    let aliases = Aliases::load(tx)?;
    let counts = |fact: &&Household| scope.reads(&fact.village, None) && !aliases.is_alias(&fact.record);
    let disputed = dispute::open_under(tx, &prefix)?;
    let disputed: BTreeSet<&str> = disputed.iter().map(|household| aliases.kept(household)).collect();
    let mut names = BTreeMap::new();
    for row in area::under(tx, &prefix)? {
        names.insert(row.code, row.name);
    }
    let villages = names.keys().filter(|code| significant(code).len() == 12);
    let empty = |code: &String| (code.clone(), row(code, &names));
    let mut rows: BTreeMap<String, SummaryRow> = villages.map(empty).collect();
    for house in &progress.houses {
        let village = rows.entry(house.village.clone()).or_insert_with(|| row(&house.village, &names));
        count(village, house, facts.get(&house.household));
        village.in_dispute += u32::from(disputed.contains(house.household.as_str()));
    }
    let villages: Vec<SummaryRow> = rows.into_values().collect();
    let mut identities: Vec<Identity> = villages.iter().map(severity_adds_up).collect();
    let mut all = villages.clone();
    for code in parents(&progress.round.area, &names) {
        let parts: Vec<&SummaryRow> =
            villages.iter().filter(|village| village.area.starts_with(significant(&code))).collect();
        let mut sum = row(&code, &names);
        parts.iter().for_each(|part| add(&mut sum, part));
        identities.push(severity_adds_up(&sum));
        let filed = facts.values().filter(counts).filter(|fact| fact.village.starts_with(significant(&code)));
        // Families that left the area during the round are houses of it, and on file elsewhere.
        let gone = progress.houses.iter().filter(|house| !facts.contains_key(&house.household));
        let gone = gone.filter(|house| house.village.starts_with(significant(&code))).count();
        identities.push(identity("E13", &code, sum.coverage.houses, filed.count() + gone));
        all.push(sum);
    }
    Ok(SurveySummary { round: progress.round.id.clone(), as_of: progress.as_of, rows: all, identities })
}

/// The townships within the area, then the area itself unless it is a village.
fn parents(area: &str, names: &BTreeMap<String, String>) -> Vec<String> {
    let level = bidao_schema::codes::area_level;
    let townships = names.keys().filter(|code| level(code) == Some(AreaLevel::Township) && *code != area);
    let itself = (level(area) != Some(AreaLevel::Village)).then(|| area.to_owned());
    townships.cloned().chain(itself).collect()
}

fn row(code: &str, names: &BTreeMap<String, String>) -> SummaryRow {
    SummaryRow {
        area: code.to_owned(),
        name: names.get(code).cloned().unwrap_or_default(),
        in_system: Tally::default(),
        outside: Tally::default(),
        unknown: Tally::default(),
        causes: BTreeMap::new(),
        in_dispute: 0,
        coverage: Coverage::default(),
    }
}

fn count(row: &mut SummaryRow, house: &SurveyHouse, fact: Option<&Household>) {
    progress::add(&mut row.coverage, house);
    let Some(fact) = fact else { return };
    let class = match fact.in_system.as_str() {
        "in" => &mut row.in_system,
        "outside" => &mut row.outside,
        _ => &mut row.unknown,
    };
    tally::count(class, fact);
    if fact.in_system == "in" {
        *row.causes.entry(fact.main_cause.clone()).or_default() += 1;
    }
}

fn add(sum: &mut SummaryRow, part: &SummaryRow) {
    for (into, from) in [
        (&mut sum.in_system, &part.in_system),
        (&mut sum.outside, &part.outside),
        (&mut sum.unknown, &part.unknown),
    ] {
        tally::add(into, from);
    }
    for (cause, number) in &part.causes {
        *sum.causes.entry(cause.clone()).or_default() += number;
    }
    sum.in_dispute += part.in_dispute;
    let (into, from) = (&mut sum.coverage, &part.coverage);
    into.houses += from.houses;
    into.not_yet += from.not_yet;
    into.visited += from.visited;
    into.absent += from.absent;
    into.refused += from.refused;
    into.moved += from.moved;
    into.found += from.found;
}

/// E1: severe + moderate + light = households in the system.
fn severity_adds_up(row: &SummaryRow) -> Identity {
    let tally = &row.in_system;
    identity("E1", &row.area, tally.severe + tally.moderate + tally.light, tally.households as usize)
}

fn identity(id: &str, area: &str, parts: u32, whole: usize) -> Identity {
    let whole = i64::try_from(whole).unwrap_or(i64::MAX);
    Identity {
        id: id.into(),
        area: area.into(),
        parts: parts.into(),
        whole,
        holds: i64::from(parts) == whole,
    }
}
