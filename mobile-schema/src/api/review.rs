//! Reviews: approve one exact version, or return it with a sentence (promise 6, P13).

use super::attestation::SigningState;
use super::file::FileCount;
use super::record::{RecordSummary, ReviewState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `GET /api/v1/reviews?area=&state=`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReviewQueue {
    /// Those with conflicts first, then oldest submission first; at most 200.
    pub reviews: Vec<ReviewRow>,
    /// How many there are, listed or not.
    pub total: u32,
}

/// One row of the queue.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRow {
    /// The record.
    pub record: RecordSummary,
    /// Fields that differ from the last reviewed version.
    pub changes: u32,
    /// When it was submitted.
    pub submitted_at: i64,
    /// Its photos.
    pub files: FileCount,
    /// Its signatures.
    pub signing: SigningState,
}

/// One field, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldDifference {
    /// Field path.
    pub path: String,
    /// In the last reviewed version; null when there was none.
    pub old: Value,
    /// Now.
    pub new: Value,
}

/// `GET /api/v1/reviews/{record}`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// The record.
    pub record: RecordSummary,
    /// State.
    pub state: ReviewState,
    /// Heads of the content shown: give them back as `expected`.
    pub heads: Vec<String>,
    /// What changed since the last reviewed version.
    pub differences: Vec<FieldDifference>,
    /// What was decided before, oldest first.
    pub timeline: Vec<ReviewEvent>,
}

/// What happened to a record in review.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReviewEvent {
    /// The state it led to.
    pub state: ReviewState,
    /// Who.
    pub person_name: String,
    /// When the server decided.
    pub at: i64,
    /// The sentence, if any.
    pub remark: Option<String>,
}

/// A leader's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// This exact version is right.
    Approve,
    /// The author should look again; needs a remark.
    Return,
}

/// `POST /api/v1/reviews/decide`: several at once, each with its own fate.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Decide {
    /// The decisions.
    pub decisions: Vec<DecideOne>,
}

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DecideOne {
    /// Idempotency key, 32 hex digits made by the caller.
    pub id: String,
    /// The record.
    pub record: String,
    /// What.
    pub decision: Decision,
    /// Heads that were shown.
    pub expected: Vec<String>,
    /// The sentence the cadre will see; required to return.
    pub remark: Option<String>,
}

/// The fate of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionStatus {
    /// Done now.
    Done,
    /// Done before; nothing changed.
    Duplicate,
    /// The record moved on; nothing changed.
    Stale,
    /// Not allowed or not possible; see `code`.
    Refused,
}

/// Answer per decision, in the order asked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DecisionResult {
    /// The idempotency key.
    pub id: String,
    /// Fate.
    pub status: DecisionStatus,
    /// Stable code when refused.
    pub code: Option<String>,
    /// In words.
    pub detail: Option<String>,
}

/// `POST /api/v1/reviews/decide` answers this.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// One per decision.
    pub results: Vec<DecisionResult>,
}
