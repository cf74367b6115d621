//! Fields: what is asked, of which type, and the rules an answer is checked by.

use crate::choice::Choice;
use crate::expression::Expression;
use crate::label::Label;
use crate::merge_policy::MergePolicy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of a field decides how its answer is stored (one scalar) and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line; string.
    Text,
    /// Several lines; still one scalar string (domain §11-6).
    LongText,
    /// Whole number within ±2^53.
    Integer,
    /// Finite number.
    Decimal,
    /// Integer fen (domain §0.4).
    Money,
    /// Integer hundredths of a mu (domain §0.4).
    Area,
    /// `YYYY-MM-DD`, a real day.
    Date,
    /// `YYYY-MM`.
    Month,
    /// `HH:MM`, 24 hours, Asia/Shanghai.
    Time,
    /// One code of `choices`.
    SelectOne,
    /// Codes of `choices` in one string, separated by single spaces (XLSForm).
    SelectMany,
    /// true or false.
    Boolean,
    /// Mobile (11 digits) or landline number.
    Phone,
    /// Citizen identity number, GB 11643-1999 (domain §7.4).
    IdNumber,
    /// 12 digits (domain §7.1).
    AreaCode,
    /// Element id of the repeat named by `target`, in the same record.
    MemberRef,
    /// Record id (32 hex digits) of the kind named by `target`; `person` for a person, `record` for any kind.
    RecordRef,
    /// Record ids in one string, separated by single spaces.
    RecordRefs,
    /// A file: the SHA-256 of its bytes, 64 lower-case hex digits. The bytes travel by themselves.
    File,
    /// A map of elements under random ids (32 hex digits), each a map of `fields`.
    Repeat,
    /// Never stored: computed by `calculate` wherever it is needed.
    Calculated,
    /// Only shown.
    Note,
}

impl FieldType {
    /// Whether an answer of this type is stored as one scalar.
    pub fn is_scalar(self) -> bool {
        !matches!(self, Self::Repeat | Self::Calculated | Self::Note)
    }

    /// Whether the stored scalar is a number.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money | Self::Area)
    }

    /// Whether the answer is chosen from `choices`.
    pub fn is_select(self) -> bool {
        matches!(self, Self::SelectOne | Self::SelectMany)
    }
}

/// Privacy class (domain §0.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Privacy {
    /// Public.
    P0,
    /// Internal.
    P1,
    /// Personal.
    P2,
    /// Sensitive personal.
    P3,
}

/// How much a broken rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blocks completion (never saving).
    Error,
    /// Asks, never decides.
    Warning,
}

/// A rule over one answer; `.` is the answer. Not asked while the answer is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Constraint {
    /// Holds when true.
    pub test: Expression,
    /// Said when it does not hold.
    pub message: Label,
    /// How much it matters.
    pub severity: Severity,
}

/// One compiled field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Key in the record, `[a-z][a-z0-9_]*`; never re-used for another meaning.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// The question.
    pub label: Label,
    /// A sentence under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Label>,
    /// An answer is needed when this is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Expression>,
    /// Asked only when this is true; none means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    /// Rules over the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// Value of a calculated field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculate: Option<Expression>,
    /// Set by the server only; a phone shows it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// A repeat of lines: a field of an element is written once, a correction is a new element ([`crate::lines`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub immutable: bool,
    /// Merge policy.
    #[serde(default, skip_serializing_if = "MergePolicy::is_latest")]
    pub merge: MergePolicy,
    /// Privacy class.
    pub privacy: Privacy,
    /// Desks show its last four characters at most; identity numbers are so anyway ([`crate::mask`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// Choices of a select, in the order shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Repeat of a member reference, kind of a record reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Fewest characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Smallest number, in the stored unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest number, in the stored unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Fields of each element of a repeat.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

impl Field {
    /// The label of a code, if it is one of the choices.
    pub fn choice(&self, code: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.code == code)
    }

    /// A field of this repeat.
    pub fn element_field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
