//! Records: the snapshot of each document with what lists and queues ask about it.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};

use super::Tx;
use super::dialect::AnyConnection;
use super::dispute;
use super::schema::record;
use super::vault::OVERHEAD;
use super::vault::place::{self, Cell, Place, Sealed};
use crate::error::Result;

/// A row of `record`.
#[derive(Queryable, Insertable, AsChangeset, Identifiable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = record, treat_none_as_null = true)]
pub struct Row {
    /// 32 hex digits.
    pub id: String,
    /// Name of the form.
    pub kind: String,
    /// `name/version` it was last written with.
    pub form: String,
    /// Village code.
    pub area: String,
    /// Household it is about; its own id for a household.
    pub household: Option<String>,
    /// What a person would call it.
    pub title: String,
    /// Person who wrote the root change.
    pub author: String,
    /// When the server first stored it.
    pub created_at: i64,
    /// When the server last stored something for it.
    pub updated_at: i64,
    /// Heads, sorted, separated by spaces.
    pub heads: String,
    /// The document, saved without compression.
    pub document: Vec<u8>,
    /// How many changes it consists of.
    pub version: i64,
    /// Findings as JSON.
    pub findings: String,
    /// How many of them block completion.
    pub blocking: i32,
    /// Open conflicts.
    pub conflicts: i32,
    /// Review state.
    pub review: String,
    /// When it was last submitted.
    pub submitted_at: Option<i64>,
    /// Heads last approved or returned.
    pub reviewed_heads: Option<String>,
    /// The leader's sentence, while returned.
    pub remark: Option<String>,
    /// State of its signatures, a word of `SigningState`.
    pub signing: String,
    /// Village the work was done in: duties count there, wherever the record is filed now.
    pub made_in: String,
}

/// A row without the document, for lists.
#[derive(Queryable, Selectable, Debug, Clone)]
#[diesel(table_name = record)]
pub struct Brief {
    /// See [`Row::id`].
    pub id: String,
    /// See [`Row::kind`].
    pub kind: String,
    /// See [`Row::form`].
    pub form: String,
    /// See [`Row::area`].
    pub area: String,
    /// See [`Row::household`].
    pub household: Option<String>,
    /// See [`Row::title`].
    pub title: String,
    /// See [`Row::author`].
    pub author: String,
    /// See [`Row::updated_at`].
    pub updated_at: i64,
    /// See [`Row::blocking`].
    pub blocking: i32,
    /// See [`Row::conflicts`].
    pub conflicts: i32,
    /// See [`Row::review`].
    pub review: String,
    /// See [`Row::submitted_at`].
    pub submitted_at: Option<i64>,
    /// See [`Row::signing`].
    pub signing: String,
}

impl Sealed for Row {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        let mut cells = vec![
            (&place::DOCUMENT, Cell::Bytes(&mut self.document)),
            (&place::TITLE, Cell::Text(&mut self.title)),
            (&place::FINDINGS, Cell::Text(&mut self.findings)),
        ];
        cells.extend(self.remark.as_mut().map(|text| (&place::REMARK, Cell::Text(text))));
        cells
    }
}

impl Sealed for Brief {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn cells(&mut self) -> Vec<(&'static Place, Cell<'_>)> {
        vec![(&place::TITLE, Cell::Text(&mut self.title))]
    }
}

/// What a reader may see; made from a scope by `domain::record`.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Area prefixes.
    pub prefixes: Vec<String>,
    /// Households, wherever they are.
    pub households: Vec<String>,
}

/// What a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only areas whose code starts so.
    pub area: Option<String>,
    /// Only what is about this household.
    pub household: Option<String>,
    /// Only older than this row: `updated_at` and id.
    pub after: Option<(i64, String)>,
}

type Condition =
    Box<dyn BoxableExpression<record::table, <AnyConnection as Connection>::Backend, SqlType = Bool>>;

/// A record by id; who may see it is the caller's to ask.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>> {
    let row: Option<Row> = record::table.find(id).select(Row::as_select()).first(tx.conn).optional()?;
    row.map(|row| tx.vault.opened(row)).transpose()
}

/// Version of a record; 0 when there is none.
///
/// # Errors
/// The database fails.
pub fn version(tx: &mut Tx, id: &str) -> Result<i64> {
    Ok(record::table.find(id).select(record::version).first(tx.conn).optional()?.unwrap_or(0))
}

/// Adds a record.
///
/// # Errors
/// The id exists, or the database fails.
pub fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::insert_into(record::table).values(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Writes every column of a record.
///
/// # Errors
/// The database fails.
pub fn update(tx: &mut Tx, row: &Row) -> Result<()> {
    diesel::update(record::table.find(&row.id)).set(tx.vault.sealed(row)?).execute(tx.conn)?;
    Ok(())
}

/// Rows within reach, newest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, reach: &Reach, filter: &Filter, limit: i64) -> Result<Vec<Brief>> {
    let mut query = record::table.select(Brief::as_select()).into_boxed().filter(within(reach));
    if let Some(kind) = &filter.kind {
        query = query.filter(record::kind.eq(kind.clone()));
    }
    if let Some(area) = &filter.area {
        query = query.filter(record::area.like(format!("{area}%")));
    }
    if let Some(household) = &filter.household {
        query = query.filter(record::household.eq(household.clone()));
    }
    if let Some((at, id)) = &filter.after {
        let older = record::updated_at.lt(*at).or(record::updated_at.eq(*at).and(record::id.lt(id.clone())));
        query = query.filter(older);
    }
    let rows = query.order((record::updated_at.desc(), record::id.desc())).limit(limit).load(tx.conn)?;
    tx.vault.all_opened(rows)
}

