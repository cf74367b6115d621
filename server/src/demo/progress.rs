//! What the demo shows while it works: one line that fills up.

use std::io::{IsTerminal, Write};

/// Width of the bar.
const WIDTH: usize = 30;

/// A bar on the terminal; plain lines where there is none.
pub struct Progress {
    total: usize,
    done: usize,
    shown: usize,
    is_terminal: bool,
}

impl Progress {
    /// A bar of `total` steps.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { total: total.max(1), done: 0, shown: 0, is_terminal: std::io::stderr().is_terminal() }
    }

    /// One step further, with what was just done.
    pub fn step(&mut self, what: &str) {
        self.done = (self.done + 1).min(self.total);
        let filled = self.done * WIDTH / self.total;
        let mut out = std::io::stderr();
        // A terminal that is gone is no reason to stop.
        let _ = if self.is_terminal {
            let bar: String = "█".repeat(filled) + &"░".repeat(WIDTH - filled);
            write!(out, "\r  {bar} {:>3} % {what}\x1b[K", self.done * 100 / self.total)
        } else if self.done * 10 / self.total > self.shown {
            self.shown = self.done * 10 / self.total;
            writeln!(out, "  {:>3} % {what}", self.done * 100 / self.total)
        } else {
            Ok(())
        };
        let _ = out.flush();
    }

    /// Ends the line.
    pub fn finish(self) {
        if self.is_terminal {
            let _ = writeln!(std::io::stderr());
        }
    }
}
