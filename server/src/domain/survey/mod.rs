//! Door-to-door survey rounds 摸底调查 (domain §4 R14): the office opens one for an area, survey groups go from
//! house to house, everybody sees how far they are and what they found. What a house said is in the household's
//! register and in visits; a round only says who goes where, and counts.

pub mod progress;
pub mod summary;
pub mod tally;

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::answer::is_id;
use bidao_schema::api::area::AreaLevel;
use bidao_schema::api::person::Role;
use bidao_schema::api::survey::{
    OpenSurvey, SurveyGround, SurveyGroup, SurveyProgress, SurveyRound, SurveySummary,
};
use bidao_schema::calendar::Date;
use bidao_schema::codes::area_level;
use bidao_schema::forms;

use super::access::{Principal, Scope, significant};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::survey::{self, Ground, Group, Member, Round, Whole};
use crate::store::{Tx, area, assignment};

/// Roles that open and close rounds in the areas they hold.
pub const OPENS: &[Role] = &[Role::TownOffice, Role::AlleviationOffice];
/// Characters of a name.
const NAME_CHARS: usize = 60;
/// Characters of the criteria.
const CRITERIA_CHARS: usize = 2000;
/// Survey groups of a round.
const GROUPS: usize = 500;
/// Persons of a survey group.
const MEMBERS: usize = 30;

/// Opens a round. Asked again with the same id and content it answers the same.
///
/// # Errors
/// `forbidden` outside one's area, `invalid` with the field that is wrong, `already_exists` when the id is another
/// round's.
pub fn open(tx: &mut Tx, principal: &Principal, ask: &OpenSurvey, now: i64) -> Result<(SurveyRound, Audit)> {
    if !principal.scope.opens_surveys(&ask.area) {
        return Err(Error::forbidden("the office opens survey rounds in its own area"));
    }
    let whole = whole(principal, ask, now);
    if let Some(known) = survey::find(tx, &ask.id)? {
        let is_same = same(&known, &whole);
        let other = || Error::invalid("id", "another round has this id");
        return if is_same {
            Ok((shown(tx, known, &reads(principal))?, Audit::default()))
        } else {
            Err(other())
        };
    }
    check(ask)?;
    check_groups(tx, ask)?;
    let houses = survey::insert(tx, &whole, significant(&ask.area))?;
    let detail = format!("{} {} – {}, {houses} households", ask.area, ask.from, ask.to);
    Ok((shown(tx, whole, &reads(principal))?, entry(principal, "open_survey", &ask.id, detail, now)))
}

/// Closes a round. Later visits still count where they belong, by their day.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn close(tx: &mut Tx, principal: &Principal, id: &str, now: i64) -> Result<(SurveyRound, Audit)> {
    let found = survey::find(tx, id)?.filter(|whole| principal.scope.opens_surveys(&whole.round.area));
    found.ok_or_else(|| Error::not_found("survey"))?;
    let audit = match survey::close(tx, id, now)? {
        true => entry(principal, "close_survey", id, String::new(), now),
        false => Audit::default(),
    };
    let whole = survey::find(tx, id)?.ok_or_else(|| Error::not_found("survey"))?;
    Ok((shown(tx, whole, &reads(principal))?, audit))
}

/// Rounds that reach into an area the reader reads, newest first.
///
/// # Errors
/// The database fails.
pub fn visible(tx: &mut Tx, scope: &Scope) -> Result<Vec<SurveyRound>> {
    let within = scope.readable_prefixes();
    let mut rounds = survey::rounds(tx)?;
    rounds.retain(|round| scope.meets(&round.area));
    all_shown(tx, rounds, &within)
}

/// Open rounds a phone works in, with the houses listed in its own villages.
///
/// # Errors
/// The database fails.
pub fn of_phone(tx: &mut Tx, scope: &Scope) -> Result<Vec<SurveyRound>> {
    let within = scope.writable_prefixes();
    // Asked with every sync: what is closed or elsewhere costs one row.
    let mut rounds = survey::rounds(tx)?;
    rounds.retain(|round| round.closed_at.is_none() && scope.meets(&round.area));
    all_shown(tx, rounds, &within)
}

