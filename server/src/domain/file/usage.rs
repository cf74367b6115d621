//! Which records refer to which files, and what the server therefore wants from a phone.

use std::collections::{BTreeSet, HashMap};

use bidao_schema::answer::is_id;
use bidao_schema::calendar::Date;
use bidao_schema::field::{Field, FieldType};
use bidao_schema::form::Form;
use bidao_sync::ids::Digest;
use bidao_sync::message::Want;
use serde_json::{Map, Value};

use super::limits::WANT;
use super::upload::{Bringer, Found, find};
use crate::app::App;
use crate::domain::content;
use crate::error::Result;
use crate::file_store::is_sha256;
use crate::store::file_use::{self, Row};
use crate::store::{Tx, feed};

/// The content of a record after an edit, and who edited it.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Record id.
    pub record: &'a str,
    /// `name/version` of its form.
    pub form: &'a str,
    /// Village code.
    pub area: &'a str,
    /// Household it is about.
    pub household: Option<&'a str>,
    /// The content as JSON.
    pub answers: &'a Value,
    /// Device that edited it.
    pub device: &'a str,
    /// Person who edited it.
    pub person: &'a str,
    /// When the server stored the edit.
    pub received_at: i64,
}

/// Whoever looks at a record that refers to the file should look again: it can be shown now, or never.
///
/// # Errors
/// The database fails.
pub fn tell(tx: &mut Tx, sha256: &str) -> Result<()> {
    let areas: BTreeSet<String> = file_use::places(tx, sha256)?.into_iter().map(|(area, _)| area).collect();
    for area in areas {
        if let Some((seq, _)) = feed::counter(tx, &area)? {
            tx.announce(&area, seq);
        }
    }
    Ok(())
}

/// Makes the uses of the record what its content says. A use keeps the device that first wrote it: that one has
/// the bytes.
///
/// # Errors
/// The database fails.
pub fn project(tx: &mut Tx, fact: &Fact) -> Result<()> {
    let Some(form) = content::form_of(fact.form) else { return Ok(()) };
    let found = uses(form, fact);
    let before = file_use::of_record(tx, fact.record)?;
    if found.is_empty() && before.is_empty() {
        return Ok(());
    }
    let known: HashMap<(&str, &str), &Row> =
        before.iter().map(|row| ((row.path.as_str(), row.sha256.as_str()), row)).collect();
    let mut rows: Vec<Row> = found
        .into_iter()
        .map(|row| match known.get(&(row.path.as_str(), row.sha256.as_str())) {
            Some(old) => Row { device: old.device.clone(), person: old.person.clone(), ..row },
            None => row,
        })
        .collect();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    if rows == before { Ok(()) } else { file_use::put(tx, fact.record, &rows) }
}

fn uses(form: &Form, fact: &Fact) -> Vec<Row> {
    let mut rows = Vec::new();
    let Some(root) = fact.answers.as_object() else { return rows };
    for field in form.fields() {
        match field.field_type {
            FieldType::File => rows.extend(one(fact, root, field.name.clone(), field)),
            FieldType::Repeat => {
                let elements = root.get(&field.name).and_then(Value::as_object);
                for (id, element) in elements.into_iter().flatten().filter(|(id, _)| is_id(id)) {
                    let Some(element) = element.as_object() else { continue };
                    let files = field.fields.iter().filter(|inner| inner.field_type == FieldType::File);
                    rows.extend(files.filter_map(|inner| {
                        one(fact, element, format!("{}/{id}/{}", field.name, inner.name), inner)
                    }));
                }
            }
            _ => {}
        }
    }
    rows
}

/// The use by one field of the record or of an element.
fn one(fact: &Fact, within: &Map<String, Value>, path: String, field: &Field) -> Option<Row> {
    let sha256 = within.get(&field.name)?.as_str().filter(|text| is_sha256(text))?;
    let subject = within.get("subject").and_then(Value::as_str);
    Some(Row {
        record: fact.record.to_owned(),
        path,
        sha256: sha256.to_owned(),
        bytes: within.get("bytes").and_then(Value::as_i64),
        subject: subject.map(str::to_owned),
        area: fact.area.to_owned(),
        household: fact.household.map(str::to_owned),
        month: month(fact, within),
        device: fact.device.to_owned(),
        person: fact.person.to_owned(),
        removed: within.get("deleted_at").is_some_and(|at| !at.is_null()),
    })
}

/// The month the record is of, as far as it says; else that of the photo or signature; else of its arrival.
fn month(fact: &Fact, within: &Map<String, Value>) -> String {
    let day = |name: &str| fact.answers.get(name).and_then(Value::as_str).and_then(Date::parse);
    let at = |name: &str| within.get(name).and_then(Value::as_i64).map(Date::from_epoch_millis_shanghai);
    let said = day("occurred_on").or_else(|| day("raised_on"));
    let taken = said.or_else(|| at("captured_at")).or_else(|| at("signed_at"));
    taken.unwrap_or_else(|| Date::from_epoch_millis_shanghai(fact.received_at)).month().to_string()
}

/// The files that this device's own changes refer to and that are not there, with the bytes of each that are.
/// The store of bytes may be out of reach: then what is wanted is still said, and the phone asks where to go on.
///
/// # Errors
/// The database fails.
pub fn wanted(app: &App, bringer: &Bringer) -> Result<Vec<Want>> {
    let now = app.ctx.now();
    let who = bringer.clone();
    let rows = app.db.read_blocking(move |tx| {
        let names = file_use::wanted(tx, &who.device, WANT)?;
        names.into_iter().map(|name| Ok((find(tx, &who, &name, now)?, name))).collect::<Result<Vec<_>>>()
    })?;
    let mut reachable = true;
    let mut wanted = Vec::with_capacity(rows.len());
    for (found, name) in rows {
        let Some(digest) = digest(&name) else { continue };
        let mut have = 0;
        if let (Found::Open(row), true) = (found, reachable) {
            have = app.files.offset(&row.id).unwrap_or_else(|error| {
                tracing::warn!(%error, "cannot say how much has arrived");
                reachable = false;
                0
            });
        }
        wanted.push(Want(digest, have));
    }
    Ok(wanted)
}

fn digest(name: &str) -> Option<Digest> {
    let bytes = bidao_sync::ids::from_hex(name)?;
    Some(Digest(bytes.try_into().ok()?))
}
