//! What is hidden in one thing: every value that its masked answer does not show.

use bidao_schema::answer::is_id;
use bidao_schema::api::reveal::{Reveal, RevealWhat, RevealedAs, RevealedValue};
use bidao_schema::form::Form;
use bidao_schema::mask;
use serde_json::Value;

use crate::domain::access::Scope;
use crate::domain::{attestation, conflict, content, quarantine, record};
use crate::error::{Error, Result};
use crate::store::{self, Tx};

/// What is hidden, and where that is.
pub(super) struct Found {
    pub(super) values: Vec<RevealedValue>,
    pub(super) canonical: Option<String>,
    pub(super) record: String,
    pub(super) area: String,
}

/// Looks into what a question names.
///
/// # Errors
/// `not_found`, also for what is out of reach.
pub(super) fn find(tx: &mut Tx, scope: &Scope, ask: &Reveal, now: i64) -> Result<Found> {
    match ask.what {
        RevealWhat::Record => in_record(&record::visible(tx, scope, &ask.id)?),
        RevealWhat::Version => {
            let row = record::visible(tx, scope, &ask.id)?;
            in_version(&row, ask.digest.as_deref().unwrap_or_default())
        }
        RevealWhat::Conflict => in_conflict(tx, scope, &ask.id),
        RevealWhat::Quarantined => in_item(tx, scope, &ask.id, now),
    }
}

fn in_record(row: &store::record::Row) -> Result<Found> {
    let document = record::document(row)?;
    let mut all = Hidden::of(content::form_of(&row.form));
    all.leaves("", &document.answers(), RevealedAs::Now);
    for field in document.history() {
        let change = Some(field.change.to_string());
        let old = field.old.last().cloned().unwrap_or(Value::Null);
        all.push(&field.path, RevealedAs::Before, change.clone(), &old);
        all.push(&field.path, RevealedAs::Written, change, &field.new);
    }
    Ok(all.in_place(&row.id, &row.area))
}

fn in_version(row: &store::record::Row, digest: &str) -> Result<Found> {
    let signed = attestation::in_full(row, digest)?;
    let mut all = Hidden::of(content::form_of(&signed.form));
    all.leaves("", &signed.content, RevealedAs::Now);
    Ok(Found { canonical: Some(signed.canonical), ..all.in_place(&row.id, &row.area) })
}

fn in_conflict(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Found> {
    let unknown = |_| Error::not_found("conflict");
    let row = if is_id(id) { store::conflict::find(tx, id)? } else { None };
    let row = row.ok_or_else(|| Error::not_found("conflict"))?;
    let about = record::visible(tx, scope, &row.record).map_err(unknown)?;
    let mut all = Hidden::of(content::form_of(&about.form));
    all.push(&row.path, RevealedAs::Before, None, &conflict::ancestor(&row));
    for one in conflict::values(&row) {
        let change = one["change"].as_str().map(str::to_owned);
        all.push(&row.path, RevealedAs::Written, change, &one["value"]);
    }
    Ok(all.in_place(&about.id, &about.area))
}

fn in_item(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<Found> {
    let whole = quarantine::in_full(tx, scope, id, now)?;
    let mut all = Hidden::of(content::form_of(&whole.form));
    all.leaves("", &whole.answers, RevealedAs::Now);
    for one in whole.differences {
        all.push(&one.path, RevealedAs::Before, None, &one.old);
        all.push(&one.path, RevealedAs::Written, None, &one.new);
    }
    Ok(all.in_place(&whole.item.record, &whole.area))
}

struct Hidden {
    form: Option<&'static Form>,
    values: Vec<RevealedValue>,
}

impl Hidden {
    fn of(form: Option<&'static Form>) -> Self {
        Self { form, values: Vec::new() }
    }

    /// Keeps a value that its mask changes.
    fn push(&mut self, path: &str, shown_as: RevealedAs, change: Option<String>, value: &Value) {
        let mut shown = value.clone();
        mask::at(self.form, path, &mut shown);
        if shown != *value {
            self.values.push(RevealedValue { path: path.to_owned(), shown_as, change, value: value.clone() });
        }
    }

    /// Every value inside another one, by its path.
    fn leaves(&mut self, path: &str, value: &Value, shown_as: RevealedAs) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    let inside = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                    self.leaves(&inside, inner, shown_as);
                }
            }
            _ => self.push(path, shown_as, None, value),
        }
    }

    fn in_place(self, record: &str, area: &str) -> Found {
        Found { values: self.values, canonical: None, record: record.to_owned(), area: area.to_owned() }
    }
}
