//! Types of the answers of each built-in form. Every answer may be absent or null; what only `check` can
//! see (a real date, a number in range) is no type.

use super::HEADER;
use crate::field::{Field, FieldType};
use crate::form::Form;
use std::fmt::Write;

/// Interfaces for all forms, newest version of each kind under the plain name.
pub fn answers(forms: &[Form]) -> String {
    let mut out = format!(
        "{HEADER}// Answers as JSON, one interface for each built-in form and for the elements of its repeats.\n"
    );
    for form in forms {
        let name = interface(form);
        for repeat in form.fields().filter(|field| field.field_type == FieldType::Repeat) {
            let _ =
                write!(out, "\n/** {} */\nexport interface {} {{\n", repeat.label.zh, element(&name, repeat));
            out.push_str(
                "  /** Set when the element was removed; a date. */\n  deleted_at?: string | null\n",
            );
            repeat.fields.iter().for_each(|field| property(&mut out, &name, field));
            out.push_str("}\n");
        }
        let _ = write!(out, "\n/** {}, `{}` */\nexport interface {name} {{\n", form.title.zh, form.id());
        form.fields().for_each(|field| property(&mut out, &name, field));
        out.push_str("}\n");
    }
    out.push_str("\n/** By `name/version`. */\nexport interface AnswersByForm {\n");
    for form in forms {
        let _ = writeln!(out, "  '{}': {}", form.id(), interface(form));
    }
    out.push_str("}\n");
    out
}

fn pascal(name: &str) -> String {
    name.split('_')
        .flat_map(|part| {
            part.chars().enumerate().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c })
        })
        .collect()
}

fn interface(form: &Form) -> String {
    let version = if form.version == 1 { String::new() } else { form.version.to_string() };
    format!("{}Answers{version}", pascal(&form.name))
}

fn element(form: &str, repeat: &Field) -> String {
    format!("{}{}Element", form.trim_end_matches("Answers"), pascal(&repeat.name))
}

fn property(out: &mut String, form: &str, field: &Field) {
    let printed = match field.field_type {
        FieldType::Note | FieldType::Calculated => return,
        FieldType::Repeat => format!("Record<string, {}>", element(form, field)),
        FieldType::Boolean => "boolean".to_string(),
        FieldType::SelectOne => {
            let codes: Vec<_> = field.choices.iter().map(|choice| format!("'{}'", choice.code)).collect();
            codes.join(" | ")
        }
        kind if kind.is_number() => "number".to_string(),
        _ => "string".to_string(),
    };
    let unit = match field.field_type {
        FieldType::Money => ", fen",
        FieldType::Area => ", 1/100 mu",
        FieldType::SelectMany => ", codes separated by spaces",
        FieldType::File => ", SHA-256 of a file",
        FieldType::RecordRefs => ", record ids separated by spaces",
        _ => "",
    };
    let _ = writeln!(out, "  /** {}{unit} */\n  {}?: {printed} | null", field.label.zh, field.name);
}
