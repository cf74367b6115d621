//! Households that two phones may have added for one family (domain §11-2): asked about, settled once, never merged
//! by a machine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::RecordSummary;

/// Why two records may be one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// A member of each has the same ID number.
    IdNumber,
    /// Heads of like-sounding names in the same villagers' group, with a member of like-sounding name and the same
    /// birth date.
    HeadAndMember,
    /// At least two members of like-sounding names and the same birth dates.
    Members,
}

/// What a leader said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One family: the record that is not kept is an alias of the other. What is written about either counts.
    Same,
    /// Two families; never asked about again.
    Distinct,
}

/// `GET /api/v1/duplicates`: pairs in the areas one reviews.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DuplicateList {
    /// Nobody has settled these yet.
    pub open: Vec<DuplicatePair>,
    /// Somebody has; newest first.
    pub settled: Vec<DuplicatePair>,
}

/// Two records that may be one family.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DuplicatePair {
    /// The record of the lesser id.
    pub one: RecordSummary,
    /// The other one.
    pub other: RecordSummary,
    /// Why; may be empty for a settled pair whose records were corrected since.
    pub likeness: Vec<Likeness>,
    /// What was said, if anything.
    pub verdict: Option<Verdict>,
    /// Record that is kept, when they are the same.
    pub kept: Option<String>,
    /// Who said so.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<i64>,
}

/// `POST /api/v1/duplicates`: settles a pair, or settles it anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleDuplicate {
    /// One record id.
    pub one: String,
    /// The other.
    pub other: String,
    /// What they are.
    pub verdict: Verdict,
    /// Which of the two is kept; given with `same` only.
    #[serde(default)]
    pub kept: Option<String>,
    /// What had been said of the pair as the asker saw it; none of a pair that was open. If something else has been
    /// said since, the answer is `stale`.
    #[serde(default)]
    pub expected: Option<SaidBefore>,
}

/// The verdict that an asker saw: fields of `DuplicatePair` as they were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaidBefore {
    /// What was said.
    pub verdict: Verdict,
    /// Record that was kept.
    #[serde(default)]
    pub kept: Option<String>,
    /// When.
    pub settled_at: i64,
}

/// A household that a leader said is the same family as another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Alias {
    /// The record that is not kept. It goes on: what is written about it counts for the family.
    pub record: String,
    /// The record that stands for the family. A phone that does not have it still knows that there is one.
    pub kept: String,
}
