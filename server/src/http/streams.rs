//! How many live streams one account holds. A stream costs a connection for a quarter of an hour, so their number has
//! a limit; the newest always gets its place, because an old one may belong to a line that is dead.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Streams of one account at a time unless told otherwise: tabs on a few desks.
pub const STREAMS_PER_ACCOUNT: usize = 16;

/// The streams of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    places: Places,
    most: usize,
}

type Places = Arc<Mutex<HashMap<String, VecDeque<Arc<Notify>>>>>;

impl Default for Streams {
    fn default() -> Self {
        Self::of(STREAMS_PER_ACCOUNT)
    }
}

/// A stream's place among those of its account; given back when dropped.
pub struct Place {
    streams: Streams,
    account: String,
    ended: Arc<Notify>,
}

impl Streams {
    /// With a limit for each account of one's own; one stream it always has.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { places: Arc::default(), most: most.max(1) }
    }

    /// Takes a place; the oldest stream of an account that has too many ends.
    #[must_use]
    pub fn enter(&self, account: &str) -> Place {
        let ended = Arc::new(Notify::new());
        let mut all = self.lock();
        let places = all.entry(account.to_owned()).or_default();
        if places.len() == self.most
            && let Some(oldest) = places.pop_front()
        {
            oldest.notify_one();
        }
        places.push_back(ended.clone());
        Place { streams: self.clone(), account: account.to_owned(), ended }
    }

    /// Streams that are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().values().map(VecDeque::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Arc<Notify>>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until a newer stream takes the place.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.streams.lock();
        if let Some(places) = all.get_mut(&self.account) {
            places.retain(|place| !Arc::ptr_eq(place, &self.ended));
            if places.is_empty() {
                all.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_says_how_many_an_account_holds() {
        let streams = Streams::of(2);
        let _places: Vec<Place> = (0..5).map(|_| streams.enter("ran")).collect();
        assert_eq!(streams.count(), 2);
        let least = Streams::of(0);
        let _place = least.enter("ran");
        assert_eq!(least.count(), 1);
    }

    #[test]
    fn a_place_is_given_back_when_its_stream_ends() {
        let streams = Streams::default();
        let places: Vec<Place> = (0..STREAMS_PER_ACCOUNT).map(|_| streams.enter("ran")).collect();
        let _newest = streams.enter("ran");
        let _other = streams.enter("li");
        assert_eq!(streams.count(), STREAMS_PER_ACCOUNT + 1);
        drop(places);
        assert_eq!(streams.count(), 2);
    }
}
