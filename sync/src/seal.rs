//! Sealing a batch and checking the seal (P5). The carrier plays no role.

use crate::code::{Code, Refusal};
use crate::document::{change_hash, split_changes};
use crate::feed::sha256;
use crate::ids::{DeviceId, Digest, Signature};
use crate::limits;
use crate::message::{BatchManifest, Edit, Item, Message, SealedBatch};
use p256::ecdsa::signature::Verifier;
use std::ops::Range;

/// What is signed in front of the manifest.
pub const SEAL_PREFIX: &[u8] = b"bidao-batch-v1";

/// The bytes a signature covers.
pub fn signed_bytes(manifest: &[u8]) -> Vec<u8> {
    [SEAL_PREFIX, manifest].concat()
}

/// Seals a batch. `sign` gets [`signed_bytes`] and returns ECDSA P-256 over their SHA-256 as r followed by s.
pub fn seal(
    manifest: &BatchManifest,
    payload: Vec<Vec<u8>>,
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> SealedBatch {
    let manifest = manifest.encode();
    let signature = Signature(sign(&signed_bytes(&manifest)));
    SealedBatch { manifest, signature, payload }
}

/// The device that must have signed, read without checking anything, to look up its key.
///
/// # Errors
/// [`Code::Malformed`] or [`Code::TooLarge`].
pub fn claimed_device(sealed: &SealedBatch) -> Result<DeviceId, Refusal> {
    Ok(BatchManifest::decode(&sealed.manifest)?.actor.device())
}

/// A batch whose author, content and limits are established.
#[derive(Debug, Clone)]
pub struct VerifiedBatch {
    /// What it says.
    pub manifest: BatchManifest,
    /// SHA-256 of the manifest: the batch's name, and `prev` of the next one.
    pub digest: Digest,
    payload: Vec<Vec<u8>>,
    chunks: Vec<Vec<Range<usize>>>,
}

impl VerifiedBatch {
    /// The device that signed.
    pub fn device(&self) -> DeviceId {
        self.manifest.actor.device()
    }

    /// The raw change chunks of one of its edits, in order.
    pub fn changes(&self, edit: &Edit) -> Vec<&[u8]> {
        let index = usize::try_from(edit.payload).unwrap_or(usize::MAX);
        match (self.payload.get(index), self.chunks.get(index)) {
            (Some(bytes), Some(ranges)) => ranges.iter().map(|range| &bytes[range.clone()]).collect(),
            _ => Vec::new(),
        }
    }
}

/// Checks one batch: signature (once per batch), then that every edit's payload consists of exactly the changes named.
///
/// Nothing may be recorded under the batch's number when this fails (see [`Code::is_final`]).
///
/// # Errors
/// [`Code::Malformed`], [`Code::TooLarge`], [`Code::BadSignature`], [`Code::PayloadMismatch`].
pub fn verify(sealed: &SealedBatch, public_key: &[u8; 65]) -> Result<VerifiedBatch, Refusal> {
    let manifest = BatchManifest::decode(&sealed.manifest)?;
    check_signature(sealed, public_key)?;
    let mut chunks = vec![None; sealed.payload.len()];
    for item in &manifest.items {
        let Item::Edit(edit) = item else { continue };
        let index = usize::try_from(edit.payload).unwrap_or(usize::MAX);
        let slot = chunks.get_mut(index).ok_or_else(|| mismatch(edit, "no such payload"))?;
        if slot.is_some() {
            return Err(mismatch(edit, "payload used twice"));
        }
        *slot = Some(match_payload(edit, &sealed.payload[index])?);
    }
    let chunks: Option<Vec<_>> = chunks.into_iter().collect();
    let chunks = chunks.ok_or_else(|| Refusal::new(Code::PayloadMismatch, "payload without an edit"))?;
    Ok(VerifiedBatch { digest: sha256(&sealed.manifest), manifest, payload: sealed.payload.clone(), chunks })
}

/// Where a chunk holds the first bytes of its hash.
const CHECKSUM: Range<usize> = 4..8;

fn check_signature(sealed: &SealedBatch, public_key: &[u8; 65]) -> Result<(), Refusal> {
    let bad = |_| Refusal::new(Code::BadSignature, "the device's key did not make this signature");
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(bad)?;
    let signature = p256::ecdsa::Signature::from_slice(&sealed.signature.0).map_err(bad)?;
    key.verify(&signed_bytes(&sealed.manifest), &signature).map_err(bad)
}

fn match_payload(edit: &Edit, payload: &[u8]) -> Result<Vec<Range<usize>>, Refusal> {
    let ranges = split_changes(payload, limits::CHANGES_PER_REQUEST)
        .ok_or_else(|| mismatch(edit, "payload is not a row of change chunks"))?;
    if ranges.len() != edit.changes.len() {
        return Err(mismatch(edit, "another number of changes"));
    }
    for (range, named) in ranges.iter().zip(&edit.changes) {
        let chunk = &payload[range.clone()];
        if change_hash(chunk) != Some(*named) {
            return Err(mismatch(edit, "hash of a change"));
        }
        // The hash does not cover the checksum in front of it: a carrier who spoiled that would have the gate refuse,
        // for ever, what the author sealed (P5).
        if chunk.get(CHECKSUM) != Some(&named.0[..CHECKSUM.len()]) {
            return Err(mismatch(edit, "checksum of a change"));
        }
    }
    Ok(ranges)
}

fn mismatch(edit: &Edit, what: &str) -> Refusal {
    Refusal::new(Code::PayloadMismatch, format!("edit {}: {what}", edit.id))
}
