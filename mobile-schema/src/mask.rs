//! What a screen shows of numbers that name a person or an account: the last four, or nothing (domain §12.3).
//!
//! Two rules, and both always hold. A field that the form says to mask is masked whatever is in it. And an identity number
//! (GB 11643) is masked wherever it stands: in a remark, in a title, in a field that this form does not know.

mod number;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::field::{Field, FieldType};
use crate::form::Form;
use crate::forms;

pub use number::{DOTS, is_masked, number, text};

impl Field {
    /// Whether its value is masked until somebody says what it is needed for.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.masked || self.field_type == FieldType::IdNumber
    }
}

/// Masks a record's answers.
pub fn answers(form: Option<&Form>, answers: &mut Value) {
    mask(form.map_or(Place::Anything, Place::Record), answers);
}

/// Masks the value at a path, `address` or `members/<id>/name`.
pub fn at(form: Option<&Form>, path: &str, value: &mut Value) {
    let record = form.map_or(Place::Anything, Place::Record);
    mask(path.split('/').fold(record, Place::inside), value);
}

/// Masks identity numbers anywhere in a value.
pub fn anywhere(value: &mut Value) {
    mask(Place::Anything, value);
}

/// Where in a record a value is.
#[derive(Clone, Copy)]
enum Place<'a> {
    Record(&'a Form),
    Repeat(&'a Form, &'a str),
    Element(&'a Form, &'a str),
    Masked,
    Anything,
}

impl<'a> Place<'a> {
    fn inside(self, key: &str) -> Self {
        match self {
            Self::Record(form) => {
                let mut fields = versions(form).filter_map(|version| version.root_field(key));
                let repeat = fields.clone().find(|field| field.field_type == FieldType::Repeat);
                match repeat {
                    _ if fields.any(Field::is_masked) => Self::Masked,
                    Some(repeat) => Self::Repeat(form, &repeat.name),
                    None => Self::Anything,
                }
            }
            Self::Repeat(form, repeat) => Self::Element(form, repeat),
            Self::Element(form, repeat) => {
                let repeats = versions(form).filter_map(|version| version.repeat(repeat));
                let mut fields = repeats.filter_map(|repeat| repeat.element_field(key));
                if fields.any(Field::is_masked) { Self::Masked } else { Self::Anything }
            }
            // Whatever lies below a field to be masked is part of its value.
            Self::Masked => Self::Masked,
            Self::Anything => Self::Anything,
        }
    }
}

/// A form and its other versions: what one of them masks is masked, for the values of fields that came and went are kept.
fn versions(form: &Form) -> impl Iterator<Item = &Form> + Clone {
    std::iter::once(form).chain(forms::built_in().iter().filter(|other| other.name == form.name))
}

fn mask(place: Place<'_>, value: &mut Value) {
    let is_masked = matches!(place, Place::Masked);
    match value {
        Value::Object(map) => {
            let inner = std::mem::take(map).into_iter().map(|(key, mut value)| {
                mask(place.inside(&key), &mut value);
                (text(&key).into_owned(), value)
            });
            *map = inner.collect::<Map<_, _>>();
        }
        // Values that were written side by side are the list of all of them.
        Value::Array(items) => items.iter_mut().for_each(|item| mask(place, item)),
        Value::String(said) if is_masked && !said.is_empty() => *said = number(said),
        Value::String(said) => {
            if let Cow::Owned(shown) = text(said) {
                *said = shown;
            }
        }
        Value::Number(digits) => {
            let digits = digits.to_string();
            if is_masked || matches!(text(&digits), Cow::Owned(_)) {
                *value = Value::from(number(&digits));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::number::tests::{NUMBER, numbers};
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_form_says_which_fields_are_masked_and_unknown_ones_are_looked_at() {
        let member = "11112222333344445555666677778888";
        let mut all = json!({
            "address": "三组", "bank_account": "6229990001112223334", "later": {"deep": [NUMBER, 999_999_196_001_020_018_i64]},
            "members": {member: {"name": NUMBER, "id_no": ["999999196001020019", NUMBER], "more": true}},
            NUMBER: 1,
        });
        answers(forms::newest("household"), &mut all);
        assert_eq!(
            all,
            json!({
                "address": "三组", "bank_account": "••••3334", "later": {"deep": ["••••0018", "••••0018"]},
                "members": {member: {"name": "••••0018", "id_no": ["••••", "••••0018"], "more": true}},
                "••••0018": 1,
            })
        );
        let masked = |path: &str, value: Value| {
            let mut value = value;
            at(forms::newest("household"), path, &mut value);
            value
        };
        assert_eq!(masked(&format!("members/{member}/id_no"), json!("1234")), json!(DOTS));
        assert_eq!(masked(&format!("members/{member}"), json!({"id_no": "1234"})), json!({"id_no": DOTS}));
        assert_eq!(masked("bank_account/deeper", json!(1234)), json!(DOTS));
        assert_eq!(masked("address", json!("1234")), json!("1234"));
        // A version in which nothing is asked any more still has what was answered.
        let mut later = forms::newest("household").unwrap().clone();
        (later.version, later.sections) = (9, Vec::new());
        let mut kept = json!({"bank_account": "1234", "members": {member: {"id_no": "1234"}}});
        answers(Some(&later), &mut kept);
        assert_eq!(kept, json!({"bank_account": DOTS, "members": {member: {"id_no": DOTS}}}));
        assert_eq!(masked("bank_account", json!("")), json!(""));
    }

    proptest! {
        #[test]
        fn masking_answers_twice_is_masking_them_once(number in numbers(), key in "[a-z_]{1,8}") {
            let form = forms::newest("household");
            let mut once = json!({key: number, "members": {"x": {"id_no": number, "name": format!("张{number}三")}}});
            answers(form, &mut once);
            let mut twice = once.clone();
            answers(form, &mut twice);
            prop_assert!(!once.to_string().contains(&number));
            prop_assert_eq!(once, twice);
        }
    }
}
