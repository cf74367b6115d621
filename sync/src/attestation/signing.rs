//! Whether a record's content now is what its parties signed (INV-09, INV-11, INV-13).
//!
//! Everything follows from the set of attestations and the digest of the content now; nothing from the order in which
//! they arrived. No state is stored that a merge could carry over to content nobody saw.

use super::{Attestation, is_household_role};
use crate::ids::{ChangeHash, Digest};
use std::collections::BTreeSet;

/// Somebody whose agreement a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Name in the form.
    pub name: String,
    /// Roles of an attestation that count for it.
    pub roles: Vec<String>,
}

impl Party {
    /// A party.
    pub fn new<T: Into<String>>(name: impl Into<String>, roles: impl IntoIterator<Item = T>) -> Self {
        Self { name: name.into(), roles: roles.into_iter().map(Into::into).collect() }
    }
}

/// The state of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningState {
    /// No party signed any version.
    None,
    /// Some parties agreed to exactly this content; others are missing, or one person signed for two.
    Partly,
    /// Every party agreed to exactly this content, each by another person.
    Signed,
    /// A party disagrees with exactly this content, or refused to sign it.
    Objected,
    /// Only other content was signed.
    Changed,
}

impl SigningState {
    /// The word in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            SigningState::None => "none",
            SigningState::Partly => "partly",
            SigningState::Signed => "signed",
            SigningState::Objected => "objected",
            SigningState::Changed => "changed",
        }
    }
}

/// What a party says to the content now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyState {
    /// Nothing.
    Missing,
    /// It agrees.
    Agreed,
    /// Somebody of it disagrees or refused; only the same person can take that back.
    Objected,
}

/// One party of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartySigning {
    /// Name in the form.
    pub name: String,
    /// What it says to the content now.
    pub state: PartyState,
    /// Its newest attestation that counts: of the content now if there is one. Index into [`Signing::attestations`].
    pub attestation: Option<usize>,
    /// Whether that one is of the content now.
    pub current: bool,
}

/// Content that was attested and is not the content now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVersion {
    /// Its name.
    pub digest: Digest,
    /// Heads at which the record had it: those its newest attestation covers.
    pub covers: Vec<ChangeHash>,
    /// When it was last signed, by that device's clock.
    pub signed_at: i64,
    /// Whether every party had agreed to it.
    pub complete: bool,
}

/// The signatures of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Of the content now.
    pub state: SigningState,
    /// Names the content now.
    pub digest: Digest,
    /// In the form's order.
    pub parties: Vec<PartySigning>,
    /// All attestations, the oldest first: whoever knew another comes after it.
    pub attestations: Vec<Attestation>,
    /// The newest other version that all parties signed, else the newest that any did; none when the content now is
    /// signed.
    pub earlier: Option<EarlierVersion>,
}

/// Judges a record. `attestations` come from [`crate::document::Document::attestations`], `digest` names the content now;
/// `counts` may leave some out, for reasons only a server knows (INV-11: a cadre who signed for a household).
pub fn signing(
    attestations: Vec<Attestation>,
    digest: Digest,
    parties: &[Party],
    counts: impl Fn(&Attestation) -> bool,
) -> Signing {
    let counted: Vec<bool> = attestations.iter().map(&counts).collect();
    let board = Board { all: &attestations, counted: &counted, parties };
    let state = board.state(digest);
    let earlier = if state == SigningState::Signed { None } else { board.earlier(digest) };
    let parties = (0..parties.len()).map(|index| board.party(index, digest)).collect();
    Signing { state, digest, parties, attestations, earlier }
}

struct Board<'a> {
    all: &'a [Attestation],
    counted: &'a [bool],
    parties: &'a [Party],
}

