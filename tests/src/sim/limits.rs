//! P14 while everything goes on: nothing that travels and nothing that is kept grows beyond its limit.

use std::collections::BTreeMap;

use bidao_server::store::schema;
use bidao_sync::ids::RecordId;
use bidao_sync::limits;
use bidao_sync::message::{BatchManifest, Message, SealedBatch, SyncRequest, SyncResponse};
use diesel::{QueryDsl, RunQueryDsl};

use super::check::{ServerRecord, broken};
use super::world::World;

fn size(batch: &SealedBatch) -> usize {
    batch.manifest.len() + batch.payload.iter().map(Vec::len).sum::<usize>()
}

/// One request and its answer.
pub fn of_exchange(request: &SyncRequest, answer: &SyncResponse) -> Result<(), String> {
    let pushed: usize = request.push.iter().map(size).sum();
    if request.push.len() > 1 && pushed > limits::PUSH_BYTES {
        return broken(format!("limits: a request carries {pushed} bytes of batches"));
    }
    for batch in &request.push {
        let items = BatchManifest::decode(&batch.manifest).map_err(|error| error.to_string())?.items.len();
        let bytes: usize = batch.payload.iter().map(Vec::len).sum();
        if items > limits::ITEMS_PER_BATCH || items > 1 && bytes > limits::BATCH_PAYLOAD {
            return broken(format!("limits: a batch has {items} items of {bytes} bytes"));
        }
    }
    let entries: usize = answer.entries.iter().map(|entry| entry.data.len()).sum();
    let asked = usize::try_from(request.max_bytes).unwrap_or(usize::MAX);
    // The last entry may reach beyond: it travels whole.
    let largest = answer.entries.iter().map(|entry| entry.data.len()).max().unwrap_or_default();
    if entries > asked.saturating_add(2 * largest) {
        return broken(format!("limits: asked for {asked} bytes, the answer has {entries}"));
    }
    if answer.encode().len() > limits::BODY_INFLATED {
        return broken("limits: an answer is larger than any message".into());
    }
    Ok(())
}

/// What the server keeps at the end.
pub fn of_store(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    for (id, record) in server {
        let (bytes, signed) = (record.document.save().len(), record.document.attestations().len());
        if bytes > limits::RECORD_BYTES || signed > limits::ATTESTATIONS_PER_RECORD {
            return broken(format!("limits: record {id} has {bytes} bytes, {signed} attestations"));
        }
    }
    let waiting: Vec<String> =
        world.read(|tx| Ok(schema::held::table.select(schema::held::device).load(tx.conn)?))?;
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for device in &waiting {
        *held.entry(device).or_default() += 1;
    }
    match held.into_iter().find(|(_, count)| *count > limits::HELD_PER_DEVICE) {
        Some((device, count)) => broken(format!("limits: {count} items of {device} are held")),
        None => Ok(()),
    }
}
