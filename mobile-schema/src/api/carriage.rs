//! What a phone carries for another one (`PROTOCOL.md` §7.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer to `POST /api/v1/carriages`: nothing of what was in the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Carriage {
    /// Whether it was news.
    pub outcome: CarriageOutcome,
}

/// Either way the server has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CarriageOutcome {
    /// It was not there before.
    Taken,
    /// It was there already: by its author, by another carrier, or by this one.
    Present,
}
