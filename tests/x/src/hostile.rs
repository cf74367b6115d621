//! `cargo x hostile` and `cargo x fuzz`: hostile input by the million, for the night.

use std::path::PathBuf;
use std::process::Command;

use crate::need;
use crate::step::{Failure, Outcome, answers, cargo, program, root, run, tell};

/// Cases when nobody says how many.
const CASES: &str = "1000000";
/// What is fuzzed; `bidao_hostile::targets` says what each does.
const TARGETS: [&str; 6] = ["request", "gate", "hub", "expression", "form", "image"];

/// Structured hostile changes: `--cases N`.
pub fn cases(arguments: &[String]) -> Outcome {
    need::system(need::BUILD)?;
    let count = option(arguments, "--cases")?.unwrap_or_else(|| CASES.into());
    run("hostile changes", generator(&count))
}

/// What tries so many.
pub fn generator(count: &str) -> Command {
    let mut command = cargo(&["test", "--package", "bidao-hostile", "--release", "--test", "cases", "--"]);
    command.arg("--nocapture").env("CASES", count);
    command
}

/// Fuzzing: `--minutes N`, shared by all targets.
pub fn fuzz(arguments: &[String]) -> Outcome {
    let minutes = option(arguments, "--minutes")?.unwrap_or_else(|| "6".into());
    let minutes = minutes.parse().map_err(|_| Failure(format!("--minutes {minutes}: no number")))?;
    fuzz_for(minutes, |_| ())
}

/// Fuzzes every target for its share of the minutes; `hear` is told how many inputs there were.
pub fn fuzz_for(minutes: u64, mut hear: impl FnMut(&str)) -> Outcome {
    need::system(need::BUILD)?;
    need::system(need::FUZZ)?;
    if !answers("cargo", &["fuzz", "--version"]) {
        run("install cargo-fuzz", cargo(&["install", "cargo-fuzz", "--locked", "--version", "0.13.2"]))?;
    }
    let seconds = (minutes * 60).div_ceil(TARGETS.len() as u64);
    for target in TARGETS {
        // New inputs go to a folder that is not kept; those worth it are minimised by hand into the corpus.
        let found = folder().join("target/found").join(target);
        let made = std::fs::create_dir_all(&found);
        made.map_err(|error| Failure(format!("cannot make {}: {error}", found.display())))?;
        let mut command = fuzzer("run", target);
        command.arg(&found).arg(folder().join("corpus").join(target)).arg("--");
        command.arg(format!("-max_total_time={seconds}"));
        // One input: 64 MiB in one piece, five seconds with sanitizers, which are some fifty times slower. A picture of 32
        // million pixels, which is the limit, takes more; its process has a limit of its own.
        let most = if target == "image" { "-malloc_limit_mb=160" } else { "-malloc_limit_mb=64" };
        command.args([most, "-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=1"]);
        tell(&format!("fuzz {target} for {seconds} s"), command, |line| {
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                // A crash ends the command before there is such a line.
                hear(&format!("proof: targets=1 executed={} crashes=0", number.trim()));
            }
        })?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    root().join("tests/fuzz")
}

/// cargo-fuzz on the stable toolchain: sanitizers are options that it hides.
fn fuzzer(verb: &str, target: &str) -> Command {
    let mut command = program("cargo", &["fuzz", verb, "--fuzz-dir"]);
    command.arg(folder()).arg(target).env("RUSTC_BOOTSTRAP", "1").current_dir(folder());
    command
}

fn option(arguments: &[String], name: &str) -> Result<Option<String>, Failure> {
    match arguments {
        [] => Ok(None),
        [word, value] if word == name => Ok(Some(value.clone())),
        other => Err(Failure(format!("expected {name} N, not {}", other.join(" ")))),
    }
}
