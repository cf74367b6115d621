//! Sealing anew: what lay open in a database from before there was a vault, and everything after a new key has begun.
//!
//! It goes column by column, some rows at a time, each time alone (`AnyConnection::begin_alone`), so servers work on
//! meanwhile. Rows that are sealed with the key of now are passed over: whoever was interrupted begins again.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use super::place::{PLACES, Place, Shape};
use super::{HEAD, KeyId, SEALING_KEY, TEXT_MARK, VERSION, Vault, sealed_with, sealing_key};
use crate::error::{Error, Result};
use crate::store::audit::{self, Audit, Entry};
use crate::store::{AnyConnection, Db, setting};

/// Rows sealed anew in one transaction.
const BATCH: usize = 200;
/// Setting that names the key the families' keys are hashed with.
pub const LOOKUP_KEY: &str = "lookup_key_name";

/// What to do with a value that is not sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Seal it: this database is sealed for the first time.
    Seal,
    /// Nobody of ours wrote it.
    Refuse,
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The column.
    pub place: &'static Place,
    /// Values of it sealed anew so far.
    pub values: u64,
}

/// Seals a database for the first time; one that is sealed already is left alone. Answers how many values lay open.
///
/// # Errors
/// The database fails, or another process sealed it with another key.
pub(in crate::store) fn adopt(connection: &mut AnyConnection, vault: &Vault) -> Result<u64> {
    if sealing_key(connection)?.is_some() {
        return Ok(0);
    }
    let values = all(connection, vault, Open::Seal, &mut |_| ())?;
    alone(connection, |connection| match sealing_key(connection)? {
        Some(id) if id != vault.sealing() => {
            Err(Error::Unavailable(format!("another process sealed this database with key {id}")))
        }
        _ => setting::put_stored(connection, SEALING_KEY, &vault.sealing().to_string()),
    })?;
    if values > 0 {
        reclaim(connection)?;
        tracing::warn!(values, key = %vault.sealing(), "sealed what lay open in the database");
    }
    Ok(values)
}

/// Begins a new key, or goes on with one that was begun, and seals everything with it. Answers its name.
///
/// # Errors
/// The keys cannot be written, the database fails, or a value is not what was sealed.
pub fn rotate(db: &Db, now: i64, told: &mut dyn FnMut(Progress)) -> Result<KeyId> {
    let (vault, mut connection) = (db.vault(), db.location().connect()?);
    let connection = &mut connection;
    let newest = |vault: &Vault| vault.keys().last().copied().unwrap_or_else(|| vault.sealing());
    let is_done = census(connection)?.keys().all(|name| *name == vault.sealing().to_string());
    if newest(vault) == vault.sealing() && is_done {
        vault.source().add()?;
        vault.reload()?;
    }
    let (old, new) = (vault.sealing(), newest(vault));
    if new != old {
        alone(connection, |connection| {
            setting::put_stored(connection, SEALING_KEY, &new.to_string())?;
            audit::append(connection, Audit::of(entry(now, "rotate_key", new, old)))
        })?;
        vault.follow(connection)?;
    }
    all(connection, vault, Open::Refuse, told)?;
    reclaim(connection)?;
    Ok(new)
}

/// Takes a key away that nothing is sealed with any more. Backups from before its last rotation still need it.
///
/// # Errors
/// Something is, it is no key of ours, or the file cannot be written.
pub fn retire(db: &Db, id: KeyId, now: i64) -> Result<()> {
    let (vault, mut connection) = (db.vault(), db.location().connect()?);
    if !vault.keys().contains(&id) {
        return Err(Error::not_found("key"));
    }
    // Alone: nobody who began to write with it can still commit.
    alone(&mut connection, |connection| {
        let remaining = census(connection)?.get(&id.to_string()).copied().unwrap_or(0);
        let hashes = setting::stored(connection, LOOKUP_KEY)?.is_some_and(|name| name == id.to_string());
        if sealing_key(connection)? == Some(id) || remaining > 0 || hashes {
            let why = format!("key {id} is in use ({remaining} values): run `bidao key rotate` first");
            return Err(Error::invalid("key", why));
        }
        audit::append(connection, Audit::of(entry(now, "retire_key", id, vault.sealing())))?;
        vault.source().remove(id)
    })?;
    vault.reload()
}

/// How many values are sealed with which key; those that lie open under `open`.
///
/// # Errors
/// The database fails.
pub fn census(connection: &mut AnyConnection) -> Result<BTreeMap<String, u64>> {
    let mut found = BTreeMap::new();
    for place in PLACES {
        let Place { table, column, shape, rows, .. } = place;
        let head = head_of(place);
        let sql = format!(
            r#"SELECT {head} AS head, COUNT(*) AS count FROM "{table}"
               WHERE {rows} AND length("{column}") > 0 GROUP BY {head}"#
        );
        let counts: Vec<(Option<KeyId>, i64)> = match shape {
            Shape::Bytes => {
                let rows: Vec<BytesHead> = sql_query(sql).load(connection)?;
                rows.into_iter().map(|row| (sealed_with(&row.head), row.count)).collect()
            }
            Shape::Text => {
                let rows: Vec<TextHead> = sql_query(sql).load(connection)?;
                rows.into_iter().map(|row| (text_key(&row.head), row.count)).collect()
            }
        };
        for (id, count) in counts {
            let name = id.map_or_else(|| "open".to_owned(), |id| id.to_string());
            *found.entry(name).or_insert(0) += u64::try_from(count).unwrap_or(0);
        }
    }
    Ok(found)
}

