//! What benchmarks measure with: CPU seconds of processes, from /proc, and how measurements spread.

use std::fmt;

/// The kernel's clock ticks in a second.
const TICKS: f64 = 100.0;

/// Fields of /proc/<pid>/stat from the third on (proc(5)).
fn stat(pid: &str) -> Option<Vec<f64>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields = text.rsplit(')').next()?.split_whitespace();
    // The first is a letter.
    Some(fields.map(|field| field.parse().unwrap_or_default()).collect())
}

/// User and system seconds of this process's children that ended.
///
/// # Panics
/// There is no /proc.
#[must_use]
pub fn ended_children_cpu() -> f64 {
    let fields = stat("self").expect("Linux");
    (fields[13] + fields[14]) / TICKS
}

/// User and system seconds of a process, of its children that ended, and of all its descendants alive.
///
/// # Panics
/// There is no /proc.
#[must_use]
pub fn tree_cpu(pid: u32) -> f64 {
    let own = stat(&pid.to_string()).map_or(0.0, |fields| fields[11..15].iter().sum::<f64>() / TICKS);
    own + children(pid).into_iter().map(tree_cpu).sum::<f64>()
}

fn children(pid: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").expect("Linux").filter_map(Result::ok);
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|child: &u32| stat(&child.to_string()).is_some_and(|fields| fields[1] == f64::from(pid)))
        .collect()
}

/// How measurements spread.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The one in the middle.
    pub median: f64,
    /// The most.
    pub max: f64,
}

/// Sorts and sums up.
///
/// # Panics
/// There are no measurements.
#[must_use]
pub fn spread(measured: &mut [f64]) -> Spread {
    measured.sort_by(f64::total_cmp);
    let (min, max) = (measured[0], measured[measured.len() - 1]);
    Spread { min, median: measured[measured.len() / 2], max }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8.2} / {:>8.2} / {:>8.2}", self.min, self.median, self.max)
    }
}
