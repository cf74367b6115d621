//! Survey rounds: their groups, grounds and the houses listed at the start; what they are counted from.

use diesel::prelude::*;

use super::Tx;
use super::area::range;
use super::projection::{Household, Visit};
use super::schema::{
    household, record, survey_ground, survey_group, survey_listed, survey_member, survey_round, visit,
};
use super::vault::place::TITLE;
use crate::error::Result;

/// A row of `survey_round`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = survey_round)]
pub struct Round {
    /// 32 hex digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Area surveyed.
    pub area: String,
    /// First day.
    pub from_on: String,
    /// Last day.
    pub to_on: String,
    /// Version of the register it fills in.
    pub form: String,
    /// What the degrees of severity mean here.
    pub criteria: String,
    /// Person who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

/// A row of `survey_group`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = survey_group)]
pub struct Group {
    /// The round.
    pub round: String,
    /// Its place in the round, from 0.
    pub position: i32,
    /// Name.
    pub name: String,
}

/// A row of `survey_member`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = survey_member)]
pub struct Member {
    /// The round.
    pub round: String,
    /// Place of the group.
    pub position: i32,
    /// Person id.
    pub person: String,
}

/// A row of `survey_ground`.
#[derive(Queryable, Insertable, Selectable, Debug, Clone, PartialEq, Eq)]
#[diesel(table_name = survey_ground)]
pub struct Ground {
    /// The round.
    pub round: String,
    /// Village code.
    pub village: String,
    /// Name of the villagers' group, empty for what is left of the village.
    pub group_name: String,
    /// Place of the group that goes there.
    pub position: i32,
}

/// A round with its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The round.
    pub round: Round,
    /// Its groups, in their order.
    pub groups: Vec<Group>,
    /// Their members.
    pub members: Vec<Member>,
    /// Where they go.
    pub grounds: Vec<Ground>,
}

/// Adds a round with its groups and everything that is on the list of its area now.
///
/// # Errors
/// It exists, or the database fails.
pub fn insert(tx: &mut Tx, whole: &Whole, prefix: &str) -> Result<usize> {
    let round = whole.round.id.clone();
    diesel::insert_into(survey_round::table).values(whole.round.clone()).execute(tx.conn)?;
    for row in &whole.groups {
        diesel::insert_into(survey_group::table).values(row.clone()).execute(tx.conn)?;
    }
    for row in &whole.members {
        diesel::insert_into(survey_member::table).values(row.clone()).execute(tx.conn)?;
    }
    for row in &whole.grounds {
        diesel::insert_into(survey_ground::table).values(row.clone()).execute(tx.conn)?;
    }
    let listed = households(tx, prefix)?;
    for row in &listed {
        let values = (survey_listed::round.eq(&round), survey_listed::household.eq(&row.record));
        diesel::insert_into(survey_listed::table).values(values).execute(tx.conn)?;
    }
    Ok(listed.len())
}

/// A round by id.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<Whole>> {
    let round = survey_round::table.find(id).select(Round::as_select()).first(tx.conn).optional()?;
    round.map(|round| whole(tx, round)).transpose()
}

/// All rounds without their groups, newest first.
///
/// # Errors
/// The database fails.
pub fn rounds(tx: &mut Tx) -> Result<Vec<Round>> {
    let order = (survey_round::from_on.desc(), survey_round::id);
    Ok(survey_round::table.order(order).select(Round::as_select()).load(tx.conn)?)
}

/// A round with its groups.
///
/// # Errors
/// The database fails.
pub fn whole(tx: &mut Tx, round: Round) -> Result<Whole> {
    let groups = survey_group::table
        .filter(survey_group::round.eq(&round.id))
        .order(survey_group::position)
        .select(Group::as_select())
        .load(tx.conn)?;
    let members = survey_member::table
        .filter(survey_member::round.eq(&round.id))
        .order((survey_member::position, survey_member::person))
        .select(Member::as_select())
        .load(tx.conn)?;
    let grounds = survey_ground::table
        .filter(survey_ground::round.eq(&round.id))
        .order((survey_ground::village, survey_ground::group_name))
        .select(Ground::as_select())
        .load(tx.conn)?;
    Ok(Whole { round, groups, members, grounds })
}

/// Closes a round that is open; answers whether it was.
///
/// # Errors
/// The database fails.
pub fn close(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    let open = survey_round::table.find(id).filter(survey_round::closed_at.is_null());
    Ok(diesel::update(open).set(survey_round::closed_at.eq(Some(at))).execute(tx.conn)? > 0)
}

/// Households that were on the list of a round and are in villages under one of the prefixes now.
///
/// # Errors
/// The database fails.
pub fn listed(tx: &mut Tx, round: &str, prefixes: &[String]) -> Result<Vec<String>> {
    let mut listed = Vec::new();
    for (first, last) in prefixes.iter().map(|prefix| range(prefix)) {
        let rows = survey_listed::table
            .inner_join(record::table.on(record::id.eq(survey_listed::household)))
            .filter(survey_listed::round.eq(round).and(record::area.between(first, last)))
            .select(survey_listed::household);
        listed.extend(rows.load::<String>(tx.conn)?);
    }
    listed.sort();
    listed.dedup();
    Ok(listed)
}

/// Which of these households were on the list of a round, wherever they are now.
///
/// # Errors
/// The database fails.
pub fn listed_of(tx: &mut Tx, round: &str, households: &[String]) -> Result<Vec<String>> {
    let rows = survey_listed::table
        .filter(survey_listed::round.eq(round).and(survey_listed::household.eq_any(households.to_vec())));
    Ok(rows.select(survey_listed::household).load(tx.conn)?)
}

/// What is counted of the households of villages under a prefix, with their titles.
///
/// # Errors
/// The database fails.
pub fn households(tx: &mut Tx, prefix: &str) -> Result<Vec<Household>> {
    let (first, last) = range(prefix);
    let rows = household::table
        .filter(household::village.between(first, last))
        .order(household::record)
        .select(Household::as_select());
    Ok(rows.load(tx.conn)?)
}

/// Titles of the households of villages under a prefix.
///
/// # Errors
/// The database fails.
pub fn titles(tx: &mut Tx, prefix: &str) -> Result<Vec<(String, String)>> {
    let (first, last) = range(prefix);
    let rows = record::table
        .filter(record::kind.eq("household").and(record::area.between(first, last)))
        .select((record::id, record::title));
    let sealed: Vec<(String, String)> = rows.load(tx.conn)?;
    let open = |(id, title): (String, String)| {
        let title = tx.vault.unseal_text(&TITLE, &id, &title)?;
        Ok((id, title))
    };
    sealed.into_iter().map(open).collect()
}

/// Survey visits between two days to households of villages under a prefix, oldest first.
///
/// # Errors
/// The database fails.
pub fn visits(tx: &mut Tx, prefix: &str, from: &str, to: &str) -> Result<Vec<Visit>> {
    let (first, last) = range(prefix);
    let rows = visit::table
        .filter(visit::visit_type.eq("survey"))
        .filter(visit::village.between(first, last))
        .filter(visit::occurred_on.between(from, to))
        .order((visit::occurred_on, visit::received_at, visit::record))
        .select(Visit::as_select());
    Ok(rows.load(tx.conn)?)
}
