//! Times are claims (P15): milliseconds since 1970 on the wire, seconds inside a change.
//!
//! A change whose claim is 10^11 or more is read as milliseconds: as seconds it would be after the year 5000, and some
//! engines write milliseconds unless told otherwise.

use crate::limits;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The seconds written into a change made at `now`.
pub fn seconds(now: Millis) -> i64 {
    now.div_euclid(1000)
}

/// Claims from here on are milliseconds.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// The milliseconds a change's claim means.
pub fn millis(claim: i64) -> Millis {
    if claim >= MILLISECONDS_FROM { claim } else { claim.saturating_mul(1000) }
}

/// Whether a change may claim that when it arrives at `now`: not before 1970, not over a century ahead. A
/// phone that believes in another year is a claim like any other (P15): its work is taken and the claim is shown.
pub fn is_sane(claim: i64, now: Millis) -> bool {
    claim >= 0 && millis(claim) <= now.saturating_add(limits::FUTURE_CLAIM_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_sane_up_to_a_century_ahead() {
        let now = 1_750_000_000_000;
        assert!(is_sane(0, now));
        assert!(!is_sane(-1, now));
        let edge = seconds(now + limits::FUTURE_CLAIM_MS);
        assert!(is_sane(edge, now));
        assert!(!is_sane(edge + 1, now));
        assert!(!is_sane(i64::MAX, now));
        assert!(is_sane(now + limits::FUTURE_CLAIM_MS, now), "milliseconds");
        assert!(!is_sane(now + limits::FUTURE_CLAIM_MS + 1, now));
        assert_eq!(millis(now), millis(seconds(now)));
    }
}
