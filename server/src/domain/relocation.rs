//! A household moves to another village (ADR 0012). Its record and every record about it are filed there from then on;
//! the old village's feed says `moved`, the new one's gets whole documents. Nothing is written into any record: where a
//! record is filed is the server's to say. Work that was done stays counted where it was done (`record.made_in`).

use bidao_schema::answer::is_id;
use bidao_schema::api::area::AreaLevel;
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::relocation::{Relocate, Relocation};
use bidao_schema::calendar::Date;
use bidao_schema::codes::area_level;
use bidao_schema::forms;
use bidao_sync::limits::REMARK_BYTES;
use bidao_sync::message::{Decision, Message, What};
use bidao_sync::planted::{self, Fault};

use super::access::Principal;
use super::feed::{self, Pending};
use super::sync::record_id;
use super::{dispute, projection};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::relocation::{self as store, Row};
use crate::store::{self as stores, Tx, area, change, file_use, record, review};

/// Takes a household to another village, with every record about it.
///
/// # Errors
/// `invalid` with the field, `not_found` unless the caller reviews the household's village, `forbidden` unless also the
/// new one, `stale` when the household is somewhere else than shown.
pub fn relocate(tx: &mut Tx, principal: &Principal, ask: &Relocate, now: i64) -> Result<(Relocation, Audit)> {
    if let Some(known) = known(tx, principal, ask)? {
        return Ok((known, Audit::default()));
    }
    let ids = lock(tx, &ask.household)?;
    let household = check(tx, principal, ask, now)?;
    let row = Row {
        id: ask.id.clone(),
        household: household.id.clone(),
        from_area: household.area.clone(),
        to_area: ask.area.clone(),
        group_name: stores::projection::find_household(tx, &household.id)?
            .map(|row| row.group_name)
            .unwrap_or_default(),
        moved_on: ask.moved_on.clone(),
        reason: ask.reason.trim().to_owned(),
        person: principal.person.clone(),
        at: now,
    };
    store::insert(tx, &row)?;
    let mut entries = Vec::new();
    for id in &ids {
        entries.extend(carry(tx, id, &row)?);
    }
    feed::append(tx, entries, now)?;
    let detail = format!("{} {} {} {} records", row.from_area, row.to_area, row.moved_on, ids.len());
    let audit = Audit::of(Entry {
        at: now,
        person: principal.person.clone(),
        device: principal.device.clone().unwrap_or_default(),
        action: "relocate",
        object: row.household.clone(),
        detail,
    });
    Ok((shown(row, principal.name.clone()), audit))
}

/// The same request before, if there was one: the line broke before its answer came.
fn known(tx: &mut Tx, principal: &Principal, ask: &Relocate) -> Result<Option<Relocation>> {
    if !is_id(&ask.id) {
        return Err(Error::invalid("id", "32 hex digits"));
    }
    let Some(row) = store::find(tx, &ask.id)? else { return Ok(None) };
    let asked = (&ask.household, &ask.area, &ask.expected_area, &ask.moved_on, ask.reason.trim());
    let is_same = (&row.household, &row.to_area, &row.from_area, &row.moved_on, row.reason.as_str()) == asked;
    if row.person != principal.person || !is_same {
        return Err(Error::invalid("id", "another relocation has this id"));
    }
    Ok(Some(shown(row, principal.name.clone())))
}

/// Locks the household and what is about it, in the order of ids; answers these. Nothing about it can be added
/// meanwhile: that holds the household too.
fn lock(tx: &mut Tx, household: &str) -> Result<Vec<String>> {
    let mut locked: Vec<String> = Vec::new();
    loop {
        let ids = record::of_household(tx, household)?;
        if ids.iter().all(|id| locked.contains(id)) {
            return Ok(ids);
        }
        for id in &ids {
            if !locked.contains(id) {
                tx.conn.lock_record(id)?;
                locked.push(id.clone());
            }
        }
    }
}

fn check(tx: &mut Tx, principal: &Principal, ask: &Relocate, now: i64) -> Result<record::Row> {
    let row = if is_id(&ask.household) { record::find(tx, &ask.household)? } else { None };
    let row = row.filter(|row| principal.scope.reviews(&row.area));
    let row = row.ok_or_else(|| Error::not_found("household"))?;
    if row.kind != "household" {
        return Err(Error::invalid("household", format!("the record is a {}, not a household", row.kind)));
    }
    if row.area != ask.expected_area {
        return Err(Error::refused(ProblemCode::Stale, format!("it has moved to {} meanwhile", row.area)));
    }
    if ask.area == row.area {
        return Err(Error::invalid("area", "the household lives in this village already"));
    }
    if area_level(&ask.area) != Some(AreaLevel::Village) || area::find(tx, &ask.area)?.is_none() {
        return Err(Error::invalid("area", "no such village: expected the 12-digit code of one"));
    }
    if !principal.scope.relocates(&row.area, &ask.area) {
        return Err(Error::forbidden("a household is moved by who reviews both villages"));
    }
    let today = Date::from_epoch_millis_shanghai(now);
    if Date::parse(&ask.moved_on).is_none_or(|on| on > today) {
        return Err(Error::invalid("moved_on", "a date that is not in the future"));
    }
    let reason = ask.reason.trim();
    if reason.is_empty() || reason.contains('\0') || reason.len() > REMARK_BYTES {
        return Err(Error::invalid("reason", format!("a sentence of at most {REMARK_BYTES} bytes")));
    }
    Ok(row)
}

