//! What has ended is forgotten after a while: a session table that only grows is a list of who worked
//! when, and nobody needs it.

use bidao_schema::calendar::DAY_MILLIS;

use super::proof::REMEMBERED_MILLIS;
use crate::domain::account::entry;
use crate::error::Result;
use crate::store::audit::Audit;
use crate::store::{Tx, proof, refresh_token, session};

/// How long a session that ended is kept, in milliseconds.
pub const ENDED_MILLIS: i64 = 60 * DAY_MILLIS;

/// How many rows were forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Refresh tokens that ended.
    pub tokens: usize,
    /// Sessions that ended long ago.
    pub sessions: usize,
    /// Proofs too old to be accepted again.
    pub proofs: usize,
}

/// Forgets refresh tokens that ended, sessions that ended longer than [`ENDED_MILLIS`] ago, and proofs that
/// their date alone refuses. A session whose last token ended counts from its beginning.
///
/// # Errors
/// The database fails.
pub fn forget(tx: &mut Tx, now: i64) -> Result<(Forgotten, Audit)> {
    let forgotten = Forgotten {
        tokens: refresh_token::forget_all_ended(tx, now)?,
        sessions: session::forget_ended(tx, now - ENDED_MILLIS)?,
        proofs: proof::forget_before(tx, now - REMEMBERED_MILLIS)?,
    };
    if forgotten == Forgotten::default() {
        return Ok((forgotten, Audit::default()));
    }
    let Forgotten { tokens, sessions, proofs } = forgotten;
    let detail = format!("{sessions} sessions, {tokens} tokens, {proofs} proofs");
    Ok((forgotten, Audit::of(entry(now, "system", "forget_sessions", "", &detail))))
}
