//! Simulated time for server and phones; afterwards the machine's.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::ctx::{Clock, SystemClock};

/// How far each look at the clock moves it, in milliseconds.
const TICK: i64 = 2;
/// "Use the machine's clock."
const REAL: i64 = 0;

/// A clock that the director of the demo moves from day to day. In between it creeps, so that no two
/// moments are equal.
#[derive(Debug, Default)]
pub struct DemoClock {
    at: AtomicI64,
}

impl DemoClock {
    /// Moves to a moment, never back.
    pub fn advance_to(&self, millis: i64) {
        self.at.fetch_max(millis, Ordering::SeqCst);
    }

    /// From now on the machine's time is served.
    pub fn release(&self) {
        self.at.store(REAL, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> i64 {
        match self.at.load(Ordering::SeqCst) {
            REAL => SystemClock.now(),
            _ => self.at.fetch_add(TICK, Ordering::SeqCst),
        }
    }
}
