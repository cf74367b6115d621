//! Every column whose values lie sealed. What is not in this list can be read in a dump; `server/docs/adr/0015` says
//! of each such column why.

/// How a column holds its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The envelope itself.
    Bytes,
    /// [`super::TEXT_MARK`] and the envelope in base64.
    Text,
}

/// A column whose values lie sealed.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// The columns of its primary key. A value is bound to them: moved into another row it is not opened.
    pub key: &'static [&'static str],
    /// How it is held.
    pub shape: Shape,
    /// Which rows, as SQL.
    pub rows: &'static str,
}

const ALL: &str = "1 = 1";

const fn bytes(table: &'static str, column: &'static str, key: &'static [&'static str]) -> Place {
    Place { table, column, key, shape: Shape::Bytes, rows: ALL }
}

const fn text(table: &'static str, column: &'static str, key: &'static [&'static str]) -> Place {
    Place { table, column, key, shape: Shape::Text, rows: ALL }
}

/// Snapshots of documents.
pub const DOCUMENT: Place = bytes("record", "document", &["id"]);
/// Titles: names of people, and the first words of what they said.
pub const TITLE: Place = text("record", "title", &["id"]);
/// Findings, which quote values.
pub const FINDINGS: Place = text("record", "findings", &["id"]);
/// The leader's sentence.
pub const REMARK: Place = text("record", "remark", &["id"]);
/// Raw chunks.
pub const CHANGE: Place = bytes("change", "bytes", &["hash", "record"]);
/// Sealed batches: their commands carry sentences.
pub const MANIFEST: Place = bytes("batch", "manifest", &["actor", "number"]);
/// What was answered, with reasons in words.
pub const RECEIPT: Place = bytes("batch", "receipt", &["actor", "number"]);
/// Items that wait.
pub const HELD_EDIT: Place = bytes("held", "edit", &["item"]);
/// Their chunks.
pub const HELD_PAYLOAD: Place = bytes("held", "payload", &["item"]);
/// Items that were not stored.
pub const KEPT_EDIT: Place = bytes("quarantine", "edit", &["item"]);
/// Their chunks.
pub const KEPT_PAYLOAD: Place = bytes("quarantine", "payload", &["item"]);
/// Why, in words that may quote what was sent.
pub const KEPT_DETAIL: Place = text("quarantine", "detail", &["item"]);
/// What a leader said of it.
pub const KEPT_BECAUSE: Place = text("quarantine", "reason", &["item"]);
/// Decisions, with their remarks.
pub const DECISION: Place = bytes("feed", "data", &["area", "seq"]);
/// The values people disagree on.
pub const DISAGREEING: Place = text("conflict", "disagreeing", &["id"]);
/// The value before.
pub const ANCESTOR: Place = text("conflict", "ancestor", &["id"]);
/// Why one was chosen.
pub const SETTLED_BECAUSE: Place = text("conflict", "reason", &["id"]);
/// The leader's sentence.
pub const REVIEW_REMARK: Place = text("review_event", "remark", &["id"]);
/// Who signed.
pub const SIGNER: Place = text("attestation", "signer_name", &["record", "id"]);
/// What a household objects to, in its words.
pub const STATEMENT: Place = text("dispute", "statement", &["record"]);
/// What was found.
pub const FINDING: Place = text("dispute", "finding", &["record"]);
/// What a step said.
pub const STEP_TEXT: Place = text("dispute_event", "text", &["record", "version"]);
/// Why a household moved.
pub const MOVED_BECAUSE: Place = text("relocation", "reason", &["id"]);
/// What a masked value was asked for, in words.
pub const REVEAL_NOTE: Place = text("reveal", "note", &["id"]);
/// Which fields were asked for; a hostile record's may have any name.
pub const REVEAL_PATHS: Place = text("reveal", "paths", &["id"]);
/// The key that signs access tokens, the one files are sealed with, and those that open what phones carry; of the settings
/// they alone.
pub const SECRET_SETTING: Place = Place {
    rows: "name IN ('signing_key', 'file_key', 'carriage_keys')",
    ..text("setting", "value", &["name"])
};

/// All of them.
pub const PLACES: [&Place; 26] = [
    &DOCUMENT,
    &TITLE,
    &FINDINGS,
    &REMARK,
    &CHANGE,
    &MANIFEST,
    &RECEIPT,
    &HELD_EDIT,
    &HELD_PAYLOAD,
    &KEPT_EDIT,
    &KEPT_PAYLOAD,
    &KEPT_DETAIL,
    &KEPT_BECAUSE,
    &DECISION,
    &DISAGREEING,
    &ANCESTOR,
    &SETTLED_BECAUSE,
    &REVIEW_REMARK,
    &SIGNER,
    &STATEMENT,
    &FINDING,
    &STEP_TEXT,
    &MOVED_BECAUSE,
    &REVEAL_NOTE,
    &REVEAL_PATHS,
    &SECRET_SETTING,
];

/// A value of a row on its way in or out.
pub enum Cell<'a> {
    /// Of a column of bytes.
    Bytes(&'a mut Vec<u8>),
    /// Of a column of text.
    Text(&'a mut String),
}

/// A row with values that lie sealed.
pub trait Sealed {
    /// Its primary key; several columns joined by `/`.
    fn key(&self) -> String;
    /// Its values that lie sealed, with their places. A value that is not there is left out.
    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)>;
}
