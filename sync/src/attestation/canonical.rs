//! Canonical JSON (RFC 8785): the same content has the same bytes in every language, so its SHA-256 is its name.

use crate::feed::sha256;
use crate::ids::{Digest, RecordId};
use serde_json::{Map, Number, Value, json};

/// Largest whole number that is written digit by digit; beyond it a double no longer says every integer.
const EXACT: u64 = 1 << 53;

/// RFC 8785 text of any JSON: no spaces, keys sorted by UTF-16 code units, numbers as ECMAScript writes them.
pub fn to_canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// What a digest is of: the content, the form it was shown with, the record (INV-15).
///
/// `content` is [`crate::document::Document::content`].
pub fn canonical(record: RecordId, form: &str, content: &Value) -> String {
    to_canonical(&json!({ "content": content, "form": form, "record": record.to_string(), "v": 1 }))
}

/// The name of a version: SHA-256 of [`canonical`].
pub fn content_digest(record: RecordId, form: &str, content: &Value) -> Digest {
    sha256(canonical(record, form, content).as_bytes())
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => write_number(number, text),
        // The escapes of RFC 8785 §3.2.2.2 are those that serde_json writes.
        Value::String(string) => text.push_str(&Value::from(string.as_str()).to_string()),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => write_object(map, text),
    }
}

fn write_object(map: &Map<String, Value>, text: &mut String) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    text.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(value, text);
    }
    text.push('}');
}

fn write_number(number: &Number, text: &mut String) {
    let whole = number.as_i64().filter(|integer| integer.unsigned_abs() <= EXACT);
    match (whole, number.as_f64()) {
        (Some(integer), _) => text.push_str(&integer.to_string()),
        (None, Some(float)) => text.push_str(ryu_js::Buffer::new().format(float)),
        (None, None) => text.push_str("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_standard_comes_out_as_printed_there() {
        // RFC 8785 §3.2.2 and §3.2.3.
        let example = json!({
            "numbers": [333_333_333.333_333_3_f64, 1e30, 4.50, 2e-3, 0.000_000_000_000_000_000_000_000_001],
            "string": "\u{20ac}$\u{f}\u{a}A'\u{42}\u{22}\u{5c}\\\"/",
            "literals": [null, true, false],
        });
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(to_canonical(&example), expected);
        let keys = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let order = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
        let text = to_canonical(&keys);
        let places: Vec<_> = order.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn numbers_are_written_as_a_browser_writes_them() {
        for (number, expected) in [
            (json!(0), "0"),
            (json!(-0.0), "0"),
            (json!(9_007_199_254_740_992_i64), "9007199254740992"),
            (json!(-9_007_199_254_740_991_i64), "-9007199254740991"),
            (json!(i64::MAX), "9223372036854776000"),
            (json!(u64::MAX), "18446744073709552000"),
            (json!(1e21), "1e+21"),
            (json!(1e20), "100000000000000000000"),
            (json!(0.1), "0.1"),
            (json!(5e-324), "5e-324"),
            (json!(1e-7), "1e-7"),
            (json!(-1.5), "-1.5"),
        ] {
            assert_eq!(to_canonical(&number), expected);
        }
    }

    proptest! {
        #[test]
        fn canonical_text_reads_back_and_does_not_depend_on_the_order_of_keys(
            entries in prop::collection::btree_map("\\PC{0,6}", prop_oneof![
                any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::from),
                any::<i32>().prop_map(Value::from),
                "\\PC{0,12}|[\\x00-\\x1f]{0,4}".prop_map(Value::from),
            ], 0..8),
        ) {
            let forwards: Map<String, Value> = entries.clone().into_iter().collect();
            let backwards: Map<String, Value> = entries.into_iter().rev().collect();
            let text = to_canonical(&Value::Object(forwards.clone()));
            prop_assert_eq!(&text, &to_canonical(&Value::Object(backwards)));
            let back: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(to_canonical(&back), text);
        }
    }
}
