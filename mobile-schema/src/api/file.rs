//! Files of records: photos, strokes of signatures, photographed slips (domain §6.10, §9.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Nothing of it has arrived.
    Missing,
    /// Some of its bytes have.
    Receiving,
    /// All bytes are there and are what their name says; not yet looked at.
    Stored,
    /// It can be shown.
    Ready,
    /// It cannot be shown; `finding` says why. The original is kept aside.
    Refused,
}

/// Why a file cannot be shown, or what to ask about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFinding {
    /// Not a JPEG, PNG or WebP picture.
    NotAPicture,
    /// Its end is missing.
    Truncated,
    /// More bytes than a picture may have.
    TooLarge,
    /// More pixels than a picture may have.
    TooManyPixels,
    /// Something else hides in or behind the picture.
    Polyglot,
    /// Another type than the record says.
    WrongType,
    /// Looking at it took too long.
    TooSlow,
    /// Looking at it took too much memory.
    TooMuchMemory,
    /// Not the strokes of a signature.
    NotStrokes,
    /// The household did not permit a photo of this subject.
    NotPermitted,
}

/// Another record that uses the same or a very similar photo: a question to the leader, never a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reuse {
    /// The other record; its title only if the reader may see it.
    pub record: String,
    /// What a person would call it; empty when it is out of reach.
    pub title: String,
    /// Month of its use, `YYYY-MM`.
    pub month: String,
    /// Bits that differ between the perceptual hashes; 0 = the same.
    pub distance: u32,
}

/// A file that a record refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordFile {
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
    /// Field path that refers to it.
    pub path: String,
    /// How far it has come.
    pub state: FileState,
    /// Bytes that have arrived.
    pub have: u64,
    /// Bytes it has, as far as anybody said.
    pub bytes: Option<u64>,
    /// Pixels of the shown picture.
    pub width: Option<u32>,
    /// Pixels of the shown picture.
    pub height: Option<u32>,
    /// What is wrong, or to ask about it.
    pub finding: Option<FileFinding>,
    /// In words.
    pub detail: Option<String>,
    /// Used elsewhere, most similar first, at most 5.
    pub reused: Vec<Reuse>,
}

/// The photos of a record in one line of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileCount {
    /// Files the record refers to.
    pub all: u32,
    /// Those that can be shown.
    pub have: u32,
    /// Those with a finding.
    pub problems: u32,
}