fn all(
    connection: &mut AnyConnection,
    vault: &Vault,
    open: Open,
    told: &mut dyn FnMut(Progress),
) -> Result<u64> {
    let mut total = 0;
    for place in PLACES {
        let (mut values, mut after) = (0, None);
        loop {
            let (last, count) =
                alone(connection, |connection| some(connection, vault, place, open, after.as_ref()))?;
            values += count;
            if count > 0 {
                told(Progress { place, values });
            }
            if last.is_none() {
                break;
            }
            after = last;
        }
        total += values;
    }
    Ok(total)
}

type RowKey = (String, String);

/// Seals the next rows of a column; answers the last of them, unless it was the last of all, and how many.
fn some(
    connection: &mut AnyConnection,
    vault: &Vault,
    place: &'static Place,
    open: Open,
    after: Option<&RowKey>,
) -> Result<(Option<RowKey>, u64)> {
    let Place { table, column, key, shape, rows } = place;
    let columns: Vec<String> = key.iter().map(|name| format!("\"{name}\"")).collect();
    let (one, two) = (columns[0].as_str(), columns.get(1).map_or("''", String::as_str));
    let later =
        after.map_or_else(String::new, |row| format!("AND {} > {}", tuple(&columns), literals(place, row)));
    let (order, head) = (columns.join(", "), head_of(place));
    let sql = format!(
        r#"SELECT CAST({one} AS TEXT) AS one, CAST({two} AS TEXT) AS two, "{column}" AS cell FROM "{table}"
           WHERE {rows} AND length("{column}") > 0 AND {head} <> $1 {later} ORDER BY {order} LIMIT {BATCH}"#
    );
    let sealed_now = [&[VERSION][..], &vault.sealing().0].concat();
    let mut last = None;
    let mut count = 0;
    let update = |row: &RowKey| {
        format!(
            r#"UPDATE "{table}" SET "{column}" = $1 WHERE {} = {}"#,
            tuple(&columns),
            literals(place, row)
        )
    };
    match shape {
        Shape::Bytes => {
            let found: Vec<BytesRow> = sql_query(sql).bind::<Binary, _>(sealed_now).load(connection)?;
            for BytesRow { one, two, cell } in found {
                let row = (one, two);
                let name = joined(place, &row);
                let lies_open = sealed_with(&cell).is_none() && open == Open::Seal;
                let plain = if lies_open { cell } else { vault.unseal(place, &name, &cell)? };
                let anew = vault.seal(place, &name, &plain)?;
                sql_query(update(&row)).bind::<Binary, _>(anew).execute(connection)?;
                (last, count) = (Some(row), count + 1);
            }
        }
        Shape::Text => {
            let mark = format!("{TEXT_MARK}{}", URL_SAFE_NO_PAD.encode(sealed_now));
            let found: Vec<TextRow> = sql_query(sql).bind::<Text, _>(mark).load(connection)?;
            for TextRow { one, two, cell } in found {
                let row = (one, two);
                let name = joined(place, &row);
                let lies_open = text_key(&cell).is_none() && open == Open::Seal;
                let plain = if lies_open { cell } else { vault.unseal_text(place, &name, &cell)? };
                let anew = vault.seal_text(place, &name, &plain)?;
                sql_query(update(&row)).bind::<Text, _>(anew).execute(connection)?;
                (last, count) = (Some(row), count + 1);
            }
        }
    }
    let is_end = count < BATCH;
    Ok((last.filter(|_| !is_end), u64::try_from(count).unwrap_or(u64::MAX)))
}

/// Runs `job` in a transaction while nobody else writes.
fn alone<T>(connection: &mut AnyConnection, job: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
    connection.begin_alone()?;
    let outcome = job(connection);
    match &outcome {
        Ok(_) => connection.commit()?,
        // The first failure is what counts.
        Err(_) => drop(connection.roll_back()),
    }
    outcome
}

/// Gives back the space in which values lay before.
fn reclaim(connection: &mut AnyConnection) -> Result<()> {
    let tables: BTreeSet<&str> = PLACES.iter().map(|place| place.table).collect();
    connection.reclaim(&tables.into_iter().collect::<Vec<_>>())
}

/// What tells with which key a value is sealed, as SQL.
fn head_of(place: &Place) -> String {
    let length = match place.shape {
        Shape::Bytes => HEAD,
        Shape::Text => TEXT_MARK.len() + HEAD / 3 * 4,
    };
    format!(r#"substr("{}", 1, {length})"#, place.column)
}

fn text_key(text: &str) -> Option<KeyId> {
    let head = text.strip_prefix(TEXT_MARK)?.get(..HEAD / 3 * 4)?;
    sealed_with(&URL_SAFE_NO_PAD.decode(head).ok()?)
}

fn tuple(columns: &[String]) -> String {
    format!("({})", columns.join(", "))
}

/// The key of a row as SQL: both databases read a quoted number as the number the column holds.
fn literals(place: &Place, (one, two): &RowKey) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    if place.key.len() == 1 {
        format!("({})", quoted(one))
    } else {
        format!("({}, {})", quoted(one), quoted(two))
    }
}

fn joined(place: &Place, (one, two): &RowKey) -> String {
    if place.key.len() == 1 { one.clone() } else { format!("{one}/{two}") }
}

fn entry(at: i64, action: &'static str, object: KeyId, other: KeyId) -> Entry {
    let (object, detail) = (object.to_string(), other.to_string());
    Entry { at, person: "system".into(), device: String::new(), action, object, detail }
}

#[derive(QueryableByName)]
struct BytesRow {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    two: String,
    #[diesel(sql_type = Binary)]
    cell: Vec<u8>,
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    two: String,
    #[diesel(sql_type = Text)]
    cell: String,
}

#[derive(QueryableByName)]
struct BytesHead {
    #[diesel(sql_type = Binary)]
    head: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct TextHead {
    #[diesel(sql_type = Text)]
    head: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}
