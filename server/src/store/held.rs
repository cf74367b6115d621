//! Held items: edits whose dependencies the server lacks, and commands about them (P9).

use bidao_sync::feed::sha256;
use diesel::prelude::*;

use super::Tx;
use super::schema::{device, held, person};
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `held`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = held)]
pub struct Row {
    /// Item, 32 hex digits.
    pub item: String,
    /// Device that wrote it.
    pub device: String,
    /// Actor that wrote it.
    pub actor: String,
    /// Number of its batch.
    pub number: i64,
    /// The record.
    pub record: String,
    /// Hashes it waits for, separated by spaces.
    pub missing: String,
    /// The item as CBOR.
    pub edit: Vec<u8>,
    /// Its raw chunks.
    pub payload: Vec<u8>,
    /// When it arrived.
    pub received_at: i64,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.item.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![
            (&place::HELD_EDIT, Cell::Bytes(&mut self.edit)),
            (&place::HELD_PAYLOAD, Cell::Bytes(&mut self.payload)),
        ]
    }
}

/// Keeps an item; one that is kept already stays as it is. Another one of the same id, as a copy of a phone may seal it,
/// is kept beside it, named by its batch too: what is acknowledged is there.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    let known: Option<Row> =
        held::table.find(&row.item).select(Row::as_select()).first(tx.conn).optional()?;
    let is_other = known.is_some_and(|known| (&known.actor, known.number) != (&row.actor, row.number));
    let item = if is_other { beside(&row.item, &row.actor, row.number) } else { row.item.clone() };
    let sealed = tx.vault.sealed(&Row { item, ..row.clone() })?;
    crate::each!(tx.conn, |c| diesel::insert_into(held::table)
        .values(sealed)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// The name under which an item is kept whose own is taken.
pub(super) fn beside(item: &str, actor: &str, number: i64) -> String {
    let name = sha256(format!("beside {item} {actor} {number}").as_bytes());
    bidao_sync::ids::to_hex(&name.0[..16])
}

/// Items of a record that wait, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_record(tx: &mut Tx, record: &str) -> Result<Vec<Row>> {
    let query = held::table.filter(held::record.eq(record)).order((
        held::received_at,
        held::actor,
        held::number,
        held::item,
    ));
    tx.vault.all_opened(query.select(Row::as_select()).load(tx.conn)?)
}

/// Waiting items of these persons' devices, oldest first, with the owner's name.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, persons: &[String], limit: i64) -> Result<Vec<(Row, String)>> {
    let rows: Vec<(Row, String)> = held::table
        .inner_join(device::table.on(device::id.eq(held::device)))
        .inner_join(person::table.on(person::id.eq(device::person)))
        .filter(device::person.eq_any(persons))
        .order((held::received_at, held::item))
        .limit(limit)
        .select((Row::as_select(), person::name))
        .load(tx.conn)?;
    rows.into_iter().map(|(row, name)| Ok((tx.vault.opened(row)?, name))).collect()
}

/// How many items of a device wait.
///
/// # Errors
/// The database fails.
pub fn count(tx: &mut Tx, device: &str) -> Result<i64> {
    Ok(held::table.filter(held::device.eq(device)).count().get_result(tx.conn)?)
}

/// Forgets an item that has been judged.
///
/// # Errors
/// The database fails.
pub fn delete(tx: &mut Tx, item: &str) -> Result<()> {
    diesel::delete(held::table.find(item)).execute(tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::audit::Audit;
    use crate::store::{Db, Location};

    fn row(number: i64, payload: &[u8]) -> Row {
        Row {
            item: "0123456789abcdef0123456789abcdef".into(),
            device: "d".into(),
            actor: "a".into(),
            number,
            record: "r".into(),
            missing: String::new(),
            edit: Vec::new(),
            payload: payload.into(),
            received_at: 1,
        }
    }

    #[test]
    fn two_items_of_one_id_are_both_kept_and_each_once() {
        let db = Db::open(Location::Memory).unwrap();
        let kept = db.write_blocking(|tx| {
            for row in [row(1, b"one"), row(2, b"other"), row(1, b"one"), row(2, b"other")] {
                insert(tx, &row)?;
            }
            Ok((of_record(tx, "r")?, Audit::default()))
        });
        let kept: Vec<Vec<u8>> = kept.unwrap().into_iter().map(|row| row.payload).collect();
        assert_eq!(kept, [b"one".to_vec(), b"other".to_vec()]);
    }
}
