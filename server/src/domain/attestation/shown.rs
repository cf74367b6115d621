//! The signatures of a record as people see them: every attestation, who is missing, what changed since.

use std::collections::BTreeMap;

use bidao_schema::api::attestation::{
    Attestation, ChangedSince, PartyStatus, Resign, Signing, SigningSettings, SigningState,
};
use bidao_schema::api::review::FieldDifference;
use bidao_schema::form::Form;
use bidao_schema::label::Label;
use bidao_sync::attestation::{self as rules, EarlierVersion, Materiality};
use bidao_sync::document::{self, Document};
use bidao_sync::ids::{ChangeHash, Digest};

use crate::domain::{content, setting};
use crate::error::{Error, Result};
use crate::store::attestation::Row;
use crate::store::{self, Tx};

/// What the index knows of an attestation that the document does not.
pub(super) struct Indexed {
    rows: BTreeMap<String, Row>,
    takers: BTreeMap<String, String>,
}

impl Indexed {
    /// Of all attestations of a record.
    ///
    /// # Errors
    /// The database fails.
    pub(super) fn of(tx: &mut Tx, record: &str) -> Result<Self> {
        let rows = store::attestation::of_record(tx, record)?;
        let persons: Vec<String> = rows.iter().map(|row| row.person.clone()).collect();
        let takers = store::person::names(tx, &persons)?;
        Ok(Self { rows: rows.into_iter().map(|row| (row.id.clone(), row)).collect(), takers })
    }

    /// Its row.
    pub(super) fn row(&self, element: &str) -> Option<&Row> {
        self.rows.get(element)
    }

    /// One attestation as shown beside content whose digest is `now`.
    pub(super) fn show(&self, form: Option<&Form>, one: &rules::Attestation, now: Digest) -> Attestation {
        let row = self.rows.get(&one.element);
        let fields = one.fields.clone();
        let asked = form.and_then(|form| form.attestation.as_ref());
        let party =
            asked.and_then(|asked| asked.parties.iter().find(|party| party.roles.contains(&fields.role)));
        Attestation {
            id: one.element.clone(),
            party: party.map(|party| party.name.clone()),
            role: fields.role,
            signer_name: fields.signer_name,
            proxy_reason: fields.proxy_reason,
            stance: fields.stance,
            method: fields.method,
            literacy_aid: fields.literacy_aid,
            read_by: fields.read_by,
            witness: fields.witness,
            remark: fields.remark,
            strokes: fields.strokes.map(|file| file.to_string()),
            paper: fields.paper.map(|file| file.to_string()),
            signed_at: fields.signed_at,
            received_at: row.map_or(0, |row| row.received_at),
            taken_by: row.and_then(|row| self.takers.get(&row.person)).cloned().unwrap_or_default(),
            digest: one.digest.to_string(),
            code: rules::code(one.digest),
            covers: one.covers.iter().map(ToString::to_string).collect(),
            current: one.digest == now,
            doubt: row.and_then(|row| row.doubt.as_deref()).and_then(super::parsed),
        }
    }
}

/// The signatures of a record.
///
/// # Errors
/// The database fails.
pub fn signing(tx: &mut Tx, row: &store::record::Row, document: &Document) -> Result<Signing> {
    let form = content::form_of(&row.form);
    let indexed = Indexed::of(tx, &row.id)?;
    let judged = super::judged(row, document, &super::doubts(tx, &row.id)?)?;
    let label = |name: &str| {
        let asked = form.and_then(|form| form.attestation.as_ref());
        asked
            .and_then(|asked| asked.parties.iter().find(|party| party.name == name))
            .map(|party| party.label.clone())
    };
    let parties = judged.parties.iter().map(|party| PartyStatus {
        label: label(&party.name).unwrap_or_else(|| Label::new(&party.name, &party.name)),
        name: party.name.clone(),
        attestation: party.attestation.map(|index| judged.attestations[index].element.clone()),
    });
    let parties = parties.collect();
    let settings = setting::signing(tx)?;
    let earlier = judged.earlier.as_ref().map(|earlier| changed_since(form, document, earlier, settings));
    let newest_first = judged.attestations.iter().rev();
    Ok(Signing {
        state: state(judged.state),
        digest: judged.digest.to_string(),
        code: rules::code(judged.digest),
        parties,
        attestations: newest_first.map(|one| indexed.show(form, one, judged.digest)).collect(),
        changed_since: earlier.transpose()?,
    })
}

fn state(state: rules::SigningState) -> SigningState {
    match state {
        rules::SigningState::None => SigningState::None,
        rules::SigningState::Partly => SigningState::Partly,
        rules::SigningState::Signed => SigningState::Signed,
        rules::SigningState::Objected => SigningState::Objected,
        rules::SigningState::Changed => SigningState::Changed,
    }
}

fn changed_since(
    form: Option<&Form>,
    document: &Document,
    earlier: &EarlierVersion,
    settings: SigningSettings,
) -> Result<ChangedSince> {
    let all = differences(document, &earlier.covers)?;
    Ok(ChangedSince {
        digest: earlier.digest.to_string(),
        code: rules::code(earlier.digest),
        signed_at: earlier.signed_at,
        material: is_material(form, &all, settings),
        differences: listed(form, all).into_iter().map(shown).collect(),
    })
}

/// What differs between a version and the content now.
///
/// # Errors
/// The document does not know the version: a fault of ours.
pub(super) fn differences(
    document: &Document,
    covers: &[ChangeHash],
) -> Result<Vec<document::FieldDifference>> {
    document
        .content_difference(covers, &document.heads())
        .map_err(|error| Error::Internal(format!("a signed version cannot be compared: {error}")))
}

/// Whether differences have to be signed for again (domain Q12).
fn is_material(form: Option<&Form>, all: &[document::FieldDifference], settings: SigningSettings) -> bool {
    let Some(form) = form.filter(|_| settings.resign == Resign::Material) else { return !all.is_empty() };
    let money = form.money_paths();
    let immaterial = form.attestation.as_ref().map_or(&[][..], |asked| &asked.immaterial);
    let percent = u64::from(settings.resign_percent);
    Materiality { immaterial, money: &money, percent }.is_material(all)
}

/// Those of the differences that people read one by one.
pub(super) fn listed(
    form: Option<&Form>,
    all: Vec<document::FieldDifference>,
) -> Vec<document::FieldDifference> {
    all.into_iter().filter(|one| form.is_none_or(|form| content::is_listed(form, &one.path))).collect()
}

fn shown(one: document::FieldDifference) -> FieldDifference {
    FieldDifference { path: one.path, old: one.old, new: one.new }
}
