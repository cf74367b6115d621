//! The child's side: one picture from standard input to an answer on standard output, in a process that has
//! taken from itself whatever it does not need. Nothing it does can hurt the server.

use std::io::{Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Fault, Kind, Rendered, limits, process};
use crate::error::{Error, Result};

/// What the child may use.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of address space, its program and libraries included.
    pub address_space: u64,
    /// CPU seconds.
    pub cpu_seconds: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { address_space: limits::ADDRESS_SPACE, cpu_seconds: limits::CPU_SECONDS }
    }
}

/// What the child says: CBOR of this.
pub type Answer = std::result::Result<Rendered, Fault>;

/// Confines this process, reads a picture, answers.
///
/// # Errors
/// The system refuses a limit or a pipe broke: not the picture's fault.
pub fn run(declared: Option<Kind>, bounds: Bounds) -> Result<()> {
    confine(bounds)?;
    let mut bytes = Vec::new();
    let most = limits::BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    let answer: Answer = process(&bytes, declared);
    let mut written = Vec::new();
    ciborium::into_writer(&answer, &mut written).map_err(|error| broken(&error))?;
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&written).and_then(|()| stdout.flush()).map_err(|error| broken(&error))
}

/// No more memory and time than one picture needs; no file, no core dump (it would hold the picture), no
/// further process.
fn confine(bounds: Bounds) -> Result<()> {
    // Past the soft limit of CPU time comes SIGXCPU, which tells the parent why; past the hard one SIGKILL.
    let seconds = bounds.cpu_seconds;
    let limits = [
        (Resource::As, bounds.address_space, bounds.address_space),
        (Resource::Cpu, seconds, seconds + 1),
        (Resource::Core, 0, 0),
        (Resource::Fsize, 0, 0),
        (Resource::Nofile, 0, 0),
        (Resource::Nproc, 0, 0),
    ];
    for (resource, current, maximum) in limits {
        let limit = Rlimit { current: Some(current), maximum: Some(maximum) };
        setrlimit(resource, limit)
            .map_err(|error| Error::Internal(format!("cannot limit {resource:?}: {error}")))?;
    }
    Ok(())
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("the parent cannot be reached: {error}"))
}
