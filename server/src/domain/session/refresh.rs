//! Refresh tokens rotate: each is used once, by the holder of the session's key. One that comes back
//! later was copied, so the whole session ends.
//!
//! On a bad line the answer to a refresh may be lost. Therefore the token just used is accepted again
//! for a minute, as long as nothing issued for it has been used: its holder gets a sibling pair, and the
//! first of the siblings to be used supersedes the others. A thief gains nothing by this: without the
//! key there is no proof.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::session::Session;
use sha2::{Digest, Sha256};

use super::proof::{self, Proof};
use super::{Fresh, Keys};
use crate::domain::account::entry;
use crate::domain::public_key::PublicKey;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::refresh_token::{self, Row};
use crate::store::{self, Tx};

/// How long a refresh token lasts, in milliseconds.
pub const REFRESH_MILLIS: i64 = 30 * 24 * 3600 * 1000;
/// How long the token just used is accepted again when its answer was lost, in milliseconds.
pub const LOST_ANSWER_MILLIS: i64 = 60 * 1000;

/// The text given to the client.
pub(super) fn text(token: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(token)
}

fn hash(token: &str) -> String {
    bidao_sync::ids::to_hex(&Sha256::digest(token))
}

/// Issues a token of a session, strictly later than `after`; answers when.
pub(super) fn issue(tx: &mut Tx, session: &str, token: &[u8; 32], now: i64, after: i64) -> Result<i64> {
    let issued_at = now.max(after + 1);
    refresh_token::insert(
        tx,
        &Row {
            token_hash: hash(&text(token)),
            session: session.to_owned(),
            issued_at,
            expires_at: now + REFRESH_MILLIS,
            used_at: None,
        },
    )?;
    Ok(issued_at)
}

/// Exchanges a refresh token for a new pair.
///
/// # Errors
/// The database fails; refusals are outcomes, because a re-use must end the session for good.
pub fn refresh(
    tx: &mut Tx,
    keys: &Keys,
    fresh: &Fresh,
    token: &str,
    proof: &Proof,
) -> Result<(Result<Session>, Audit)> {
    let refused = |error| Ok((Err(error), Audit::default()));
    let unknown = || Error::refused(ProblemCode::Unauthenticated, "log in again");
    let Some(row) = refresh_token::find(tx, &hash(token))? else { return refused(unknown()) };
    let Some(session) = store::session::find(tx, &row.session)? else { return refused(unknown()) };
    if let Err(error) = super::stands(tx, &session)? {
        return refused(error);
    }
    let key = PublicKey::from_bytes(&session.public_key);
    if key.is_none_or(|key| key.thumbprint() != proof.thumbprint) {
        return refused(proof::bad("the proof is of another key"));
    }
    store::proof::forget_before(tx, fresh.now - proof::REMEMBERED_MILLIS)?;
    if !store::proof::remember(tx, &proof.id, fresh.now)? {
        return refused(proof::bad("this proof was used before"));
    }
    if row.expires_at <= fresh.now {
        return refused(unknown());
    }
    let newest = refresh_token::newest(tx, &session.id)?.max(row.issued_at);
    if refresh_token::use_up(tx, &row.token_hash, fresh.now.max(newest + 1))? {
        refresh_token::supersede_unused(tx, &session.id)?;
    } else if !answer_was_lost(&row.token_hash, &refresh_token::of_session(tx, &session.id)?, fresh.now) {
        store::session::revoke(tx, &session.id, fresh.now)?;
        let reused =
            Error::refused(ProblemCode::TokenReused, "this refresh token was used before: log in again");
        return Ok((
            Err(reused),
            Audit::of(entry(fresh.now, "system", "revoke_session", &session.id, "token_reused")),
        ));
    }
    refresh_token::forget_ended(tx, &session.id, fresh.now)?;
    issue(tx, &session.id, &fresh.token, fresh.now, newest)?;
    let answer = super::pair(tx, keys, fresh, &session)?;
    let audit = Audit::of(entry(fresh.now, &answer.person.id, "refresh", &session.id, ""));
    Ok((Ok(answer), audit))
}

/// Whether a used token may be used again: lately used, and nothing issued since has been.
fn answer_was_lost(token_hash: &str, tokens: &[Row], now: i64) -> bool {
    let used = tokens.iter().find(|other| other.token_hash == token_hash);
    let Some(used_at) = used.and_then(|row| row.used_at) else { return false };
    let mut since =
        tokens.iter().filter(|other| other.issued_at >= used_at && other.token_hash != token_hash);
    now - used_at < LOST_ANSWER_MILLIS && since.all(|other| other.used_at.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, issued_at: i64, used_at: Option<i64>) -> Row {
        Row { token_hash: name.into(), session: "s".into(), issued_at, expires_at: i64::MAX, used_at }
    }

    #[test]
    fn the_previous_token_is_forgiven_for_a_minute() {
        let tokens = [row("a", 0, Some(1000)), row("b", 1000, None)];
        assert!(answer_was_lost("a", &tokens, 1000 + LOST_ANSWER_MILLIS - 1));
        assert!(!answer_was_lost("a", &tokens, 1000 + LOST_ANSWER_MILLIS));
    }

    #[test]
    fn it_is_not_forgiven_once_its_successor_was_used_or_superseded() {
        for later in [2000, 0] {
            let tokens = [row("a", 0, Some(1000)), row("b", 1000, Some(later)), row("c", 2000, None)];
            assert!(!answer_was_lost("a", &tokens, 2000));
        }
        assert!(!answer_was_lost("b", &[row("a", 0, Some(1000)), row("b", 1000, Some(0))], 2000));
    }
}
