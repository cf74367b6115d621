//! The rules of domain §4.1, one sentence each, and what must hold for any facts at all.

use std::collections::BTreeSet;

use bidao_schema::api::duty::{
    ArrivalScope, DutyRow, DutyRule, DutySettings, DutyState, ReportCovers, StayDayMeans,
};
use bidao_schema::api::person::Role;
use bidao_schema::calendar::{DAY_MILLIS, Date, Month};
use proptest::prelude::*;

use super::drill::drill;
use super::evaluate::{Period, evaluate};
use super::fact::{Difficulty, Duty, Facts, Leave, Phone, Presence, Source, Visit};
use super::work::work;

const A: &str = "500114101001";
const B: &str = "500114101002";

fn defaults() -> DutySettings {
    DutySettings {
        arrival_scope: ArrivalScope::PerVillage,
        stay_day_means: StayDayMeans::Lodged,
        leave_prorates: false,
        report_covers: ReportCovers::SameMonth,
    }
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn duty(person: &str, role: Role, village: &str) -> Duty {
    Duty { person: person.into(), role, village: village.into(), from: date("2015-01-01"), to: None }
}

fn presence(record: &str, source: Source, village: &str, on: &str, lodged: bool) -> Presence {
    let on = date(on);
    let (record, village) = (record.into(), village.into());
    Presence {
        record,
        source,
        person: "p".into(),
        village,
        on,
        lodged,
        received_at: on.start_millis_shanghai(),
    }
}

fn nights(month: &str, days: std::ops::RangeInclusive<u8>) -> Vec<Presence> {
    days.map(|day| presence(&format!("s{day}"), Source::Stay, A, &format!("{month}-{day:02}"), true))
        .collect()
}

fn villages() -> BTreeSet<String> {
    BTreeSet::from([A.to_owned(), B.to_owned()])
}

/// Evaluated the day after the month's end.
fn rows(facts: &Facts, month: &str, settings: &DutySettings) -> Vec<DutyRow> {
    let month = Month::parse(month).unwrap();
    evaluate(facts, &villages(), Period { month, settings, now: month.end_millis_shanghai() })
}

fn only(facts: &Facts, month: &str) -> DutyRow {
    let rows = rows(facts, month, &defaults());
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

fn member(presences: Vec<Presence>) -> Facts {
    Facts { duties: vec![duty("p", Role::TeamMember, A)], presences, ..Facts::default() }
}

#[test]
fn fifteen_nights_are_needed_in_february_too() {
    let met = only(&member(nights("2015-02", 1..=15)), "2015-02");
    assert_eq!((met.done, met.needed, met.state), (15, 15, DutyState::Met));
    let not = only(&member(nights("2015-02", 1..=14)), "2015-02");
    assert_eq!((not.done, not.needed, not.state), (14, 15, DutyState::NotMet));
}

#[test]
fn a_night_of_a_trip_and_of_a_stay_is_one_night() {
    let mut presences = nights("2015-11", 3..=5);
    presences.push(presence("t", Source::Trip, A, "2015-11-05", true));
    presences.push(presence("u", Source::Trip, A, "2015-11-06", true));
    presences.push(presence("v", Source::Trip, A, "2015-11-07", false));
    let facts = member(presences);
    assert_eq!(only(&facts, "2015-11").done, 4);
    let present = DutySettings { stay_day_means: StayDayMeans::Present, ..defaults() };
    assert_eq!(rows(&facts, "2015-11", &present)[0].done, 5);
}

#[test]
fn a_night_over_the_months_end_belongs_to_the_earlier_month() {
    let facts = member(vec![presence("s", Source::Stay, A, "2015-11-30", true)]);
    assert_eq!(only(&facts, "2015-11").done, 1);
    assert_eq!(only(&facts, "2015-12").done, 0);
}

#[test]
fn two_arrivals_on_one_date_are_one_and_nights_are_no_arrivals() {
    let presences = vec![
        presence("t1", Source::Trip, A, "2015-11-03", false),
        presence("t2", Source::Trip, A, "2015-11-03", true),
        presence("s1", Source::Stay, A, "2015-11-04", true),
    ];
    let facts = Facts { duties: vec![duty("p", Role::DeptHead, A)], presences, ..Facts::default() };
    let row = only(&facts, "2015-11");
    assert_eq!((row.rule, row.done, row.needed, row.state), (DutyRule::R2, 1, 2, DutyState::NotMet));
}

#[test]
fn a_leader_owes_each_linked_village_an_arrival_unless_the_setting_sums_them_up() {
    let duties = vec![duty("p", Role::DistrictLeader, A), duty("p", Role::DistrictLeader, B)];
    let presences = vec![presence("t", Source::Trip, B, "2015-11-03", false)];
    let facts = Facts { duties, presences, ..Facts::default() };
    let each: Vec<_> =
        rows(&facts, "2015-11", &defaults()).into_iter().map(|r| (r.village, r.state)).collect();
    assert_eq!(each, [(A.to_owned(), DutyState::NotMet), (B.to_owned(), DutyState::Met)]);
    let summed = DutySettings { arrival_scope: ArrivalScope::PerLeader, ..defaults() };
    let one = rows(&facts, "2015-11", &summed);
    assert_eq!(
        (one.len(), one[0].village.as_str(), one[0].done, one[0].state),
        (1, "all", 1, DutyState::Met)
    );
}

#[test]
fn a_month_that_is_not_over_is_pending_until_the_number_is_reached() {
    let month = Month::parse("2015-11").unwrap();
    let settings = defaults();
    let period = Period { month, settings: &settings, now: month.end_millis_shanghai() - 1 };
    assert_eq!(evaluate(&member(vec![]), &villages(), period)[0].state, DutyState::Pending);
    let met = evaluate(&member(nights("2015-11", 1..=15)), &villages(), period);
    assert_eq!(met[0].state, DutyState::Met);
}

#[test]
fn a_phone_that_may_hold_work_of_the_month_keeps_it_pending() {
    let end = Month::parse("2015-11").unwrap().end_millis_shanghai();
    let phone = |last_sync_at, unsynced| Phone { person: "p".into(), enrolled_at: 0, last_sync_at, unsynced };
    for (phones, state) in [
        (vec![phone(Some(end - 1), 0)], DutyState::Pending),
        (vec![phone(None, 0)], DutyState::Pending),
        (vec![phone(Some(end), 1)], DutyState::Pending),
        (vec![phone(Some(end), 0), phone(Some(end - 1), 0)], DutyState::Pending),
        (vec![phone(Some(end), 0)], DutyState::NotMet),
        (vec![Phone { enrolled_at: end, ..phone(None, 0) }], DutyState::NotMet),
        (vec![], DutyState::NotMet),
    ] {
        assert_eq!(
            only(&Facts { phones: phones.clone(), ..member(vec![]) }, "2015-11").state,
            state,
            "{phones:?}"
        );
    }
}

#[test]
fn leave_is_shown_and_changes_no_threshold_unless_the_setting_says_so() {
    let leave = |from, to| Leave { person: "p".into(), from: date(from), to: date(to), kind: "sick".into() };
    let mut facts = member(nights("2015-11", 1..=12));
    facts.leave = vec![leave("2015-10-30", "2015-11-03"), leave("2015-11-03", "2015-11-05")];
    let row = only(&facts, "2015-11");
    assert_eq!((row.done, row.needed, row.leave_days), (12, 15, 5));
    assert_eq!((row.state, row.reason.as_deref()), (DutyState::NotMetWithReason, Some("sick")));
    let prorated = DutySettings { leave_prorates: true, ..defaults() };
    assert_eq!(rows(&facts, "2015-11", &prorated)[0].needed, 13); // 15 × 25 / 30, rounded up
    facts.leave.push(leave("2015-11-01", "2015-12-31"));
    assert_eq!(rows(&facts, "2015-11", &prorated)[0].state, DutyState::NotApplicable);
}

#[test]
fn who_joins_on_the_20th_is_shown_with_that_date() {
    let mut facts = member(nights("2015-11", 20..=27));
    facts.duties[0].from = date("2015-11-20");
    let row = only(&facts, "2015-11");
    assert_eq!((row.done, row.needed, row.joined_on.as_deref()), (8, 15, Some("2015-11-20")));
    assert_eq!((row.state, row.reason.as_deref()), (DutyState::NotMetWithReason, Some("joined")));
    assert_eq!(only(&facts, "2015-12").joined_on, None);
}

#[test]
fn who_joined_after_the_month_had_no_duty_and_who_left_before_it_has_no_row() {
    let mut facts = member(vec![]);
    facts.duties[0].from = date("2015-12-01");
    assert_eq!(only(&facts, "2015-11").state, DutyState::NotApplicable);
    facts.duties[0] = Duty { to: Some(date("2015-10-31")), ..duty("p", Role::TeamMember, A) };
    assert_eq!(rows(&facts, "2015-11", &defaults()), []);
}

#[test]
fn a_late_night_counts_in_its_own_month_and_is_marked() {
    let mut facts = member(nights("2015-11", 1..=3));
    facts.presences[0].received_at = date("2015-11-08").start_millis_shanghai();
    facts.presences[1].received_at = date("2015-12-06").start_millis_shanghai();
    let row = only(&facts, "2015-11");
    assert_eq!((row.done, row.late), (3, 1));
    facts.presences.push(presence("t", Source::Trip, A, "2015-11-02", true));
    assert_eq!(only(&facts, "2015-11").late, 0);
}

#[test]
fn a_day_still_to_come_does_not_count() {
    let (month, settings) = (Month::parse("2015-11").unwrap(), defaults());
    let now = date("2015-11-10").start_millis_shanghai();
    let period = Period { month, settings: &settings, now };
    assert_eq!(evaluate(&member(nights("2015-11", 1..=30)), &villages(), period)[0].done, 10);
}

#[test]
fn a_leader_of_the_team_who_is_a_member_too_has_one_row() {
    let mut facts = member(vec![]);
    facts.duties.push(duty("p", Role::TeamLeader, A));
    assert_eq!(only(&facts, "2015-11").role, Role::TeamLeader);
}

#[test]
fn the_order_is_village_rule_and_name_whatever_the_figures() {
    let duties = vec![
        duty("p", Role::TeamMember, B),
        duty("q", Role::TeamMember, A),
        duty("r", Role::TeamMember, A),
        duty("s", Role::DistrictLeader, A),
    ];
    let names = [("p", "丁"), ("q", "乙"), ("r", "丙"), ("s", "甲")];
    let names = names.into_iter().map(|(id, name)| (id.to_owned(), name.to_owned())).collect();
    let facts = Facts { duties, names, ..member(nights("2015-11", 1..=20)) };
    let order: Vec<String> = rows(&facts, "2015-11", &defaults()).into_iter().map(|row| row.person).collect();
    assert_eq!(order, ["s", "r", "q", "p"]); // 丙 U+4E19 before 乙 U+4E59
}

#[test]
fn work_is_counted_plainly_and_a_call_is_no_visit() {
    let visit = |household: &str, by_phone, met_someone| Visit {
        household: household.into(),
        trip: "t".into(),
        village: A.into(),
        on: date("2015-11-03"),
        by_phone,
        met_someone,
        activities: vec!["policy".into()],
    };
    let november = Month::parse("2015-11");
    let facts = Facts {
        visits: vec![
            visit("h1", false, true),
            visit("h1", false, true),
            visit("h2", false, false),
            visit("h3", true, true),
        ],
        difficulties: vec![
            Difficulty { village: A.into(), raised: november, solved: november, confirmed: false },
            Difficulty {
                village: A.into(),
                raised: Month::parse("2015-10"),
                solved: november,
                confirmed: true,
            },
        ],
        households: [(A.to_owned(), ["h1", "h2", "h3"].map(str::to_owned).into())].into(),
        ..member(vec![presence("t", Source::Trip, A, "2015-11-03", false)])
    };
    let row = work(&facts, &villages(), november.unwrap()).remove(0);
    assert_eq!((row.trips, row.visits, row.phone_visits), (1, 3, 1));
    assert_eq!((row.households_visited, row.households, row.policy), (1, 3, 2));
    assert_eq!((row.difficulties_raised, row.difficulties_solved), (1, 1));
}

fn any_presence() -> impl Strategy<Value = Presence> {
    let village = prop_oneof![Just(A), Just(B)];
    let source = prop_oneof![Just(Source::Trip), Just(Source::Stay)];
    // Around February 2016: a leap month and the months beside it.
    (0_u32..1000, source, village, 16_820_i64..16_880, any::<bool>(), 0_i64..20).prop_map(
        |(record, source, village, day, lodged, after)| {
            let on = Date::from_days_since_epoch(day).unwrap();
            let (record, village) = (format!("{record:04}"), village.to_owned());
            let received_at = on.start_millis_shanghai() + after * DAY_MILLIS;
            Presence { record, source, person: "p".into(), village, on, lodged, received_at }
        },
    )
}

fn any_settings() -> impl Strategy<Value = DutySettings> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(leader, present, leave_prorates)| DutySettings {
        arrival_scope: if leader { ArrivalScope::PerLeader } else { ArrivalScope::PerVillage },
        stay_day_means: if present { StayDayMeans::Present } else { StayDayMeans::Lodged },
        leave_prorates,
        report_covers: ReportCovers::SameMonth,
    })
}