fn all_shown(tx: &mut Tx, rounds: Vec<Round>, within: &[String]) -> Result<Vec<SurveyRound>> {
    let one = |round| {
        let whole = survey::whole(tx, round)?;
        shown(tx, whole, within)
    };
    rounds.into_iter().map(one).collect()
}

/// How far a round is, in the villages the reader reads.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn progress(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<SurveyProgress> {
    let round = find(tx, scope, id)?;
    progress::of(tx, scope, round, now)
}

/// The survey summary P1, in the villages the reader reads.
///
/// # Errors
/// `not_found`, or the database fails.
pub fn summary(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<SurveySummary> {
    let round = find(tx, scope, id)?;
    let progress = progress::of(tx, scope, round, now)?;
    summary::of(tx, scope, &progress)
}

fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<SurveyRound> {
    let found = survey::find(tx, id)?.filter(|whole| scope.meets(&whole.round.area));
    shown(tx, found.ok_or_else(|| Error::not_found("survey"))?, &scope.readable_prefixes())
}

fn reads(principal: &Principal) -> Vec<String> {
    principal.scope.readable_prefixes()
}

fn shown(tx: &mut Tx, whole: Whole, within: &[String]) -> Result<SurveyRound> {
    let Whole { round, groups, members, grounds } = whole;
    let listed = survey::listed(tx, &round.id, within)?;
    let group = |group: Group| SurveyGroup {
        members: members.iter().filter(|m| m.position == group.position).map(|m| m.person.clone()).collect(),
        grounds: grounds
            .iter()
            .filter(|ground| ground.position == group.position)
            .map(|ground| SurveyGround {
                village: ground.village.clone(),
                group_name: Some(ground.group_name.clone()).filter(|name| !name.is_empty()),
            })
            .collect(),
        name: group.name,
    };
    Ok(SurveyRound {
        groups: groups.into_iter().map(group).collect(),
        listed,
        id: round.id,
        name: round.name,
        area: round.area,
        from: round.from_on,
        to: round.to_on,
        form: round.form,
        criteria: round.criteria,
        closed_at: round.closed_at,
    })
}

fn whole(principal: &Principal, ask: &OpenSurvey, now: i64) -> Whole {
    let round = Round {
        id: ask.id.clone(),
        name: ask.name.trim().into(),
        area: ask.area.clone(),
        from_on: ask.from.clone(),
        to_on: ask.to.clone(),
        form: ask.form.clone(),
        criteria: ask.criteria.trim().into(),
        opened_by: principal.person.clone(),
        opened_at: now,
        closed_at: None,
    };
    let mut whole = Whole { round, groups: Vec::new(), members: Vec::new(), grounds: Vec::new() };
    for (position, group) in (0..).zip(&ask.groups) {
        let round = ask.id.clone();
        whole.groups.push(Group { round: round.clone(), position, name: group.name.trim().into() });
        let member = |person: &String| Member { round: round.clone(), position, person: person.clone() };
        whole.members.extend(group.members.iter().map(member));
        let ground = |ground: &SurveyGround| Ground {
            round: round.clone(),
            village: ground.village.clone(),
            group_name: ground.group_name.clone().unwrap_or_default().trim().into(),
            position,
        };
        whole.grounds.extend(group.grounds.iter().map(ground));
    }
    whole.members.sort_by(|a, b| (a.position, &a.person).cmp(&(b.position, &b.person)));
    whole.grounds.sort_by(|a, b| (&a.village, &a.group_name).cmp(&(&b.village, &b.group_name)));
    whole
}

/// Whether two say the same; when and by whom aside.
fn same(one: &Whole, other: &Whole) -> bool {
    let stated = |whole: &Whole| Whole {
        round: Round { opened_by: String::new(), opened_at: 0, closed_at: None, ..whole.round.clone() },
        ..whole.clone()
    };
    stated(one) == stated(other)
}

fn check(ask: &OpenSurvey) -> Result<()> {
    let need = |holds: bool, field: &str, why: &str| {
        if holds { Ok(()) } else { Err(Error::invalid(field, why)) }
    };
    need(is_id(&ask.id), "id", "expected 32 hex digits")?;
    let chars = ask.name.trim().chars().count();
    need((1..=NAME_CHARS).contains(&chars), "name", "1 to 60 characters")?;
    need(ask.criteria.chars().count() <= CRITERIA_CHARS, "criteria", "at most 2,000 characters")?;
    let level = area_level(&ask.area);
    need(matches!(level, Some(AreaLevel::Township | AreaLevel::Village)), "area", "a township or a village")?;
    let (from, to) = (Date::parse(&ask.from), Date::parse(&ask.to));
    need(from.is_some(), "from", "expected YYYY-MM-DD")?;
    need(to.is_some(), "to", "expected YYYY-MM-DD")?;
    need(from <= to, "to", "ends before it begins")?;
    let is_register = ask.form.starts_with("household/") && forms::find(&ask.form).is_some();
    need(is_register, "form", "no version of the household register")?;
    need(!ask.groups.is_empty(), "groups", "at least one survey group")?;
    need(ask.groups.len() <= GROUPS, "groups", "at most 500 survey groups")
}

/// Every group has both kinds of people, every house of the area has exactly one group.
fn check_groups(tx: &mut Tx, ask: &OpenSurvey) -> Result<()> {
    let villages: BTreeSet<String> = area::under(tx, significant(&ask.area))?
        .into_iter()
        .map(|row| row.code)
        .filter(|code| area_level(code) == Some(AreaLevel::Village))
        .collect();
    let mut names = BTreeSet::new();
    let mut taken: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (number, group) in ask.groups.iter().enumerate() {
        let at = |field: &str| format!("groups/{number}/{field}");
        let name = group.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS || !names.insert(name) {
            return Err(Error::invalid(at("name"), "1 to 60 characters, each name once"));
        }
        if let Some(why) = missing_member(tx, group, &ask.from)? {
            return Err(Error::invalid(at("members"), why));
        }
        for ground in &group.grounds {
            if !villages.contains(&ground.village) {
                return Err(Error::invalid(
                    at("grounds"),
                    format!("{} is no village of the area", ground.village),
                ));
            }
            let part = ground.group_name.as_deref().unwrap_or_default().trim();
            if let Some(other) = taken.insert((ground.village.as_str(), part), name) {
                let place = format!("{} {part}", ground.village);
                return Err(Error::invalid(at("grounds"), format!("{place} has {other} already")));
            }
        }
    }
    // A household may name a villagers' group that nobody thought of: somebody has the rest of each village.
    let uncovered = villages.iter().find(|village| !taken.contains_key(&(village.as_str(), "")));
    uncovered.map_or(Ok(()), |village| {
        Err(Error::invalid(
            "groups",
            format!("nobody has the rest of village {village}: a ground without a group"),
        ))
    })
}

/// What is wrong with the people of a group, if anything is.
fn missing_member(tx: &mut Tx, group: &SurveyGroup, on: &str) -> Result<Option<String>> {
    if group.members.len() > MEMBERS {
        return Ok(Some("at most 30 persons".into()));
    }
    let mut held = BTreeSet::new();
    for person in &group.members {
        let roles = assignment::valid_on(tx, person, on)?;
        if roles.is_empty() {
            return Ok(Some(format!("{person} holds no office on {on}")));
        }
        held.extend(roles.into_iter().map(|(role, _)| role));
    }
    Ok(
        match (
            held.contains(&Role::TownOffice),
            [Role::TeamMember, Role::TeamLeader].iter().any(|r| held.contains(r)),
        ) {
            (true, true) => None,
            (false, _) => Some("at least one cadre of the township".into()),
            (_, false) => Some("at least one member of a resident team".into()),
        },
    )
}

fn entry(principal: &Principal, action: &'static str, object: &str, detail: String, at: i64) -> Audit {
    Audit::of(Entry {
        at,
        person: principal.person.clone(),
        device: principal.device.clone().unwrap_or_default(),
        action,
        object: object.into(),
        detail,
    })
}