impl<'a> Board<'a> {
    /// Indices of what a party attested, of one version or of any.
    fn of(&self, party: usize, digest: Option<Digest>) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let roles = &self.parties[party].roles;
        (0..self.all.len()).filter(move |index| {
            let one = &self.all[*index];
            self.counted[*index]
                && roles.contains(&one.fields.role)
                && digest.is_none_or(|digest| one.digest == digest)
        })
    }

    /// What stands of a party's attestations of a version: the last word of each person. Two words of one person that
    /// did not know of each other both stand.
    fn standing(&self, party: usize, digest: Digest) -> Vec<&'a Attestation> {
        let said: Vec<&Attestation> = self.of(party, Some(digest)).map(|index| &self.all[index]).collect();
        let taken_back = |one: &Attestation| {
            said.iter().any(|other| other.follows.contains(&one.element) && is_same_person(one, other))
        };
        said.iter().copied().filter(|one| !taken_back(one)).collect()
    }

    fn party_state(&self, party: usize, digest: Digest) -> PartyState {
        let standing = self.standing(party, digest);
        match standing.iter().find(|one| !one.fields.agrees()) {
            Some(_) => PartyState::Objected,
            None if standing.is_empty() => PartyState::Missing,
            None => PartyState::Agreed,
        }
    }

    fn state(&self, digest: Digest) -> SigningState {
        let states: Vec<_> = (0..self.parties.len()).map(|party| self.party_state(party, digest)).collect();
        if states.contains(&PartyState::Objected) {
            return SigningState::Objected;
        }
        if self.is_complete(digest, &states) {
            return SigningState::Signed;
        }
        if states.contains(&PartyState::Agreed) {
            return SigningState::Partly;
        }
        let any = (0..self.parties.len()).any(|party| self.of(party, None).next().is_some());
        if any { SigningState::Changed } else { SigningState::None }
    }

    /// Every party agreed, each by another person (INV-11).
    fn is_complete(&self, digest: Digest, states: &[PartyState]) -> bool {
        if states.is_empty() || states.iter().any(|state| *state != PartyState::Agreed) {
            return false;
        }
        let agreed: Vec<_> = (0..self.parties.len()).map(|party| self.standing(party, digest)).collect();
        different_persons(&agreed, &mut Vec::new())
    }

    fn party(&self, party: usize, digest: Digest) -> PartySigning {
        let (now, ever) = (self.of(party, Some(digest)).next_back(), self.of(party, None).next_back());
        PartySigning {
            name: self.parties[party].name.clone(),
            state: self.party_state(party, digest),
            attestation: now.or(ever),
            current: now.is_some(),
        }
    }

    fn earlier(&self, now: Digest) -> Option<EarlierVersion> {
        let mut seen = BTreeSet::from([now]);
        let mut newest = None;
        for index in (0..self.all.len()).rev() {
            let one = &self.all[index];
            let of_party = self.counted[index]
                && self.parties.iter().any(|party| party.roles.contains(&one.fields.role));
            if !of_party || !seen.insert(one.digest) {
                continue;
            }
            let complete = self.state(one.digest) == SigningState::Signed;
            let version = EarlierVersion {
                digest: one.digest,
                covers: one.covers.clone(),
                signed_at: one.fields.signed_at,
                complete,
            };
            if complete {
                return Some(version);
            }
            newest.get_or_insert(version);
        }
        newest
    }
}

/// Whether each list can give one attestation so that all are of different persons.
fn different_persons<'a>(lists: &[Vec<&'a Attestation>], chosen: &mut Vec<&'a Attestation>) -> bool {
    let Some((first, rest)) = lists.split_first() else { return true };
    for one in first {
        if chosen.iter().all(|other| !is_same_person(one, other)) {
            chosen.push(one);
            if different_persons(rest, chosen) {
                return true;
            }
            chosen.pop();
        }
    }
    false
}

/// Whether two attestations are of one person: by id where both have one of the same kind, else by name. A cadre who
/// signs once as a member of the household and once in office is one person.
fn is_same_person(one: &Attestation, other: &Attestation) -> bool {
    let (one, other) = (&one.fields, &other.fields);
    let both_household = is_household_role(&one.role) && is_household_role(&other.role);
    match (&one.signer_member, &other.signer_member) {
        (Some(a), Some(b)) if both_household => return a == b,
        _ => {}
    }
    match (&one.signer_person, &other.signer_person) {
        (Some(a), Some(b)) => a == b,
        _ => one.signer_name.trim() == other.signer_name.trim(),
    }
}
