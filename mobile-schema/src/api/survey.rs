//! Door-to-door survey rounds 摸底调查 (domain §4 R14, §10 P1): who surveys which houses, how far they are, and
//! what they found.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/v1/surveys`: the office opens a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSurvey {
    /// Id, 32 hex digits, drawn by the asker: a repeated request opens one round.
    pub id: String,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// Township or village surveyed.
    pub area: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Version of the register it fills in, `household/1`.
    pub form: String,
    /// What severe, moderate and light mean here, at most 2,000 characters; shown on the phone.
    pub criteria: String,
    /// The survey groups. Together they cover every village of the area.
    pub groups: Vec<SurveyGroup>,
}

/// A survey group: at least one township cadre and one member of a resident team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyGroup {
    /// What people call it, unique within the round.
    pub name: String,
    /// Person ids.
    pub members: Vec<String>,
    /// Where it goes from house to house.
    pub grounds: Vec<SurveyGround>,
}

/// A villagers' group (组) of a village, or what is left of the village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyGround {
    /// Village code.
    pub village: String,
    /// Name of the villagers' group as households write it; none: all groups of the village that nobody else has.
    pub group_name: Option<String>,
}

/// A round as phones and desks know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyRound {
    /// Id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Area surveyed.
    pub area: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Version of the register it fills in.
    pub form: String,
    /// What the degrees of severity mean here.
    pub criteria: String,
    /// When it was closed; none while it is open.
    pub closed_at: Option<i64>,
    /// The survey groups.
    pub groups: Vec<SurveyGroup>,
    /// Households that were on the list when it was opened, within the reader's reach.
    pub listed: Vec<String>,
}

/// `GET /api/v1/surveys`: rounds whose area the reader may read, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyRounds {
    /// The rounds.
    pub surveys: Vec<SurveyRound>,
}

/// How far a house is in a round. `Found` is counted beside the others: a house that was on no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HouseState {
    /// 未访: nobody came yet.
    NotYet,
    /// 已访: surveyed. Stays so, whatever later visits say.
    Visited,
    /// 不在: nobody at home, come again.
    Absent,
    /// 拒访: the household did not want it.
    Refused,
    /// 已搬走: the household lives elsewhere.
    Moved,
}

/// `GET /api/v1/surveys/{id}`: how far a round is, as far as the phones have reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyProgress {
    /// The round.
    pub round: SurveyRound,
    /// When this was counted.
    pub as_of: i64,
    /// By village and villagers' group, in the order of their codes and names.
    pub grounds: Vec<GroundProgress>,
    /// Every house, in that order.
    pub houses: Vec<SurveyHouse>,
}

/// How far a villagers' group is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroundProgress {
    /// Village code.
    pub village: String,
    /// Name of the villagers' group; empty where the register names none.
    pub group_name: String,
    /// Name of the survey group that goes there; none when nobody does.
    pub survey_group: Option<String>,
    /// Houses.
    pub coverage: Coverage,
}

/// Houses by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// All of them; the five states add up to it.
    pub houses: u32,
    /// Nobody came yet.
    pub not_yet: u32,
    /// Surveyed.
    pub visited: u32,
    /// Nobody at home.
    pub absent: u32,
    /// Refused.
    pub refused: u32,
    /// Lives elsewhere.
    pub moved: u32,
    /// Of all of them, those that were on no list.
    pub found: u32,
}

/// A house of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyHouse {
    /// Record id of the household.
    pub household: String,
    /// What a person would call it.
    pub title: String,
    /// Village code.
    pub village: String,
    /// Name of the villagers' group.
    pub group_name: String,
    /// How far it is.
    pub state: HouseState,
    /// Whether it was on no list.
    pub found: bool,
    /// Visits of the round.
    pub visits: u32,
    /// Day of the last one.
    pub last_on: Option<String>,
}

/// `GET /api/v1/surveys/{id}/summary`: the survey summary P1 (domain §10.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SurveySummary {
    /// Id of the round.
    pub round: String,
    /// When this was counted.
    pub as_of: i64,
    /// One row a village, then one a township, then the whole area last; by code within each.
    pub rows: Vec<SummaryRow>,
    /// The identities that must hold (domain §10.2).
    pub identities: Vec<Identity>,
}

/// The findings of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SummaryRow {
    /// Code of the area.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Households in the national system.
    pub in_system: Tally,
    /// Poor households outside it.
    pub outside: Tally,
    /// Households of which nobody has said whether they are in the system.
    pub unknown: Tally,
    /// Households in the system by main cause, by the code of the cause; empty text where none is said.
    pub causes: BTreeMap<String, u32>,
    /// Households with an open dispute; they are counted above all the same.
    pub in_dispute: u32,
    /// Houses by state.
    pub coverage: Coverage,
}

/// Households by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// All of them.
    pub households: u32,
    /// Their members who have not left.
    pub persons: u32,
    /// 重度.
    pub severe: u32,
    /// 中度.
    pub moderate: u32,
    /// 轻度.
    pub light: u32,
    /// Without exactly one class: none said, or two people say different things.
    pub unclassified: u32,
}

/// An identity and whether it holds. Both sides are shown, so that a failure explains itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// Id of domain §10.2, e.g. `E1`.
    pub id: String,
    /// Code of the area it was checked for.
    pub area: String,
    /// The sum of the parts.
    pub parts: i64,
    /// What they should add up to.
    pub whole: i64,
    /// Whether they do.
    pub holds: bool,
}
