//! The three musts of one month (domain §4.1): a pure function of facts, settings and time. The order of
//! the facts never matters, and saying a thing twice never counts twice (INV-24).

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duty::{ArrivalScope, DutyRow, DutyRule, DutySettings, DutyState, StayDayMeans};
use bidao_schema::api::person::Role;
use bidao_schema::calendar::{Date, Month};

use super::fact::{Duty, Facts, Leave, Phone, Presence, Source};

/// What stands in the column of the village when a leader's villages are summed up (Q1).
pub const ALL_VILLAGES: &str = "all";

/// What is evaluated.
#[derive(Debug, Clone, Copy)]
pub struct Period<'a> {
    /// The month.
    pub month: Month,
    /// Settings.
    pub settings: &'a DutySettings,
    /// The server's clock.
    pub now: i64,
}

/// The threshold of a rule (domain §4). February has no other.
#[must_use]
pub fn threshold(rule: DutyRule) -> u32 {
    match rule {
        DutyRule::R1 => 1,
        DutyRule::R2 => 2,
        DutyRule::R3 => 15,
    }
}

/// One row per person, village and rule of the `villages`; by village, then rule, then name: never by figures.
#[must_use]
pub fn evaluate(facts: &Facts, villages: &BTreeSet<String>, period: Period) -> Vec<DutyRow> {
    let mut duties: BTreeMap<(String, DutyRule, &str), Vec<&Duty>> = BTreeMap::new();
    for duty in &facts.duties {
        let Some(rule) = duty.rule() else { continue };
        duties.entry((place(duty, rule, period.settings), rule, &duty.person)).or_default().push(duty);
    }
    let today = Date::from_epoch_millis_shanghai(period.now);
    let mut rows: Vec<DutyRow> = duties
        .into_values()
        .filter(|duties| duties.iter().any(|duty| villages.contains(&duty.village)))
        .filter(|duties| duties.iter().any(|duty| duty.touches(period.month) || duty.holds_on(today)))
        .map(|duties| row(facts, &duties, period))
        .collect();
    rows.sort_by(|a, b| {
        (&a.village, a.rule, &a.person_name, &a.person).cmp(&(&b.village, b.rule, &b.person_name, &b.person))
    });
    rows
}

fn place(duty: &Duty, rule: DutyRule, settings: &DutySettings) -> String {
    if rule == DutyRule::R1 && settings.arrival_scope == ArrivalScope::PerLeader {
        ALL_VILLAGES.into()
    } else {
        duty.village.clone()
    }
}

/// `duties` are of one person, one rule and one place, and not empty.
fn row(facts: &Facts, duties: &[&Duty], period: Period) -> DutyRow {
    let (person, role) = (duties[0].person.as_str(), leading_role(duties));
    let rule = super::fact::rule_of(role).unwrap_or(DutyRule::R3);
    let held: Vec<&Duty> = duties.iter().copied().filter(|duty| duty.touches(period.month)).collect();
    let their_villages: BTreeSet<&str> = duties.iter().map(|duty| duty.village.as_str()).collect();
    let theirs =
        facts.presences.iter().filter(|p| p.person == person && their_villages.contains(p.village.as_str()));
    let counted = counted(theirs, rule, period);
    let leave: Vec<&Leave> = facts.leave.iter().filter(|leave| leave.person == person).collect();
    let leave_days = leave_days(&leave, period.month);
    let phones: Vec<&Phone> = facts.phones.iter().filter(|phone| phone.person == person).collect();
    let joined = held.iter().map(|duty| duty.from).min().filter(|from| *from > period.month.first());
    let reason = reason(&held, &leave, joined.is_some(), period.month);
    let done = count(counted.len());
    let needed = needed(rule, leave_days, period);
    DutyRow {
        person: person.into(),
        person_name: facts.names.get(person).cloned().unwrap_or_default(),
        role,
        rule,
        village: place(duties[0], rule, period.settings),
        done,
        needed,
        state: state(
            Figure { held: !held.is_empty(), done, needed, has_reason: reason.is_some() },
            &phones,
            period,
        ),
        leave_days,
        late: count(counted.values().filter(|claims| claims.iter().all(|claim| claim.is_late())).count()),
        joined_on: joined.map(|on| on.to_string()),
        reason,
        last_sync_at: phones.iter().filter_map(|phone| phone.last_sync_at).max(),
        unsynced: phones.iter().map(|phone| phone.unsynced).sum(),
    }
}

