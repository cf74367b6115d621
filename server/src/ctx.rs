//! Time and randomness, handed in from outside so that a simulation can own both.

use std::sync::{Arc, Mutex};

use rand::{RngCore, SeedableRng, rngs::StdRng};

use crate::steady_clock::{MachineHands, SteadyClock};

/// Milliseconds since 1970 (UTC), from whoever owns time.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since 1970.
    fn now(&self) -> i64;

    /// Why what it says may be wrong. A clock that is believed without question has no reason.
    fn doubt(&self) -> Option<Doubt> {
        None
    }

    /// Tells it when something was written last: it cannot be earlier now.
    fn not_before(&self, _written: i64) {}
}

/// What is wrong with the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It jumped a little, by so many milliseconds, and is followed.
    Jumped {
        /// Forwards, or backwards below zero.
        by: i64,
    },
    /// It is not believed; it is so many milliseconds off the server's own time.
    Held {
        /// Ahead, or behind below zero.
        off_by: i64,
    },
}

/// The clock of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's time enters")]
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Clock and random source of one server.
#[derive(Clone)]
pub struct Ctx {
    clock: Arc<dyn Clock>,
    rng: Arc<Mutex<StdRng>>,
}

impl Ctx {
    /// The machine's clock and entropy.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock), StdRng::from_os_rng())
    }

    /// A clock that does not follow the machine's into another year, and the machine's entropy: for a server.
    #[must_use]
    pub fn steady() -> Self {
        Self::new(Arc::new(SteadyClock::new(MachineHands)), StdRng::from_os_rng())
    }

    /// A given clock and random source.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, rng: StdRng) -> Self {
        Self { clock, rng: Arc::new(Mutex::new(rng)) }
    }

    /// Now, in milliseconds since 1970 (UTC).
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Why what [`Self::now`] says may be wrong.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        self.clock.doubt()
    }

    /// Tells the clock when something was written last.
    pub fn not_before(&self, written: i64) {
        self.clock.not_before(written);
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut rng = self.rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A new id: 16 random bytes as 32 hex digits.
    #[must_use]
    pub fn id(&self) -> String {
        bidao_sync::ids::to_hex(&self.random::<16>())
    }
}
