//! The three musts (domain §4, R1–R4): plain figures, each drillable to its records. No ranking.

use super::person::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of domain §4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyRule {
    /// Leader linked to the village: arrivals a month.
    R1,
    /// Department head: arrivals a month.
    R2,
    /// Team member: nights (or days) a month.
    R3,
}

/// State of a duty (domain §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DutyState {
    /// The number is reached.
    Met,
    /// Not reached, month over, nothing outstanding.
    NotMet,
    /// Not reached, but leave, a late start or another reason is on file.
    NotMetWithReason,
    /// The month is not over, or a phone says it has unsent work.
    Pending,
    /// The person had no such duty in the month.
    NotApplicable,
}

/// Settings of domain §18 Q1–Q4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DutySettings {
    /// Q1: R1 per linked village (default) or per leader.
    pub arrival_scope: ArrivalScope,
    /// Q2: nights lodged (default) or days present.
    pub stay_day_means: StayDayMeans,
    /// Q3: leave lowers the threshold; default false.
    pub leave_prorates: bool,
    /// Q4: the report made in a month covers that month (default) or the one before.
    pub report_covers: ReportCovers,
}

/// Q1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArrivalScope {
    /// Each linked village needs its arrivals.
    PerVillage,
    /// One sum over all linked villages.
    PerLeader,
}

/// Q2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StayDayMeans {
    /// Nights lodged in the village.
    Lodged,
    /// Dates present in the village.
    Present,
}

/// Q4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportCovers {
    /// The month it is made in.
    SameMonth,
    /// The month before.
    PreviousMonth,
}

/// `GET /api/v1/duties?month=&area=`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DutyReport {
    /// The month evaluated.
    pub month: String,
    /// The area asked for.
    pub area: String,
    /// When this was computed.
    pub as_of: i64,
    /// The settings used.
    pub settings: DutySettings,
    /// One row per person, village and rule; ordered by village, then rule, then name.
    pub rows: Vec<DutyRow>,
    /// R4 and visit counts per village.
    pub work: Vec<VillageWork>,
}

/// One duty of one person in one village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DutyRow {
    /// Person, 32 hex digits.
    pub person: String,
    /// Name.
    pub person_name: String,
    /// The role that carries the duty.
    pub role: Role,
    /// Rule.
    pub rule: DutyRule,
    /// Village; `all` under `arrival_scope = per_leader`.
    pub village: String,
    /// Distinct dates (R1, R2) or nights (R3) counted.
    pub done: u32,
    /// Threshold.
    pub needed: u32,
    /// State.
    pub state: DutyState,
    /// Leave days in the month, shown beside the number.
    pub leave_days: u32,
    /// Of `done`, how many arrived later than 7 days after their date.
    pub late: u32,
    /// Date the person began this duty, when it lies inside the month.
    pub joined_on: Option<String>,
    /// Codes of what is on file, separated by spaces: kinds of leave (domain §6.9), `joined`, `left`.
    pub reason: Option<String>,
    /// Last sync of the person's phones; none when no phone ever synced.
    pub last_sync_at: Option<i64>,
    /// Unsent records the phones reported.
    pub unsynced: u32,
}

/// R4: plain counts of the five kinds of work (domain §3.3), and visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VillageWork {
    /// Village.
    pub village: String,
    /// Arrivals: distinct person and date.
    pub trips: u32,
    /// Household visits in person.
    pub visits: u32,
    /// Conversations by phone, which count for no rule.
    pub phone_visits: u32,
    /// Households seen at least once.
    pub households_visited: u32,
    /// Households in the village.
    pub households: u32,
    /// 社情民意收集.
    pub opinion: u32,
    /// 扶贫政策宣讲.
    pub policy: u32,
    /// 科技推广指导.
    pub technology: u32,
    /// 矛盾纠纷调解.
    pub mediation: u32,
    /// 文明新风倡导.
    pub civic: u32,
    /// Difficulties raised in the month.
    pub difficulties_raised: u32,
    /// Difficulties solved in the month and confirmed by the household.
    pub difficulties_solved: u32,
}

/// `GET /api/v1/duties/records?month=&person=&village=&rule=`: the records behind one figure.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DutyRecords {
    /// Oldest first.
    pub records: Vec<DutyRecord>,
}

/// One trip or stay behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DutyRecord {
    /// The record.
    pub record: String,
    /// `trip` or `stay`.
    pub kind: String,
    /// Its date.
    pub occurred_on: String,
    /// Village.
    pub village: String,
    /// Whether this record adds to the figure (a second one of the same date does not).
    pub counted: bool,
    /// When the server first stored it.
    pub received_at: i64,
    /// Stored more than 7 days after its date.
    pub late: bool,
    /// Household visits made on that trip.
    pub visits: u32,
}
