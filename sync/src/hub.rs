//! What the server decides about one item, as functions of what it loaded.
//!
//! The order of use: [`crate::seal::verify`] once per batch, [`judge_batch`] once per batch, then [`judge_edit`] or
//! [`judge_command`] per item, in order, each with fresh facts.

pub use crate::access::Access;
use crate::attestation::Attestation;
use crate::code::{Code, Refusal};
use crate::document::{Change, Conflict, Document, is_founding};
use crate::gate::{self, Judged, Rejected, Shape};
use crate::ids::{ActorId, ChangeHash, Digest};
use crate::limits;
use crate::message::{Command, Edit, ItemReceipt, Status};
use crate::planted::{self, Fault};
use crate::seal::VerifiedBatch;
use crate::time::Millis;

/// Whether a batch of this actor and number was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchVerdict {
    /// Judge its items.
    New,
    /// The same batch: answer with the receipt given before (P2).
    Repeated,
    /// Another batch under the same number: refuse every item with [`Code::BatchNumberReused`]; the phone starts a new
    /// incarnation.
    NumberReused,
}

/// Compares a batch with the digest recorded under its actor and number, if any.
pub fn judge_batch(batch: &VerifiedBatch, recorded: Option<Digest>) -> BatchVerdict {
    match recorded {
        None => BatchVerdict::New,
        Some(digest) if digest == batch.digest => BatchVerdict::Repeated,
        Some(_) => BatchVerdict::NumberReused,
    }
}

/// Whether the author's device may still write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// Yes.
    Active,
    /// No; what arrives now is quarantined (P12).
    Revoked,
}

/// The record an item is about, if the server has it.
#[derive(Debug, Clone, Copy)]
pub struct RecordFacts<'a> {
    /// Its content.
    pub document: &'a Document,
    /// Its kind.
    pub kind: &'a str,
    /// Its area now.
    pub area: &'a str,
    /// Areas its household lived in before: edits made there are as good as any.
    pub former: &'a [String],
}

/// What the server loaded to judge an edit.
#[derive(Debug, Clone, Copy)]
pub struct EditFacts<'a> {
    /// The author's device.
    pub device: DeviceState,
    /// The author's grant in the edit's area.
    pub access: Access,
    /// The record.
    pub record: Option<RecordFacts<'a>>,
    /// Shape of the edit's form; nothing if there is no such form.
    pub shape: Option<&'a Shape>,
    /// Items held for the author's device already.
    pub held: usize,
    /// The server's clock.
    pub now: Millis,
}

/// The fate of one edit.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Store it.
    Stored(Box<StoredEdit>),
    /// Everything was there before.
    Duplicate,
    /// Keep aside until these changes are there (P9).
    Held {
        /// What it waits for.
        missing: Vec<ChangeHash>,
    },
    /// Keep for a leader to decide about (P11, P12).
    Quarantined(Refusal),
    /// Keep as evidence and tell the author (P4).
    Refused(Refusal),
}

/// What to store.
#[derive(Debug, Clone)]
pub struct StoredEdit {
    /// The record with the edit; keep it in the cache.
    pub document: Document,
    /// Its saved form.
    pub snapshot: Vec<u8>,
    /// Changes that are new, in causal order.
    pub added: Vec<Change>,
    /// All conflicts of the record now; the form says which fields ask.
    pub conflicts: Vec<Conflict>,
    /// Attestations that are new, each made by one of `added`.
    pub attested: Vec<Attestation>,
}

impl StoredEdit {
    /// Whether the edit brought nothing but attestations: the content is what it was, and a review of it stands.
    pub fn attests_only(&self) -> bool {
        !self.added.is_empty() && self.added.len() == self.attested.len()
    }
}

impl Verdict {
    /// What the receipt says.
    pub fn status(&self) -> Status {
        match self {
            Verdict::Stored(_) => Status::Stored,
            Verdict::Duplicate => Status::Duplicate,
            Verdict::Held { .. } => Status::Held,
            Verdict::Quarantined(_) => Status::Quarantined,
            Verdict::Refused(_) => Status::Refused,
        }
    }

    /// The receipt of the item.
    pub fn receipt(&self, edit: &Edit) -> ItemReceipt {
        let refusal = match self {
            Verdict::Quarantined(refusal) | Verdict::Refused(refusal) => Some(refusal),
            _ => None,
        };
        receipt(edit.id, self.status(), refusal)
    }
}

/// The receipt of an item.
pub fn receipt(id: crate::ids::ItemId, status: Status, refusal: Option<&Refusal>) -> ItemReceipt {
    let code = refusal.map(|refusal| refusal.code.as_str().to_owned());
    ItemReceipt { id, status, code, detail: refusal.map(|refusal| refusal.detail.clone()) }
}

