//! Records: one document each, with the history of every field (P8).

use super::attestation::Signing;
use super::file::RecordFile;
use super::relocation::Relocation;
use crate::check::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How far the review of a record has come (domain §9.2, `reference/web-facts` flow B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Arrived but not submitted.
    Draft,
    /// Waits for a leader.
    Submitted,
    /// Sent back with a remark.
    Returned,
    /// Approved at exactly `reviewed_heads`.
    Approved,
    /// Approved once, changed since: waits again.
    Changed,
}

/// A row of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecordSummary {
    /// 32 hex digits.
    pub id: String,
    /// `household`, `visit`, `trip`, `stay`, `difficulty`, `dispute`.
    pub kind: String,
    /// 12-digit village code.
    pub area: String,
    /// The household it is about; its own id for a household.
    pub household: Option<String>,
    /// What a person would call it (head's name, or household's name and date).
    pub title: String,
    /// Who wrote its first change.
    pub author: String,
    /// That person's name.
    pub author_name: String,
    /// Review state.
    pub review: ReviewState,
    /// Open conflicts.
    pub conflicts: u32,
    /// Findings that would block completion.
    pub findings: u32,
    /// Open disputes of its household: while there are any its figures are marked as in dispute.
    pub disputes: u32,
    /// When the server last stored something for it.
    pub updated_at: i64,
}

/// A page of records; `next` is given back as `?after=`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecordPage {
    /// Rows, newest first.
    pub records: Vec<RecordSummary>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One record with its content.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecordDetail {
    /// Its row.
    pub summary: RecordSummary,
    /// `name/version` of the form it was last written with.
    pub form: String,
    /// Heads of the content shown, hex, sorted. Give them back as `expected`.
    pub heads: Vec<String>,
    /// The content, masked (`POST /api/v1/reveals` tells the rest).
    pub answers: Value,
    /// What identity numbers that are masked there still say.
    pub numbers: Vec<MaskedNumber>,
    /// What the form's checks say.
    pub findings: Vec<Finding>,
    /// The leader's sentence, while returned.
    pub remark: Option<String>,
    /// Photos and signatures it refers to, in the order of their paths.
    pub files: Vec<RecordFile>,
    /// Who signed which version.
    pub signing: Signing,
}

/// What a masked identity number still says: who it is about, without saying it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaskedNumber {
    /// Field path.
    pub path: String,
    /// Birth date, `YYYY-MM-DD`: the form does not ask for it where there is a number.
    pub born_on: String,
    /// The same for the same number in every record, and no way back from it to the number.
    pub same_as: String,
}

/// One change of one field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// Field path.
    pub path: String,
    /// Value the author saw.
    pub old: Value,
    /// Value the author wrote.
    pub new: Value,
    /// Author's name.
    pub person_name: String,
    /// Device that wrote, 16 hex digits.
    pub device: String,
    /// When, by the device's clock: a claim (P15).
    pub made_at: i64,
    /// When the server stored it.
    pub received_at: i64,
    /// Hash of the change.
    pub change: String,
}

/// `GET /api/v1/records/{id}/history`: oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// The changes.
    pub changes: Vec<FieldChange>,
    /// Villages the household it is about came from, newest first.
    pub relocations: Vec<Relocation>,
}
