//! What was sent and is not stored: kept with its bytes until a person decides (P4, P9, P12).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::review::FieldDifference;

/// Why an item is kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeptAs {
    /// Waits for changes that another item brings; nothing to decide.
    Held,
    /// Sound, but its author or phone had no right any more: a leader decides.
    Quarantined,
    /// Breaks a rule of the protocol; it can be looked at and put aside, never stored.
    Refused,
}

/// An item the server did not store, kept with its bytes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct QuarantinedItem {
    /// 32 hex digits.
    pub id: String,
    /// The device that wrote it.
    pub device: String,
    /// Its owner's name.
    pub person_name: String,
    /// The record it is about.
    pub record: String,
    /// `edit` or the name of a command.
    pub what: String,
    /// Why it is kept apart.
    pub kept_as: KeptAs,
    /// Stable code of why; `held` for what waits.
    pub code: String,
    /// The same in words.
    pub detail: String,
    /// When it arrived, milliseconds since 1970.
    pub received_at: i64,
}

/// An item with what it would change, for who reviews its village.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct QuarantinedDetail {
    /// The item.
    pub item: QuarantinedItem,
    /// `name/version` of the form it was written with; empty for a command.
    pub form: String,
    /// Village code.
    pub area: String,
    /// When it was written last, by the phone's clock: a claim.
    pub written_at: Option<i64>,
    /// When the phone was taken out of use.
    pub revoked_at: Option<i64>,
    /// What it would change in the record as it is now; empty when that cannot be said.
    pub differences: Vec<FieldDifference>,
    /// The content as it would be; null when that cannot be said.
    pub answers: Value,
    /// Stable code of what keeps it from being released now; nothing when a leader may.
    pub obstacle: Option<String>,
    /// The same in words.
    pub obstacle_detail: Option<String>,
}

/// A leader's decision about an item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleQuarantined {
    /// Why; 1 to 500 characters.
    pub reason: String,
}
