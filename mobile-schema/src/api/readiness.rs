//! `GET /readyz`: how each part the server stands on is, why, and what the operator does about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the server is. While a request of a phone would fail it is a problem (503) with `parts` in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// Whether phones can sync.
    pub ready: bool,
    /// Each part, always all of them, in this order: database, files, space, clock.
    pub parts: Vec<Part>,
}

/// One thing the server stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Which one.
    pub name: PartName,
    /// How it is.
    pub state: PartState,
    /// Why it is not `ok`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<PartCause>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    /// What the operator does about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Words>,
}

/// What the server stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// The database answers and takes writes.
    Database,
    /// The store of photos and signatures takes files.
    Files,
    /// The disks this machine writes to have room.
    Space,
    /// The machine's clock is believed.
    Clock,
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// As it should be.
    Ok,
    /// Something is wrong; phones sync all the same.
    Degraded,
    /// Requests of phones fail until it is back.
    Down,
}

/// Why a part is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartCause {
    /// The database cannot be reached or does not answer in time.
    DatabaseUnreachable,
    /// The database's disk is full.
    DatabaseFull,
    /// The database takes no writes.
    DatabaseReadOnly,
    /// The database's disk fails.
    DatabaseBroken,
    /// The store of files cannot be reached or written.
    FilesUnreachable,
    /// The store of files is full.
    FilesFull,
    /// Little room is left.
    SpaceLow,
    /// No room is left.
    SpaceGone,
    /// The machine's clock jumped while the server ran; the server follows it.
    ClockJumped,
    /// The machine's clock says what cannot be; the server goes on by a time of its own.
    ClockHeld,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
