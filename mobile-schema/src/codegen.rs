//! Files made from the types and the forms, committed and proven fresh (`tests/generated.rs`): nobody
//! writes a shape twice. `cargo run -p bidao-schema --bin gen` writes them.

pub mod json_schema;
pub mod typescript;
pub mod vectors;

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
    for (name, content) in vectors::files() {
        files.push((PathBuf::from("vectors").join(name), one_case_a_line(&content)));
    }
    files
}

fn compiled(form: &Form) -> Value {
    serde_json::to_value(form).unwrap_or(Value::Null)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Compact, but with a line for each entry of a `cases` list, so that changes can be read.
fn one_case_a_line(file: &Value) -> String {
    let Some(cases) = file.get("cases").and_then(Value::as_array) else { return pretty(file) };
    let mut head = file.clone();
    head["cases"] = Value::Array(Vec::new());
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    format!(
        "{}\n",
        head.to_string().replace("\"cases\":[]", &format!("\"cases\":[\n{}\n]", lines.join(",\n")))
    )
}
