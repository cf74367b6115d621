//! Whose turn it is: one request at a time works on an upload or a file, and a later one may ask it to end.
//!
//! A phone whose line broke comes back before the server has noticed that the old connection is dead. It asks
//! where it stopped, and asking ends the old request, which keeps what it has: so the phone goes on at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The turns of one server. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<String, watch::Sender<bool>>>>);

/// A turn; ends when dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    name: String,
    asked: watch::Receiver<bool>,
}

impl Turns {
    /// The turn, if nobody has it.
    #[must_use]
    pub fn take(&self, name: &str) -> Option<Turn> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.contains_key(name) {
            return None;
        }
        let (ask, asked) = watch::channel(false);
        held.insert(name.to_owned(), ask);
        Some(Turn { turns: self.clone(), name: name.to_owned(), asked })
    }

    /// Asks whoever has the turn to end, and takes it then.
    pub async fn take_over(&self, name: &str) -> Turn {
        loop {
            if let Some(turn) = self.take(name) {
                return turn;
            }
            let ask = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
            if let Some(ask) = ask {
                ask.send_replace(true);
                // All its receivers are gone when the turn has ended.
                ask.closed().await;
            }
        }
    }
}

impl Turn {
    /// Waits until somebody asks for the turn.
    pub async fn asked(&mut self) {
        // The sender is in the table as long as this turn lives.
        let _ = self.asked.wait_for(|asked| *asked).await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_gives_it_to_the_one_who_asks() {
        let turns = Turns::default();
        let mut first = turns.take("a").unwrap();
        assert!(turns.take("a").is_none());
        assert!(turns.take("b").is_some());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let second = turns.take_over("a");
            let holder = async {
                first.asked().await;
                drop(first);
            };
            let (second, ()) = tokio::join!(second, holder);
            assert!(turns.take("a").is_none());
            drop(second);
        });
        assert!(turns.take("a").is_some());
    }
}
