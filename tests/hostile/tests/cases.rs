//! Structured hostile changes by the hundred thousand: `CASES=1000000` tries more, `SEED=7` one again. Nothing that the
//! gate lets in may break a record, and nothing may take long or much memory.
#![allow(clippy::print_stdout, reason = "says how many were let in")]

use std::collections::BTreeMap;

use bidao_hostile::endure::{MEMORY, Said, endure};
use bidao_hostile::mutate;
use bidao_hostile::scene::{self, Scene};
use bidao_hostile::source::Source;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Cases of one `cargo x test`.
const USUAL: u64 = 60_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One case: what the gate said, how long it took, how much memory everything took.
fn case(scenes: &[Scene], seed: u64) -> Result<(Said, i64, usize), String> {
    let mut source = Source::seeded(seed);
    let scene = source.one(scenes);
    let changes = mutate::changes(scene, &mut source);
    let changes: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let endured = endure(scene, &changes).map_err(|fault| format!("{}: {fault}", scene.name))?;
    let memory = HEAP.peak_usage().saturating_sub(before);
    if memory > MEMORY {
        return Err(format!("{}: {memory} bytes at once", scene.name));
    }
    Ok((endured.said, endured.micros, memory))
}

#[test]
fn hostile_changes_are_refused_or_harmless_for_ever() {
    let scenes = scene::all();
    let seeds = number("SEED").map_or(0..number("CASES").unwrap_or(USUAL), |seed| seed..seed + 1);
    let (mut said, mut faults) = (BTreeMap::<String, u64>::new(), Vec::new());
    let (mut slowest, mut largest, count) = ((0, 0), (0, 0), seeds.end - seeds.start);
    for seed in seeds {
        match case(&scenes, seed) {
            Ok((word, micros, memory)) => {
                slowest = slowest.max((micros, seed));
                largest = largest.max((memory, seed));
                let word = match word {
                    Said::Accepted(_) => "accepted".into(),
                    Said::Held => "held".into(),
                    Said::Refused(code) => code.as_str().to_owned(),
                };
                *said.entry(word).or_default() += 1;
            }
            Err(fault) => faults.push(format!("SEED={seed}: {fault}")),
        }
    }
    println!("{count} cases: {said:?}");
    println!(
        "slowest {} µs (SEED={}), most memory {} KiB (SEED={})",
        slowest.0,
        slowest.1,
        largest.0 / 1024,
        largest.1
    );
    let accepted = said.get("accepted").copied().unwrap_or_default();
    println!("proof: cases={count} accepted={accepted} broken={}", faults.len());
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
    // A generator whose changes all end at the same rule proves nothing.
    assert!(count < USUAL || (accepted * 50 > count && said.len() > 15), "{said:?}");
}
