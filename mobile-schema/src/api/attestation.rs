//! Attestations: a signature belongs to one exact version (promise 5, domain §6.11, INV-08 to INV-15).
//!
//! A *version* is named by its content digest, the SHA-256 of the canonical content; people say its short
//! code, `7F3A-91`.

use super::record::RecordSummary;
use super::review::FieldDifference;
use crate::label::Label;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whether a record's content now is what its parties signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SigningState {
    /// Nobody signed any version.
    #[default]
    None,
    /// Some parties agreed to exactly this content, others are missing.
    Partly,
    /// Every party agreed to exactly this content.
    Signed,
    /// A party disagreed with exactly this content, or refused to sign it: a legitimate end.
    Objected,
    /// Only earlier versions were signed.
    Changed,
}

/// When a changed record has to be signed again (domain Q12).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resign {
    /// When something changed that the form does not call immaterial, or a sum by more than the percentage.
    #[default]
    Material,
    /// When anything changed.
    Any,
}

/// What the operator decided about signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SigningSettings {
    /// When to sign again.
    pub resign: Resign,
    /// Sums that changed by at most this many percent need no new signature.
    pub resign_percent: u8,
}

impl Default for SigningSettings {
    fn default() -> Self {
        Self { resign: Resign::Material, resign_percent: 5 }
    }
}

/// Why an attestation does not count for its party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttestationDoubt {
    /// The signer is no member of the household (INV-11).
    NotAMember,
    /// The one who signed as head is another member (domain §7.5).
    NotTheHead,
    /// The proxy is not of age (domain §6.11).
    NotAnAdult,
    /// The signer for the household is a cadre or helper (domain §6.11).
    IsCadre,
    /// The signer does not hold that office there.
    NotInOffice,
    /// The witness is the one who read aloud or wrote the record.
    NoWitness,
}

/// One attestation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attestation {
    /// Element id.
    pub id: String,
    /// `household_head`, `adult_member_proxy`, `village_or_group_cadre`, `resident_team` …
    pub role: String,
    /// Name of the party it counts for; none for roles that are no party of the form.
    pub party: Option<String>,
    /// Who signed.
    pub signer_name: String,
    /// Why somebody else signed for the head.
    pub proxy_reason: Option<String>,
    /// `agree`, `agree_with_remark`, `disagree`, `refuse_to_sign`.
    pub stance: String,
    /// `finger_on_screen`, `thumbprint_on_paper_photo`, `paper_scan`; none for a refusal.
    pub method: Option<String>,
    /// `read_by_self`, `read_aloud_by_person`, `read_aloud_by_device`.
    pub literacy_aid: Option<String>,
    /// Who read it aloud.
    pub read_by: Option<String>,
    /// Who witnessed it.
    pub witness: Option<String>,
    /// In the signer's words.
    pub remark: Option<String>,
    /// File with the strokes.
    pub strokes: Option<String>,
    /// File with the photographed slip.
    pub paper: Option<String>,
    /// When, by the device's clock: a claim (P15).
    pub signed_at: i64,
    /// When the server stored it.
    pub received_at: i64,
    /// Who held the phone.
    pub taken_by: String,
    /// The version it covers.
    pub digest: String,
    /// Its short code.
    pub code: String,
    /// Heads it covers, hex, sorted.
    pub covers: Vec<String>,
    /// Whether that version is the content now.
    pub current: bool,
    /// Why it does not count.
    pub doubt: Option<AttestationDoubt>,
}

/// Somebody whose agreement the form asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartyStatus {
    /// Name in the form: `household`, `village`, `team`.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// Its newest attestation that counts, of the content now if there is one; see `current` there.
    pub attestation: Option<String>,
}

/// What changed since a version was signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedSince {
    /// The newest signed version.
    pub digest: String,
    /// Its short code.
    pub code: String,
    /// When it was signed last.
    pub signed_at: i64,
    /// The fields that differ, from that version to now.
    pub differences: Vec<FieldDifference>,
    /// Whether it has to be signed again (domain Q12).
    pub material: bool,
}

/// The signatures of a record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signing {
    /// Of the content now.
    pub state: SigningState,
    /// Version of the content now.
    pub digest: String,
    /// Its short code.
    pub code: String,
    /// Who has to agree, in the form's order; empty if the form asks nobody.
    pub parties: Vec<PartyStatus>,
    /// Every attestation, newest first.
    pub attestations: Vec<Attestation>,
    /// What changed since the newest signed version, when that is not the content now.
    pub changed_since: Option<ChangedSince>,
}

/// The sealed batch that brought an attestation (P5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The attestation.
    pub attestation: String,
    /// Device that sealed it, 16 hex digits.
    pub device: String,
    /// What people call that device.
    pub device_name: String,
    /// Actor, 32 hex digits.
    pub actor: String,
    /// Number of the batch.
    pub number: i64,
    /// SHA-256 of the signed manifest.
    pub manifest: String,
    /// The manifest names the attestation's change, and its signature verifies under the device's registered key.
    pub verified: bool,
}

/// `GET /api/v1/records/{id}/versions/{digest}`: exactly what was signed, for ever.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// The record as it is called now.
    pub record: RecordSummary,
    /// `name/version` of the form it was shown with.
    pub form: String,
    /// SHA-256 of `canonical`.
    pub digest: String,
    /// Its short code.
    pub code: String,
    /// The canonical content (RFC 8785), byte for byte what was hashed; none when something in it is masked, until it
    /// is revealed.
    pub canonical: Option<String>,
    /// The content as answers, to lay out like the form.
    pub answers: Value,
    /// Attestations of this version, newest first.
    pub attestations: Vec<Attestation>,
    /// One per attestation.
    pub evidence: Vec<Evidence>,
    /// Whether it is the content now.
    pub current: bool,
    /// Fields that differ from now.
    pub differences: u32,
}

/// A version found by its short code.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VersionMatch {
    /// The record.
    pub record: RecordSummary,
    /// The version.
    pub digest: String,
    /// Its short code.
    pub code: String,
    /// When it was signed last.
    pub signed_at: i64,
    /// Whether it is the content now.
    pub current: bool,
}

/// `GET /api/v1/versions?code=7F3A-91`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VersionList {
    /// Within reach, newest first, at most 20.
    pub versions: Vec<VersionMatch>,
}
