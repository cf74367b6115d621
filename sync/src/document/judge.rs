//! Rules 3 to 9 of the gate (`PROTOCOL.md` §4). Rule 2 is in `chunk.rs`, rule 1 is the server's decoder.

mod attesting;
mod operations;

use super::chunk::{Prescan, prescan};
use super::founding::{self, FOUNDER};
use super::{Document, change_hash, describe, from_actor, from_hashes};
use crate::code::{Code, Refusal};
use crate::gate::{Judged, Rejected, Shape};
use crate::ids::{ChangeHash, DeviceId, RecordId};
use crate::limits;
use crate::time::{Millis, is_sane};
use automerge::Automerge;
use operations::Content;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// See [`crate::gate::judge`].
pub(crate) fn judge(
    record: RecordId,
    document: Option<&Document>,
    changes: &[&[u8]],
    author: DeviceId,
    shape: &Shape,
    now: Millis,
) -> Result<Judged, Rejected> {
    if changes.len() > limits::CHANGES_PER_REQUEST {
        return Err(refuse(Code::LimitExceeded, "changes in one edit").into());
    }
    let mut parsed = Vec::new();
    for bytes in changes {
        let known =
            change_hash(bytes).is_some_and(|hash| document.is_some_and(|document| document.has(hash)));
        if !known {
            parsed.push(parse(bytes, author, now)?);
        }
    }
    match document {
        Some(document) if parsed.is_empty() => {
            let (document, snapshot) = (document.clone(), document.save());
            return Ok(Judged { document, snapshot, added: Vec::new(), attested: Vec::new() });
        }
        None if parsed.is_empty() => return Err(refuse(Code::BadChange, "no change").into()),
        _ => {}
    }
    let missing = missing(document, &parsed);
    if !missing.is_empty() {
        return Err(Rejected::Missing(missing));
    }
    let mut copy =
        Document { inner: document.map_or_else(Automerge::new, |document| document.inner.clone()) };
    let mut attested = Vec::new();
    for change in &parsed {
        check_place(&copy.inner, change)?;
        check_founding(record, shape, change)?;
        if let Some(made) = (Content { document: &copy.inner, shape, change }).check()? {
            attesting::check(&copy, record, shape, change, &made)?;
            attested.push(ChangeHash(change.hash().0));
        }
        apply(&mut copy.inner, change)?;
    }
    let (document, snapshot) = reload(&copy.inner)?;
    Ok(Judged { document, snapshot, added: parsed.iter().map(describe).collect(), attested })
}

fn refuse(code: Code, detail: impl Into<String>) -> Refusal {
    Refusal::new(code, detail)
}

/// Rules 2, 3, 4 and 6: the bytes by themselves.
fn parse(bytes: &[u8], author: DeviceId, now: Millis) -> Result<automerge::Change, Refusal> {
    let Prescan { actor, operations, checksum } = prescan(bytes)?;
    if actor.device() != author && actor.device() != FOUNDER {
        return Err(refuse(Code::ForeignActor, format!("device {}", actor.device())));
    }
    let hash = change_hash(bytes).ok_or_else(|| refuse(Code::NotAChange, "only raw change chunks"))?;
    if hash.0[..4] != checksum {
        return Err(refuse(Code::BadChecksum, format!("change {hash}")));
    }
    let read = catch_unwind(AssertUnwindSafe(|| {
        let change =
            automerge::Change::try_from(bytes).map_err(|error| refuse(Code::BadChange, error.to_string()))?;
        let again = automerge::Change::from(change.decode());
        Ok((again.raw_bytes() == bytes, change))
    }));
    let (canonical, change) = read.map_err(|_| refuse(Code::BadChange, "cannot be decoded"))??;
    if change.hash().0 != hash.0 || change.len() as u64 != operations {
        return Err(refuse(Code::BadChange, "operations do not add up"));
    }
    if !change.extra_bytes().is_empty() {
        return Err(refuse(Code::ExtraBytes, "extra bytes"));
    }
    if !is_sane(change.timestamp(), now) {
        return Err(refuse(Code::BadTime, format!("{} s", change.timestamp())));
    }
    let distinct: HashSet<_> = change.deps().iter().collect();
    if distinct.len() != change.deps().len() {
        return Err(refuse(Code::DuplicateDependency, format!("change {hash}")));
    }
    if !canonical {
        return Err(refuse(Code::NotCanonical, format!("change {hash}")));
    }
    Ok(change)
}

