//! Reveals: who was told what is masked elsewhere, when and what for. The value is not here.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::reveal;
use super::vault::place::{self, Cell, Place, Sealed};
use super::{AnyConnection, Tx};
use crate::error::Result;

/// A row of `reveal`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = reveal)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// When.
    pub at: i64,
    /// Who.
    pub person: String,
    /// Word of `RevealWhat`.
    pub what: String,
    /// Its id.
    pub object: String,
    /// The record it is, or is about.
    pub record: String,
    /// Village it was in.
    pub area: String,
    /// Word of `RevealPurpose`.
    pub purpose: String,
    /// Why, in words.
    pub note: String,
    /// Field paths, one a line; empty for everything.
    pub paths: String,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![
            (&place::REVEAL_NOTE, Cell::Text(&mut self.note)),
            (&place::REVEAL_PATHS, Cell::Text(&mut self.paths)),
        ]
    }
}

/// Which of them.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Of this record.
    pub record: Option<String>,
    /// Of villages under this prefix.
    pub area: Option<String>,
}

/// Adds one.
///
/// # Errors
/// The database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(reveal::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Those of villages under one of the prefixes, newest first: the first `limit`, and how many there are.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, prefixes: &[String], filter: &Filter, limit: i64) -> Result<(Vec<Row>, i64)> {
    let order = (reveal::at.desc(), reveal::id.desc());
    let query = reveal::table.select(Row::as_select()).into_boxed().filter(within(prefixes, filter));
    let rows = tx.vault.all_opened(query.order(order).limit(limit).load(tx.conn)?)?;
    let total = reveal::table.count().into_boxed().filter(within(prefixes, filter)).get_result(tx.conn)?;
    Ok((rows, total))
}

type Condition =
    Box<dyn BoxableExpression<reveal::table, <AnyConnection as Connection>::Backend, SqlType = Bool>>;

/// None at all without prefixes.
fn within(prefixes: &[String], filter: &Filter) -> Condition {
    let nothing: Condition = Box::new(reveal::area.eq(""));
    let mut all = prefixes.iter().fold(nothing, |any, prefix| -> Condition {
        Box::new(any.or(reveal::area.like(format!("{prefix}%"))))
    });
    if let Some(record) = &filter.record {
        all = Box::new(all.and(reveal::record.eq(record.clone())));
    }
    if let Some(area) = &filter.area {
        all = Box::new(all.and(reveal::area.like(format!("{area}%"))));
    }
    all
}
