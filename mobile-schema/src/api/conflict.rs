//! Conflicts: concurrent different values of an "ask" field (domain §11-4, §6.16).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// State of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConflictState {
    /// Nobody has settled it.
    Open,
    /// Settled by a later value.
    Resolved,
}

/// One of the values that disagree.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConflictValue {
    /// The value.
    pub value: Value,
    /// Who wrote it.
    pub person_name: String,
    /// On which device, 16 hex digits.
    pub device: String,
    /// When, by the device's clock.
    pub made_at: i64,
    /// When the server stored it.
    pub received_at: i64,
    /// Hash of the change that wrote it.
    pub change: String,
}

/// A conflict.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// 32 hex digits.
    pub id: String,
    /// The record.
    pub record: String,
    /// Its kind.
    pub kind: String,
    /// What a person would call the record.
    pub title: String,
    /// Village.
    pub area: String,
    /// Field path.
    pub path: String,
    /// The values, never hidden.
    pub values: Vec<ConflictValue>,
    /// The value before they parted, if any.
    pub ancestor: Value,
    /// State.
    pub state: ConflictState,
    /// The record's heads now: give them back as `expected`.
    pub heads: Vec<String>,
    /// When it was found.
    pub opened_at: i64,
}

/// `GET /api/v1/conflicts`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConflictList {
    /// Oldest first; at most 200.
    pub conflicts: Vec<Conflict>,
    /// How many there are, listed or not.
    pub total: u32,
}

/// `POST /api/v1/conflicts/{id}/resolve`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Resolve {
    /// The change whose value is kept, one of those shown: a value that is masked is named, not repeated.
    #[serde(default)]
    pub keep: Option<String>,
    /// Another value, or one of those shown; only without `keep`.
    #[serde(default)]
    pub value: Value,
    /// Heads that were shown; if the record moved on the answer is `stale`.
    pub expected: Vec<String>,
    /// Why, for the history.
    pub reason: String,
}
