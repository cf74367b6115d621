//! `cargo x`: the project's automation, std only so that it builds in a second on a fresh machine.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command line tool talks to its user")]

mod demo;
mod hostile;
mod need;
mod proof;
mod schemathesis;
mod step;
mod test;
mod web;

use std::process::ExitCode;

use step::{Failure, Outcome};

const HELP: &str = "\
cargo x demo [ARGS]   phones that were offline for days merge a month of visits; then look at it in a browser
                      (ARGS go to `bidao demo`: --once --seed N --days N --phones N --faults none|rural|harsh;
                      --district loads 12,642 households and checks the bulletin's totals)
cargo x test          install what the tests need, then run all of them
cargo x check         format, lints and types only
cargo x sim [SEED]    the seeded simulation: without SEED fresh seeds until one fails, with SEED that one again,
                      with --nightly 2,000; what fails is written into tests/seeds.txt
cargo x schemathesis  only that part of the tests: every operation of the API as every role
cargo x hostile [--cases N]   a million changes that are wrong behind their checksum
cargo x fuzz [--minutes N]    cargo-fuzz, every target in turn
cargo x proof [--night] [NAME]  runs what proves the promises (simulation, planted, kill, hostile, fuzz, schemathesis) and
                      writes the numbers into SECURITY.md
cargo x bench [NAME]  benchmarks (visits, pictures, uploads, registers, streams, district); they print ratios and byte counts
cargo x gen           write the generated files anew (JSON Schema, TypeScript, compiled forms, golden vectors)
cargo x dev           the server and the web part with live reload

Each may run twice. What is missing is installed (npm packages always; Debian packages when you are root),
or you are told exactly what to install.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match run(&command, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            eprintln!("\ncargo x {command}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String]) -> Outcome {
    match command {
        "demo" => demo::demo(rest),
        "dev" => demo::dev(),
        "test" => test::test(),
        "check" => test::check(),
        "sim" => test::simulate(rest.first().map(String::as_str)),
        "bench" => test::bench(rest),
        "schemathesis" => test::schemathesis(),
        "hostile" => hostile::cases(rest),
        "fuzz" => hostile::fuzz(rest),
        "proof" => proof::proof(rest),
        "gen" => test::generate(),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(Failure(format!("no command `{other}`\n\n{HELP}"))),
    }
}
