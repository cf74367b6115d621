//! Files made from the types and the forms, committed and proven fresh (`tests/generated.rs`): nobody
//! writes a shape twice. `cargo run -p bidao-schema --bin gen` writes them.

pub mod json_schema;
pub mod typescript;

use crate::form::Form;
use crate::forms::built_in;
use serde_json::Value;
use std::path::PathBuf;

/// Every generated file: path below `mobile-schema/generated`, and its content.
pub fn files() -> Vec<(PathBuf, String)> {
    let mut files = vec![
        (PathBuf::from("ts/form.ts"), typescript::form()),
        (PathBuf::from("ts/api.ts"), typescript::api()),
        (PathBuf::from("ts/answers.ts"), typescript::answers(built_in())),
    ];
    for form in built_in() {
        let name = format!("{}.{}.json", form.name, form.version);
        files.push((PathBuf::from("schema").join(&name), pretty(&json_schema::answers(form))));
        files.push((PathBuf::from("forms").join(&name), pretty(&compiled(form))));
    }
    files
}

fn compiled(form: &Form) -> Value {
    serde_json::to_value(form).unwrap_or(Value::Null)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