/// Judges one edit of a verified batch.
pub fn judge_edit(batch: &VerifiedBatch, edit: &Edit, facts: &EditFacts<'_>) -> Verdict {
    if let Some(record) = facts.record
        && edit.changes.iter().all(|hash| record.document.has(*hash))
    {
        return Verdict::Duplicate;
    }
    let shape = match check_meaning(edit, facts) {
        Ok(shape) => shape,
        Err(refusal) => return Verdict::Refused(refusal),
    };
    if let Some(refusal) = check_access(batch, edit, facts) {
        return Verdict::Quarantined(refusal);
    }
    let changes = batch.changes(edit);
    let document = facts.record.map(|record| record.document);
    match gate::judge(edit.record, document, &changes, batch.device(), shape, facts.now) {
        Ok(judged) => stored(batch.manifest.actor, judged),
        Err(Rejected::Missing(_)) if facts.held >= limits::HELD_PER_DEVICE => {
            Verdict::Refused(Refusal::new(Code::TooManyHeld, format!("{} items are held", facts.held)))
        }
        Err(Rejected::Missing(missing)) => Verdict::Held { missing },
        Err(Rejected::Refused(refusal)) => Verdict::Refused(refusal),
    }
}

fn stored(actor: ActorId, judged: Judged) -> Verdict {
    let is_foreign = |change: &&Change| change.actor != actor && !is_founding(change);
    if let Some(change) = judged.added.iter().find(is_foreign) {
        return Verdict::Refused(Refusal::new(Code::ForeignActor, format!("change {}", change.hash)));
    }
    let mut conflicts = judged.document.conflicts();
    if planted::is(Fault::LastWriterWins) {
        conflicts.clear();
    }
    let attested = attested(&judged);
    let Judged { document, snapshot, added, .. } = judged;
    Verdict::Stored(Box::new(StoredEdit { document, snapshot, added, conflicts, attested }))
}

/// The attestations among what the gate let in.
pub fn attested(judged: &Judged) -> Vec<Attestation> {
    if judged.attested.is_empty() {
        return Vec::new();
    }
    let mut all = judged.document.attestations();
    all.retain(|one| judged.attested.contains(&one.change));
    all
}

fn check_meaning<'a>(edit: &Edit, facts: &EditFacts<'a>) -> Result<&'a Shape, Refusal> {
    if let Some(record) = facts.record {
        if record.kind != edit.kind {
            return Err(Refusal::new(Code::KindMismatch, format!("the record is a {}", record.kind)));
        }
        if record.area != edit.area && !record.former.contains(&edit.area) {
            return Err(Refusal::new(Code::AreaMismatch, format!("the record belongs to {}", record.area)));
        }
    }
    let belongs = edit.form.split('/').next() == Some(edit.kind.as_str());
    let shape = facts.shape.filter(|_| belongs);
    shape.ok_or_else(|| Refusal::new(Code::UnknownForm, format!("form {}", edit.form)))
}

/// P11 and P12: why the edit has to wait for a leader, if it has to.
fn check_access(batch: &VerifiedBatch, edit: &Edit, facts: &EditFacts<'_>) -> Option<Refusal> {
    if facts.access == Access::Released || planted::is(Fault::NoWriteCheck) {
        return None;
    }
    if facts.device == DeviceState::Revoked {
        return Some(Refusal::new(Code::DeviceRevoked, "the device was revoked before this arrived"));
    }
    let seen = batch.manifest.seen.get(&edit.area).copied();
    if facts.access == Access::Never {
        return Some(Refusal::new(Code::NoGrant, format!("area {}", edit.area)));
    }
    let counts = facts.access.counts(seen, facts.now);
    (!counts).then(|| Refusal::new(Code::GrantEnded, format!("area {}", edit.area)))
}

/// How far the review of a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Review {
    /// Arrived but not submitted.
    Draft,
    /// Waits for a leader.
    Submitted,
    /// Sent back with a remark.
    Returned,
    /// Approved at exactly the reviewed heads.
    Approved,
    /// Approved once, changed since: waits again.
    Changed,
}

impl Review {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Review::Draft => "draft",
            Review::Submitted => "submitted",
            Review::Returned => "returned",
            Review::Approved => "approved",
            Review::Changed => "changed",
        }
    }

    /// The state of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Review::Draft, Review::Submitted, Review::Returned, Review::Approved, Review::Changed]
            .into_iter()
            .find(|review| review.as_str() == word)
    }

    /// The state after an edit of the content was stored; an edit that only attests ([`StoredEdit::attests_only`]) is none.
    pub fn after_edit(self) -> Self {
        match self {
            Review::Approved => Review::Changed,
            other => other,
        }
    }
}

