//! Stable codes: why something was refused, held back or could not be read (P4).

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why. The text form never changes meaning once released; `PROTOCOL.md` has the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The text form.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The code of a text, if it is one.
            pub fn parse(text: &str) -> Option<Code> {
                match text { $($text => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    // A message as a whole.
    /// Not CBOR of the schema.
    Malformed = "malformed",
    /// Another protocol version.
    UnsupportedVersion = "unsupported_version",
    /// Larger, longer or deeper than P14 allows.
    TooLarge = "too_large",
    // A batch as a whole.
    /// The signature does not verify under the device's key.
    BadSignature = "bad_signature",
    /// Nobody enrolled that device.
    UnknownDevice = "unknown_device",
    /// The payload's changes are not those the manifest names (P5).
    PayloadMismatch = "payload_mismatch",
    /// This actor already sent another batch of that number.
    BatchNumberReused = "batch_number_reused",
    /// The server could not finish; nothing was decided, send again.
    TryAgain = "try_again",
    // An edit, by its bytes: the gate.
    /// Not a raw change chunk (wrong magic or type, a deflated or document chunk).
    NotAChange = "not_a_change",
    /// The change cannot be read.
    BadChange = "bad_change",
    /// The checksum is not that of the content.
    BadChecksum = "bad_checksum",
    /// A size or count of P14 is exceeded.
    LimitExceeded = "limit_exceeded",
    /// A change by another actor than the one who sealed the batch.
    ForeignActor = "foreign_actor",
    /// Extra bytes after the columns.
    ExtraBytes = "extra_bytes",
    /// The claimed time is before 1970 or more than a year ahead.
    BadTime = "bad_time",
    /// A dependency is listed twice.
    DuplicateDependency = "duplicate_dependency",
    /// Same actor and sequence number as another change: start a new incarnation (P6).
    SequenceReused = "sequence_reused",
    /// Not the actor's next sequence number.
    SequenceGap = "sequence_gap",
    /// The actor's previous change is not among the dependencies.
    PreviousMissing = "previous_missing",
    /// The first operation number is not one more than the highest of the dependencies.
    BadStartOperation = "bad_start_operation",
    /// Encoding the change again gives other bytes.
    NotCanonical = "not_canonical",
    /// An operation that is not on the list (text, list, counter, mark, table, …).
    OperationNotAllowed = "operation_not_allowed",
    /// An operation names an object the record does not have.
    ObjectUnknown = "object_unknown",
    /// An empty, too long or reserved key.
    BadKey = "bad_key",
    /// A value that is too large, not finite or of an unknown type.
    BadValue = "bad_value",
    /// A second root change for a record that has one.
    SecondRoot = "second_root",
    /// A root change of a kind that everybody begins alike is another one, or what the record is about is written over.
    NotFounded = "not_founded",
    /// A container made outside the root change, overwritten or unknown to the form.
    ContainerNotAllowed = "container_not_allowed",
    /// The root change lacks a container of the form.
    ContainerMissing = "container_missing",
    /// An element is overwritten, deleted or made a second time.
    ElementNotAllowed = "element_not_allowed",
    /// A field of an immutable line has a value already: correct it by a new line.
    LineImmutable = "line_immutable",
    /// A change that makes an attestation does something else too, or comes first of all.
    AttestationMixed = "attestation_mixed",
    /// The digest of an attestation is not that of the content its author had seen.
    AttestationMismatch = "attestation_mismatch",
    /// A field of an attestation is missing or wrong, the form asks for none, or the content has an open conflict.
    AttestationInvalid = "attestation_invalid",
    /// An attestation is never edited, corrected or removed.
    AttestationImmutable = "attestation_immutable",
    /// Applying the change fails.
    CannotApply = "cannot_apply",
    /// The record could not be loaded again after the change.
    CannotReload = "cannot_reload",
    /// The record would be larger than P14 allows.
    RecordTooLarge = "record_too_large",
    // An item, by its meaning.
    /// No such form.
    UnknownForm = "unknown_form",
    /// The record is of another kind.
    KindMismatch = "kind_mismatch",
    /// The record belongs to another area.
    AreaMismatch = "area_mismatch",
    /// The device was revoked before this arrived (P12).
    DeviceRevoked = "device_revoked",
    /// The author's grant ended and the late-work window does not cover this (P11).
    GrantEnded = "grant_ended",
    /// The author never had a grant for the area.
    NoGrant = "no_grant",
    /// The device has too many held items.
    TooManyHeld = "too_many_held",
    // A command.
    /// No such command.
    UnknownCommand = "unknown_command",
    /// No such record.
    UnknownRecord = "unknown_record",
    /// `expected` names heads the server does not know, or none (P13).
    UnknownHeads = "unknown_heads",
    /// The person may not do that.
    NotAllowed = "not_allowed",
    /// A reviewer may not decide about own work.
    OwnWork = "own_work",
    /// The record is not waiting for a review.
    NotSubmitted = "not_submitted",
    /// The record is approved and has not changed since.
    AlreadyApproved = "already_approved",
    /// Returning needs a remark.
    RemarkMissing = "remark_missing",
    /// The remark is longer than allowed.
    RemarkTooLong = "remark_too_long",
    /// The record moved on; nothing happened (P13). Goes with status `stale`.
    Stale = "stale",
}

impl Code {
    /// Whether the item's fate is settled. If not, the sender keeps the batch and offers it again: nothing about it
    /// was recorded, so that a carrier who damaged a payload cannot spoil the batch for ever.
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            Code::BadSignature
                | Code::UnknownDevice
                | Code::PayloadMismatch
                | Code::TryAgain
                | Code::Malformed
                | Code::UnsupportedVersion
                | Code::TooLarge
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Code::parse(&text).ok_or_else(|| serde::de::Error::custom("unknown code"))
    }
}

/// Something was refused: the code for machines, the detail for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// Stable.
    pub code: Code,
    /// Which field, count or hash; never personal data.
    pub detail: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_from_its_text() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
        assert_eq!(Code::parse("no_such_code"), None);
    }

    #[test]
    fn every_code_is_in_the_table_of_the_protocol() {
        let protocol = include_str!("../PROTOCOL.md");
        for code in Code::ALL {
            assert!(protocol.contains(&format!("| `{code}` |")), "{code}");
        }
    }
}
