//! Values an expression can have, and how one becomes another. Every conversion is total and written
//! so that TypeScript can do exactly the same.

use crate::calendar::{Date, Month};
use serde_json::Value as Json;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No answer.
    Empty,
    /// A truth.
    Boolean(bool),
    /// A number; may be not-a-number.
    Number(f64),
    /// A text, never empty when it comes from an answer.
    Text(String),
    /// One value for each element.
    List(Vec<Value>),
}

impl Value {
    /// The value of an answer; objects and arrays are empty.
    pub fn from_json(json: Option<&Json>) -> Self {
        match json {
            Some(Json::Bool(truth)) => Self::Boolean(*truth),
            Some(Json::Number(number)) => number.as_f64().map_or(Self::Empty, Self::Number),
            Some(Json::String(text)) if !text.is_empty() => Self::Text(text.clone()),
            _ => Self::Empty,
        }
    }

    /// As an answer; not-a-number and infinities are null, whole numbers are integers.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Boolean(truth) => Json::Bool(*truth),
            Self::Number(number) => number_to_json(*number),
            Self::Text(text) => Json::String(text.clone()),
            Self::List(values) => Json::Array(values.iter().map(Self::to_json).collect()),
        }
    }

    /// A list's first value, anything else itself.
    pub fn first(self) -> Self {
        match self {
            Self::List(values) => values.into_iter().next().map_or(Self::Empty, Self::first),
            other => other,
        }
    }

    /// Empty, `''` or not-a-number.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Boolean(_) => false,
            Self::Number(number) => number.is_nan(),
            Self::Text(text) => text.is_empty(),
            Self::List(values) => values.first().is_none_or(Self::is_empty),
        }
    }

    /// As a truth: a text that is not empty, a number that is not 0.
    pub fn to_boolean(&self) -> bool {
        match self {
            Self::Empty => false,
            Self::Boolean(truth) => *truth,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(values) => values.first().is_some_and(Self::to_boolean),
        }
    }

    /// As a number: decimal text, or a date as days since 1970-01-01; else not-a-number.
    pub fn to_number(&self) -> f64 {
        match self {
            Self::Empty => f64::NAN,
            Self::Boolean(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) => text_to_number(text),
            Self::List(values) => values.first().map_or(f64::NAN, Self::to_number),
        }
    }

    /// As a text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Boolean(truth) => truth.to_string(),
            Self::Number(number) => number_to_text(*number),
            Self::Text(text) => text.clone(),
            Self::List(values) => values.first().map_or_else(String::new, Self::to_text),
        }
    }
}

fn number_to_json(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Json::from(number as i64);
    }
    serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// `[-]digits[.digits]` between ASCII spaces, or a real date.
fn text_to_number(text: &str) -> f64 {
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    if let Some(date) = Date::parse(trimmed) {
        #[expect(clippy::cast_precision_loss, reason = "days of four-digit years are small")]
        return date.days_since_epoch() as f64;
    }
    let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if digits(whole) && digits(decimals) { trimmed.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Plain decimal, never an exponent (XPath §4.2).
fn number_to_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_string()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_string()
    } else if number == 0.0 {
        "0".to_string()
    } else {
        number.to_string()
    }
}

/// The kinds of text that are ordered as they are written.
#[derive(PartialEq, Eq)]
enum Temporal {
    Date,
    Month,
    Time,
}

fn temporal(text: &str) -> Option<Temporal> {
    if Date::parse(text).is_some() {
        Some(Temporal::Date)
    } else if Month::parse(text).is_some() {
        Some(Temporal::Month)
    } else if crate::codes::is_time(text) {
        Some(Temporal::Time)
    } else {
        None
    }
}

/// Order of two values that are no lists; none when one is not a number.
pub(super) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    if let (Value::Text(a), Value::Text(b)) = (left, right)
        && let (Some(kind), Some(other)) = (temporal(a), temporal(b))
        && kind == other
    {
        return Some(a.cmp(b));
    }
    left.to_number().partial_cmp(&right.to_number())
}

/// Equality of two values that are no lists.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.to_boolean() == right.to_boolean(),
        (Value::Number(_), _) | (_, Value::Number(_)) => left.to_number() == right.to_number(),
        _ => left.to_text() == right.to_text(),
    }
}