/// Rows in one of `states` under one of the area prefixes, but disputes, which nobody reviews: those with conflicts first, then oldest submission first.
/// Answers the first `limit` and how many there are.
///
/// # Errors
/// The database fails.
pub fn queue(
    tx: &mut Tx,
    prefixes: &[String],
    area: Option<&str>,
    states: &[String],
    limit: i64,
) -> Result<(Vec<Brief>, u32)> {
    let mut query = record::table
        .select(Brief::as_select())
        .into_boxed()
        .filter(under(prefixes))
        .filter(record::review.eq_any(states.to_vec()).and(record::kind.ne(dispute::KIND)));
    let mut count = record::table
        .count()
        .into_boxed()
        .filter(under(prefixes))
        .filter(record::review.eq_any(states.to_vec()).and(record::kind.ne(dispute::KIND)));
    if let Some(area) = area {
        query = query.filter(record::area.like(format!("{area}%")));
        count = count.filter(record::area.like(format!("{area}%")));
    }
    let order = (record::conflicts.desc(), record::submitted_at.asc(), record::id.asc());
    let rows = query.order(order).limit(limit).load(tx.conn)?;
    let total: i64 = count.get_result(tx.conn)?;
    Ok((tx.vault.all_opened(rows)?, u32::try_from(total).unwrap_or(u32::MAX)))
}

/// Briefs by id.
///
/// # Errors
/// The database fails.
pub fn briefs(tx: &mut Tx, ids: &[String]) -> Result<Vec<Brief>> {
    let rows = record::table.filter(record::id.eq_any(ids.to_vec())).select(Brief::as_select());
    tx.vault.all_opened(rows.load(tx.conn)?)
}

/// Saved documents by id.
///
/// # Errors
/// The database fails.
pub fn documents(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
    let columns = (record::id, record::document);
    let mut documents = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let rows = record::table.filter(record::id.eq_any(some.to_vec())).select(columns);
        for (id, sealed) in rows.load::<(String, Vec<u8>)>(tx.conn)? {
            let document = tx.vault.unseal(&place::DOCUMENT, &id, &sealed)?;
            documents.push((id, document));
        }
    }
    Ok(documents)
}

/// The next records by id, for whoever walks through all of them.
///
/// # Errors
/// The database fails.
pub fn after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Row>> {
    let query = record::table.filter(record::id.gt(id)).order(record::id).limit(limit);
    tx.vault.all_opened(query.select(Row::as_select()).load(tx.conn)?)
}

/// [`after`] of one kind.
///
/// # Errors
/// The database fails.
pub fn after_of_kind(tx: &mut Tx, kind: &str, id: &str, limit: i64) -> Result<Vec<Row>> {
    let query = record::table.filter(record::kind.eq(kind).and(record::id.gt(id)));
    let rows = query.order(record::id).limit(limit).select(Row::as_select()).load(tx.conn)?;
    tx.vault.all_opened(rows)
}

/// Ids of a household's own record and of every record about it, of whatever kind.
///
/// # Errors
/// The database fails.
pub fn of_household(tx: &mut Tx, household: &str) -> Result<Vec<String>> {
    let about = record::table.filter(record::household.eq(household));
    Ok(about.order(record::id).select(record::id).load(tx.conn)?)
}

fn within(reach: &Reach) -> Condition {
    let is_linked = record::household.is_not_null();
    let by_pair = is_linked.and(record::household.assume_not_null().eq_any(reach.households.clone()));
    Box::new(by_pair.or(under(&reach.prefixes)))
}

/// Areas under one of the prefixes; none at all without prefixes.
fn under(prefixes: &[String]) -> Condition {
    let nothing: Condition = Box::new(record::area.eq(""));
    prefixes.iter().fold(nothing, |any, prefix| Box::new(any.or(record::area.like(format!("{prefix}%")))))
}

/// Sizes of saved documents by id, in bytes.
///
/// # Errors
/// The database fails.
pub fn sizes(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, i32)>> {
    // Of the documents and not of what they are sealed in.
    let columns = (record::id, diesel::dsl::sql::<Integer>(&format!("length(document) - {OVERHEAD}")));
    Ok(record::table.filter(record::id.eq_any(ids.to_vec())).select(columns).load(tx.conn)?)
}

/// Heads of a record.
///
/// # Errors
/// The database fails.
pub fn heads(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    Ok(record::table.find(id).select(record::heads).first(tx.conn).optional()?)
}
