//! The seeded simulation: phones with the real engine, the real server code on in-memory SQLite, and a
//! network that loses, repeats, delays and cuts. Everything random comes from one seed, so a failing seed
//! can be looked at again.

mod authority;
mod check;
mod family;
mod faults;
mod hazards;
mod ledger;
mod limits;
mod line;
mod mishap;
mod months;
mod moving;
mod phone;
mod plan;
mod present;
mod server;
mod signing;
mod trace;
mod upgrade;
mod world;

pub use trace::Trace;

use world::World;

/// Steps with faults, before the line is healed.
const STEPS: usize = 120;
/// Rounds after healing within which everything must agree.
const ROUNDS: usize = 8;

/// What went wrong, with the end of the story.
#[derive(Debug)]
pub struct Failure {
    /// The seed that shows it.
    pub seed: u64,
    /// The broken promise.
    pub what: String,
    /// The last events, in words.
    pub story: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        writeln!(f, "the last events:\n{}", self.story)?;
        write!(f, "again: cargo x sim {}", self.seed)
    }
}

/// Runs one seed; a failure tells the last `told` events.
///
/// # Errors
/// A promise was broken.
pub fn run(seed: u64, told: usize) -> Result<Trace, Box<Failure>> {
    upgrade::next_release();
    let mut world = World::new(seed);
    let outcome = live(&mut world);
    match outcome {
        Ok(()) => Ok(world.trace),
        Err(what) => Err(Box::new(Failure { seed, what, story: world.trace.last(told) })),
    }
}

fn live(world: &mut World) -> Result<(), String> {
    // More phones need more time to meet.
    let steps = if world.plan.moves > 0.0 { STEPS + STEPS / 3 } else { STEPS };
    for _ in 0..steps {
        world.step()?;
        // A server that was put back says so to the phones, who offer again what it lost.
        if !world.machine.is_behind {
            check::acknowledged_is_stored(world)?;
        }
    }
    world.heal()?;
    for _ in 0..ROUNDS {
        world.part_with_what_left();
        world.everyone_syncs()?;
    }
    world.nothing_goes_on()?;
    let proof = check::everything(world)?;
    for _ in 0..proof.signed {
        world.trace.tell("all parties signed exactly what a record says".into());
    }
    for _ in 0..proof.attestations {
        world.trace.tell("a signature is kept".into());
    }
    for _ in 0..proof.settled {
        world.trace.tell("a family of two records is settled".into());
    }
    for _ in 0..proof.months.statements {
        world.trace.tell("one statement of a month has every line".into());
    }
    for _ in 0..proof.months.disputed {
        world.trace.tell("people are asked which correction of a line holds".into());
    }
    for _ in 0..proof.disagreements {
        world.trace.tell("two people disagree about a field, and both values are shown".into());
    }
    Ok(())
}
