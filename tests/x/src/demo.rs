//! `cargo x demo` and `cargo x dev`: the main job, and the same while developing.

use std::process::Command;

use crate::need;
use crate::step::{Failure, Outcome, cargo, root, run, target};
use crate::web;

/// Builds everything and runs `bidao demo`.
pub fn demo(arguments: &[String]) -> Outcome {
    need::system(need::BUILD)?;
    if let Err(Failure(reason)) = web::build() {
        println!(
            "The web part is not built: {reason}\nThe demo runs all the same; its pages will say how to build it."
        );
    }
    // A district is too much work for a program made for debugging.
    let optimised = arguments.iter().any(|argument| argument == "--district");
    let (profile, folder): (&[&str], _) =
        if optimised { (&["--release"], "release") } else { (&[], "debug") };
    let mut build = cargo(&["build", "--workspace", "--bins"]);
    build.args(profile);
    run("build the server", build)?;
    let mut command = Command::new(binary(folder));
    command.arg("demo").args(arguments).current_dir(root());
    run("demo", command)
}

/// Where cargo puts the binary of a profile.
fn binary(profile: &str) -> std::path::PathBuf {
    target().join(profile).join(format!("bidao{}", std::env::consts::EXE_SUFFIX))
}

/// The server with the demo's data and the web part with live reload, until stopped.
pub fn dev() -> Outcome {
    need::system(need::BUILD)?;
    web::install()?;
    let mut server = cargo(&["run", "--package", "bidao-server", "--", "demo", "--listen", "127.0.0.1:8080"])
        .spawn()
        .map_err(|error| Failure(format!("cannot start the server: {error}")))?;
    let outcome = run("web with live reload", web::npm(&["run", "dev"]));
    // It may have ended by itself; either way it is ours to stop.
    let _ = server.kill();
    outcome
}
