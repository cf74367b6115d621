//! What happens in a world besides people writing and a bad line: drawn per seed, from a stream of its own.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Something that happens beside a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A household moves to another village.
    Move,
    /// Two phones add the same family.
    AddTwice,
    /// The office says of two records whether they are one family.
    Settle,
    /// Somebody surveys a family through either of its records.
    Survey,
    /// The server gets a newer version of a form.
    Release,
    /// Somebody goes on with a visit.
    EditVisit,
    /// Several phones begin the same month of a household.
    Month,
    /// Somebody goes on with a month: a line more, a correction, a decision which of two corrections holds.
    Line,
    /// Two phones correct the same line, each in its own way.
    CorrectTwice,
}

/// Probabilities of one world, each 0 to 1; in half of all worlds a thing never happens.
#[derive(Debug)]
pub struct Plan {
    /// A household moves.
    pub moves: f64,
    /// A family is added twice.
    pub twice: f64,
    /// Somebody goes on with a visit, in a world where forms change.
    pub visits: f64,
    /// Something happens to the income of a household.
    pub months: f64,
    /// Steps until the new form is there.
    pub until_release: Option<u32>,
    /// Whether it is.
    pub is_released: bool,
    /// Draws for events alone: worlds without them are as they were.
    pub chance: Chance,
    /// The same for months.
    pub ledger: Chance,
}

/// A source of draws whose state nobody wants to read.
pub struct Chance(pub StdRng);

impl Default for Chance {
    fn default() -> Self {
        Self(StdRng::seed_from_u64(0))
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Plan {
    /// Draws a world.
    pub fn draw(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ 0x006d_6f76_6573);
        let mut up_to = |most: f64| if rng.random_bool(0.5) { rng.random_range(0.0..most) } else { 0.0 };
        let (moves, twice, visits) = (up_to(0.2), up_to(0.15), up_to(0.2));
        let until_release = (visits > 0.0).then(|| rng.random_range(0..80));
        let mut ledger = StdRng::seed_from_u64(seed ^ 0x6d6f_6e74_6873);
        let months = if ledger.random_bool(0.5) { ledger.random_range(0.0..0.3) } else { 0.0 };
        let (chance, ledger) = (Chance(rng), Chance(ledger));
        Self { moves, twice, visits, months, until_release, is_released: false, chance, ledger }
    }

    /// What happens now, if anything.
    pub fn next(&mut self) -> Option<Event> {
        if let Some(left) = &mut self.until_release {
            if *left == 0 {
                self.until_release = None;
                return Some(Event::Release);
            }
            *left -= 1;
        }
        let rng = &mut self.chance.0;
        if rng.random_bool(self.moves) {
            return Some(Event::Move);
        }
        if rng.random_bool(self.visits) {
            return Some(Event::EditVisit);
        }
        if rng.random_bool(self.twice) {
            let all = [Event::AddTwice, Event::Settle, Event::Settle, Event::Survey];
            return Some(all[rng.random_range(0..all.len())]);
        }
        let rng = &mut self.ledger.0;
        if rng.random_bool(self.months) {
            let all = [Event::Month, Event::Line, Event::Line, Event::Line, Event::CorrectTwice];
            return Some(all[rng.random_range(0..all.len())]);
        }
        None
    }
}
