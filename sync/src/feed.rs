//! The feed's chain: a cursor proves its past (P17).

use crate::ids::{Chain, Digest, RecordId};
use crate::message::{Cursor, What};
use sha2::{Digest as _, Sha256};

/// SHA-256 of any bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// Digest of one feed entry as the server stored it, whatever form it takes when it travels (P8).
///
/// `"bidao-feed-v1" ‖ seq (u64, big endian) ‖ record ‖ word of `what` ‖ 0x00 ‖ parts`, each part 32 bytes: for `changes`
/// and `document` the hashes of the changes the entry added, in the order stored; for all others one part, the SHA-256
/// of `data`.
pub fn entry_digest(seq: u64, record: RecordId, what: What, parts: &[[u8; 32]]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(b"bidao-feed-v1");
    hasher.update(seq.to_be_bytes());
    hasher.update(record.0);
    hasher.update(what.as_str().as_bytes());
    hasher.update([0]);
    for part in parts {
        hasher.update(part);
    }
    Digest(hasher.finalize().into())
}

/// The chain value after an entry: first 8 bytes of SHA-256(previous chain value ‖ digest of the entry).
pub fn next_chain(previous: Chain, entry: Digest) -> Chain {
    let mut hasher = Sha256::new();
    hasher.update(previous.0);
    hasher.update(entry.0);
    let hash: [u8; 32] = hasher.finalize().into();
    let mut chain = [0; 8];
    chain.copy_from_slice(&hash[..8]);
    Chain(chain)
}

/// Whether a cursor belongs to this feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorCheck {
    /// Read on from `seq`.
    Known,
    /// From a lost future or another past: list the grant as `rewound` and read from 0.
    Rewound,
}

/// Compares a phone's cursor with the feed. `chain_at` gives the chain value after an entry, if there is such an entry.
pub fn check_cursor(cursor: Cursor, chain_at: impl FnOnce(u64) -> Option<Chain>) -> CursorCheck {
    let Cursor(seq, chain) = cursor;
    if seq == 0 || chain_at(seq) == Some(chain) { CursorCheck::Known } else { CursorCheck::Rewound }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_from_a_lost_future_is_rewound() {
        let entry = |n: u8| entry_digest(u64::from(n), RecordId([n; 16]), What::Changes, &[[n; 32]]);
        let one = next_chain(Chain::START, entry(1));
        let lost = next_chain(one, entry(2));
        let kept = next_chain(one, entry(3));
        let feed = |seq: u64| [Chain::START, one, kept].get(usize::try_from(seq).unwrap()).copied();
        assert_eq!(check_cursor(Cursor::START, feed), CursorCheck::Known);
        assert_eq!(check_cursor(Cursor(1, one), feed), CursorCheck::Known);
        assert_eq!(check_cursor(Cursor(2, kept), feed), CursorCheck::Known);
        assert_eq!(check_cursor(Cursor(2, lost), feed), CursorCheck::Rewound);
        assert_eq!(check_cursor(Cursor(3, lost), feed), CursorCheck::Rewound);
    }
}
