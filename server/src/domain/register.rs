//! The registers of an area: projects of households (P2), the six batches (P3), net income (P7), with the identities that
//! must hold (domain §10). Everything is counted family by family from a few queries; what an identity compares with is
//! counted anew by the database.

mod bands;

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::register::{
    HouseholdName, IncomeBands, MeasureCount, MeasurePair, ProjectBuckets, RegisterRow, Registers,
};
use bidao_schema::api::survey::{Identity, Tally};
use bidao_schema::calendar::Month;

use super::access::Scope;
use super::catalogue;
use super::family::{Families, Places, readable};
use super::survey::tally;
use crate::error::Result;
use crate::store::projection::Household;
use crate::store::register::{self, InSystem};
use crate::store::{Tx, poverty_line, record};
use bands::Figure;

/// Most households named in one list.
const NAMED: usize = 200;
/// Word of a measure's outcome.
const ACHIEVED: &str = "achieved";

/// What is known of a family in the system.
#[derive(Debug, Clone, Default)]
struct Facts {
    projects: u32,
    /// The same by class.
    classes: BTreeMap<String, u32>,
    /// Batches of its primary measures with whether any of them is achieved there.
    primary: BTreeMap<String, bool>,
    /// How many primary measures.
    measures: u32,
    /// Batches of its other measures.
    additional: BTreeSet<String>,
    income: Figure,
}

/// The registers of an area as of a month.
///
/// # Errors
/// `invalid`, `forbidden` or `not_found` for the area, `invalid` for a month before the first catalogue, or the database
/// fails.
pub fn of(tx: &mut Tx, scope: &Scope, area: &str, month: Month, now: i64) -> Result<Registers> {
    let places = readable(tx, scope, area)?;
    let families = Families::load(tx, area)?;
    let (catalogue, year) = (catalogue::of_month(tx, month)?, i32::from(month.year()));
    let line = poverty_line::find(tx, year)?;
    let facts = facts(tx, &families, month, &catalogue::rulings(&catalogue))?;
    let rows = rows(&places, &families, &facts, line);
    let whole = rows.last().cloned().unwrap_or_else(|| empty(area, ""));
    let identities = identities(tx, &families, &whole, year)?;
    let several: Vec<String> = families
        .registers
        .iter()
        .zip(&facts)
        .filter(|(family, facts)| family.in_system == "in" && facts.measures > 1)
        .map(|(family, _)| family.record.clone())
        .collect();
    Ok(Registers {
        area: area.to_owned(),
        month: month.to_string(),
        as_of: now,
        line,
        catalogue: catalogue.version,
        rows,
        identities,
        several_primary_total: u32::try_from(several.len()).unwrap_or(u32::MAX),
        several_primary: named(tx, &several)?,
        pairs: pairs(&families, &facts),
    })
}

fn facts(
    tx: &mut Tx,
    families: &Families,
    month: Month,
    rulings: &crate::store::income::Rulings,
) -> Result<Vec<Facts>> {
    let mut facts = vec![Facts::default(); families.registers.len()];
    for (household, class, projects) in register::projects(tx, &families.among)? {
        let Some(place) = families.place(&household) else { continue };
        let projects = u32::try_from(projects).unwrap_or(u32::MAX);
        facts[place].projects += projects;
        *facts[place].classes.entry(class).or_default() += projects;
    }
    let year = i32::from(month.year());
    for (household, batch, outcome) in register::primary(tx, &families.among, year)? {
        let Some(place) = families.place(&household) else { continue };
        facts[place].measures += 1;
        *facts[place].primary.entry(batch).or_default() |= outcome == ACHIEVED;
    }
    for (household, batch) in register::additional(tx, &families.among, year)? {
        let Some(place) = families.place(&household) else { continue };
        facts[place].additional.insert(batch);
    }
    for (place, figure) in bands::figures(tx, families, month, rulings)?.into_iter().enumerate() {
        facts[place].income = figure;
    }
    Ok(facts)
}

fn rows(places: &Places, families: &Families, facts: &[Facts], line: Option<i64>) -> Vec<RegisterRow> {
    let village = |(code, name): (&String, &String)| (code.clone(), empty(code, name));
    let mut villages: BTreeMap<String, RegisterRow> = places.villages.iter().map(village).collect();
    for (family, facts) in families.registers.iter().zip(facts) {
        let row = villages.entry(family.village.clone()).or_insert_with(|| empty(&family.village, ""));
        count(row, family, facts, line);
    }
    places.with_sums(villages, empty, add)
}

fn empty(code: &str, name: &str) -> RegisterRow {
    RegisterRow {
        area: code.to_owned(),
        name: name.to_owned(),
        in_system: Tally::default(),
        outside: Tally::default(),
        projects: ProjectBuckets::default(),
        by_class: BTreeMap::new(),
        primary: BTreeMap::new(),
        without_primary: 0,
        several_primary: 0,
        income: IncomeBands::default(),
    }
}

