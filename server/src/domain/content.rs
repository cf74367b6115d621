//! What the server derives from a record's content: its title, its household, its findings.

use bidao_schema::answer::{DELETED_AT, FieldPath, is_id};
use bidao_schema::calendar::Date;
use bidao_schema::check::{self, Context, Finding, Severity};
use bidao_schema::expression::evaluate::{Scope, evaluate};
use bidao_schema::field::{Field, FieldType};
use bidao_schema::form::{ATTESTATIONS, Form};
use bidao_schema::forms;
use serde_json::Value;

use crate::error::Result;
use crate::store::{Tx, record};

/// Characters of a title.
const TITLE_CHARS: usize = 60;

/// What content says about its record.
#[derive(Debug, Clone)]
pub struct Derived {
    /// What a person would call it.
    pub title: String,
    /// Household it is about; its own id for a household.
    pub household: Option<String>,
    /// Findings as JSON.
    pub findings: String,
    /// How many block completion.
    pub blocking: i32,
}

/// The form of `name/version`, or the newest of that name: a stored record always has one to be shown with.
#[must_use]
pub fn form_of(form: &str) -> Option<&'static Form> {
    forms::find(form).or_else(|| forms::newest(form.split('/').next().unwrap_or_default()))
}

/// Derives everything.
///
/// # Errors
/// The database fails.
pub fn derive(tx: &mut Tx, id: &str, kind: &str, form: &str, answers: &Value, now: i64) -> Result<Derived> {
    let household = household(id, kind, answers);
    let findings = findings(form, answers, now);
    let blocking = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    Ok(Derived {
        title: title(tx, id, kind, form, household.as_deref(), answers, now)?,
        household,
        findings: serde_json::to_string(&findings).unwrap_or_else(|_| "[]".into()).replace('\0', ""),
        blocking: i32::try_from(blocking).unwrap_or(i32::MAX),
    })
}

/// What the form's checks say today.
#[must_use]
pub fn findings(form: &str, answers: &Value, now: i64) -> Vec<Finding> {
    form_of(form).map(|form| check::check(form, answers, context(now))).unwrap_or_default()
}

/// The household a record links to; a household's own id.
#[must_use]
pub fn household(id: &str, kind: &str, answers: &Value) -> Option<String> {
    if kind == "household" {
        return Some(id.to_owned());
    }
    let link = answers.get("household").and_then(Value::as_str)?;
    is_id(link).then(|| link.to_owned())
}

fn title(
    tx: &mut Tx,
    id: &str,
    kind: &str,
    form: &str,
    household: Option<&str>,
    answers: &Value,
    now: i64,
) -> Result<String> {
    let headline = form_of(form).and_then(|form| form.headline.as_ref());
    let own = headline.map(|headline| evaluate(headline, &Scope::root(answers, context(now))).to_text());
    let own = own.unwrap_or_default();
    let of = match household {
        Some(household) if kind != "household" && household != id => {
            record::briefs(tx, &[household.to_owned()])?.pop().map(|row| row.title)
        }
        _ => None,
    };
    let title = [of.unwrap_or_default(), own].join(" ");
    let printable = title.trim().chars().filter(|letter| !letter.is_control());
    Ok(printable.take(TITLE_CHARS).collect())
}

fn context(now: i64) -> Context {
    Context { today: Date::from_epoch_millis_shanghai(now) }
}

/// Whether a difference is a line of its own for people: of a photo its file and its removal speak for the rest,
/// signatures are shown by what they cover.
#[must_use]
pub fn is_listed(form: &Form, path: &str) -> bool {
    let Some(FieldPath::Element { repeat, field, .. }) = FieldPath::parse(path) else { return true };
    let Some(repeat) = form.repeat(repeat) else { return true };
    let is_file = |field: &Field| field.field_type == FieldType::File;
    let has_files = repeat.fields.iter().any(is_file);
    let speaks = field == DELETED_AT || repeat.element_field(field).is_some_and(is_file);
    repeat.name != ATTESTATIONS && (!has_files || speaks)
}

/// Answers without NUL characters, which PostgreSQL's text cannot hold; the document keeps them.
#[must_use]
pub fn storable(answers: Value) -> Value {
    match answers {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key.replace('\0', ""), storable(value))).collect()
        }
        other => other,
    }
}
