//! Versions that were signed: shown for ever exactly as they were (INV-08), and found by their short code.

use std::collections::BTreeSet;

use bidao_schema::api::attestation::{Evidence, Version, VersionList, VersionMatch};
use bidao_sync::attestation::{self as rules, Attestation};
use bidao_sync::document::Document;
use bidao_sync::feed::sha256;
use bidao_sync::ids::{Digest, RecordId};
use bidao_sync::message::{BatchManifest, Item, Message};
use serde_json::Value;

use super::shown::{self, Indexed};
use crate::domain::access::Scope;
use crate::domain::{content, mask, record};
use crate::error::{Error, Result};
use crate::store::attestation::Row;
use crate::store::{self, Tx, batch, device};

/// Versions of one answer.
const MOST_MATCHES: usize = 20;
/// Attestations looked at for one code: with 16 million codes more than a few share one only if somebody tries.
const MOST_ROWS: i64 = 500;

/// A signed version of a record the scope may read.
///
/// # Errors
/// `not_found`, also for records out of reach and for versions nobody signed.
pub fn one(tx: &mut Tx, scope: &Scope, id: &str, digest: &str) -> Result<Version> {
    let row = record::visible(tx, scope, id)?;
    let document = record::document(&row)?;
    let record = super::record_id(&row.id)?;
    let (signed, newest) = of_version(&document, digest)?;
    let content = content_of(&document, &newest)?;
    let form = content::form_of(&newest.form);
    let indexed = Indexed::of(tx, &row.id)?;
    let now = document.digest(record, &row.form);
    let evidence = signed.iter().rev().filter_map(|one| indexed.row(&one.element));
    let evidence = evidence.map(|row| evidence_of(tx, row)).collect::<Result<_>>()?;
    let differences = shown::listed(form, shown::differences(&document, &newest.covers)?);
    let hiding = mask::hiding(form, &content);
    Ok(Version {
        canonical: hiding.is_none().then(|| rules::canonical(record, &newest.form, &content)),
        answers: content::storable(hiding.unwrap_or(content)),
        form: newest.form.clone(),
        digest: newest.digest.to_string(),
        code: rules::code(newest.digest),
        attestations: signed.iter().rev().map(|one| indexed.show(form, one, now)).collect(),
        evidence,
        current: newest.digest == now,
        differences: u32::try_from(differences.len()).unwrap_or(u32::MAX),
        record: record::summary(tx, row.into())?,
    })
}

/// Everything that a version says, and the text that was hashed: for who may be told what is masked.
pub struct Signed {
    /// `name/version` of the form it was shown with.
    pub form: String,
    /// Its content.
    pub content: Value,
    /// The canonical content.
    pub canonical: String,
}

/// A signed version in full.
///
/// # Errors
/// `not_found` for versions nobody signed.
pub fn in_full(row: &store::record::Row, digest: &str) -> Result<Signed> {
    let document = record::document(row)?;
    let (_, newest) = of_version(&document, digest)?;
    let content = content_of(&document, &newest)?;
    let canonical = rules::canonical(super::record_id(&row.id)?, &newest.form, &content);
    Ok(Signed { form: newest.form, content, canonical })
}

/// The attestations of a version, and the newest of them.
fn of_version(document: &Document, digest: &str) -> Result<(Vec<Attestation>, Attestation)> {
    let wanted: Option<Digest> = digest.parse().ok();
    let mut signed = document.attestations();
    signed.retain(|one| Some(one.digest) == wanted);
    let newest = signed.last().cloned().ok_or_else(|| Error::not_found("version"))?;
    Ok((signed, newest))
}

fn content_of(document: &Document, of: &Attestation) -> Result<Value> {
    let unknown = |error| Error::Internal(format!("a signed version is gone: {error}"));
    document.content_at(&of.covers).map_err(unknown)
}

/// The sealed batch behind an attestation, verified anew (P5).
fn evidence_of(tx: &mut Tx, row: &Row) -> Result<Evidence> {
    let found = batch::find(tx, &row.actor, row.number)?;
    let sealed_by = device::find(tx, &row.device)?;
    let verified = match (&found, &sealed_by) {
        (Some(batch), Some(device)) => {
            record::is_signed(&device.public_key, batch) && names_change(&batch.manifest, row)
        }
        _ => false,
    };
    Ok(Evidence {
        attestation: row.id.clone(),
        device: row.device.clone(),
        device_name: sealed_by.map(|device| device.name).unwrap_or_default(),
        actor: row.actor.clone(),
        number: row.number,
        manifest: found.map(|batch| sha256(&batch.manifest).to_string()).unwrap_or_default(),
        verified,
    })
}

/// Whether the signed manifest names the attestation's change, for this record.
fn names_change(manifest: &[u8], row: &Row) -> bool {
    let Ok(manifest) = BatchManifest::decode(manifest) else { return false };
    manifest.items.iter().any(|item| match item {
        Item::Edit(edit) => {
            edit.record.to_string() == row.record
                && edit.changes.iter().any(|change| change.to_string() == row.change)
        }
        Item::Command(_) => false,
    })
}

/// Why an attestation is not what the index and the sealed batch say, if it is not; for `bidao verify`.
///
/// # Errors
/// The database fails.
pub fn fault(
    tx: &mut Tx,
    document: &Document,
    record: RecordId,
    one: &Attestation,
    row: &Row,
) -> Result<Option<&'static str>> {
    if row.digest != one.digest.to_string() || row.change != one.change.to_string() {
        return Ok(Some("another version than indexed"));
    }
    if document.digest_at(record, &one.form, &one.covers).ok() != Some(one.digest) {
        return Ok(Some("its version has other content"));
    }
    if one.fields.check().is_err() {
        return Ok(Some("against the rules"));
    }
    Ok((!evidence_of(tx, row)?.verified).then_some("its batch is not signed by its device"))
}

/// Signed versions with this short code within reach, newest first.
///
/// # Errors
/// `invalid` for what is no code.
pub fn with_code(tx: &mut Tx, scope: &Scope, typed: &str) -> Result<VersionList> {
    let parsed = rules::parse_code(typed);
    let code = parsed.ok_or_else(|| Error::invalid("code", "six digits or letters A to F, like 7F3A-91"))?;
    let mut versions = Vec::new();
    let mut seen = BTreeSet::new();
    for (row, brief) in store::attestation::with_code(tx, &code, MOST_ROWS)? {
        let is_new = scope.reads(&brief.area, brief.household.as_deref())
            && seen.insert((row.record.clone(), row.digest.clone()));
        if !is_new || versions.len() == MOST_MATCHES {
            continue;
        }
        let Some(record) = store::record::find(tx, &row.record)? else { continue };
        let now = record::document(&record)?.digest(super::record_id(&record.id)?, &record.form);
        let Ok(digest) = row.digest.parse::<Digest>() else { continue };
        versions.push(VersionMatch {
            record: record::summary(tx, brief)?,
            current: digest == now,
            digest: row.digest,
            code: rules::code(digest),
            signed_at: row.signed_at,
        });
    }
    Ok(VersionList { versions })
}
