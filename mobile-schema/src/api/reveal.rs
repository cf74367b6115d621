//! What answers hide (domain §12.3), told for a purpose: every time is written down with who, what and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of thing has something hidden in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevealWhat {
    /// A record as it is now, with the history of the same fields.
    Record,
    /// Exactly the content that was signed, with the text that was hashed.
    Version,
    /// The values of a conflict.
    Conflict,
    /// An item that was not stored.
    Quarantined,
}

/// What the value is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevealPurpose {
    /// To write the household down, or to correct it.
    Registering,
    /// To see at the door that it is the right person.
    Identity,
    /// To pay something out.
    Payment,
    /// To answer a dispute.
    Dispute,
    /// To tell two records of one family, or two values, apart.
    Telling,
    /// To check others' work.
    Audit,
    /// The bytes of an item were fetched; the server says it, nobody asks for it.
    Export,
}

/// `POST /api/v1/reveals`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    /// Kind of thing.
    pub what: RevealWhat,
    /// Its id; of a version the record's.
    pub id: String,
    /// Which version, 64 hex digits; for a version only.
    #[serde(default)]
    pub digest: Option<String>,
    /// Field paths; none means everything that is hidden in it.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What for.
    pub purpose: RevealPurpose,
    /// Why, in words; 1 to 200 characters, without the number itself.
    pub note: String,
}

/// Where in the life of a field a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevealedAs {
    /// What the field holds.
    Now,
    /// What was there before `change`, or before everything else when there is none.
    Before,
    /// What `change` wrote.
    Written,
}

/// A value in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RevealedValue {
    /// Field path.
    pub path: String,
    /// Where in the field's life.
    pub shown_as: RevealedAs,
    /// Hash of the change, where the masked answer has one beside the value.
    pub change: Option<String>,
    /// The value.
    pub value: Value,
}

/// The answer: for the screen it was asked on, to be kept nowhere.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Revealed {
    /// Id of this entry.
    pub id: String,
    /// What was hidden of the fields asked for.
    pub values: Vec<RevealedValue>,
    /// Of a version, all of it asked for: the canonical content, byte for byte what was hashed.
    pub canonical: Option<String>,
}

/// Who was told what, when and what for; never the value.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RevealEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: i64,
    /// Who.
    pub person_name: String,
    /// Kind of thing.
    pub what: RevealWhat,
    /// Its id.
    pub object: String,
    /// The record it is, or is about.
    pub record: String,
    /// Village it was in.
    pub area: String,
    /// Field paths; none means everything that was hidden in it.
    pub paths: Vec<String>,
    /// What for.
    pub purpose: RevealPurpose,
    /// Why, in words.
    pub note: String,
}

/// `GET /api/v1/reveals?record=&area=`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RevealList {
    /// Newest first; at most 200.
    pub reveals: Vec<RevealEntry>,
    /// How many there are, listed or not.
    pub total: u32,
}
