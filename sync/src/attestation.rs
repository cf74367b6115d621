//! Attestations: who agreed to, or objected to, exactly which content of a record (`PROTOCOL.md` §8).
//!
//! An attestation is one change that makes one element in the container `attestations` and writes nothing else. What it
//! covers is what that change had seen: its own dependencies. Nothing about that is a field, so nothing can be forged
//! (ADR 0005). Reading and writing them is in `document/attested.rs`, what the gate asks in `document/judge/attesting.rs`.

mod canonical;
pub(crate) mod fields;
mod material;
mod signing;

pub use canonical::{canonical, content_digest, to_canonical};
pub use fields::{Fields, LITERACY_AIDS, METHODS, PROXY_REASONS, ROLES, STANCES, is_household_role};
pub use material::{Materiality, matches_path};
pub use signing::{EarlierVersion, Party, PartySigning, PartyState, Signing, SigningState, signing};

use crate::ids::{ActorId, ChangeHash, Digest, to_hex};
use crate::time::Millis;

/// The container that holds them; it is no part of the content they are about.
pub const ATTESTATIONS: &str = "attestations";

/// The container of a household's members; who signs for the household is one of them (INV-11).
pub const MEMBERS: &str = "members";

/// One attestation as it stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Element id, 32 hex digits.
    pub element: String,
    /// The change that made it.
    pub change: ChangeHash,
    /// The version it covers: the heads its author had, sorted.
    pub covers: Vec<ChangeHash>,
    /// Who held the phone.
    pub actor: ActorId,
    /// When the change was made, by that device's clock.
    pub made_at: Millis,
    /// Form the content was shown with, `name/version`.
    pub form: String,
    /// Names the content that was shown.
    pub digest: Digest,
    /// Everything else.
    pub fields: Fields,
    /// Elements of the attestations its author knew.
    pub follows: Vec<String>,
}

/// What people say for a version: the first six hex digits of its digest, `7F3A-91`.
pub fn code(digest: Digest) -> String {
    let hex = to_hex(&digest.0[..3]).to_uppercase();
    format!("{}-{}", &hex[..4], &hex[4..])
}

/// The six lower-case hex digits of a code as people type it: case, spaces and dashes do not matter.
pub fn parse_code(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_beginning_of_the_digest() {
        let mut digest = Digest([0; 32]);
        digest.0[..3].copy_from_slice(&[0x7f, 0x3a, 0x91]);
        assert_eq!(code(digest), "7F3A-91");
        for typed in ["7F3A-91", "7f3a91", " 7f 3a-91 "] {
            assert_eq!(parse_code(typed).as_deref(), Some("7f3a91"));
        }
        for wrong in ["", "7F3A-9", "7F3A-911", "7G3A-91", "７F3A-91"] {
            assert_eq!(parse_code(wrong), None, "{wrong}");
        }
    }
}
