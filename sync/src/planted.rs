//! Faults planted on purpose: the simulator has to find each of them, or it would not find one that nobody planted (ADR 7).
//! Only a program with debug assertions has the switch, and only code can set it; everywhere else [`is`] is never true.

#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicU8, Ordering};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// Server: a commit that was answered for never reached the disk.
    LostCommit = 1,
    /// Server: a position of the feed is visible before what stands there.
    NumberFirst,
    /// Server: who may write is not asked.
    NoWriteCheck,
    /// Server: who may read is not asked again for what has moved away.
    NoReadCheck,
    /// Server: what waits for its dependencies is acknowledged and not kept.
    HeldNotKept,
    /// Server: a batch counts as its carrier's.
    CarrierIsAuthor,
    /// Server: a revoked phone writes on.
    RevokedWrites,
    /// Server: a change is stored without its audit entry.
    NoAuditEntry,
    /// Server: a page that is full ends at the end of the feed.
    PageSkips,
    /// Server: a decision about an older version counts.
    StaleDecides,
    /// Server: of two values that did not know of each other nobody is told.
    LastWriterWins,
    /// Server: a record is shown with the form that was used last.
    LastFormShows,
    /// Server: what follows a transaction that the database gave up is committed alone.
    HalfCommit,
    /// Server: a founded record comes only from where it is.
    OneVillageFounds,
    /// Phone: a sequence number used twice is a refusal like any other.
    ReuseIsFinal,
    /// Phone: what the server has already is made again with what it refused.
    RootAgain,
    /// Phone: a server that lost something is offered nothing.
    NoRewind,
    /// Phone: what did not come back is taken for stored all the same.
    NoReadBack,
    /// Phone: a record that left goes with everything unsent.
    DeletesUnsent,
}

/// All of them.
pub const ALL: [Fault; 19] = [
    Fault::LostCommit,
    Fault::NumberFirst,
    Fault::NoWriteCheck,
    Fault::NoReadCheck,
    Fault::HeldNotKept,
    Fault::CarrierIsAuthor,
    Fault::RevokedWrites,
    Fault::NoAuditEntry,
    Fault::PageSkips,
    Fault::StaleDecides,
    Fault::LastWriterWins,
    Fault::LastFormShows,
    Fault::HalfCommit,
    Fault::OneVillageFounds,
    Fault::ReuseIsFinal,
    Fault::RootAgain,
    Fault::NoRewind,
    Fault::NoReadBack,
    Fault::DeletesUnsent,
];

#[cfg(debug_assertions)]
static PLANTED: AtomicU8 = AtomicU8::new(0);

/// Plants one fault in this process, or none.
#[cfg(debug_assertions)]
pub fn plant(fault: Option<Fault>) {
    PLANTED.store(fault.map_or(0, |fault| fault as u8), Ordering::SeqCst);
}

/// Whether the fault is planted.
#[cfg(debug_assertions)]
#[must_use]
pub fn is(fault: Fault) -> bool {
    PLANTED.load(Ordering::Relaxed) == fault as u8
}

/// Whether the fault is planted: never.
#[cfg(not(debug_assertions))]
#[must_use]
pub const fn is(_: Fault) -> bool {
    false
}
