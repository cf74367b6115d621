//! The clock of a server that must not be led astray by its machine's: a battery that is empty, a wrong time server, a hand
//! that slips. A small jump is followed and said. A large one is not believed: the server goes on by its own time, the one
//! it had and what has passed since on the clock that only counts, until the two agree again or somebody starts it anew.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ctx::{Clock, Doubt, SystemClock};

/// A difference worth telling, in milliseconds: time servers correct less.
pub const STEP: i64 = 60_000;
/// The largest jump that is followed, in milliseconds. Sessions, uploads and assignments outlive it.
pub const BELIEVED: i64 = 7 * 86_400_000;
/// How long a jump that was followed is told of, in milliseconds.
pub const TOLD: i64 = 86_400_000;

/// What a clock is read from.
pub trait Hands: Send + Sync {
    /// Milliseconds since 1970, as the machine believes.
    fn wall(&self) -> i64;
    /// Milliseconds that have passed since some moment, also while the machine slept. Nobody can set it.
    fn elapsed(&self) -> i64;
}

/// Those of the machine.
pub struct MachineHands;

impl Hands for MachineHands {
    fn wall(&self) -> i64 {
        SystemClock.now()
    }

    fn elapsed(&self) -> i64 {
        let passed = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        passed.tv_sec.saturating_mul(1000).saturating_add(passed.tv_nsec / 1_000_000)
    }
}

/// The clock.
pub struct SteadyClock<H> {
    hands: H,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The server's time, less what has elapsed.
    offset: i64,
    held: Option<Held>,
    /// When a jump was followed, on the clock that only counts, and how far it went.
    jumped: Option<(i64, i64)>,
}

/// Why the machine's clock is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// It jumped too far.
    Jumped,
    /// It began before what had been written already: any later time is more likely.
    Behind,
}

impl<H: Hands> SteadyClock<H> {
    /// Begins with the machine's time.
    pub fn new(hands: H) -> Self {
        let offset = hands.wall() - hands.elapsed();
        Self { hands, state: Mutex::new(State { offset, held: None, jumped: None }) }
    }

    /// Looks at the hands; the server's time, and how far the machine's is from it.
    fn look(&self) -> (MutexGuard<'_, State>, i64, i64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, elapsed) = (self.hands.wall(), self.hands.elapsed());
        let own = elapsed.saturating_add(state.offset);
        let gap = wall.saturating_sub(own);
        let is_small = gap.saturating_abs() <= BELIEVED;
        match state.held {
            None if !is_small => {
                tracing::error!(millis = gap, "the machine's clock jumped and is not believed");
                state.held = Some(Held::Jumped);
                (state, own, gap)
            }
            Some(Held::Jumped) if !is_small => (state, own, gap),
            Some(Held::Behind) if gap < 0 => (state, own, gap),
            before => {
                if before.is_some() {
                    tracing::warn!(millis = gap, "the machine's clock is believed again");
                } else if gap.saturating_abs() > STEP {
                    tracing::warn!(millis = gap, "the machine's clock jumped");
                    state.jumped = Some((elapsed, gap));
                }
                state.held = None;
                state.offset = wall - elapsed;
                (state, wall, 0)
            }
        }
    }
}

impl<H: Hands> Clock for SteadyClock<H> {
    fn now(&self) -> i64 {
        self.look().1
    }

    fn doubt(&self) -> Option<Doubt> {
        let (state, _, gap) = self.look();
        if state.held.is_some() {
            return Some(Doubt::Held { off_by: gap });
        }
        let (at, by) = state.jumped?;
        (self.hands.elapsed() - at < TOLD).then_some(Doubt::Jumped { by })
    }

    fn not_before(&self, written: i64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, elapsed) = (self.hands.wall(), self.hands.elapsed());
        if written.saturating_sub(wall) > BELIEVED {
            tracing::error!(
                millis = wall - written,
                "the machine's clock is before what is written: not believed"
            );
            state.held = Some(Held::Behind);
            state.offset = written - elapsed;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const DAY: i64 = 86_400_000;
    const YEAR: i64 = 365 * DAY;
    const BEGIN: i64 = 1_800_000_000_000;

    #[derive(Clone, Default)]
    struct Dials(Arc<(AtomicI64, AtomicI64)>);

    impl Dials {
        fn pass(&self, millis: i64) {
            self.0.0.fetch_add(millis, Ordering::SeqCst);
            self.0.1.fetch_add(millis, Ordering::SeqCst);
        }

        fn set_wall(&self, to: i64) {
            self.0.0.store(to, Ordering::SeqCst);
        }
    }

    impl Hands for Dials {
        fn wall(&self) -> i64 {
            self.0.0.load(Ordering::SeqCst)
        }

        fn elapsed(&self) -> i64 {
            self.0.1.load(Ordering::SeqCst)
        }
    }

    fn started() -> (Dials, SteadyClock<Dials>) {
        let dials = Dials::default();
        dials.set_wall(BEGIN);
        (dials.clone(), SteadyClock::new(dials))
    }

    #[test]
    fn time_that_passes_and_small_corrections_are_nothing_to_tell() {
        let (dials, clock) = started();
        for _ in 0..100 {
            dials.pass(DAY);
            dials.set_wall(dials.wall() - STEP);
            assert_eq!((clock.now(), clock.doubt()), (dials.wall(), None));
        }
    }

    #[test]
    fn a_jump_of_hours_is_followed_and_told_of_for_a_day() {
        for by in [8 * 3_600_000, -8 * 3_600_000] {
            let (dials, clock) = started();
            dials.set_wall(BEGIN + by);
            assert_eq!((clock.now(), clock.doubt()), (BEGIN + by, Some(Doubt::Jumped { by })));
            dials.pass(TOLD);
            assert_eq!(clock.doubt(), None);
        }
    }

    #[test]
    fn years_are_not_believed_and_the_servers_own_time_goes_on_until_the_machine_is_right_again() {
        for by in [YEAR, -30 * YEAR] {
            let (dials, clock) = started();
            dials.pass(1000);
            dials.set_wall(BEGIN + by);
            assert_eq!(clock.now(), BEGIN + 1000);
            dials.pass(DAY);
            assert_eq!(clock.now(), BEGIN + 1000 + DAY);
            assert!(matches!(clock.doubt(), Some(Doubt::Held { .. })));
            dials.set_wall(BEGIN + DAY + 5000);
            assert_eq!((clock.now(), clock.doubt()), (BEGIN + DAY + 5000, None));
        }
    }

    #[test]
    fn a_machine_that_starts_in_1970_goes_on_from_what_was_written_last() {
        let (dials, clock) = started();
        dials.set_wall(0);
        clock.not_before(BEGIN);
        assert_eq!(clock.now(), BEGIN);
        dials.pass(60_000);
        assert_eq!((clock.now(), clock.doubt()), (BEGIN + 60_000, Some(Doubt::Held { off_by: -BEGIN })));
        // The time server answers at last: the machine was off for a year.
        dials.set_wall(BEGIN + YEAR);
        assert_eq!((clock.now(), clock.doubt()), (BEGIN + YEAR, None));
    }

    #[test]
    fn a_machine_that_starts_a_little_before_what_was_written_is_believed() {
        let (dials, clock) = started();
        clock.not_before(BEGIN + DAY);
        assert_eq!((clock.now(), clock.doubt()), (dials.wall(), None));
    }
}
