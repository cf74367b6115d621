//! Who signs, checked: the roles are those a person can sign in, and what is called immaterial is there.

use super::{CompileError, unique};
use crate::field::FieldType;
use crate::form::{ATTESTATIONS, Attestation, Party};
use crate::label::Label;
use crate::source::{AttestationSource, ChoicesSource, FieldSource, FormSource};
use std::collections::BTreeSet;

/// Fields of an element of the block that the protocol reads.
const READ: [&str; 4] = ["form", "content_digest", "role", "stance"];

/// The form's attestation, if it has one.
///
/// # Errors
/// What is wrong with it; also one without the block, and the block without one.
pub fn attestation(form: &FormSource) -> Result<Option<Attestation>, CompileError> {
    let wrong = |message: String| CompileError::new("attestation", message);
    let repeat = form.root_field(ATTESTATIONS);
    let (repeat, source) = match (repeat, &form.attestation) {
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(wrong("a form with attestations says who signs: `attestation`".into()));
        }
        (None, Some(_)) => return Err(wrong(format!("the form has no repeat `{ATTESTATIONS}`"))),
        (Some(repeat), Some(source)) => (repeat, source),
    };
    if repeat.field_type != FieldType::Repeat || !repeat.immutable {
        return Err(wrong(format!("`{ATTESTATIONS}` is an immutable repeat")));
    }
    let has = |name: &&str| repeat.fields.iter().any(|field| field.name == **name);
    if let Some(name) = READ.iter().find(|name| !has(name)) {
        return Err(wrong(format!("an attestation has a field `{name}`")));
    }
    let parties = parties(repeat, source)?;
    for path in &source.immaterial {
        if !exists(form, path) {
            return Err(wrong(format!("immaterial: there is no field `{path}`")));
        }
    }
    Ok(Some(Attestation { parties, immaterial: source.immaterial.clone() }))
}

/// Every party has a name and roles of its own.
fn parties(repeat: &FieldSource, source: &AttestationSource) -> Result<Vec<Party>, CompileError> {
    let wrong = |message: String| Err(CompileError::new("attestation", message));
    if source.parties.is_empty() {
        return wrong("somebody signs: at least one party".into());
    }
    unique(source.parties.iter().map(|party| party.name.as_str()), "attestation.parties")?;
    let role = repeat.fields.iter().find(|field| field.name == "role");
    let known: Vec<&str> = match role.and_then(|role| role.choices.as_ref()) {
        Some(ChoicesSource::Inline(lines)) => lines.iter().map(|line| line.code.as_str()).collect(),
        _ => Vec::new(),
    };
    let mut taken = BTreeSet::new();
    for party in &source.parties {
        if party.roles.is_empty() {
            return wrong(format!("party `{}` has no role", party.name));
        }
        for role in &party.roles {
            if !known.contains(&role.as_str()) {
                return wrong(format!("`{role}` is not a role of `{ATTESTATIONS}`"));
            }
            if !taken.insert(role) {
                return wrong(format!("role `{role}` is named twice"));
            }
        }
    }
    let party = |party: &crate::source::PartySource| Party {
        name: party.name.clone(),
        label: Label::new(party.zh.clone(), party.en.clone()),
        roles: party.roles.clone(),
    };
    Ok(source.parties.iter().map(party).collect())
}

/// Whether `name` or `repeat/*/name` is a field that can be written, and no attestation.
fn exists(form: &FormSource, path: &str) -> bool {
    let field = match path.split_once("/*/") {
        None => form.root_field(path),
        Some((ATTESTATIONS, _)) => None,
        Some((repeat, name)) => {
            let repeat = form.root_field(repeat).filter(|field| field.field_type == FieldType::Repeat);
            repeat.and_then(|repeat| repeat.fields.iter().find(|field| field.name == name))
        }
    };
    field.is_some_and(|field| field.field_type.is_scalar())
}
