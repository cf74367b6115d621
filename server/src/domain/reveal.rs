//! What is masked everywhere (`domain::mask`), told to who may know it, for a purpose (domain §12.3, INV-39): the entry is
//! written in the same transaction, bound by the audit chain, and holds who, what and why, never the value.

mod hidden;

use bidao_schema::answer::is_digest;
use bidao_schema::api::reveal::{
    Reveal, RevealEntry, RevealList, RevealPurpose, RevealWhat, Revealed, RevealedValue,
};
use bidao_schema::mask;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::access::{Principal, Scope};
use super::account;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::reveal::{Filter, Row};
use crate::store::{Tx, person, reveal};

/// Most characters of a note.
const MAX_NOTE: usize = 200;
/// Most paths of one question, and bytes of one of them.
const MAX_PATHS: usize = 100;
const MAX_PATH: usize = 200;
/// Entries of one answer.
const PAGE: i64 = 200;

/// What a question comes to.
pub struct Looked {
    note: String,
    values: Vec<RevealedValue>,
    canonical: Option<String>,
    record: String,
    area: String,
}

/// Finds what is asked for, if the asker may know it. Writes nothing, and is told to nobody.
///
/// # Errors
/// `invalid`; `not_found`, also for what is out of reach; `forbidden` for what may be read but not told.
pub fn look(tx: &mut Tx, scope: &Scope, ask: &Reveal, now: i64) -> Result<Looked> {
    let note = checked(ask)?;
    let found = hidden::find(tx, scope, ask, now)?;
    if !scope.reveals(&found.area) {
        return Err(Error::forbidden("what is masked in records of this village is told to its leaders"));
    }
    let mut values = found.values;
    if !ask.paths.is_empty() {
        let is_there = |path: &String| values.iter().any(|one| one.path == *path);
        if !ask.paths.iter().all(is_there) {
            return Err(Error::invalid("paths", "nothing is masked there"));
        }
        values.retain(|one| ask.paths.contains(&one.path));
    }
    let canonical = found.canonical.filter(|_| ask.paths.is_empty());
    Ok(Looked { note, values, canonical, record: found.record, area: found.area })
}

/// Tells it, and writes down that it was told.
///
/// # Errors
/// As [`look`].
pub fn tell(
    tx: &mut Tx,
    principal: &Principal,
    ask: &Reveal,
    id: &str,
    now: i64,
) -> Result<(Revealed, Audit)> {
    let looked = look(tx, &principal.scope, ask, now)?;
    let row = Row {
        id: id.to_owned(),
        at: now,
        person: principal.person.clone(),
        what: word(&ask.what),
        object: ask.id.clone(),
        record: looked.record,
        area: looked.area,
        purpose: word(&ask.purpose),
        note: looked.note,
        paths: ask.paths.join("\n"),
    };
    reveal::insert(tx, &row)?;
    let detail = format!("{} {} {}", row.what, row.purpose, row.id);
    let device = principal.device.clone().unwrap_or_default();
    let entry = Entry { device, ..account::entry(now, &principal.person, "reveal", &row.object, &detail) };
    let audit = Audit::of(entry);
    Ok((Revealed { id: row.id, values: looked.values, canonical: looked.canonical }, audit))
}

/// Puts somebody who took an item with its bytes along among those who were told; the audit is the caller's.
///
/// # Errors
/// The database fails.
pub fn exported(
    tx: &mut Tx,
    principal: &Principal,
    (item, record, area): (&str, &str, String),
    id: &str,
    now: i64,
) -> Result<()> {
    let row = Row {
        id: id.to_owned(),
        at: now,
        person: principal.person.clone(),
        what: word(&RevealWhat::Quarantined),
        object: item.to_owned(),
        record: record.to_owned(),
        area,
        purpose: word(&RevealPurpose::Export),
        note: String::new(),
        paths: String::new(),
    };
    reveal::insert(tx, &row)
}

/// Who was told what of the areas the scope is told of, newest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<RevealList> {
    let (rows, total) = reveal::list(tx, &scope.revealable_prefixes(), filter, PAGE)?;
    let persons: Vec<String> = rows.iter().map(|row| row.person.clone()).collect();
    let names = person::names(tx, &persons)?;
    let entry = |row: Row| {
        Ok(RevealEntry {
            person_name: names.get(&row.person).cloned().unwrap_or_default(),
            what: meant(&row.what)?,
            purpose: meant(&row.purpose)?,
            paths: row.paths.lines().map(str::to_owned).collect(),
            id: row.id,
            at: row.at,
            object: row.object,
            record: row.record,
            area: row.area,
            note: row.note,
        })
    };
    let reveals = rows.into_iter().map(entry).collect::<Result<_>>()?;
    Ok(RevealList { reveals, total: u32::try_from(total).unwrap_or(u32::MAX) })
}

/// The note, if the question can be asked at all.
fn checked(ask: &Reveal) -> Result<String> {
    let note = ask.note.trim();
    if note.is_empty() || note.chars().count() > MAX_NOTE || note.contains('\0') {
        return Err(Error::invalid("note", format!("say why, in 1 to {MAX_NOTE} characters")));
    }
    if mask::text(note) != note {
        return Err(Error::invalid("note", "say why, without the number"));
    }
    if ask.purpose == RevealPurpose::Export {
        return Err(Error::invalid("purpose", "an export is written down by itself"));
    }
    let is_path =
        |path: &String| !path.is_empty() && path.len() <= MAX_PATH && !path.contains(['\0', '\n', '\r']);
    if ask.paths.len() > MAX_PATHS || !ask.paths.iter().all(is_path) {
        return Err(Error::invalid("paths", format!("at most {MAX_PATHS} paths of fields")));
    }
    let is_version = ask.what == RevealWhat::Version;
    if is_version != ask.digest.is_some() || ask.digest.as_deref().is_some_and(|digest| !is_digest(digest)) {
        return Err(Error::invalid("digest", "64 hex digits for a version, nothing for anything else"));
    }
    Ok(note.to_owned())
}

fn word(of: &impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
}

fn meant<T: DeserializeOwned>(word: &str) -> Result<T> {
    let unknown = |_| Error::Internal(format!("nobody says `{word}` here"));
    serde_json::from_value(Value::from(word)).map_err(unknown)
}
