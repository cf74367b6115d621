//! The district's registers: projects of households (P2), the six batches (P3) and net income (P7), with the identities
//! that must hold (domain §10). Every figure has its denominator; nothing ranks people.

use super::survey::{Identity, Tally};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /api/v1/registers?area=&month=`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Registers {
    /// Code of the area.
    pub area: String,
    /// Net income as of this month, `YYYY-MM`; measures planned for its year.
    pub month: String,
    /// When this was counted.
    pub as_of: i64,
    /// The poverty line of that year, fen a head; none if nobody entered it.
    pub line: Option<i64>,
    /// Version of the catalogue that income is added up under: the one in force on the last day of the month.
    pub catalogue: u32,
    /// One row a village, then one a township, then the whole area last; by code within each.
    pub rows: Vec<RegisterRow>,
    /// E1 to E4 of domain §10.2, for the whole area. E3 holds while its parts, the projects, are no fewer than its whole.
    /// The parts of E4 are primary measures and households without one, so what it exceeds are duplicates.
    pub identities: Vec<Identity>,
    /// Households with more than one primary measure, at most 200; E4 counts them.
    pub several_primary: Vec<HouseholdName>,
    /// How many there are.
    pub several_primary_total: u32,
    /// Households of the whole area in the system by primary and additional measure; pairs that nobody has are not there.
    pub pairs: Vec<MeasurePair>,
}

/// Households with one batch as their primary measure of the year and another, or the same, beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeasurePair {
    /// Batch of the primary measure; a household with two primary ones is under each. Empty text where it is contested.
    pub primary: String,
    /// Batch of the additional one; none for the households that have nothing beside the primary one.
    pub additional: Option<String>,
    /// How many.
    pub households: u32,
}

/// A household in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HouseholdName {
    /// Record id.
    pub household: String,
    /// What a person would call it.
    pub title: String,
    /// Village code.
    pub village: String,
}

/// The registers of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterRow {
    /// Code of the area.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Households in the national system.
    pub in_system: Tally,
    /// Poor households outside it.
    pub outside: Tally,
    /// Projects of households in the system.
    pub projects: ProjectBuckets,
    /// The same projects by class; empty text where none is said. They add up to `projects.projects`.
    pub by_class: BTreeMap<String, u32>,
    /// Primary measures of households in the system planned for the year, by the six batches; households with two are
    /// in two. Empty text where two people say different batches.
    pub primary: BTreeMap<String, MeasureCount>,
    /// Households in the system without a primary measure.
    pub without_primary: u32,
    /// Households in the system with more than one.
    pub several_primary: u32,
    /// Net income of the year so far.
    pub income: IncomeBands,
}

/// Households by number of their projects (P2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectBuckets {
    /// Without any; shown also when it is 0.
    pub none: u32,
    /// With one.
    pub one: u32,
    /// With two.
    pub two: u32,
    /// With three or more.
    pub three_or_more: u32,
    /// All projects.
    pub projects: u32,
}

/// A batch: planned is not achieved (INV-27).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureCount {
    /// Households it is planned for.
    pub planned: u32,
    /// Of these, where it is achieved.
    pub achieved: u32,
}

/// Net income a head of the year so far, against the line of the year (P7). The bands add up to `households`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncomeBands {
    /// Households in the system.
    pub households: u32,
    /// Without a statement in the year up to the month.
    pub none: u32,
    /// With statements, but without a figure a head: the last one counts nobody, or the year has no line yet.
    pub unmeasured: u32,
    /// Below half of the line.
    pub far_below: u32,
    /// From half of the line up to and including it.
    pub below: u32,
    /// Above the line by at most 5 %: the rounding-up zone.
    pub just_above: u32,
    /// Above it by more.
    pub above: u32,
    /// Households with a statement of the month.
    pub statements: u32,
    /// Of these, signed by everybody.
    pub signed: u32,
    /// Of all counted fen of the year, how many are estimates.
    pub estimated_fen: i64,
    /// All counted fen of the year, income and expenses.
    pub counted_fen: i64,
}
