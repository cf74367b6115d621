//! Records: lists and one record, cut to what the scope reaches.

pub mod checksum;
mod verify;

use bidao_schema::answer::is_id;
use bidao_schema::api::record::{RecordDetail, RecordPage, RecordSummary, ReviewState};
use bidao_sync::document::Document;

pub use verify::{Report, is_signed, verify_all};

use super::access::Scope;
use super::{attestation, content, feed, file, mask};
use crate::error::{Error, Result};
use crate::store::record::{Brief, Filter, Reach, Row};
use crate::store::{Tx, dispute, person, record};

/// Rows of one page.
pub const PAGE: usize = 100;

/// A page of the records the scope reaches, newest first.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<RecordPage> {
    let reach = Reach { prefixes: scope.readable_prefixes(), households: scope.paired().to_vec() };
    let mut rows = record::list(tx, &reach, filter, PAGE as i64 + 1)?;
    let is_last = rows.len() <= PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| !is_last).map(|row| format!("{}:{}", row.updated_at, row.id));
    Ok(RecordPage { records: summaries(tx, rows)?, next })
}

/// The position a page's `next` names.
///
/// # Errors
/// `invalid`.
pub fn parse_after(text: &str) -> Result<(i64, String)> {
    let parts = text.split_once(':').filter(|(_, id)| is_id(id));
    let parts = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    parts.ok_or_else(|| Error::invalid("after", "give back `next` as it came"))
}

/// A record with its content, masked.
///
/// # Errors
/// `not_found`, also for records out of reach.
pub fn one(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<RecordDetail> {
    let row = visible(tx, scope, id)?;
    let document = document(&row)?;
    let answers = document.answers();
    let whole = RecordDetail {
        form: row.form.clone(),
        heads: row.heads.split_whitespace().map(str::to_owned).collect(),
        findings: content::findings(&row.form, &answers, now),
        answers,
        numbers: Vec::new(),
        remark: row.remark.clone(),
        files: file::list::of(tx, scope, &row.id)?,
        signing: attestation::signing(tx, &row, &document)?,
        summary: summary(tx, row.into())?,
    };
    Ok(mask::record(tx, whole, now))
}

/// A record the scope may read.
///
/// # Errors
/// `not_found`, also for records out of reach.
pub fn visible(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Row> {
    let row = if is_id(id) { record::find(tx, id)? } else { None };
    let row = row.filter(|row| scope.reads(&row.area, row.household.as_deref()));
    row.ok_or_else(|| Error::not_found("record"))
}

/// A row's document.
///
/// # Errors
/// The database holds something else.
pub fn document(row: &Row) -> Result<Document> {
    let unreadable = |error| Error::Internal(format!("record {} cannot be read: {error}", row.id));
    Document::load(&row.document).map_err(unreadable)
}

/// Heads that a caller gives back.
///
/// # Errors
/// `invalid`.
pub fn heads(expected: &[String]) -> Result<Vec<bidao_sync::ids::ChangeHash>> {
    let mut heads = feed::split(&expected.join(" "))
        .map_err(|_| Error::invalid("expected", "heads as they were shown"))?;
    heads.sort_unstable();
    heads.dedup();
    Ok(heads)
}

/// One row as shown.
///
/// # Errors
/// The database fails.
pub fn summary(tx: &mut Tx, row: Brief) -> Result<RecordSummary> {
    summaries(tx, vec![row])?.pop().ok_or_else(|| Error::Internal("a row without a summary".into()))
}

/// Rows as shown.
///
/// # Errors
/// The database fails.
pub fn summaries(tx: &mut Tx, rows: Vec<Brief>) -> Result<Vec<RecordSummary>> {
    let mut authors: Vec<String> = rows.iter().map(|row| row.author.clone()).collect();
    authors.sort_unstable();
    authors.dedup();
    let names = person::names(tx, &authors)?;
    let mut households: Vec<String> = rows.iter().filter_map(|row| row.household.clone()).collect();
    households.sort_unstable();
    households.dedup();
    let open = dispute::open_of(tx, &households)?;
    let summary = |row: Brief| RecordSummary {
        author_name: names.get(&row.author).cloned().unwrap_or_default(),
        disputes: row.household.as_ref().and_then(|household| open.get(household)).copied().unwrap_or(0),
        id: row.id,
        kind: row.kind,
        area: row.area,
        household: row.household,
        title: row.title,
        author: row.author,
        review: state(&row.review),
        conflicts: count(row.conflicts),
        findings: count(row.blocking),
        updated_at: row.updated_at,
    };
    Ok(rows.into_iter().map(summary).collect())
}

/// The state of a stored word.
#[must_use]
pub fn state(word: &str) -> ReviewState {
    match word {
        "submitted" => ReviewState::Submitted,
        "returned" => ReviewState::Returned,
        "approved" => ReviewState::Approved,
        "changed" => ReviewState::Changed,
        _ => ReviewState::Draft,
    }
}

fn count(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

impl From<Row> for Brief {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            form: row.form,
            area: row.area,
            household: row.household,
            title: row.title,
            author: row.author,
            updated_at: row.updated_at,
            blocking: row.blocking,
            conflicts: row.conflicts,
            review: row.review,
            submitted_at: row.submitted_at,
            signing: row.signing,
        }
    }
}
