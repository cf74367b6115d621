//! Scalars of a document as JSON values and back.

use automerge::{ScalarValue, ScalarValueRef};
use serde_json::{Number, Value};

/// Whole numbers a float can say exactly are shown as integers, so that Rust and JavaScript see one value.
fn number(float: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so the cast is exact")]
    if float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0 {
        return Value::from(float as i64);
    }
    Number::from_f64(float).map_or(Value::Null, Value::Number)
}

/// A stored scalar as JSON: bytes become hex text, timestamps milliseconds.
pub(super) fn to_json(scalar: &ScalarValue) -> Value {
    match scalar {
        ScalarValue::Str(text) => Value::from(text.as_str()),
        ScalarValue::Int(integer) | ScalarValue::Timestamp(integer) => Value::from(*integer),
        ScalarValue::Uint(integer) => Value::from(*integer),
        ScalarValue::F64(float) => number(*float),
        ScalarValue::Boolean(truth) => Value::from(*truth),
        ScalarValue::Bytes(bytes) => Value::from(crate::ids::to_hex(bytes)),
        ScalarValue::Counter(counter) => Value::from(i64::from(counter)),
        ScalarValue::Unknown { .. } | ScalarValue::Null => Value::Null,
    }
}

/// The same for a scalar that is still inside the document.
pub(super) fn reference_to_json(scalar: &ScalarValueRef<'_>) -> Value {
    match scalar {
        ScalarValueRef::Str(text) => Value::from(text.as_ref()),
        ScalarValueRef::Int(integer)
        | ScalarValueRef::Timestamp(integer)
        | ScalarValueRef::Counter(integer) => Value::from(*integer),
        ScalarValueRef::Uint(integer) => Value::from(*integer),
        ScalarValueRef::F64(float) => number(*float),
        ScalarValueRef::Boolean(truth) => Value::from(*truth),
        ScalarValueRef::Bytes(bytes) => Value::from(crate::ids::to_hex(bytes)),
        ScalarValueRef::Unknown { .. } | ScalarValueRef::Null => Value::Null,
    }
}

/// A JSON scalar as it is stored; arrays and objects have no scalar.
pub(super) fn to_scalar(value: &Value) -> Option<ScalarValue> {
    match value {
        Value::Null => Some(ScalarValue::Null),
        Value::Bool(truth) => Some(ScalarValue::Boolean(*truth)),
        Value::String(text) => Some(ScalarValue::Str(text.as_str().into())),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Some(ScalarValue::Int(integer)),
            (None, Some(float)) if float.is_finite() => Some(ScalarValue::F64(float)),
            _ => None,
        },
        Value::Array(_) | Value::Object(_) => None,
    }
}
