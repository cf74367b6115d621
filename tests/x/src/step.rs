//! Steps: run a program, show what runs and how long it took, stop at the first that fails.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, pipe};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// Why the command stopped, for its user.
pub struct Failure(pub String);

/// A command's end.
pub type Outcome = Result<(), Failure>;

/// Root of the checkout.
pub fn root() -> PathBuf {
    // tests/x is two levels below the root.
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").components().collect::<PathBuf>()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

/// A program to be run at the root.
pub fn program(name: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// cargo, the one that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// Runs a step with a heading; its output goes to the terminal.
pub fn run(what: &str, command: Command) -> Outcome {
    timed(what, command, |command| command.status())
}

/// Runs a step, shows what it says and hands on every line.
pub fn tell(what: &str, command: Command, mut hear: impl FnMut(&str)) -> Outcome {
    timed(what, command, |command| {
        let (said, sink) = pipe()?;
        command.stdout(sink.try_clone()?).stderr(sink);
        let mut child = command.spawn()?;
        // Our own ends of the pipe, or it would never be at its end.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        for line in BufReader::new(said).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            hear(&line);
        }
        child.wait()
    })
}

fn timed(
    what: &str,
    mut command: Command,
    run: impl FnOnce(&mut Command) -> io::Result<ExitStatus>,
) -> Outcome {
    println!("\n\u{1b}[1m▶ {what}\u{1b}[0m");
    #[expect(clippy::disallowed_methods, reason = "tells the user how long a step took")]
    let began = Instant::now();
    let status = run(&mut command)
        .map_err(|error| Failure(format!("cannot run {}: {error}", command.get_program().display())))?;
    if !status.success() {
        return Err(Failure(format!("{what}: failed ({status})")));
    }
    println!("  {what}: {} s", began.elapsed().as_secs());
    Ok(())
}

/// Whether a program answers.
pub fn answers(name: &str, arguments: &[&str]) -> bool {
    Command::new(name).args(arguments).output().is_ok_and(|output| output.status.success())
}
