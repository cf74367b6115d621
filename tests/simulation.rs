//! Seeds that once failed first, then fresh ones, on as many threads as there are cores. `SEED=7` replays one;
//! `SEEDS=500` runs that many, `SEEDS=endless` goes on until one fails; `REMEMBER` adds what fails to `seeds.txt`.
#![allow(clippy::print_stdout, reason = "says how far it is, and how to see a failure again")]

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::thread;

use bidao_tests::sim::{self, Failure};

/// Seeds of one `cargo x test`.
const USUAL: u64 = 300;
/// Failures that are told, stories and all; after the first of an endless run there is no second.
const TOLD: usize = 3;

/// What must happen at least so often in the usual seeds, as the stories tell it. A simulation in which nothing goes
/// wrong and nobody disagrees proves nothing.
const HAPPENS: [(&str, usize); 29] = [
    ("is lost", 100),
    ("is cut at byte", 100),
    ("arrives twice", 100),
    ("an old request", 100),
    ("a slow answer", 100),
    ("the line of", 100),
    ("does not get through to", 20),
    ("dies before", 100),
    ("has no room: nothing is saved", 20),
    ("the clock of", 20),
    ("is put back to an old copy", 20),
    ("is one of two telephones now", 10),
    ("NewIncarnation", 20),
    ("carries", 20),
    ("Delivered", 20),
    ("the server starts anew", 50),
    ("the server is put back", 20),
    ("the server has no room for", 20),
    ("is revoked", 10),
    ("is sent from", 20),
    ("is paired with", 50),
    ("two people disagree", 100),
    ("status: Done", 100),
    ("a signature is kept", 100),
    ("all parties signed", 20),
    ("moves to", 100),
    ("a family of two records is settled", 50),
    ("one statement of a month has every line", 100),
    ("people are asked which correction of a line holds", 50),
];

/// Those of them that are faults.
const FAULTS: [&str; 16] = [
    "is lost",
    "is cut at byte",
    "arrives twice",
    "an old request",
    "a slow answer",
    "does not get through to",
    "dies before",
    "has no room: nothing is saved",
    "the clock of",
    "is put back to an old copy",
    "is one of two telephones now",
    "the server starts anew",
    "the server is put back",
    "the server has no room for",
    "is revoked",
    "is sent from",
];

type Seeds = Box<dyn Iterator<Item = u64> + Send>;

fn remembered() -> Vec<u64> {
    let lines = include_str!("seeds.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn is_endless() -> bool {
    std::env::var("SEEDS").is_ok_and(|text| text == "endless")
}

fn seeds() -> Seeds {
    if let Some(seed) = number("SEED") {
        return Box::new(std::iter::once(seed));
    }
    let fresh: Seeds =
        if is_endless() { Box::new(USUAL..) } else { Box::new(0..number("SEEDS").unwrap_or(USUAL)) };
    Box::new(remembered().into_iter().chain(fresh))
}

/// What all seeds together came to.
#[derive(Default)]
struct Tally {
    run: u64,
    happened: BTreeMap<&'static str, usize>,
    failures: Vec<Failure>,
}

impl Tally {
    fn add(&mut self, outcome: Result<sim::Trace, Box<Failure>>) {
        self.run += 1;
        match outcome {
            Ok(trace) => {
                for (word, _) in HAPPENS {
                    *self.happened.entry(word).or_default() += trace.count(word);
                }
            }
            Err(failure) => {
                remember(&failure);
                println!("seed {} failed: {}", failure.seed, failure.what);
                self.failures.push(*failure);
            }
        }
        if self.run.is_multiple_of(50) {
            println!("{} seeds, {} failed: {:?}", self.run, self.failures.len(), self.happened);
        }
    }
}

/// Writes a failing seed down, so that it runs first from now on.
fn remember(failure: &Failure) {
    if std::env::var_os("REMEMBER").is_none() || remembered().contains(&failure.seed) {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds.txt");
    let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("seeds.txt");
    writeln!(file, "{} {}", failure.seed, failure.what).expect("seeds.txt takes a line");
}

/// Runs the seeds on all cores; an endless run ends with its first failure.
fn run_all(seeds: Seeds) -> Tally {
    // One seed replayed on purpose tells its whole story.
    let told = if number("SEED").is_some() { usize::MAX } else { 40 };
    let (seeds, tally) = (Mutex::new(seeds), Mutex::new(Tally::default()));
    let work = || {
        loop {
            let next = seeds.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(seed) = next else { return };
            let outcome = sim::run(seed, told);
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.add(outcome);
            if is_endless() && !tally.failures.is_empty() {
                return;
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    tally.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn no_seed_breaks_a_promise() {
    let mut tally = run_all(seeds());
    tally.failures.sort_by_key(|failure| failure.seed);
    for failure in tally.failures.iter().take(TOLD) {
        println!("{failure}\n");
    }
    let failed: Vec<(u64, &str)> =
        tally.failures.iter().map(|failure| (failure.seed, failure.what.as_str())).collect();
    let times =
        |words: &[&str]| words.iter().map(|word| tally.happened.get(word).unwrap_or(&0)).sum::<usize>();
    println!(
        "proof: seeds={} faults={} disagreements={} broken={}",
        tally.run,
        times(&FAULTS),
        times(&["two people disagree"]),
        failed.len()
    );
    assert!(failed.is_empty(), "{} of {} seeds failed: {failed:#?}", failed.len(), tally.run);
    for (word, least) in HAPPENS {
        let found = tally.happened[word];
        assert!(tally.run < USUAL || found >= least, "only {found} times in all seeds: {word}");
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in [3, 11, 42] {
        assert_eq!(sim::run(seed, 40).expect("passes"), sim::run(seed, 40).expect("passes"), "seed {seed}");
    }
}