fn everyone(presences: Vec<Presence>) -> Facts {
    let roles = [Role::DistrictLeader, Role::DeptHead, Role::TeamMember];
    let duties = roles.into_iter().flat_map(|role| [duty("p", role, A), duty("p", role, B)]).collect();
    Facts { duties, presences, ..Facts::default() }
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_no_figure(
        (given, shuffled) in proptest::collection::vec(any_presence(), 0..40)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        settings in any_settings(),
    ) {
        prop_assert_eq!(
            rows(&everyone(given), "2016-02", &settings),
            rows(&everyone(shuffled), "2016-02", &settings)
        );
    }

    #[test]
    fn saying_it_twice_never_inflates(
        given in proptest::collection::vec(any_presence(), 0..40),
        settings in any_settings(),
    ) {
        let again = given.iter().map(|p| Presence { record: format!("{}b", p.record), ..p.clone() });
        let twice = given.iter().cloned().chain(again).collect();
        prop_assert_eq!(
            rows(&everyone(given), "2016-02", &settings),
            rows(&everyone(twice), "2016-02", &settings)
        );
    }

    #[test]
    fn a_figure_never_exceeds_the_days_of_the_month_and_equals_its_counted_records(
        given in proptest::collection::vec(any_presence(), 0..60),
    ) {
        let (month, settings) = (Month::parse("2016-02").unwrap(), defaults());
        let period = Period { month, settings: &settings, now: month.end_millis_shanghai() };
        // A record is one claim.
        let by_id: std::collections::BTreeMap<_, _> = given.into_iter().map(|p| (p.record.clone(), p)).collect();
        let facts = everyone(by_id.into_values().collect());
        for row in evaluate(&facts, &villages(), period) {
            prop_assert!(row.done <= 29 && row.late <= row.done);
            let there: Vec<Presence> =
                facts.presences.iter().filter(|p| p.village == row.village).cloned().collect();
            let records = drill(&there, &[], row.rule, period);
            prop_assert_eq!(records.iter().filter(|r| r.counted).count(), row.done as usize);
            prop_assert!(records.is_sorted_by_key(|r| r.occurred_on.clone()));
        }
    }

    #[test]
    fn every_instant_of_a_shanghai_day_is_in_the_month_of_that_day(day in 0_i64..40_000, within in 0..DAY_MILLIS) {
        let date = Date::from_days_since_epoch(day).unwrap();
        let instant = date.start_millis_shanghai() + within;
        let month = Month::from_epoch_millis_shanghai(instant);
        prop_assert_eq!(month, date.month());
        prop_assert!(!month.ended_at(instant));
        prop_assert!(month.previous().unwrap().ended_at(instant));
    }

    #[test]
    fn more_facts_never_lower_a_figure(
        given in proptest::collection::vec(any_presence(), 0..30),
        more in any_presence(),
        settings in any_settings(),
    ) {
        let before = rows(&everyone(given.clone()), "2016-02", &settings);
        let after = rows(&everyone(given.into_iter().chain([more]).collect()), "2016-02", &settings);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(before.done <= after.done);
        }
    }
}
