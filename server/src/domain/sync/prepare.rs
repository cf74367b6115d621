//! Everything about a batch that needs no lock: signature, gate, merge. What comes out is compared with the
//! database again inside the transaction.

use std::collections::HashMap;

use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_sync::code::{Code, Refusal};
use bidao_sync::document::Document;
use bidao_sync::feed::sha256;
use bidao_sync::gate::Shape;
use bidao_sync::hub::{self, BatchVerdict, DeviceState, EditFacts, RecordFacts, Verdict};
use bidao_sync::ids::{ActorId, ChangeHash, RecordId};
use bidao_sync::message::{BatchManifest, Edit, Item, ItemReceipt, Message, Receipt, SealedBatch, Status};
use bidao_sync::seal::{self, VerifiedBatch};

use super::authority::{self, Author, Right};
use crate::domain::relocation;
use crate::error::{Error, Result};
use crate::store::{Db, Tx, batch, device, held, record};

/// A batch that was judged against what the database said a moment ago.
#[derive(Clone)]
pub struct Prepared {
    /// As it came.
    pub sealed: SealedBatch,
    /// As it verified.
    pub batch: VerifiedBatch,
    /// Who wrote it.
    pub author: Author,
    /// Per item.
    pub items: Vec<Judged>,
    /// Records as they were loaded.
    pub documents: HashMap<RecordId, Document>,
}

/// One item, judged.
#[derive(Clone)]
pub struct Judged {
    /// The author's right in the record's area.
    pub right: Right,
    /// Shape of the form of an edit.
    pub shape: Option<Shape>,
    /// Heads of the record it was judged against; empty when there was none.
    pub base: Vec<ChangeHash>,
    /// The fate of an edit; nothing for a command.
    pub verdict: Option<Verdict>,
}

/// What became of a batch before any transaction.
pub enum Outcome {
    /// The receipt is known; nothing is to be stored.
    Known(Receipt),
    /// To be stored.
    Ready(Box<Prepared>),
}

/// What one read brings.
struct Loaded {
    author: Author,
    key: Vec<u8>,
    recorded: Option<batch::Row>,
    records: HashMap<RecordId, record::Row>,
    rights: Vec<Right>,
    former: HashMap<RecordId, Vec<String>>,
    held: usize,
}

/// Reads, verifies and judges.
///
/// # Errors
/// The database fails.
pub fn prepare(db: &Db, sealed: &SealedBatch, now: i64) -> Result<Outcome> {
    let manifest = match BatchManifest::decode(&sealed.manifest) {
        Ok(manifest) => manifest,
        // Nobody can be named: an empty receipt keeps the others' places.
        Err(_) => {
            return Ok(Outcome::Known(Receipt { actor: ActorId([0; 16]), number: 0, items: Vec::new() }));
        }
    };
    let wanted = manifest.clone();
    let Some(loaded) = db.read_blocking(move |tx| load(tx, &wanted, now))? else {
        let unknown = Refusal::new(Code::UnknownDevice, "nobody enrolled that device");
        return Ok(Outcome::Known(refuse_all(&manifest, &unknown)));
    };
    let Ok(key) = <&[u8; 65]>::try_from(loaded.key.as_slice()) else {
        return Err(Error::Internal("a device key is not 65 bytes".into()));
    };
    let batch = match seal::verify(sealed, key) {
        Ok(batch) => batch,
        Err(refusal) => return Ok(Outcome::Known(refuse_all(&manifest, &refusal))),
    };
    if let Some(receipt) = repeated(&batch, loaded.recorded.as_ref())? {
        return Ok(Outcome::Known(receipt));
    }
    judge(sealed, batch, loaded, now).map(|prepared| Outcome::Ready(Box::new(prepared)))
}

/// The receipt given before, if the recorded batch is the same batch (P2).
///
/// # Errors
/// The recorded receipt cannot be read.
pub fn repeated(batch: &VerifiedBatch, recorded: Option<&batch::Row>) -> Result<Option<Receipt>> {
    let Some(row) = recorded else { return Ok(None) };
    match hub::judge_batch(batch, Some(sha256(&row.manifest))) {
        BatchVerdict::Repeated => decode_receipt(&row.receipt).map(Some),
        BatchVerdict::New | BatchVerdict::NumberReused => Ok(None),
    }
}

/// A receipt as it is stored.
///
/// # Errors
/// A fault of ours.
pub fn encode_receipt(receipt: &Receipt) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(receipt, &mut bytes)
        .map_err(|error| Error::Internal(format!("receipt: {error}")))?;
    Ok(bytes)
}

/// A stored receipt.
///
/// # Errors
/// The database holds something else.
pub fn decode_receipt(bytes: &[u8]) -> Result<Receipt> {
    ciborium::from_reader(bytes)
        .map_err(|error| Error::Internal(format!("a stored receipt is unreadable: {error}")))
}

/// The same refusal for every item.
pub fn refuse_all(manifest: &BatchManifest, refusal: &Refusal) -> Receipt {
    let items = manifest.items.iter().map(|item| hub::receipt(item.id(), Status::Refused, Some(refusal)));
    Receipt { actor: manifest.actor, number: manifest.number, items: items.collect::<Vec<ItemReceipt>>() }
}