fn count(row: &mut RegisterRow, family: &Household, facts: &Facts, line: Option<i64>) {
    match family.in_system.as_str() {
        "in" => tally::count(&mut row.in_system, family),
        "outside" => return tally::count(&mut row.outside, family),
        _ => return,
    }
    let buckets = &mut row.projects;
    buckets.projects += facts.projects;
    *match facts.projects {
        0 => &mut buckets.none,
        1 => &mut buckets.one,
        2 => &mut buckets.two,
        _ => &mut buckets.three_or_more,
    } += 1;
    for (class, projects) in &facts.classes {
        *row.by_class.entry(class.clone()).or_default() += projects;
    }
    for (batch, achieved) in &facts.primary {
        let count = row.primary.entry(batch.clone()).or_default();
        count.planned += 1;
        count.achieved += u32::from(*achieved);
    }
    row.without_primary += u32::from(facts.measures == 0);
    row.several_primary += u32::from(facts.measures > 1);
    bands::count(&mut row.income, &facts.income, line);
}

fn add(sum: &mut RegisterRow, part: &RegisterRow) {
    for (into, from) in [(&mut sum.in_system, &part.in_system), (&mut sum.outside, &part.outside)] {
        tally::add(into, from);
    }
    let (into, from) = (&mut sum.projects, &part.projects);
    into.none += from.none;
    into.one += from.one;
    into.two += from.two;
    into.three_or_more += from.three_or_more;
    into.projects += from.projects;
    for (class, projects) in &part.by_class {
        *sum.by_class.entry(class.clone()).or_default() += projects;
    }
    for (batch, MeasureCount { planned, achieved }) in &part.primary {
        let count = sum.primary.entry(batch.clone()).or_default();
        count.planned += planned;
        count.achieved += achieved;
    }
    sum.without_primary += part.without_primary;
    sum.several_primary += part.several_primary;
    bands::add(&mut sum.income, &part.income);
}

/// Households in the system by primary and additional measure, in the order of their codes.
fn pairs(families: &Families, facts: &[Facts]) -> Vec<MeasurePair> {
    let mut found: BTreeMap<(&str, Option<&str>), u32> = BTreeMap::new();
    let in_system = families.registers.iter().zip(facts).filter(|(family, _)| family.in_system == "in");
    for (_, facts) in in_system {
        for primary in facts.primary.keys() {
            let beside: Vec<Option<&str>> =
                facts.additional.iter().map(|batch| Some(batch.as_str())).collect();
            for additional in if beside.is_empty() { vec![None] } else { beside } {
                *found.entry((primary, additional)).or_default() += 1;
            }
        }
    }
    let pair = |((primary, additional), households): ((&str, Option<&str>), u32)| MeasurePair {
        primary: primary.to_owned(),
        additional: additional.map(str::to_owned),
        households,
    };
    found.into_iter().map(pair).collect()
}

/// E1 to E4. Sums of rows on one side, what the database counts anew on the other.
fn identities(tx: &mut Tx, families: &Families, whole: &RegisterRow, year: i32) -> Result<Vec<Identity>> {
    let counted: InSystem = families.in_system();
    let in_system = families.count(tx, "in")?;
    let (projects, primary) =
        (register::count_projects(tx, &counted)?, register::count_primary(tx, &counted, year)?);
    let (tally, buckets) = (&whole.in_system, &whole.projects);
    let equal = |id, parts: i64, all: i64| identity(id, &whole.area, (parts, all), parts == all);
    let least = i64::from(buckets.one) + 2 * i64::from(buckets.two) + 3 * i64::from(buckets.three_or_more);
    let families = buckets.none + buckets.one + buckets.two + buckets.three_or_more;
    Ok(vec![
        equal("E1", (tally.severe + tally.moderate + tally.light).into(), in_system),
        equal("E2", families.into(), in_system),
        identity("E3", &whole.area, (projects, least), projects >= least),
        equal("E4", primary + i64::from(whole.without_primary), in_system),
    ])
}

/// An identity with both its sides.
pub(super) fn identity(id: &str, area: &str, (parts, whole): (i64, i64), holds: bool) -> Identity {
    Identity { id: id.into(), area: area.into(), parts, whole, holds }
}

/// Households by village and title, the first of them.
fn named(tx: &mut Tx, households: &[String]) -> Result<Vec<HouseholdName>> {
    let mut named: Vec<HouseholdName> = Vec::new();
    for some in households.chunks(NAMED) {
        let briefs = record::briefs(tx, some)?;
        named.extend(briefs.into_iter().map(|row| HouseholdName {
            household: row.id,
            title: row.title,
            village: row.area,
        }));
    }
    named.sort_by(|a, b| (&a.village, &a.title, &a.household).cmp(&(&b.village, &b.title, &b.household)));
    named.truncate(NAMED);
    Ok(named)
}
