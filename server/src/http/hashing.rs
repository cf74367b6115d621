//! Where passwords are hashed: on blocking threads, few at once, so that a flood of logins costs neither
//! all memory (19 MiB a hash) nor the threads that answer everyone else.

use actix_web::web;
use tokio::sync::Semaphore;

use crate::domain::password::{self, Verdict};
use crate::error::{Error, Result};

/// Hashes at once.
const AT_ONCE: usize = 4;
/// Logins that may wait for their turn; more are told to come back.
const WAITING: usize = 64;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static ROOM: Semaphore = Semaphore::const_new(AT_ONCE + WAITING);

/// Compares a password with an account's hash, or with nobody's.
///
/// # Errors
/// `unavailable` when too many wait already.
pub async fn verify(password: String, hash: Option<String>) -> Result<Verdict> {
    let busy = |_| Error::Unavailable("too many logins at once".into());
    let _place = ROOM.try_acquire().map_err(busy)?;
    let _turn = TURNS.acquire().await.map_err(|_| Error::Unavailable("the server is stopping".into()))?;
    web::block(move || password::verify(&password, hash.as_deref()))
        .await
        .map_err(|error| Error::Internal(format!("hashing: {error}")))
}
