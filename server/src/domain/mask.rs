//! What desks are answered shows no whole number of a person or an account (domain §12.3): here are the answers that hold
//! values of forms, and every one of them passes through before it leaves the domain. `domain::reveal` tells the rest.

use bidao_schema::api::conflict::Conflict;
use bidao_schema::api::quarantine::QuarantinedDetail;
use bidao_schema::api::record::{FieldChange, MaskedNumber, RecordDetail};
use bidao_schema::api::review::FieldDifference;
use bidao_schema::calendar::Date;
use bidao_schema::codes::{id_number, normalise_id_number};
use bidao_schema::field::{Field, FieldType};
use bidao_schema::form::Form;
use bidao_schema::mask;
use serde_json::Value;

use super::content;
use super::duplicate::keys::same_as;
use crate::store::Tx;

/// A record as it is today.
#[must_use]
pub fn record(tx: &Tx, mut detail: RecordDetail, now: i64) -> RecordDetail {
    let form = content::form_of(&detail.form);
    let today = Date::from_epoch_millis_shanghai(now);
    detail.numbers = numbers(&tx.vault.lookup_key(), form, &detail.answers, today);
    mask::answers(form, &mut detail.answers);
    if let Some(changed) = &mut detail.signing.changed_since {
        changed.differences = differences(form, std::mem::take(&mut changed.differences));
    }
    detail
}

/// What the identity numbers of a record say about whose they are.
fn numbers(secret: &[u8], form: Option<&Form>, answers: &Value, today: Date) -> Vec<MaskedNumber> {
    let is_number = |field: &&Field| field.field_type == FieldType::IdNumber;
    let mut numbers = Vec::new();
    let mut add = |path: String, value: &Value| {
        let number = normalise_id_number(value.as_str().unwrap_or_default());
        if let Ok(read) = id_number(&number, today) {
            let same_as = same_as(secret, &number);
            numbers.push(MaskedNumber { path, born_on: read.birth.to_string(), same_as });
        }
    };
    for field in form.into_iter().flat_map(Form::fields) {
        if is_number(&field) {
            add(field.name.clone(), &answers[&field.name]);
        }
        for inner in field.fields.iter().filter(is_number) {
            let elements = answers[&field.name].as_object();
            for (id, element) in elements.into_iter().flatten() {
                add(format!("{}/{id}/{}", field.name, inner.name), &element[&inner.name]);
            }
        }
    }
    numbers
}

/// Changes of a record.
#[must_use]
pub fn changes(form: Option<&Form>, mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    for change in &mut changes {
        mask::at(form, &change.path, &mut change.old);
        mask::at(form, &change.path, &mut change.new);
    }
    changes
}

/// What differs between two versions.
#[must_use]
pub fn differences(form: Option<&Form>, mut differences: Vec<FieldDifference>) -> Vec<FieldDifference> {
    for one in &mut differences {
        mask::at(form, &one.path, &mut one.old);
        mask::at(form, &one.path, &mut one.new);
    }
    differences
}

/// A conflict.
#[must_use]
pub fn conflict(form: Option<&Form>, mut conflict: Conflict) -> Conflict {
    for one in &mut conflict.values {
        mask::at(form, &conflict.path, &mut one.value);
    }
    mask::at(form, &conflict.path, &mut conflict.ancestor);
    conflict
}

/// An item that was not stored.
#[must_use]
pub fn kept(mut detail: QuarantinedDetail) -> QuarantinedDetail {
    let form = content::form_of(&detail.form);
    detail.differences = differences(form, std::mem::take(&mut detail.differences));
    mask::answers(form, &mut detail.answers);
    detail
}

/// Answers as they are shown; none when nothing in them is hidden.
#[must_use]
pub fn hiding(form: Option<&Form>, answers: &Value) -> Option<Value> {
    let mut shown = answers.clone();
    mask::answers(form, &mut shown);
    (shown != *answers).then_some(shown)
}
