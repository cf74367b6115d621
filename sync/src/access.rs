//! An author's right over a record, and how long work done under it counts (P11).

use crate::limits;
use crate::time::Millis;

/// Whether the author may write in the item's area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Holds a grant now.
    Now,
    /// Held one until the area's feed was at `seq`, at time `at`.
    Ended {
        /// Last feed position while the grant lasted.
        seq: u64,
        /// When it ended, by the server's clock.
        at: Millis,
    },
    /// Holds one in the area the record left when the area's feed was at `seq`, at time `at`. Who names no position had
    /// read nothing of it.
    Left {
        /// Last feed position while the record was there.
        seq: u64,
        /// When it left, by the server's clock.
        at: Millis,
    },
    /// Never held one.
    Never,
    /// A leader took the item out of quarantine: grants and revocation no longer matter.
    Released,
}

impl Access {
    /// Whether work of an author who had seen that position of the area's feed counts, when it arrives `now` (P11).
    pub fn counts(self, seen: Option<u64>, now: Millis) -> bool {
        let in_time = |at: Millis| now <= at.saturating_add(limits::LATE_WORK_MS);
        match self {
            Access::Now | Access::Released => true,
            Access::Never => false,
            Access::Ended { seq, at } => seen.is_some_and(|seen| seen <= seq) && in_time(at),
            Access::Left { seq, at } => seen.is_none_or(|seen| seen <= seq) && in_time(at),
        }
    }
}
