//! What happened, in words. Two runs of one seed must tell the same story.

/// The story of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trace {
    events: Vec<String>,
}

impl Trace {
    /// Adds an event.
    pub fn tell(&mut self, event: String) {
        self.events.push(event);
    }

    /// The last events, one a line.
    #[must_use]
    pub fn last(&self, count: usize) -> String {
        let first = self.events.len().saturating_sub(count);
        let numbered = self.events.iter().enumerate().skip(first);
        numbered.map(|(number, event)| format!("  {number:4} {event}")).collect::<Vec<_>>().join("\n")
    }

    /// How many events hold a word.
    #[must_use]
    pub fn count(&self, word: &str) -> usize {
        self.events.iter().filter(|event| event.contains(word)).count()
    }
}
