//! The API against its own description: Schemathesis in a Python environment of its own, from the package index by
//! pinned versions, made once.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::need;
use crate::step::{Failure, Outcome, program, root, run, target};

/// Asks every operation as every role; `programs` are built already.
pub fn run_against(programs: &str) -> Outcome {
    run("Schemathesis: every operation as every role", command(programs)?)
}

/// What asks.
pub fn command(programs: &str) -> Result<Command, Failure> {
    let python = install()?;
    let mut step = program(&python, &["tests/schemathesis/run.py"]);
    step.arg(target().join(programs)).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(step)
}

/// The environment's Python; packages are installed when the list of them is another one than last time.
fn install() -> Result<PathBuf, Failure> {
    let (wanted, folder) =
        (root().join("tests/schemathesis/requirements.txt"), target().join("schemathesis"));
    let (python, installed) = (folder.join("bin/python"), folder.join("requirements.txt"));
    let unreadable = |error| Failure(format!("cannot read {}: {error}", wanted.display()));
    let list = fs::read(&wanted).map_err(unreadable)?;
    if fs::read(&installed).is_ok_and(|known| known == list) {
        return Ok(python);
    }
    need::system(need::PYTHON)?;
    let mut make = program("python3", &["-m", "venv", "--clear"]);
    make.arg(&folder);
    run("a Python environment", make)?;
    let mut fetch = program(&python, &["-m", "pip", "install", "--quiet", "--requirement"]);
    fetch.arg(&wanted);
    run("install Schemathesis", fetch)?;
    let unwritable = |error| Failure(format!("cannot write {}: {error}", installed.display()));
    fs::write(&installed, list).map_err(unwritable)?;
    Ok(python)
}
