//! What is missing or wrong in the answers of a form. Total: any JSON gets findings, never a panic.
//! Findings never stop saving; errors stop completing. Fields the form does not know are nobody's
//! business here (`evolve`).

mod message;
mod stored;

use crate::answer::{self, MAX_ELEMENTS, is_empty, is_id};
use crate::expression::evaluate::{Scope, evaluate, holds};
use crate::expression::{Expression, Value};
use crate::field::{Field, FieldType};
use crate::form::Form;
use crate::label::Label;
use crate::lines;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub use crate::expression::evaluate::Context;
pub use crate::field::Severity;

/// Largest integer of an answer: 2^53 - 1, exact in both languages.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Longest text of an answer, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;

/// What kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// The stored value is not of the field's type.
    Type,
    /// An answer is needed.
    Required,
    /// A rule of the form does not hold.
    Constraint,
    /// Not one of the choices, or one twice.
    Choice,
    /// Shorter or longer than allowed.
    Length,
    /// Smaller or larger than allowed.
    Range,
    /// Not a real day, month or time.
    Date,
    /// Not a telephone number.
    Phone,
    /// Not an identity number (GB 11643).
    IdNumber,
    /// Not a 12-digit area code.
    AreaCode,
    /// Not the SHA-256 of a file.
    File,
    /// Points to nothing.
    Reference,
    /// More elements than are looked at.
    TooMany,
    /// A line that does not stand, because another one corrects the same line.
    Disputed,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Field path, `address` or `members/<id>/name`; empty for the record itself.
    pub path: String,
    /// Kind.
    pub code: FindingCode,
    /// Errors block completion, warnings ask.
    pub severity: Severity,
    /// What to do, in words.
    pub message: Label,
}

impl Finding {
    fn error(path: &str, code: FindingCode, message: Label) -> Self {
        Self { path: path.to_string(), code, severity: Severity::Error, message }
    }
}

/// Everything to look at, in the order of the form.
pub fn check(form: &Form, answers: &Json, context: Context) -> Vec<Finding> {
    if !answers.is_object() {
        return vec![Finding::error("", FindingCode::Type, message::not_a_record())];
    }
    let scope = Scope::root(answers, context);
    let mut findings = Vec::new();
    for section in form.sections.iter().filter(|section| is_relevant(section.relevant.as_ref(), &scope)) {
        for field in &section.fields {
            check_field(field, &field.name, answers.get(&field.name), &scope, &mut findings);
        }
    }
    findings
}

/// What a person would call the record, from its answers; empty when the form or the answers do not say.
pub fn headline(form: &Form, answers: &Json, context: Context) -> String {
    let scope = Scope::root(answers, context);
    form.headline.as_ref().map_or_else(String::new, |headline| evaluate(headline, &scope).to_text())
}

/// Whether a field or section is asked at all.
pub fn is_relevant(relevant: Option<&Expression>, scope: &Scope<'_>) -> bool {
    relevant.is_none_or(|test| holds(test, scope))
}

fn check_field(
    field: &Field,
    path: &str,
    json: Option<&Json>,
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    if !is_relevant(field.relevant.as_ref(), scope) {
        return;
    }
    match field.field_type {
        FieldType::Note => {}
        FieldType::Repeat => check_repeat(field, json, scope, findings),
        FieldType::Calculated => {
            let value =
                field.calculate.as_ref().map_or(Value::Empty, |calculate| evaluate(calculate, scope).first());
            if !value.is_empty() {
                check_constraints(field, path, value, scope, findings);
            }
        }
        _ => check_answer(field, path, json, scope, findings),
    }
}

fn check_answer(
    field: &Field,
    path: &str,
    json: Option<&Json>,
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    if is_empty(json) {
        if !field.read_only && field.required.as_ref().is_some_and(|required| holds(required, scope)) {
            findings.push(Finding::error(path, FindingCode::Required, message::required()));
        }
        return;
    }
    let Some(answer) = json else { return };
    if let Err((code, message)) = stored::check(field, answer, scope) {
        findings.push(Finding::error(path, code, message));
        return;
    }
    check_constraints(field, path, Value::from_json(json), scope, findings);
}

fn check_constraints(
    field: &Field,
    path: &str,
    value: Value,
    scope: &Scope<'_>,
    findings: &mut Vec<Finding>,
) {
    let scope = scope.with_this(value);
    for constraint in field.constraints.iter().filter(|constraint| !holds(&constraint.test, &scope)) {
        findings.push(Finding {
            path: path.to_string(),
            code: FindingCode::Constraint,
            severity: constraint.severity,
            message: constraint.message.clone(),
        });
    }
}

fn check_repeat(field: &Field, json: Option<&Json>, scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let name = field.name.as_str();
    let all = match json {
        None | Some(Json::Null) => None,
        Some(Json::Object(all)) => Some(all),
        Some(_) => {
            findings.push(Finding::error(name, FindingCode::Type, message::not_a_repeat()));
            return;
        }
    };
    let malformed = all.into_iter().flatten().filter(|(id, element)| !is_id(id) || !element.is_object());
    let mut malformed: Vec<&String> = malformed.map(|(id, _)| id).take(MAX_ELEMENTS).collect();
    malformed.sort_unstable();
    for id in malformed {
        findings.push(Finding::error(&format!("{name}/{id}"), FindingCode::Type, message::not_an_element()));
    }
    let disputed = if field.immutable { lines::disputed(scope.answers, name) } else { BTreeSet::new() };
    let looked_at = if field.immutable { lines::current } else { answer::present };
    let mut present = looked_at(scope.answers, name);
    if present.len() > MAX_ELEMENTS {
        findings.push(Finding::error(name, FindingCode::TooMany, message::too_many(MAX_ELEMENTS)));
    }
    present.truncate(MAX_ELEMENTS);
    if present.is_empty() && field.required.as_ref().is_some_and(|required| holds(required, scope)) {
        findings.push(Finding::error(name, FindingCode::Required, message::required()));
    }
    for (id, element) in present {
        if disputed.contains(id) {
            let path = format!("{name}/{id}/{}", lines::SUPERSEDES);
            findings.push(Finding::error(&path, FindingCode::Disputed, message::disputed()));
        }
        let inner = scope.inside(element);
        for field in &field.fields {
            check_field(
                field,
                &format!("{name}/{id}/{}", field.name),
                element.get(&field.name),
                &inner,
                findings,
            );
        }
    }
    if all.is_some_and(|all| !all.is_empty()) {
        check_constraints(field, name, Value::Empty, scope, findings);
    }
}
