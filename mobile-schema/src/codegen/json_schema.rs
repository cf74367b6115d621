//! JSON Schema (2020-12) of the answers of a form, for those who read or send them from outside. It says
//! what can be stored; whether answers are complete and consistent is what `check` says.

use crate::check::{MAX_INTEGER, MAX_TEXT_BYTES};
use crate::field::{Field, FieldType};
use crate::form::Form;
use serde_json::{Map, Value, json};

/// Ids of records and elements.
const ID: &str = "^[0-9a-f]{32}$";

/// The schema of a form's answers. Unknown fields are allowed: other versions have them.
pub fn answers(form: &Form) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:bidao:form:{}:{}", form.name, form.version),
        "title": form.title.en,
        "description": form.title.zh,
        "type": "object",
        "properties": properties(form.fields()),
    })
}

fn properties<'a>(fields: impl Iterator<Item = &'a Field>) -> Map<String, Value> {
    let stored = fields.filter(|field| field.field_type.is_scalar() || field.field_type == FieldType::Repeat);
    stored.map(|field| (field.name.clone(), property(field))).collect()
}

fn property(field: &Field) -> Value {
    let mut schema = Map::new();
    schema.insert("title".into(), json!(field.label.en));
    schema.insert("description".into(), json!(field.label.zh));
    schema.extend(shape(field));
    if field.read_only {
        schema.insert("readOnly".into(), json!(true));
    }
    if field.immutable {
        schema.insert("x-bidao-immutable".into(), json!(true));
    }
    if field.is_masked() {
        schema.insert("x-bidao-masked".into(), json!(true));
    }
    schema.insert("x-bidao-type".into(), json!(field.field_type));
    schema.insert("x-bidao-privacy".into(), json!(field.privacy));
    schema.insert("x-bidao-merge".into(), json!(field.merge));
    Value::Object(schema)
}

fn shape(field: &Field) -> Map<String, Value> {
    let schema = match field.field_type {
        FieldType::Boolean => json!({ "type": ["boolean", "null"] }),
        FieldType::Decimal => {
            json!({ "type": ["number", "null"], "minimum": field.min, "maximum": field.max })
        }
        FieldType::Integer | FieldType::Money | FieldType::Area => json!({
            "type": ["integer", "null"],
            "minimum": field.min.unwrap_or(-MAX_INTEGER),
            "maximum": field.max.unwrap_or(MAX_INTEGER),
        }),
        FieldType::SelectOne => {
            let codes = field.choices.iter().map(|choice| json!(choice.code));
            json!({ "enum": codes.chain([json!(""), Value::Null]).collect::<Vec<_>>() })
        }
        FieldType::Repeat => json!({
            "type": ["object", "null"],
            "patternProperties": { ID: { "type": "object", "properties": element(field) } },
        }),
        _ => text(field),
    };
    let entries = schema.as_object().cloned().unwrap_or_default();
    entries.into_iter().filter(|(key, value)| key == "enum" || !value.is_null()).collect()
}

fn element(repeat: &Field) -> Map<String, Value> {
    let mut inner = properties(repeat.fields.iter());
    let removed = json!({ "title": "Removed on", "description": "删除日期", "type": ["string", "null"] });
    inner.insert(crate::answer::DELETED_AT.into(), removed);
    inner
}

fn text(field: &Field) -> Value {
    let pattern = match field.field_type {
        FieldType::Date => Some("^([0-9]{4}-[0-9]{2}-[0-9]{2})?$".to_string()),
        FieldType::Month => Some("^([0-9]{4}-[0-9]{2})?$".to_string()),
        FieldType::Time => Some("^(([01][0-9]|2[0-3]):[0-5][0-9])?$".to_string()),
        FieldType::IdNumber => Some("^([0-9]{17}[0-9Xx])?$".to_string()),
        FieldType::AreaCode => Some("^([0-9]{12})?$".to_string()),
        FieldType::File => Some("^([0-9a-f]{64})?$".to_string()),
        FieldType::RecordRef | FieldType::MemberRef => Some("^([0-9a-f]{32})?$".to_string()),
        FieldType::RecordRefs => Some("^([0-9a-f]{32}( [0-9a-f]{32})*)?$".to_string()),
        FieldType::SelectMany => Some(many(field)),
        _ => None,
    };
    let longest = field.max_length.map_or(MAX_TEXT_BYTES, |limit| limit as usize);
    json!({ "type": ["string", "null"], "pattern": pattern, "maxLength": longest })
}

fn many(field: &Field) -> String {
    let codes: Vec<_> = field.choices.iter().map(|choice| choice.code.as_str()).collect();
    let one = codes.join("|");
    format!("^(({one})( ({one}))*)?$")
}
