//! Reference data a phone or desk needs offline, with a tag that changes when any of it does.

use super::area::Area;
use super::attestation::SigningSettings;
use super::duplicate::Alias;
use super::duty::DutySettings;
use super::person::{Person, Role};
use super::survey::SurveyRound;
use crate::form::Form;
use crate::income::Catalogue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /api/v1/reference` and `reference` of the sync answer (JSON bytes).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// Changes whenever anything below does.
    pub tag: String,
    /// Who asks.
    pub me: Person,
    /// Areas within reach, and those above them.
    pub areas: Vec<Area>,
    /// People of those areas.
    pub people: Vec<Person>,
    /// Every compiled form the server knows.
    pub forms: Vec<Form>,
    /// What the asker is to do.
    pub assignments: Assignments,
    /// Poverty lines by year.
    pub poverty_lines: Vec<PovertyLine>,
    /// What counts as income, every version.
    #[serde(default)]
    pub catalogues: Vec<Catalogue>,
    /// Duty settings.
    pub settings: DutySettings,
    /// When a changed record has to be signed again.
    pub signing: SigningSettings,
    /// Open survey rounds within reach.
    #[serde(default)]
    pub surveys: Vec<SurveyRound>,
    /// Households within reach for which another one stands, by record id.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// What unsent work is sealed for that another phone carries: base64url of a P-256 point of 65 bytes.
    #[serde(default)]
    pub carriage_key: String,
}

/// What the asker is assigned to.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Assignments {
    /// Villages where the asker works, with the role there.
    pub villages: Vec<VillageAssignment>,
    /// Households the asker is paired with (record ids).
    pub households: Vec<String>,
}

/// Work in one village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VillageAssignment {
    /// Village code.
    pub village: String,
    /// Role there.
    pub role: Role,
}

/// The poverty line of a year, in fen per head (domain §8.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PovertyLine {
    /// Year.
    pub year: u16,
    /// Integer fen.
    pub fen: i64,
}
