//! `cargo x`: the project's automation, std only so that it builds in a second.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command line tool talks to its user")]

fn main() {
    println!("cargo x: demo | test | check | sim | bench | gen | dev");
}
