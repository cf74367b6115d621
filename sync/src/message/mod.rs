//! The one request and its answer (`PROTOCOL.md` §2), as types and as CBOR.

use crate::ids::{ActorId, Chain, ChangeHash, Digest, ItemId, RecordId, Signature};
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod codec;

pub use codec::Message;

/// The version this crate speaks.
pub const VERSION: u64 = 1;

/// `a:<village code>` or `h:<record id of a household>`.
pub type GrantId = String;

/// What a phone sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// Always [`VERSION`].
    pub v: u64,
    /// Own or carried batches, each actor's in order of number.
    pub push: Vec<SealedBatch>,
    /// Per grant the phone knows of: what it has read. A grant that is missing here is read from the start.
    pub cursors: BTreeMap<GrantId, Cursor>,
    /// Tag of the reference data it has.
    pub have_reference: Option<String>,
    /// How many bytes of entries the answer may hold, roughly. At least one entry is always sent.
    pub max_bytes: u64,
    /// Items on this phone that no receipt has covered; shown to the leader.
    pub unsynced: u64,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// Always [`VERSION`].
    pub v: u64,
    /// The server's clock, to show the phone's drift.
    pub now: Millis,
    /// One per batch in `push`, in that order.
    pub receipts: Vec<Receipt>,
    /// What is new, per grant in order of `seq`.
    pub entries: Vec<Entry>,
    /// Per grant the account has now: where the phone stands once it has stored `entries`.
    pub cursors: BTreeMap<GrantId, Cursor>,
    /// Grants whose cursor the server does not know (P17); `entries` reads them from the start.
    pub rewound: Vec<GrantId>,
    /// There is more; ask again at once.
    pub more: bool,
    /// Files that stored records refer to and the server lacks.
    pub want: Vec<Want>,
    /// Grants in `cursors` of the request that the account no longer has (P10).
    pub revoked: Vec<GrantId>,
    /// New reference data, when the tag differs from `have_reference`.
    #[serde(with = "serde_bytes")]
    pub reference: Option<Vec<u8>>,
    /// Tag of the server's reference data.
    pub reference_tag: String,
}

/// A position in a feed, with proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(
    /// The last `seq` stored; 0 = nothing.
    pub u64,
    /// The chain value there.
    pub Chain,
);

impl Cursor {
    /// Before the first entry.
    pub const START: Cursor = Cursor(0, Chain::START);
}

/// A file the server lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want(
    /// SHA-256 of the file.
    pub Digest,
    /// Bytes of it the server already has.
    pub u64,
);

/// What one device did since its last batch, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SealedWire", into = "SealedWire")]
pub struct SealedBatch {
    /// [`BatchManifest`] as CBOR, exactly the bytes that were signed.
    pub manifest: Vec<u8>,
    /// Over `"bidao-batch-v1"` followed by `manifest`.
    pub signature: Signature,
    /// Per edit: its raw change chunks, concatenated.
    pub payload: Vec<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct SealedWire(serde_bytes::ByteBuf, Signature, Vec<serde_bytes::ByteBuf>);

impl From<SealedWire> for SealedBatch {
    fn from(wire: SealedWire) -> Self {
        let payload = wire.2.into_iter().map(serde_bytes::ByteBuf::into_vec).collect();
        Self { manifest: wire.0.into_vec(), signature: wire.1, payload }
    }
}

impl From<SealedBatch> for SealedWire {
    fn from(batch: SealedBatch) -> Self {
        let payload = batch.payload.into_iter().map(serde_bytes::ByteBuf::from).collect();
        Self(serde_bytes::ByteBuf::from(batch.manifest), batch.signature, payload)
    }
}

/// What a batch holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchManifest {
    /// Who did it all.
    pub actor: ActorId,
    /// 1, 2, 3 … per actor.
    pub number: u64,
    /// When it was sealed, by the phone's clock: a claim.
    pub made_at: Millis,
    /// SHA-256 of this actor's previous manifest.
    pub prev: Option<Digest>,
    /// Per area the feed position the author worked from.
    pub seen: BTreeMap<String, u64>,
    /// At least one.
    pub items: Vec<Item>,
}

/// One entry of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Item {
    /// Changes of one record.
    Edit(Edit),
    /// A wish only the server may grant.
    Command(Command),
}

impl Item {
    /// Its id.
    pub fn id(&self) -> ItemId {
        match self {
            Item::Edit(edit) => edit.id,
            Item::Command(command) => command.id,
        }
    }

    /// The record it is about.
    pub fn record(&self) -> RecordId {
        match self {
            Item::Edit(edit) => edit.record,
            Item::Command(command) => command.record,
        }
    }
}

/// Changes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Random or time-ordered; unique.
    pub id: ItemId,
    /// The record.
    pub record: RecordId,
    /// Its kind, `household` …
    pub kind: String,
    /// `name/version` of the form it was written with.
    pub form: String,
    /// 12-digit village code.
    pub area: String,
    /// Hashes of the changes in causal order.
    pub changes: Vec<ChangeHash>,
    /// Index into the batch's payload.
    pub payload: u64,
}

/// A wish only the server may grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Idempotency key.
    pub id: ItemId,
    /// `submit`, `withdraw`, `approve`, `return`.
    pub name: String,
    /// The record.
    pub record: RecordId,
    /// The heads the person saw.
    pub expected: Vec<ChangeHash>,
    /// By name.
    pub args: BTreeMap<String, serde_json::Value>,
}

/// The server's answer about one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The batch's actor.
    pub actor: ActorId,
    /// The batch's number.
    pub number: u64,
    /// One per item, in order.
    pub items: Vec<ItemReceipt>,
}

/// The fate of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemReceipt {
    /// The item.
    pub id: ItemId,
    /// What became of it.
    pub status: Status,
    /// A [`crate::code::Code`] as text; newer servers may know more of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In words, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// An edit is in the record.
    Stored,
    /// Was there before.
    Duplicate,
    /// Waits for what it depends on (P9).
    Held,
    /// Kept for a person to decide about (P11, P12).
    Quarantined,
    /// Not taken; the code says why; kept (P4).
    Refused,
    /// A command that came too late (P13).
    Stale,
    /// A command was carried out.
    Done,
}

/// One entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Under which grant it travels.
    pub grant: GrantId,
    /// Its number in the area's feed.
    pub seq: u64,
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: String,
    /// Form it was last written with.
    pub form: String,
    /// Its area.
    pub area: String,
    /// How to read `data`.
    pub what: What,
    /// A document chunk, raw change chunks, or CBOR.
    #[serde(with = "serde_bytes")]
    pub data: Vec<u8>,
}

/// What an entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// `data` = one whole document chunk (P8).
    Document,
    /// `data` = raw change chunks, concatenated.
    Changes,
    /// `data` = [`Decision`] as CBOR.
    Decision,
    /// The record went to another area; `area` is the new one, `data` is empty.
    Moved,
    /// The grant no longer covers the record; `data` is empty.
    Removed,
}

impl What {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Document => "document",
            What::Changes => "changes",
            What::Decision => "decision",
            What::Moved => "moved",
            What::Removed => "removed",
        }
    }
}

/// What was decided about a record: `data` of a `decision` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `draft`, `submitted`, `approved`, `returned`, `changed`.
    pub state: String,
    /// The leader's sentence.
    pub remark: Option<String>,
    /// Name of the person who decided.
    pub by: String,
    /// When the server decided.
    pub at: Millis,
    /// The version it is about.
    pub heads: Vec<ChangeHash>,
    /// What the server decided besides, of kinds of records that have more states than a review: left out when empty.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, serde_json::Value>,
}