/// Files one record in the new village; answers what the two feeds say of it.
fn carry(tx: &mut Tx, id: &str, moved: &Row) -> Result<Vec<Pending>> {
    let Some(mut row) = record::find(tx, id)? else { return Ok(Vec::new()) };
    let was_in = std::mem::replace(&mut row.area, moved.to_area.clone());
    if was_in == row.area {
        return Ok(Vec::new());
    }
    record::update(tx, &row)?;
    projection::again(tx, &row)?;
    file_use::move_to(tx, id, &row.area)?;
    crate::store::dispute::move_to(tx, id, &row.area)?;
    tell(tx, &was_in, row.household.clone(), &row)
}

/// What the feeds say of a record that was filed in `was_in`, about the household `left`: `moved` there, and here the
/// whole document with what was last decided about it.
///
/// # Errors
/// The database fails.
pub fn tell(tx: &mut Tx, was_in: &str, left: Option<String>, row: &record::Row) -> Result<Vec<Pending>> {
    let moved = Pending {
        area: was_in.to_owned(),
        record: record_id(&row.id)?,
        household: left,
        what: What::Moved,
        changes: Vec::new(),
        data: Vec::new(),
    };
    let document = Pending {
        area: row.area.clone(),
        household: row.household.clone(),
        what: What::Document,
        changes: feed::split(&change::hashes(tx, &row.id)?.join(" "))?,
        ..moved.clone()
    };
    let mut told = vec![moved, document.clone()];
    if let Some((event, by)) = review::of_record(tx, &row.id)?.pop() {
        let decision = Decision {
            state: event.state,
            remark: event.remark,
            by: by.unwrap_or_default(),
            at: event.at,
            heads: feed::split(&event.heads)?,
            facts: dispute::facts(tx, &row.id)?,
        };
        let data = decision.encode();
        told.push(Pending { what: What::Decision, changes: Vec::new(), data, ..document });
    }
    Ok(told)
}

/// Where a record written in `area` about `household` is filed: there, or where the household has moved from there.
/// Until the transaction ends the household stays where it is.
///
/// # Errors
/// The database fails.
pub fn filed(tx: &mut Tx, area: &str, household: Option<&str>) -> Result<String> {
    let Some(household) = household else { return Ok(area.to_owned()) };
    tx.conn.hold_household(household)?;
    if store::out_of(tx, household, area)?.is_empty() {
        return Ok(area.to_owned());
    }
    let now = record::briefs(tx, &[household.to_owned()])?.pop().map(|row| row.area);
    Ok(now.unwrap_or_else(|| area.to_owned()))
}

/// Villages from which work on a record may still come: area, position and time at which it left, newest first. A record
/// of which there is one per household is begun wherever the household is thought to be, so it may come from where the
/// household was, though the record never was there.
///
/// # Errors
/// The database fails.
pub fn left(tx: &mut Tx, row: &record::Row) -> Result<Vec<(String, i64, i64)>> {
    let mut places = stores::feed::left(tx, &row.id)?;
    let is_founded = forms::newest(&row.kind).is_some_and(|form| !form.identity.is_empty());
    let is_founded = is_founded && !planted::is(Fault::OneVillageFounds);
    if let Some(household) = row.household.as_deref().filter(|_| is_founded) {
        let of_household = stores::feed::left(tx, household)?;
        let known: Vec<String> = places.iter().map(|(area, ..)| area.clone()).collect();
        places.extend(of_household.into_iter().filter(|(area, ..)| !known.contains(area)));
    }
    Ok(places)
}

/// Villages an edit of a record may name beside its own: where it was before (P11 decides whether it counts).
///
/// # Errors
/// The database fails.
pub fn former(tx: &mut Tx, row: &record::Row) -> Result<Vec<String>> {
    let mut areas: Vec<String> = left(tx, row)?.into_iter().map(|(area, ..)| area).collect();
    // Its `moved` may be written later in this transaction.
    areas.push(row.made_in.clone());
    Ok(areas)
}

/// Whether no reader of that village was ever told that the record left it.
///
/// # Errors
/// The database fails.
pub fn never_was_in(tx: &mut Tx, record: &str, area: &str) -> Result<bool> {
    Ok(stores::feed::left(tx, record)?.iter().all(|(left, ..)| left != area))
}

/// The moves of a household, newest first.
///
/// # Errors
/// The database fails.
pub fn of_household(tx: &mut Tx, household: &str) -> Result<Vec<Relocation>> {
    Ok(store::of_household(tx, household)?.into_iter().map(|(row, name)| shown(row, name)).collect())
}

fn shown(row: Row, person_name: String) -> Relocation {
    Relocation {
        id: row.id,
        household: row.household,
        from_area: row.from_area,
        to_area: row.to_area,
        group_name: row.group_name,
        moved_on: row.moved_on,
        reason: row.reason,
        person_name,
        at: row.at,
    }
}
