//! What befalls phones, people and the server, besides a bad line: drawn per seed, from a stream of its own. In many
//! worlds a thing never happens, and some exclude each other.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::plan::Chance;

/// Something that befalls somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hazard {
    /// Somebody copies a phone away.
    BackUpPhone,
    /// The copy is put back, days later.
    RestorePhone,
    /// The copy is put on a second telephone: two with one identity.
    ClonePhone,
    /// A phone's clock is set, by years or back.
    SetClock,
    /// A phone's storage is full for a while.
    FillPhone,
    /// For a while nothing reaches a phone, though what it sends arrives.
    Deafen,
    /// Somebody takes a phone's sealed batches along on a memory card.
    HandOver,
    /// Whoever has the card puts it into another phone; it keeps the card.
    PutIn,
    /// The server starts anew.
    RestartServer,
    /// The nightly backup.
    BackUpServer,
    /// The backup is all that is left.
    RestoreServer,
    /// The server's disk is full for a while.
    FillServer,
    /// A phone is reported lost and revoked.
    Revoke,
    /// A member is sent to another village.
    Reassign,
    /// A helper gets another household.
    MovePairing,
}

/// Probabilities of one world, each 0 to 1.
#[derive(Debug, Default)]
pub struct Hazards {
    backups: f64,
    clones: f64,
    clocks: f64,
    full_phones: f64,
    one_way: f64,
    cards: f64,
    restarts: f64,
    disasters: f64,
    full_server: f64,
    revocations: f64,
    reassignments: f64,
    pairings: f64,
    slow: f64,
    cut_answers: f64,
    /// Draws for hazards alone: worlds without them are as they were.
    pub chance: Chance,
}

impl Hazards {
    /// Draws a world. `moves` says whether households move there, which a server put back to before would not know.
    pub fn draw(seed: u64, moves: bool) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ 0x6869_7474_696e_6773);
        let mut up_to = |share: f64, most: f64| {
            let (is_on, how_often) = (rng.random_bool(share), rng.random_range(0.0..most));
            if is_on { how_often } else { 0.0 }
        };
        let mut drawn = Self {
            backups: up_to(0.4, 0.08),
            clones: up_to(0.25, 0.02),
            clocks: up_to(0.3, 0.05),
            full_phones: up_to(0.3, 0.04),
            one_way: up_to(0.3, 0.04),
            cards: up_to(0.4, 0.1),
            restarts: up_to(0.3, 0.04),
            disasters: up_to(0.6, 0.08),
            full_server: up_to(0.25, 0.03),
            revocations: up_to(0.3, 0.02),
            reassignments: up_to(0.3, 0.03),
            pairings: up_to(0.5, 0.03),
            slow: up_to(0.4, 0.2),
            cut_answers: up_to(0.4, 0.2),
            chance: Chance(rng),
        };
        // What was decided at the desk since the backup is decided again there, not by the phones.
        if moves {
            drawn.disasters = 0.0;
        }
        if drawn.disasters > 0.0 {
            // Both at once loses what both had: PROTOCOL.md §6.1 says so.
            (drawn.backups, drawn.clones) = (0.0, 0.0);
            (drawn.revocations, drawn.reassignments) = (0.0, 0.0);
        }
        drawn
    }

    /// Whether the server's database must outlive the server.
    pub fn shakes_server(&self) -> bool {
        self.restarts + self.disasters + self.full_server > 0.0
    }

    /// Whether what travels now takes its time.
    pub fn is_slow(&mut self) -> bool {
        self.slow > 0.0 && self.chance.0.random_bool(self.slow)
    }

    /// Where an answer of that length is cut, if it is.
    pub fn cut(&mut self, length: usize) -> Option<usize> {
        let is_cut = self.cut_answers > 0.0 && self.chance.0.random_bool(self.cut_answers);
        is_cut.then(|| self.chance.0.random_range(0..length))
    }

    /// From now on nothing befalls anybody.
    pub fn end(&mut self) {
        *self = Self { chance: std::mem::take(&mut self.chance), ..Self::default() };
    }

    /// What befalls somebody now, if anything.
    pub fn next(&mut self) -> Option<Hazard> {
        use Hazard as H;
        let all: [(f64, &[Hazard]); 12] = [
            (self.backups, &[H::BackUpPhone, H::RestorePhone]),
            (self.clones, &[H::ClonePhone]),
            (self.clocks, &[H::SetClock]),
            (self.full_phones, &[H::FillPhone]),
            (self.one_way, &[H::Deafen]),
            (self.cards, &[H::HandOver, H::PutIn]),
            (self.restarts, &[H::RestartServer]),
            (self.disasters, &[H::BackUpServer, H::BackUpServer, H::RestoreServer]),
            (self.full_server, &[H::FillServer]),
            (self.revocations, &[H::Revoke]),
            (self.reassignments, &[H::Reassign]),
            (self.pairings, &[H::MovePairing]),
        ];
        let rng = &mut self.chance.0;
        for (how_often, hazards) in all {
            if how_often > 0.0 && rng.random_bool(how_often) {
                return Some(hazards[rng.random_range(0..hazards.len())]);
            }
        }
        None
    }
}
