//! A clock that only moves when a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bidao_server::ctx::Clock;
use bidao_server::steady_clock::Hands;

/// 2015-11-20 09:00 in Shanghai: a working day in the month of the bulletin.
pub const START: i64 = 1_447_981_200_000;
/// Milliseconds of a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The clock; clones share its hands.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// At a given time, in milliseconds since 1970.
    #[must_use]
    pub fn at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis)))
    }

    /// Moves the hands.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The hands of a machine's clock: what passes moves both, what somebody sets only the wall's. Clones share them.
#[derive(Clone)]
pub struct Dials {
    wall: TestClock,
    elapsed: TestClock,
}

impl Dials {
    /// At a given time, in milliseconds since 1970.
    #[must_use]
    pub fn at(millis: i64) -> Self {
        Self { wall: TestClock::at(millis), elapsed: TestClock::at(0) }
    }

    /// Lets time pass.
    pub fn pass(&self, millis: i64) {
        self.wall.advance(millis);
        self.elapsed.advance(millis);
    }

    /// Sets the wall's.
    pub fn jump(&self, millis: i64) {
        self.wall.advance(millis);
    }
}

impl Hands for Dials {
    fn wall(&self) -> i64 {
        self.wall.now()
    }

    fn elapsed(&self) -> i64 {
        self.elapsed.now()
    }
}
