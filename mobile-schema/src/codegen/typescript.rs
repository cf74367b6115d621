//! TypeScript from the schemas of the Rust types. A schema is small and regular here (structs, enums,
//! options, lists), so is the printer; any JSON, and what it does not know, becomes `unknown`.

mod answers;
mod roots;

pub use answers::answers;

use serde_json::{Map, Value};
use std::fmt::Write;

const HEADER: &str = "// Made by `cargo run -p bidao-schema --bin gen` from the Rust types. Do not edit.\n";

/// Definitions by name.
type Definitions = Map<String, Value>;

/// Compiled forms, expressions and findings.
pub fn form() -> String {
    let mut out = format!("{HEADER}// What a compiled form is: the phone and the desk only read it.\n");
    for (name, schema) in &roots::form() {
        declare(&mut out, name, schema);
    }
    out
}

/// Shapes of the API and the list of problem codes.
pub fn api() -> String {
    let (forms, mut all) = (roots::form(), roots::api());
    all.retain(|name, _| !forms.contains_key(name));
    let mut body = String::new();
    for (name, schema) in &all {
        declare(&mut body, name, schema);
    }
    let codes = all.get("ProblemCode").map(variants).unwrap_or_default();
    let listed: Vec<_> = codes.iter().map(|(code, _)| format!("  {code},\n")).collect();
    let used: Vec<_> = forms.keys().filter(|name| mentions(&body, name)).map(String::as_str).collect();
    let import = format!("import type {{ {} }} from './form'\n", used.join(", "));
    let list = format!(
        "\n/** Every problem code, to prove that each has words. */\nexport const PROBLEM_CODES: readonly ProblemCode[] = [\n{}]\n",
        listed.concat()
    );
    format!(
        "{HEADER}// The shapes that cross the wire as JSON, one for one with `mobile-schema/src/api`.\n{import}{body}{list}"
    )
}

fn mentions(body: &str, name: &str) -> bool {
    [format!(": {name}\n"), format!(": {name}[]"), format!(": {name} |")]
        .iter()
        .any(|use_| body.contains(use_))
}

fn declare(out: &mut String, name: &str, schema: &Value) {
    out.push('\n');
    comment(out, "", schema);
    let declared = match schema.get("properties") {
        Some(_) => format!("export interface {name} {}\n", object(schema, "")),
        None => format!("export type {name} ={}\n", alternatives(schema)),
    };
    out.push_str(&declared);
}

fn comment(out: &mut String, indent: &str, schema: &Value) {
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        let line = text.split('\n').collect::<Vec<_>>().join(" ").replace("*/", "* /");
        let _ = writeln!(out, "{indent}/** {line} */");
    }
}

/// The literals of a string enum with their schemas, however the schema spells it.
fn variants(schema: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for value in schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
        found.push((literal(value), Value::Null));
    }
    for part in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        match part.get("const") {
            Some(value) => found.push((literal(value), part.clone())),
            None if part.get("enum").is_some() => found.extend(variants(part)),
            None => found.push((print(part, "    "), part.clone())),
        }
    }
    found
}

fn alternatives(schema: &Value) -> String {
    let variants = variants(schema);
    if variants.is_empty() {
        return format!(" {}", print(schema, ""));
    }
    let mut out = String::new();
    for (printed, schema) in variants {
        out.push('\n');
        comment(&mut out, "  ", &schema);
        let _ = write!(out, "  | {printed}");
    }
    out
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        other => other.to_string(),
    }
}

fn object(schema: &Value, indent: &str) -> String {
    let required: Vec<_> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let mut out = String::from("{\n");
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let inner = format!("{indent}  ");
        comment(&mut out, &inner, property);
        let optional = if required.iter().any(|r| r.as_str() == Some(name)) { "" } else { "?" };
        let _ = writeln!(out, "{inner}{name}{optional}: {}", print(property, &inner));
    }
    let _ = write!(out, "{indent}}}");
    out
}

fn print(schema: &Value, indent: &str) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or("unknown").to_string();
    }
    if let Some(value) = schema.get("const") {
        return literal(value);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(parts) = schema.get(key).and_then(Value::as_array) {
            return parts.iter().map(|part| print(part, indent)).collect::<Vec<_>>().join(" | ");
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(literal).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::String(name)) => one_type(name, schema, indent),
        Some(Value::Array(names)) => {
            let printed = names.iter().filter_map(Value::as_str).map(|name| one_type(name, schema, indent));
            printed.collect::<Vec<_>>().join(" | ")
        }
        _ => "unknown".to_string(),
    }
}

fn one_type(name: &str, schema: &Value, indent: &str) -> String {
    match name {
        "integer" | "number" => "number".to_string(),
        "array" => {
            let item =
                schema.get("items").map_or_else(|| "unknown".to_string(), |items| print(items, indent));
            if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
        }
        "object" if schema.get("properties").is_some() => object(schema, indent),
        "object" => {
            let value = schema.get("additionalProperties").filter(|value| value.is_object());
            format!("Record<string, {}>", value.map_or_else(|| "unknown".to_string(), |v| print(v, indent)))
        }
        other => other.to_string(),
    }
}
