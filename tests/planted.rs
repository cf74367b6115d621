//! The simulator itself is tested: it has to find every fault that is planted (sync ADR 7). Each names the seed that found it
//! last; where that one no longer does, the others are tried, up to as many as `cargo x test` runs. Only programs with debug
//! assertions have such faults.
#![cfg(debug_assertions)]
#![allow(clippy::print_stdout, reason = "says which seed found which fault")]

use std::sync::{Mutex, PoisonError};
use std::thread;

use bidao_sync::planted::{self, Fault};
use bidao_tests::sim::{self, Failure};

/// Seeds within which a fault has to show.
const WITHIN: u64 = 300;

/// Which seed showed a fault last.
const FOUND_BY: [(Fault, u64); 19] = [
    (Fault::LostCommit, 1),
    (Fault::NumberFirst, 0),
    (Fault::NoWriteCheck, 0),
    (Fault::NoReadCheck, 0),
    (Fault::HeldNotKept, 7),
    (Fault::CarrierIsAuthor, 3),
    (Fault::RevokedWrites, 25),
    (Fault::NoAuditEntry, 0),
    (Fault::PageSkips, 0),
    (Fault::StaleDecides, 178),
    (Fault::LastWriterWins, 2),
    (Fault::LastFormShows, 8),
    (Fault::HalfCommit, 2),
    (Fault::OneVillageFounds, 0),
    (Fault::ReuseIsFinal, 117),
    (Fault::RootAgain, 115),
    (Fault::NoRewind, 11),
    (Fault::NoReadBack, 29),
    (Fault::DeletesUnsent, 14),
];

/// The first failure, of the known seed or of all.
fn caught(fault: Fault) -> Option<Failure> {
    let known = FOUND_BY.iter().find(|(found, _)| *found == fault).map(|(_, seed)| *seed);
    let seeds = Mutex::new(known.into_iter().chain(0..WITHIN));
    let caught: Mutex<Option<Failure>> = Mutex::new(None);
    let work = || {
        loop {
            let next = seeds.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(seed) = next else { return };
            if caught.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                return;
            }
            if let Err(failure) = sim::run(seed, 0) {
                *caught.lock().unwrap_or_else(PoisonError::into_inner) = Some(*failure);
                return;
            }
        }
    };
    let threads = if known.is_some() { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    caught.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_planted_fault_is_found() {
    let mut missed = Vec::new();
    for fault in planted::ALL {
        planted::plant(Some(fault));
        match caught(fault) {
            Some(failure) => println!("(Fault::{fault:?}, {}), // {}", failure.seed, failure.what),
            None => missed.push(fault),
        }
        planted::plant(None);
    }
    println!("proof: planted={} missed={}", planted::ALL.len(), missed.len());
    assert!(missed.is_empty(), "no seed of {WITHIN} shows {missed:?}");
}
