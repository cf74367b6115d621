//! Attestations on the server: an index over what documents say, whether each counts, and what a record's
//! signatures come to (promise 5, INV-08 to INV-15). The content of an attestation is in the document alone.

mod doubt;
mod shown;
mod version;

use std::collections::BTreeMap;

use bidao_schema::api::attestation::{AttestationDoubt, SigningState};
use bidao_schema::form::Form;
use bidao_sync::attestation::{self as rules, Party};
use bidao_sync::document::Document;
use bidao_sync::ids::RecordId;
use serde_json::Value;

pub use shown::signing;
pub use version::{Signed, fault, in_full, one as version, with_code};

use super::{content, record};
use crate::error::{Error, Result};
use crate::store::attestation::Row;
use crate::store::{self, Tx};
use doubt::About;

/// An edit whose attestations are to be indexed.
pub struct Brought<'a> {
    /// Row of the record.
    pub row: &'a store::record::Row,
    /// The record with the edit.
    pub document: &'a Document,
    /// Its content as answers.
    pub answers: &'a Value,
    /// Attestations the edit brought.
    pub attested: &'a [rules::Attestation],
    /// Device that sealed it.
    pub device: &'a str,
    /// Person who held the device.
    pub person: &'a str,
    /// Number of the sealed batch.
    pub number: i64,
    /// The server's clock.
    pub now: i64,
}

/// Indexes what is new; answers the state of the record's signatures, a word of `SigningState`.
///
/// # Errors
/// The database fails.
pub fn project(tx: &mut Tx, brought: &Brought) -> Result<String> {
    for one in brought.attested {
        let register = Some(brought.answers).filter(|_| brought.row.kind == "household");
        let about = about(brought.row, register, brought.person, brought.now);
        let doubt = doubt::doubt(tx, &about, &one.fields)?.map(word);
        store::attestation::insert(tx, &indexed(brought, one, doubt))?;
    }
    if brought.row.kind == "household" {
        doubt_again(tx, brought)?;
    }
    state(tx, brought.row, brought.document)
}

fn indexed(brought: &Brought, one: &rules::Attestation, doubt: Option<String>) -> Row {
    Row {
        record: brought.row.id.clone(),
        id: one.element.clone(),
        change: one.change.to_string(),
        actor: one.actor.to_string(),
        number: brought.number,
        device: brought.device.to_owned(),
        person: brought.person.to_owned(),
        form: one.form.clone(),
        digest: one.digest.to_string(),
        code: one.digest.to_string().chars().take(6).collect(),
        covers: super::feed::join(&one.covers),
        role: one.fields.role.clone(),
        stance: one.fields.stance.clone(),
        // PostgreSQL's text holds no NUL.
        signer_name: one.fields.signer_name.replace('\0', ""),
        signed_at: one.fields.signed_at,
        received_at: brought.now,
        doubt,
    }
}

fn about<'a>(
    row: &'a store::record::Row,
    register: Option<&'a Value>,
    taken_by: &'a str,
    received_at: i64,
) -> About<'a> {
    About { row, household: row.household.as_deref(), register, author: &row.author, taken_by, received_at }
}

/// A register arrived or changed: who was no member of the household before may be one now. Work that travels in
/// another order than it was done must not leave a doubt for ever.
fn doubt_again(tx: &mut Tx, register: &Brought) -> Result<()> {
    for id in store::attestation::doubted_of_household(tx, &register.row.id)? {
        let Some(mut row) = store::record::find(tx, &id)? else { continue };
        let document = record::document(&row)?;
        let made: BTreeMap<String, rules::Attestation> =
            document.attestations().into_iter().map(|one| (one.element.clone(), one)).collect();
        for indexed in store::attestation::of_record(tx, &id)?.into_iter().filter(|one| one.doubt.is_some()) {
            let Some(one) = made.get(&indexed.id) else { continue };
            let about = about(&row, Some(register.answers), &indexed.person, indexed.received_at);
            let doubt = doubt::doubt(tx, &about, &one.fields)?.map(word);
            store::attestation::set_doubt(tx, &id, &indexed.id, doubt.as_deref())?;
        }
        let state = state(tx, &row, &document)?;
        if id != register.row.id && state != row.signing {
            row.signing = state;
            row.updated_at = register.now;
            store::record::update(tx, &row)?;
        }
    }
    Ok(())
}

/// The state of a record's signatures, a word of `SigningState`.
fn state(tx: &mut Tx, row: &store::record::Row, document: &Document) -> Result<String> {
    // Most records have none: their content need not be digested.
    if document.attestations().is_empty() {
        return Ok(rules::SigningState::None.as_str().to_owned());
    }
    let doubts = doubts(tx, &row.id)?;
    Ok(judged(row, document, &doubts)?.state.as_str().to_owned())
}

/// The state that a stored word names.
#[must_use]
pub fn state_of(word: &str) -> SigningState {
    match word {
        "partly" => SigningState::Partly,
        "signed" => SigningState::Signed,
        "objected" => SigningState::Objected,
        "changed" => SigningState::Changed,
        _ => SigningState::None,
    }
}

/// Doubts by element id.
fn doubts(tx: &mut Tx, record: &str) -> Result<BTreeMap<String, String>> {
    let rows = store::attestation::of_record(tx, record)?;
    Ok(rows.into_iter().filter_map(|row| Some((row.id, row.doubt?))).collect())
}

fn judged(
    row: &store::record::Row,
    document: &Document,
    doubts: &BTreeMap<String, String>,
) -> Result<rules::Signing> {
    let digest = document.digest(record_id(&row.id)?, &row.form);
    let counts = |one: &rules::Attestation| !doubts.contains_key(&one.element);
    Ok(rules::signing(document.attestations(), digest, &parties(content::form_of(&row.form)), counts))
}

fn parties(form: Option<&Form>) -> Vec<Party> {
    let asked = form.and_then(|form| form.attestation.as_ref());
    asked.map_or_else(Vec::new, |asked| {
        asked.parties.iter().map(|party| Party::new(party.name.clone(), party.roles.clone())).collect()
    })
}

fn record_id(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| Error::Internal("a stored record id is unreadable".into()))
}

/// The state of a stored word.
#[must_use]
pub fn parsed_state(word: &str) -> SigningState {
    serde_json::from_value(Value::from(word)).unwrap_or_default()
}

/// The word of a doubt.
fn word(doubt: AttestationDoubt) -> String {
    serde_json::to_value(doubt).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
}

/// The doubt of a stored word.
fn parsed(word: &str) -> Option<AttestationDoubt> {
    serde_json::from_value(Value::from(word)).ok()
}
