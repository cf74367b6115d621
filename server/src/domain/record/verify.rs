//! The proof that every record is what its changes say, and every batch what its device signed.

use bidao_sync::document::Document;
use bidao_sync::seal::signed_bytes;
use p256::ecdsa::signature::Verifier;

use crate::domain::{attestation, feed};
use crate::error::Result;
use crate::store::{self, Tx, batch, change, device, record};

/// Records walked through at a time.
const STEP: i64 = 200;

/// What [`verify_all`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records rebuilt.
    pub records: u64,
    /// Changes they consist of.
    pub changes: u64,
    /// Batches whose signature was checked.
    pub batches: u64,
    /// Attestations whose version was rebuilt.
    pub attestations: u64,
    /// What is wrong, by id; never content.
    pub broken: Vec<String>,
}

/// Rebuilds every record from its changes and checks every batch's signature.
///
/// # Errors
/// The database fails; what is broken is in the report.
pub fn verify_all(tx: &mut Tx) -> Result<Report> {
    let mut report = Report::default();
    let mut last = String::new();
    loop {
        let rows = record::after(tx, &last, STEP)?;
        let Some(end) = rows.last() else { break };
        last = end.id.clone();
        for row in &rows {
            let changes = change::of_record(tx, &row.id)?;
            report.records += 1;
            report.changes += changes.len() as u64;
            if let Some(fault) = fault(row, &changes) {
                report.broken.push(format!("record {}: {fault}", row.id));
            }
            verify_attestations(tx, row, &mut report)?;
        }
    }
    verify_batches(tx, &mut report)?;
    Ok(report)
}

fn fault(row: &record::Row, changes: &[change::Row]) -> Option<&'static str> {
    if i64::try_from(changes.len()) != Ok(row.version) {
        return Some("another number of changes");
    }
    if changes.iter().zip(0..).any(|(change, position)| change.position != position) {
        return Some("a gap in the order of changes");
    }
    let chunks: Vec<&[u8]> = changes.iter().map(|change| change.bytes.as_slice()).collect();
    let Ok(rebuilt) = Document::from_changes(&chunks) else { return Some("cannot be rebuilt") };
    let Ok(snapshot) = Document::load(&row.document) else { return Some("snapshot unreadable") };
    let heads = feed::join(&rebuilt.heads());
    if heads != row.heads || heads != feed::join(&snapshot.heads()) {
        return Some("other heads than its changes");
    }
    (rebuilt.answers() != snapshot.answers()).then_some("other content than its changes")
}

/// Every attestation names content the record really had, and came in a batch its device signed; the index has
/// exactly these.
fn verify_attestations(tx: &mut Tx, row: &record::Row, report: &mut Report) -> Result<()> {
    let (Ok(document), Ok(id)) = (Document::load(&row.document), row.id.parse()) else { return Ok(()) };
    let made = document.attestations();
    let mut indexed = store::attestation::of_record(tx, &row.id)?;
    for one in &made {
        report.attestations += 1;
        let known = indexed.iter().position(|row| row.id == one.element).map(|at| indexed.swap_remove(at));
        let fault = match known {
            Some(known) => attestation::fault(tx, &document, id, one, &known)?,
            None => Some("not in the index"),
        };
        if let Some(fault) = fault {
            report.broken.push(format!("attestation {} of record {}: {fault}", one.element, row.id));
        }
    }
    let gone = indexed.iter().map(|gone| format!("attestation {} of record {}: gone", gone.id, row.id));
    report.broken.extend(gone);
    Ok(())
}

fn verify_batches(tx: &mut Tx, report: &mut Report) -> Result<()> {
    let (mut actor, mut number) = (String::new(), 0);
    loop {
        let rows = batch::after(tx, &actor, number, STEP)?;
        let Some(end) = rows.last() else { return Ok(()) };
        (actor, number) = (end.actor.clone(), end.number);
        for row in &rows {
            report.batches += 1;
            let key = device::find(tx, &row.device)?.map(|device| device.public_key);
            if !key.is_some_and(|key| is_signed(&key, row)) {
                report.broken.push(format!("batch {}/{}: signature", row.actor, row.number));
            }
        }
    }
}

/// Whether the batch's signature verifies under a device's registered key (P5).
#[must_use]
pub fn is_signed(key: &[u8], row: &batch::Row) -> bool {
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key);
    let signature = p256::ecdsa::Signature::from_slice(&row.signature);
    let (Ok(key), Ok(signature)) = (key, signature) else { return false };
    key.verify(&signed_bytes(&row.manifest), &signature).is_ok()
}
