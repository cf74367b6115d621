//! Whether one stored scalar is what its field's type says. The answer is not empty here.

use super::message::{self, Unit};
use super::{FindingCode as Code, MAX_INTEGER, MAX_TEXT_BYTES};
use crate::answer::{elements, is_digest, is_id, well_formed};
use crate::calendar::{Date, Month};
use crate::codes::{area_level, id_number, is_phone, is_time};
use crate::expression::evaluate::Scope;
use crate::field::{Field, FieldType};
use crate::label::Label;
use crate::lines::SUPERSEDES;
use serde_json::Value as Json;
use std::collections::BTreeSet;

type Checked = Result<(), (Code, Label)>;

fn ensure(holds: bool, code: Code, message: fn() -> Label) -> Checked {
    if holds { Ok(()) } else { Err((code, message())) }
}

/// Checks type, format and limits.
pub fn check(field: &Field, answer: &Json, scope: &Scope<'_>) -> Checked {
    match (field.field_type, answer) {
        (FieldType::Boolean, Json::Bool(_)) => Ok(()),
        (kind, Json::Number(number)) if kind.is_number() => {
            check_number(field, number.as_f64().unwrap_or(f64::NAN))
        }
        (kind, Json::String(text)) if kind.is_scalar() && kind != FieldType::Boolean && !kind.is_number() => {
            if text.len() > MAX_TEXT_BYTES {
                return Err((Code::Length, message::too_long_in_bytes(MAX_TEXT_BYTES)));
            }
            check_text(field, text, scope)
        }
        _ => Err((Code::Type, message::not_of_type())),
    }
}

fn check_number(field: &Field, number: f64) -> Checked {
    #[expect(clippy::cast_precision_loss, reason = "limits are within 2^53")]
    let as_number = |limit: i64| limit as f64;
    let whole = number.fract() == 0.0 && number.abs() <= as_number(MAX_INTEGER);
    ensure(whole || field.field_type == FieldType::Decimal, Code::Type, message::not_of_type)?;
    let unit = match field.field_type {
        FieldType::Money | FieldType::Area => Unit::Hundredth,
        _ => Unit::One,
    };
    if let Some(limit) = field.min.filter(|limit| number < as_number(*limit)) {
        return Err((Code::Range, message::too_small(limit, unit)));
    }
    if let Some(limit) = field.max.filter(|limit| number > as_number(*limit)) {
        return Err((Code::Range, message::too_large(limit, unit)));
    }
    Ok(())
}

fn check_text(field: &Field, text: &str, scope: &Scope<'_>) -> Checked {
    match field.field_type {
        FieldType::Date => ensure(Date::parse(text).is_some(), Code::Date, message::not_a_date),
        FieldType::Month => ensure(Month::parse(text).is_some(), Code::Date, message::not_a_month),
        FieldType::Time => ensure(is_time(text), Code::Date, message::not_a_time),
        FieldType::SelectOne => ensure(field.choice(text).is_some(), Code::Choice, message::not_a_choice),
        FieldType::SelectMany => ensure(are_choices(field, text), Code::Choice, message::not_a_choice),
        FieldType::Phone => ensure(is_phone(text), Code::Phone, message::not_a_phone),
        FieldType::AreaCode => ensure(area_level(text).is_some(), Code::AreaCode, message::not_an_area_code),
        FieldType::File => ensure(is_digest(text), Code::File, message::not_a_file),
        FieldType::RecordRef => ensure(is_id(text), Code::Reference, message::points_nowhere),
        FieldType::RecordRefs => ensure(text.split(' ').all(is_id), Code::Reference, message::points_nowhere),
        FieldType::MemberRef => {
            let repeat = field.target.as_deref().unwrap_or_default();
            // What a line corrects may have been taken back since; nobody can write the line again.
            let is_line = scope.element.is_some() && field.name == SUPERSEDES;
            let known = if is_line { well_formed } else { elements };
            let exists = known(scope.answers, repeat).iter().any(|(id, _)| *id == text);
            ensure(exists, Code::Reference, message::points_nowhere)
        }
        FieldType::IdNumber => match id_number(text, scope.context.today) {
            Ok(_) => Ok(()),
            Err(fault) => Err((Code::IdNumber, message::not_an_id_number(fault))),
        },
        _ => check_length(field, text),
    }
}

fn are_choices(field: &Field, text: &str) -> bool {
    let mut seen = BTreeSet::new();
    text.split(' ').all(|code| field.choice(code).is_some() && seen.insert(code))
}

fn check_length(field: &Field, text: &str) -> Checked {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if let Some(limit) = field.min_length.filter(|limit| length < *limit) {
        return Err((Code::Length, message::too_short(limit)));
    }
    if let Some(limit) = field.max_length.filter(|limit| length > *limit) {
        return Err((Code::Length, message::too_long(limit)));
    }
    Ok(())
}
