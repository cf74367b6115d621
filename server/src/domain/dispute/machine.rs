//! How a dispute goes from state to state (domain §9.4), and until when. Pure.

use bidao_schema::api::dispute::{DisputeState, Step};
use bidao_schema::calendar::Date;

/// Working days until it is acknowledged, from the day the server got it.
const ACKNOWLEDGED_WITHIN: u8 = 2;
/// Working days until something is found, from the same day.
const FOUND_WITHIN: u8 = 20;

/// Every step, in the order of the way.
pub const STEPS: [Step; 8] = [
    Step::Acknowledge,
    Step::Assign,
    Step::Uphold,
    Step::UpholdPartly,
    Step::Reject,
    Step::Withdraw,
    Step::Tell,
    Step::Close,
];

/// Where a step leads; none where it does not lead on.
#[must_use]
pub fn next(from: DisputeState, step: Step) -> Option<DisputeState> {
    use DisputeState as S;
    let to = match (from, step) {
        (S::Raised, Step::Acknowledge) => S::Acknowledged,
        (S::Acknowledged | S::Investigating, Step::Assign) => S::Investigating,
        (S::Investigating, Step::Uphold) => S::Upheld,
        (S::Investigating, Step::UpholdPartly) => S::Partly,
        (S::Investigating, Step::Reject) => S::Rejected,
        (S::Raised | S::Acknowledged | S::Investigating, Step::Withdraw) => S::Withdrawn,
        (S::Upheld | S::Partly | S::Rejected | S::Withdrawn | S::Told, Step::Tell) => S::Told,
        (S::Told, Step::Close) => S::Closed,
        _ => return None,
    };
    Some(to)
}

/// The last day for the step that follows; none once something was found: then the household is told.
#[must_use]
pub fn due(state: DisputeState, raised: Date) -> Option<Date> {
    match state {
        DisputeState::Raised => working_days_after(raised, ACKNOWLEDGED_WITHIN),
        DisputeState::Acknowledged | DisputeState::Investigating => working_days_after(raised, FOUND_WITHIN),
        _ => None,
    }
}

/// Monday to Friday: which holidays move working days to weekends is announced from year to year.
fn working_days_after(day: Date, days: u8) -> Option<Date> {
    let mut day = day;
    for _ in 0..days {
        day = day.add_days(1)?;
        while is_weekend(day) {
            day = day.add_days(1)?;
        }
    }
    Some(day)
}

/// 1970-01-01 was a Thursday.
fn is_weekend(day: Date) -> bool {
    (day.days_since_epoch() + 3).rem_euclid(7) >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_from_every_state_leads_where_the_domain_says_or_nowhere() {
        use DisputeState as S;
        // Columns in the order of STEPS.
        let table: [(S, [Option<S>; 8]); 9] = [
            (S::Raised, [Some(S::Acknowledged), None, None, None, None, Some(S::Withdrawn), None, None]),
            (
                S::Acknowledged,
                [None, Some(S::Investigating), None, None, None, Some(S::Withdrawn), None, None],
            ),
            (
                S::Investigating,
                [
                    None,
                    Some(S::Investigating),
                    Some(S::Upheld),
                    Some(S::Partly),
                    Some(S::Rejected),
                    Some(S::Withdrawn),
                    None,
                    None,
                ],
            ),
            (S::Upheld, [None, None, None, None, None, None, Some(S::Told), None]),
            (S::Partly, [None, None, None, None, None, None, Some(S::Told), None]),
            (S::Rejected, [None, None, None, None, None, None, Some(S::Told), None]),
            (S::Withdrawn, [None, None, None, None, None, None, Some(S::Told), None]),
            (S::Told, [None, None, None, None, None, None, Some(S::Told), Some(S::Closed)]),
            (S::Closed, [None; 8]),
        ];
        let states: std::collections::BTreeSet<S> = table.iter().map(|(from, _)| *from).collect();
        assert_eq!(states.len(), S::Closed as usize + 1, "a row for every state");
        for (from, row) in table {
            for (step, to) in STEPS.into_iter().zip(row) {
                assert_eq!(next(from, step), to, "{from:?} {step:?}");
            }
        }
    }

    #[test]
    fn deadlines_skip_weekends() {
        let day = |text: &str| Date::parse(text).unwrap();
        let due = |state, raised: &str| due(state, day(raised)).map(|day| day.to_string());
        // 2015-12-03 is a Thursday.
        assert_eq!(due(DisputeState::Raised, "2015-12-03").as_deref(), Some("2015-12-07"));
        assert_eq!(due(DisputeState::Raised, "2015-12-01").as_deref(), Some("2015-12-03"));
        assert_eq!(due(DisputeState::Raised, "2015-12-05").as_deref(), Some("2015-12-08"));
        assert_eq!(due(DisputeState::Investigating, "2015-12-03").as_deref(), Some("2015-12-31"));
        assert_eq!(due(DisputeState::Told, "2015-12-03"), None);
    }
}