/// What a person may do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// May write in its area.
    pub writes: bool,
    /// May review in its area.
    pub reviews: bool,
    /// Wrote any of its content (INV-34).
    pub is_author: bool,
}

/// What the server loaded to judge a command.
#[derive(Debug, Clone, Copy)]
pub struct CommandFacts<'a> {
    /// The author's device.
    pub device: DeviceState,
    /// The record's content, if the server has it.
    pub document: Option<&'a Document>,
    /// State of its review.
    pub review: Review,
    /// What the person may do.
    pub standing: Standing,
}

/// The fate of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandVerdict {
    /// Carry it out.
    Done {
        /// The new state.
        review: Review,
        /// The version it is about.
        heads: Vec<ChangeHash>,
        /// The leader's sentence.
        remark: Option<String>,
    },
    /// The record moved on; nothing happens (P13).
    Stale,
    /// Kept for a leader to decide about (P12).
    Quarantined(Refusal),
    /// Not taken.
    Refused(Refusal),
}

impl CommandVerdict {
    /// The receipt of the item.
    pub fn receipt(&self, command: &Command) -> ItemReceipt {
        match self {
            CommandVerdict::Done { .. } => receipt(command.id, Status::Done, None),
            CommandVerdict::Stale => {
                receipt(command.id, Status::Stale, Some(&Refusal::new(Code::Stale, "the record moved on")))
            }
            CommandVerdict::Quarantined(refusal) => receipt(command.id, Status::Quarantined, Some(refusal)),
            CommandVerdict::Refused(refusal) => receipt(command.id, Status::Refused, Some(refusal)),
        }
    }
}

/// Judges one command. Statements of an author (`submit`, `withdraw`) name known heads; decisions (`approve`, `return`)
/// name exactly the current ones, else they are stale.
///
/// A repeated command (same id) is the caller's to recognise: answer what was answered before.
pub fn judge_command(command: &Command, facts: &CommandFacts<'_>) -> CommandVerdict {
    if facts.device == DeviceState::Revoked {
        return CommandVerdict::Quarantined(Refusal::new(Code::DeviceRevoked, "the device was revoked"));
    }
    decide(command, facts).unwrap_or_else(CommandVerdict::Refused)
}

fn decide(command: &Command, facts: &CommandFacts<'_>) -> Result<CommandVerdict, Refusal> {
    let refuse = |code: Code, detail: &str| Err(Refusal::new(code, detail));
    let Some(document) = facts.document else { return refuse(Code::UnknownRecord, "no such record") };
    let is_decision = match command.name.as_str() {
        "submit" | "withdraw" => false,
        "approve" | "return" => true,
        _ => return refuse(Code::UnknownCommand, "no such command"),
    };
    if !document.knows(&command.expected) {
        return refuse(Code::UnknownHeads, "expected names no known version");
    }
    let standing = facts.standing;
    if !(if is_decision { standing.reviews } else { standing.writes }) {
        return refuse(Code::NotAllowed, "not in this area");
    }
    let heads = sorted(&command.expected);
    let done = |review, remark| Ok(CommandVerdict::Done { review, heads: heads.clone(), remark });
    match (command.name.as_str(), facts.review) {
        ("submit", Review::Approved) => refuse(Code::AlreadyApproved, "approved and not changed since"),
        ("submit", _) => done(Review::Submitted, None),
        ("withdraw", Review::Submitted) => done(Review::Draft, None),
        ("withdraw", _) => refuse(Code::NotSubmitted, "not waiting for a review"),
        _ if standing.is_author => refuse(Code::OwnWork, "own work"),
        _ if heads != document.heads() && !planted::is(Fault::StaleDecides) => Ok(CommandVerdict::Stale),
        (_, Review::Draft | Review::Returned | Review::Approved) => {
            refuse(Code::NotSubmitted, "not waiting for a review")
        }
        ("approve", _) => done(Review::Approved, None),
        _ => done(Review::Returned, Some(remark(command)?)),
    }
}

fn sorted(heads: &[ChangeHash]) -> Vec<ChangeHash> {
    let mut heads = heads.to_vec();
    heads.sort_unstable();
    heads.dedup();
    heads
}

fn remark(command: &Command) -> Result<String, Refusal> {
    let remark = command.args.get("remark").and_then(serde_json::Value::as_str).map_or("", str::trim);
    match remark.len() {
        0 => Err(Refusal::new(Code::RemarkMissing, "returning needs a remark")),
        1..=limits::REMARK_BYTES => Ok(remark.to_owned()),
        size => Err(Refusal::new(Code::RemarkTooLong, format!("{size} bytes"))),
    }
}