/// Dependencies that are neither in the record nor earlier in the edit.
fn missing(document: Option<&Document>, changes: &[automerge::Change]) -> Vec<ChangeHash> {
    let mut earlier = HashSet::new();
    let mut missing = Vec::new();
    for change in changes {
        for hash in from_hashes(change.deps()) {
            let known = earlier.contains(&hash) || document.is_some_and(|document| document.has(hash));
            if !known && !missing.contains(&hash) {
                missing.push(hash);
            }
        }
        earlier.insert(ChangeHash(change.hash().0));
    }
    missing
}

/// Rule 5: sequence, previous change and first operation number.
fn check_place(document: &Automerge, change: &automerge::Change) -> Result<(), Refusal> {
    let mut max_operation = 0;
    let mut previous = None;
    for hash in change.deps() {
        let meta =
            document.get_change_meta_by_hash(hash).ok_or_else(|| refuse(Code::CannotApply, "dependency"))?;
        max_operation = max_operation.max(meta.max_op);
        if &*meta.actor == change.actor_id() {
            previous = previous.max(Some(meta.seq));
        }
    }
    if change.deps().is_empty() && !document.get_heads().is_empty() {
        return Err(refuse(Code::SecondRoot, "a record has one root change"));
    }
    // The usual case looks only at what the author had not seen; anything odd looks at the whole record.
    let usual = previous == Some(change.seq() - 1);
    let unseen = document.get_changes_meta(if usual { change.deps() } else { &[] });
    let own = unseen.iter().filter(|meta| &*meta.actor == change.actor_id());
    let own: Vec<u64> = own.map(|meta| meta.seq).collect();
    if own.contains(&change.seq()) {
        return Err(refuse(Code::SequenceReused, format!("sequence {}", change.seq())));
    }
    let next = own.iter().max().copied().or(previous.filter(|_| usual)).unwrap_or(0) + 1;
    if change.seq() != next {
        return Err(refuse(Code::SequenceGap, format!("sequence {} instead of {next}", change.seq())));
    }
    if change.seq() > 1 && !usual {
        return Err(refuse(Code::PreviousMissing, format!("sequence {}", change.seq())));
    }
    if change.start_op().get() != max_operation + 1 {
        let detail = format!("{} instead of {}", change.start_op(), max_operation + 1);
        return Err(refuse(Code::BadStartOperation, detail));
    }
    Ok(())
}

/// A record of a founded kind begins with its founding change, and nobody else makes one.
fn check_founding(record: RecordId, shape: &Shape, change: &automerge::Change) -> Result<(), Refusal> {
    let is_root = change.deps().is_empty();
    let by_founder = from_actor(change.actor_id()).device() == FOUNDER;
    match (by_founder, is_root && shape.founding.is_some()) {
        (false, false) => Ok(()),
        (true, _) if !is_root => Err(refuse(Code::ForeignActor, "nobody's change that founds nothing")),
        (true, _) => founding::check(record, shape, change),
        (false, true) => Err(refuse(Code::NotFounded, "a record of this kind begins as everybody begins it")),
    }
}

/// Rule 8, first half: apply to the copy; on a panic the copy is dropped by the caller.
fn apply(copy: &mut Automerge, change: &automerge::Change) -> Result<(), Refusal> {
    let applied = catch_unwind(AssertUnwindSafe(|| copy.apply_changes([change.clone()])));
    match applied {
        Err(_) => Err(refuse(Code::CannotApply, "panic")),
        Ok(Err(automerge::AutomergeError::DuplicateSeqNumber(..))) => {
            Err(refuse(Code::SequenceReused, format!("sequence {}", change.seq())))
        }
        Ok(Err(error)) => Err(refuse(Code::CannotApply, error.to_string())),
        Ok(Ok(())) if copy.get_change_meta_by_hash(&change.hash()).is_none() => {
            Err(refuse(Code::CannotApply, "dependencies"))
        }
        Ok(Ok(())) => Ok(()),
    }
}

/// Rule 8, second half: what is kept has been loaded from what is stored.
fn reload(copy: &Automerge) -> Result<(Document, Vec<u8>), Refusal> {
    let saved = catch_unwind(AssertUnwindSafe(|| {
        let snapshot = copy.save_nocompress();
        Automerge::load(&snapshot).map(|inner| (inner, snapshot)).map_err(|error| error.to_string())
    }));
    let failed = |detail: String| refuse(Code::CannotReload, detail);
    let (inner, snapshot) = saved.map_err(|_| failed("panic".into()))?.map_err(failed)?;
    if inner.get_heads() != copy.get_heads() {
        return Err(failed("other heads".into()));
    }
    if snapshot.len() > limits::RECORD_BYTES {
        return Err(refuse(Code::RecordTooLarge, format!("{} bytes", snapshot.len())));
    }
    Ok((Document { inner }, snapshot))
}
