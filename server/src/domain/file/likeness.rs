//! A photo used again for another household or in another month: a question to the leader, never a verdict
//! (domain §6.10, INV-20).

use std::collections::BTreeMap;

use bidao_schema::api::file::Reuse;

use crate::domain::access::Scope;
use crate::error::Result;
use crate::picture::{band, perceptual_hash};
use crate::store::file_use::Row;
use crate::store::{Tx, picture, record};

/// Other uses that are shown.
pub const SHOWN: usize = 5;
/// Subject of photos of papers, which look alike.
const DOCUMENT: &str = "document";

/// Where else the photo of a use is used, the most alike first, one line a record.
///
/// # Errors
/// The database fails.
pub fn of(tx: &mut Tx, scope: &Scope, used: &Row, hash: Option<i64>) -> Result<Vec<Reuse>> {
    // Without a hash it is too even to be recognised.
    let Some(hash) = hash.filter(|_| counts(used)) else { return Ok(Vec::new()) };
    let near = near(tx, hash.cast_unsigned())?;
    let files: Vec<String> = near.keys().cloned().collect();
    let mut best: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for other in picture::uses_of(tx, &files)? {
        let is_elsewhere = other.household != used.household || other.month != used.month;
        if !counts(&other) || !is_elsewhere || other.record == used.record {
            continue;
        }
        let found = (near.get(&other.sha256).copied().unwrap_or_default(), other.month);
        let kept = best.entry(other.record).or_insert_with(|| found.clone());
        *kept = found.min(kept.clone());
    }
    let mut found: Vec<(u32, String, String)> =
        best.into_iter().map(|(record, (distance, month))| (distance, month, record)).collect();
    found.sort_unstable();
    found.truncate(SHOWN);
    let ids: Vec<String> = found.iter().map(|(_, _, record)| record.clone()).collect();
    let seen = record::briefs(tx, &ids)?;
    let title = |id: &str| {
        let row = seen.iter().find(|row| row.id == id && scope.reads(&row.area, row.household.as_deref()));
        row.map(|row| row.title.clone()).unwrap_or_default()
    };
    let reuse = |(distance, month, record): (u32, String, String)| Reuse {
        title: title(&record),
        record,
        month,
        distance,
    };
    Ok(found.into_iter().map(reuse).collect())
}

/// Whether a use is a photo of the household that may be compared.
fn counts(used: &Row) -> bool {
    used.subject.as_deref().is_some_and(|subject| subject != DOCUMENT)
}

/// Files whose hash is near, with the bits that differ.
fn near(tx: &mut Tx, hash: u64) -> Result<BTreeMap<String, u32>> {
    let mut found = BTreeMap::new();
    for (number, bits) in band::of(hash) {
        for (file, other) in picture::in_band(tx, number, &band::neighbours(bits))? {
            let distance = perceptual_hash::distance(hash, other.cast_unsigned());
            if distance <= band::NEAR {
                found.insert(file, distance);
            }
        }
    }
    Ok(found)
}