fn load(tx: &mut Tx, manifest: &BatchManifest, now: i64) -> Result<Option<Loaded>> {
    let Some(device) = device::find(tx, &manifest.actor.device().to_string())? else { return Ok(None) };
    let author = Author::of(tx, &device)?;
    let number = i64::try_from(manifest.number).unwrap_or(i64::MAX);
    let recorded = batch::find(tx, &manifest.actor.to_string(), number)?;
    let mut records: HashMap<RecordId, record::Row> = HashMap::new();
    let mut former = HashMap::new();
    let mut known: HashMap<(RecordId, Option<String>), Right> = HashMap::new();
    let mut rights = Vec::with_capacity(manifest.items.len());
    for item in &manifest.items {
        let id = item.record();
        if !records.contains_key(&id)
            && let Some(row) = record::find(tx, &id.to_string())?
        {
            records.insert(id, row);
        }
        let claimed = claimed(item, manifest);
        let key = (id, claimed.map(str::to_owned));
        let right = match (known.get(&key), records.get(&id)) {
            (Some(right), _) => right.clone(),
            (None, Some(row)) => {
                if claimed.is_some_and(|claimed| claimed != row.area) && !former.contains_key(&id) {
                    former.insert(id, relocation::former(tx, row)?);
                }
                let claimed = claimed.filter(|_| matches!(item, Item::Edit(_)));
                authority::right(tx, &author.person, row, claimed, now)?
            }
            (None, None) => {
                let area = claimed.unwrap_or_default().to_owned();
                let household = Some(id.to_string());
                let access = authority::access(tx, &author.person, &area, household.as_deref(), now)?;
                Right { area, access }
            }
        };
        known.insert(key, right.clone());
        rights.push(right);
    }
    let held = usize::try_from(held::count(tx, &device.id)?).unwrap_or(usize::MAX);
    Ok(Some(Loaded { author, key: device.public_key, recorded, records, rights, former, held }))
}

/// The village an edit names; for a command that of the batch's first edit of its record.
fn claimed<'a>(item: &'a Item, manifest: &'a BatchManifest) -> Option<&'a str> {
    if let Item::Edit(edit) = item {
        return Some(&edit.area);
    }
    manifest.items.iter().find_map(|other| match other {
        Item::Edit(edit) if edit.record == item.record() => Some(edit.area.as_str()),
        _ => None,
    })
}

fn judge(sealed: &SealedBatch, batch: VerifiedBatch, loaded: Loaded, now: i64) -> Result<Prepared> {
    let mut documents: HashMap<RecordId, (Document, String, String)> = HashMap::new();
    for (id, row) in &loaded.records {
        let document = Document::load(&row.document)
            .map_err(|error| Error::Internal(format!("record {id} cannot be read: {error}")))?;
        documents.insert(*id, (document, row.kind.clone(), row.area.clone()));
    }
    let first: HashMap<RecordId, Document> =
        documents.iter().map(|(id, (document, ..))| (*id, document.clone())).collect();
    let mut held = loaded.held;
    let mut items = Vec::with_capacity(batch.manifest.items.len());
    for (item, right) in batch.manifest.items.iter().zip(loaded.rights) {
        let known = documents.get(&item.record());
        let former = loaded.former.get(&item.record()).map_or(&[][..], Vec::as_slice);
        let base = known.map(|(document, ..)| document.heads()).unwrap_or_default();
        let Item::Edit(edit) = item else {
            items.push(Judged { right, shape: None, base, verdict: None });
            continue;
        };
        let shape = shape(edit);
        let record = known.map(|(document, kind, area)| RecordFacts { document, kind, area, former });
        let device = state(&loaded.author);
        let access = right.access;
        let facts = EditFacts { device, access, record, shape: shape.as_ref(), held, now };
        let verdict = hub::judge_edit(&batch, edit, &facts);
        match &verdict {
            Verdict::Stored(stored) => {
                let area = known.map_or(&edit.area, |(.., area)| area).clone();
                let content = (stored.document.clone(), edit.kind.clone(), area);
                documents.insert(edit.record, content);
            }
            Verdict::Held { .. } => held += 1,
            _ => {}
        }
        items.push(Judged { right, shape, base, verdict: Some(verdict) });
    }
    Ok(Prepared { sealed: sealed.clone(), batch, author: loaded.author, items, documents: first })
}

/// Shape of an edit's form, if there is such a form.
pub fn shape(edit: &Edit) -> Option<Shape> {
    forms::find(&edit.form).map(shape_of)
}

/// What records of a form may look like, and what attestations of them are held against.
#[must_use]
pub fn shape_of(form: &Form) -> Shape {
    let shape = Shape::new(form.containers()).immutable(form.immutable_containers());
    let shape = if form.identity.is_empty() { shape } else { shape.founded(&form.name, &form.identity) };
    if form.attestation.is_none() {
        return shape;
    }
    let same_kind = forms::built_in().iter().filter(|other| other.name == form.name);
    shape.attested(same_kind.map(Form::id), form.ask_paths())
}

/// The state of an author's device as the hub names it.
pub fn state(author: &Author) -> DeviceState {
    if author.is_active { DeviceState::Active } else { DeviceState::Revoked }
}
