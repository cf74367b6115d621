//! Disputes 异议 (domain §6.13, §9.4): what a household objects to, who handles it, what was found, whether it was told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a dispute is. Open until closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// 已提出: to be acknowledged within two working days.
    Raised,
    /// 已受理: waits for a handler.
    Acknowledged,
    /// 调查中: has a handler.
    Investigating,
    /// 异议成立.
    Upheld,
    /// 部分成立.
    Partly,
    /// 不成立.
    Rejected,
    /// 已撤回: the household no longer objects.
    Withdrawn,
    /// 已告知: the household knows the finding.
    Told,
    /// 已办结.
    Closed,
}

/// What leads from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 受理.
    Acknowledge,
    /// 指定经办人: needs `handler`. May be done again while it is investigated.
    Assign,
    /// 认定成立: needs `finding`.
    Uphold,
    /// 认定部分成立: needs `finding`.
    UpholdPartly,
    /// 认定不成立: needs `finding`.
    Reject,
    /// 农户撤回: needs `finding`, the household's reason.
    Withdraw,
    /// 告知农户: needs `told_on` and `satisfied`. May be done again until it is closed.
    Tell,
    /// 办结.
    Close,
}

/// What the household says of the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Satisfied {
    /// 满意.
    Yes,
    /// 不满意: it may go on to the township or the hotline.
    No,
    /// 未联系上: told in writing, nobody could be asked.
    NotReached,
}

/// Why a person may not handle a dispute; the word of the problem that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandlerBar {
    /// Stands by the household as a helper.
    HandlerIsHelper,
    /// Wrote some of the disputed record's content.
    HandlerIsAuthor,
    /// Took the dispute down, or wrote in it.
    HandlerTookItDown,
    /// May not read the records of the village.
    HandlerOutOfReach,
}

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Person id.
    pub id: String,
    /// Name as written.
    pub name: String,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputeRow {
    /// Record id.
    pub id: String,
    /// Counts the steps: give it back as `expected`.
    pub version: i32,
    /// Record id of the household.
    pub household: String,
    /// What a person would call the household.
    pub household_title: String,
    /// Village code.
    pub village: String,
    /// Code of the subject.
    pub subject: String,
    /// In the household's words.
    pub statement: String,
    /// The day it was raised, by the record.
    pub raised_on: String,
    /// When the server got it: deadlines count from that day.
    pub raised_at: i64,
    /// Who took it down.
    pub author: Named,
    /// How far it is.
    pub state: DisputeState,
    /// Last day for the next step; none once something was found.
    pub due_on: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Who handles it.
    pub handler: Option<Named>,
    /// The day the household was told.
    pub told_on: Option<String>,
    /// What it said of the finding.
    pub satisfied: Option<Satisfied>,
}

/// `GET /api/v1/disputes?state=&area=&overdue=&household=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputeList {
    /// Open ones first, those due first at the top; at most 500.
    pub disputes: Vec<DisputeRow>,
    /// How many of the reader's are open, whatever is listed.
    pub open: u32,
    /// How many of those are overdue.
    pub overdue: u32,
}

/// The record a dispute is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputedRecord {
    /// Record id.
    pub id: String,
    /// Its kind; none when the reader may not see it, or nobody has sent it yet.
    pub kind: Option<String>,
    /// What a person would call it.
    pub title: String,
    /// SHA-256 of the version that was shown; may be none.
    pub digest: Option<String>,
    /// The lines disputed.
    pub line_ids: Vec<String>,
    /// Who wrote its content.
    pub authors: Vec<Named>,
}

/// Somebody who could be asked to handle it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Person id.
    pub id: String,
    /// Name as written.
    pub name: String,
    /// Why not; none for those who may.
    pub bar: Option<HandlerBar>,
}

/// One step taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputeEvent {
    /// The step; none for raising.
    pub step: Option<Step>,
    /// The state it led to.
    pub state: DisputeState,
    /// Who took it.
    pub person_name: String,
    /// When.
    pub at: i64,
    /// Finding, or name of the handler.
    pub text: Option<String>,
}

/// `GET /api/v1/disputes/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputeDetail {
    /// Its row.
    pub dispute: DisputeRow,
    /// Code of who raised it.
    pub raised_by: String,
    /// Code of the way it came.
    pub channel: String,
    /// What the household says it should be, in fen.
    pub claimed_fen: Option<i64>,
    /// What it is about.
    pub document: Option<DisputedRecord>,
    /// Who stands by the household now.
    pub helpers: Vec<Named>,
    /// Whether the record was edited after it was raised; what is shown here is what was raised.
    pub edited_since: bool,
    /// What was found.
    pub finding: Option<String>,
    /// Record that was corrected.
    pub resulting: Option<String>,
    /// SHA-256 of its corrected version.
    pub resulting_digest: Option<String>,
    /// What happened, oldest first.
    pub events: Vec<DisputeEvent>,
    /// Steps the reader may take now.
    pub steps: Vec<Step>,
    /// Who could handle it; empty unless the reader may assign now.
    pub candidates: Vec<Candidate>,
}

/// `POST /api/v1/disputes/{id}/step`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeStep {
    /// `version` as it was shown.
    pub expected: i32,
    /// What to do.
    pub step: Step,
    /// Person id.
    #[serde(default)]
    pub handler: Option<String>,
    /// 1 to 2,000 characters.
    #[serde(default)]
    pub finding: Option<String>,
    /// Record that was corrected; the version it has now is noted.
    #[serde(default)]
    pub resulting: Option<String>,
    /// Day the household was told, not after today.
    #[serde(default)]
    pub told_on: Option<String>,
    /// What it said.
    #[serde(default)]
    pub satisfied: Option<Satisfied>,
}