/// A leader of a team is a member of it too: one row, under the leading role.
fn leading_role(duties: &[&Duty]) -> Role {
    let is_leader = duties.iter().any(|duty| duty.role == Role::TeamLeader);
    if is_leader { Role::TeamLeader } else { duties[0].role }
}

/// What counts, by village and date: the claims behind each.
pub(super) fn counted<'a>(
    presences: impl Iterator<Item = &'a Presence>,
    rule: DutyRule,
    period: Period,
) -> BTreeMap<(&'a str, Date), Vec<&'a Presence>> {
    let mut counted: BTreeMap<(&str, Date), Vec<&Presence>> = BTreeMap::new();
    for presence in presences.filter(|presence| counts(presence, rule, period)) {
        counted.entry((&presence.village, presence.on)).or_default().push(presence);
    }
    counted
}

/// Whether a claim counts for a rule: dated in the month (INV-25), and not in days still to come.
fn counts(presence: &Presence, rule: DutyRule, period: Period) -> bool {
    let has_come = presence.on <= Date::from_epoch_millis_shanghai(period.now);
    let fits = match (rule, period.settings.stay_day_means) {
        (DutyRule::R1 | DutyRule::R2, _) => presence.source == Source::Trip,
        (DutyRule::R3, StayDayMeans::Lodged) => presence.lodged,
        (DutyRule::R3, StayDayMeans::Present) => true,
    };
    fits && has_come && period.month.contains(presence.on)
}

/// The threshold; only a setting lets leave lower it, and only for R3 (Q3), rounded up.
fn needed(rule: DutyRule, leave_days: u32, period: Period) -> u32 {
    let full = threshold(rule);
    if rule != DutyRule::R3 || !period.settings.leave_prorates {
        return full;
    }
    let days = u32::from(period.month.days());
    (full * days.saturating_sub(leave_days)).div_ceil(days)
}

struct Figure {
    held: bool,
    done: u32,
    needed: u32,
    has_reason: bool,
}

fn state(figure: Figure, phones: &[&Phone], period: Period) -> DutyState {
    if !figure.held || figure.needed == 0 {
        DutyState::NotApplicable
    } else if figure.done >= figure.needed {
        DutyState::Met
    } else if !period.month.ended_at(period.now) || is_outstanding(phones, period.month) {
        DutyState::Pending
    } else if figure.has_reason {
        DutyState::NotMetWithReason
    } else {
        DutyState::NotMet
    }
}

/// Whether a phone may still hold work of the month: it said so, or nobody heard of it since the month's end.
fn is_outstanding(phones: &[&Phone], month: Month) -> bool {
    let end = month.end_millis_shanghai();
    phones.iter().any(|phone| phone.unsynced > 0 || phone.last_sync_at.unwrap_or(phone.enrolled_at) < end)
}

/// Distinct days of the month on leave.
fn leave_days(leave: &[&Leave], month: Month) -> u32 {
    let is_leave = |day: &Date| leave.iter().any(|leave| leave.from <= *day && *day <= leave.to);
    count(
        (1..=month.days())
            .filter_map(|day| Date::new(month.year(), month.number(), day))
            .filter(is_leave)
            .count(),
    )
}

/// Codes of what is on file: kinds of leave, `joined`, `left`; none when nothing is.
fn reason(held: &[&Duty], leave: &[&Leave], joined: bool, month: Month) -> Option<String> {
    let touching = leave.iter().filter(|leave| leave.from <= month.last() && month.first() <= leave.to);
    let mut codes: BTreeSet<&str> = touching.map(|leave| leave.kind.as_str()).collect();
    if joined {
        codes.insert("joined");
    }
    if !held.is_empty() && held.iter().all(|duty| duty.to.is_some_and(|last| last < month.last())) {
        codes.insert("left");
    }
    (!codes.is_empty()).then(|| codes.into_iter().collect::<Vec<_>>().join(" "))
}

/// A size as the report writes it.
pub(super) fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
