//! What an author writes: one TOML file per form and version, expressions as text. `compile` turns it
//! into a [`crate::form::Form`]. Unknown keys are refused, so that a typing error is never silence.

use crate::choice::ChoiceLine;
use crate::field::{FieldType, Privacy};
use crate::label::Label;
use crate::merge_policy::MergePolicy;
use serde::Deserialize;

/// A form file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSource {
    /// Kind of its records.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// What a person calls it.
    pub title: Label,
    /// Expression: what a person would call one record.
    pub headline: Option<String>,
    /// Root fields that say which record it is, where there is one per household, month, …
    #[serde(default)]
    pub identity: Vec<String>,
    /// Who signs a record; goes with the block `attestations`.
    pub attestation: Option<AttestationSource>,
    /// Sections in the order shown.
    pub sections: Vec<SectionSource>,
}

/// `[attestation]`: who signs, and what may change without signing again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationSource {
    /// Who has to agree.
    pub parties: Vec<PartySource>,
    /// Field paths, `phone` or `members/*/phone`.
    #[serde(default)]
    pub immaterial: Vec<String>,
}

/// `{ name = "household", zh = "…", en = "…", roles = ["household_head"] }`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartySource {
    /// Stable name.
    pub name: String,
    /// zh-CN.
    pub zh: String,
    /// English.
    pub en: String,
    /// Roles of an attestation that count for it.
    pub roles: Vec<String>,
}

/// `[[sections]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionSource {
    /// Stable name.
    pub name: String,
    /// Heading.
    pub title: Label,
    /// Expression: shown only when true.
    pub relevant: Option<String>,
    /// Fields in the order shown.
    #[serde(default)]
    pub fields: Vec<FieldSource>,
    /// Name of a block in `blocks.toml`; its fields come after those.
    pub block: Option<String>,
}

/// `true`, `false` or an expression.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// Always or never.
    Fixed(bool),
    /// When the expression holds.
    When(String),
}

/// Choices written in place, or the name of a shared list.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ChoicesSource {
    /// Name in `choices.toml`.
    Shared(String),
    /// Lines.
    Inline(Vec<ChoiceLine>),
}

/// `{ test = "…", message = { zh = "…", en = "…" } }`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// Expression that should hold.
    pub test: String,
    /// Said when it does not.
    pub message: Label,
}

/// `[[sections.fields]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSource {
    /// Key in the record.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// The question.
    pub label: Label,
    /// A sentence under it.
    pub hint: Option<Label>,
    /// Whether an answer is needed.
    pub required: Option<Condition>,
    /// Expression: asked only when true.
    pub relevant: Option<String>,
    /// Rules that block completion.
    #[serde(default)]
    pub constraints: Vec<RuleSource>,
    /// Rules that only ask.
    #[serde(default)]
    pub warnings: Vec<RuleSource>,
    /// Expression of a calculated field.
    pub calculate: Option<String>,
    /// Set by the server only.
    #[serde(default)]
    pub read_only: bool,
    /// A repeat whose elements are written once.
    #[serde(default)]
    pub immutable: bool,
    /// Merge policy.
    #[serde(default)]
    pub merge: MergePolicy,
    /// Privacy class.
    pub privacy: Privacy,
    /// Shown by its last four characters at most.
    #[serde(default)]
    pub masked: bool,
    /// Choices of a select.
    pub choices: Option<ChoicesSource>,
    /// Repeat or kind a reference points to.
    pub target: Option<String>,
    /// Fewest characters.
    pub min_length: Option<u32>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// Fields of a repeat.
    #[serde(default)]
    pub fields: Vec<FieldSource>,
}

impl FormSource {
    /// A root field by name.
    pub(crate) fn root_field(&self, name: &str) -> Option<&FieldSource> {
        self.sections.iter().flat_map(|section| &section.fields).find(|field| field.name == name)
    }
}
