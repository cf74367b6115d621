//! A household that moves to another village, and every record about it with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/v1/relocations`: takes a household to another village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relocate {
    /// 32 hex digits, made by the asker: asking twice does it once.
    pub id: String,
    /// Record id of the household.
    pub household: String,
    /// 12-digit code of the village it goes to.
    pub area: String,
    /// Village it was shown in: `stale` if it has moved meanwhile.
    pub expected_area: String,
    /// `YYYY-MM-DD`, not after today.
    pub moved_on: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// A household went from one village to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Relocation {
    /// Its id.
    pub id: String,
    /// Record id of the household.
    pub household: String,
    /// Village it left.
    pub from_area: String,
    /// Village it went to.
    pub to_area: String,
    /// Villagers' group it left; empty if none was written down.
    pub group_name: String,
    /// `YYYY-MM-DD`.
    pub moved_on: String,
    /// Why.
    pub reason: String,
    /// Who entered it.
    pub person_name: String,
    /// When the records changed hands.
    pub at: i64,
}
