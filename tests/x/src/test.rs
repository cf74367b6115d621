//! `cargo x test` and its parts: lints, unit to browser, each step once.

use crate::need;
use crate::schemathesis;
use crate::step::{Outcome, cargo, program, root, run};
use crate::web;

/// Everything CI runs.
pub fn test() -> Outcome {
    need::system(need::BUILD)?;
    need::system(need::TESTS)?;
    // The binary embeds the web part, so that is built first.
    web::build()?;
    lint()?;
    // Some tests run the real binary.
    run("build the programs", cargo(&["build", "--workspace", "--bins"]))?;
    run("Rust tests", cargo(&["test", "--workspace", "--lib", "--bins", "--tests", "--examples"]))?;
    run("Rust documentation examples", cargo(&["test", "--workspace", "--doc"]))?;
    schemathesis::run_against("debug")?;
    run("web tests", web::npm(&["test"]))?;
    browser()
}

/// Format, lints and types.
pub fn check() -> Outcome {
    need::system(need::BUILD)?;
    web::build()?;
    lint()
}

fn lint() -> Outcome {
    run("format", cargo(&["fmt", "--all", "--check"]))?;
    run("lints", cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run("web types", web::npm(&["run", "check"]))
}

/// The browser flows against the real binary.
fn browser() -> Outcome {
    let mut flows = program("node", &["--test", "--test-concurrency=1", "tests/e2e/"]);
    flows.env("BIDAO_ROOT", root());
    run("browser flows", flows)
}

/// The API against its own description.
pub fn schemathesis() -> Outcome {
    need::system(need::BUILD)?;
    run("build the programs", cargo(&["build", "--workspace", "--bins"]))?;
    schemathesis::run_against("debug")
}

/// Seeds of a night.
const NIGHTLY: &str = "2000";

/// The simulation: one seed again, a night's seeds, or fresh seeds until one fails. What fails is written down.
pub fn simulate(seed: Option<&str>) -> Outcome {
    need::system(need::BUILD)?;
    let mut command =
        cargo(&["test", "--package", "bidao-tests", "--test", "simulation", "--", "--nocapture"]);
    match seed {
        Some("--nightly") => command.env("SEEDS", NIGHTLY).env("REMEMBER", "1"),
        Some(seed) => command.env("SEED", seed),
        None => command.env("SEEDS", "endless").env("REMEMBER", "1"),
    };
    run("simulation", command)
}

/// Benchmarks, those named or all; each needs what it compares with.
pub fn bench(names: &[String]) -> Outcome {
    need::system(need::BUILD)?;
    let runs = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    if runs("pictures") {
        need::system(&[need::VIPS])?;
    }
    if runs("uploads") {
        need::system(&[need::NGINX])?;
        need::node()?;
    }
    // Some run the real binary.
    run("build the programs", cargo(&["build", "--workspace", "--bins", "--release"]))?;
    let mut command = cargo(&["bench", "--workspace"]);
    let all = ["visits", "pictures", "uploads", "registers", "streams", "district"];
    for name in all.into_iter().filter(|name| runs(name)) {
        command.args(["--bench", name]);
    }
    run("benchmarks", command)
}

/// Writes the generated files anew.
pub fn generate() -> Outcome {
    run("generated files of the schema", cargo(&["run", "--package", "bidao-schema", "--bin", "gen"]))?;
    let mut vectors = cargo(&["test", "--package", "bidao-sync", "--test", "vectors"]);
    vectors.env("UPDATE_VECTORS", "1");
    run("golden vectors of the protocol", vectors)
}
