//! What must hold after hostile changes, whatever the gate says of them: it answers in time, and what it let in can be
//! saved, loaded, replayed and edited by others for ever.

use std::cell::Cell;
use std::sync::Once;

use bidao_sync::attestation::ATTESTATIONS;
use bidao_sync::code::Code;
use bidao_sync::document::{Document, Put};
use bidao_sync::gate::{Judged, Rejected, judge};
use cpu_time::ThreadTime;

use crate::scene::{DEVICE, NOW, RECORD, Scene, somebody};

/// Milliseconds of its own CPU time that judging one edit may take.
pub const JUDGING_MILLIS: i64 = 50;
/// Bytes that may be allocated at once while an edit is judged and everything is tried on it.
pub const MEMORY: usize = 64 * 1024 * 1024;

/// What the gate said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Let in; how many changes were new.
    Accepted(usize),
    /// Held: something is missing.
    Held,
    /// Refused.
    Refused(Code),
}

/// What the gate said, and how long it took.
#[derive(Debug, Clone, Copy)]
pub struct Endured {
    /// Its word.
    pub said: Said,
    /// Microseconds of the thread's CPU time.
    pub micros: i64,
}

thread_local! {
    static JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// The gate catches the panics of the data type. What they say is no news, and to say it costs more than to judge.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !JUDGING.get() {
                usual(panic);
            }
        }));
    });
}

/// Judges the changes of one edit and tries on the outcome what the years may bring.
///
/// # Errors
/// What does not hold.
pub fn endure(scene: &Scene, changes: &[&[u8]]) -> Result<Endured, String> {
    silence();
    JUDGING.set(true);
    let began = ThreadTime::now();
    let judged = judge(RECORD, scene.document.as_ref(), changes, DEVICE, &scene.shape, NOW);
    let micros = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
    JUDGING.set(false);
    if micros > JUDGING_MILLIS * 1000 {
        return Err(format!("judging took {micros} µs"));
    }
    let said = match judged {
        Err(Rejected::Refused(refusal)) => Said::Refused(refusal.code),
        Err(Rejected::Missing(_)) => Said::Held,
        Ok(judged) => {
            if !judged.added.is_empty() {
                lasts(scene, &judged)?;
            }
            Said::Accepted(judged.added.len())
        }
    };
    Ok(Endured { said, micros })
}

fn holds(what: &str, is: bool) -> Result<(), String> {
    if is { Ok(()) } else { Err(format!("{what} does not hold")) }
}

fn fails(what: &str) -> impl Fn(bidao_sync::document::DocumentError) -> String {
    move |error| format!("{what}: {error}")
}

/// What was let in can be lived with.
fn lasts(scene: &Scene, judged: &Judged) -> Result<(), String> {
    let Judged { document, snapshot, added, .. } = judged;
    let reloaded = Document::load(snapshot).map_err(fails("reload"))?;
    holds("same heads after a reload", reloaded.heads() == document.heads())?;
    holds("same content after a reload", reloaded.answers() == document.answers())?;
    holds("same bytes after a reload", reloaded.save() == *snapshot)?;
    let all = document.changes_since(&[]);
    let chunks: Vec<&[u8]> = all.iter().map(|change| change.bytes.as_slice()).collect();
    let replayed = Document::from_changes(&chunks).map_err(fails("replay"))?;
    holds("same bytes after a replay", replayed.save() == *snapshot)?;
    if let Some(before) = &scene.document {
        holds("nothing is taken away", before.heads().iter().all(|head| document.has(*head)))?;
        let then = document.answers_at(&before.heads()).map_err(fails("the version before"))?;
        holds("the past stays as it was", then == before.answers())?;
        let kept = before.attestations().iter().all(|one| document.attestations().contains(one));
        holds("signatures stay", kept)?;
    }
    for change in added {
        let read = bidao_sync::document::read_change(&change.bytes).map_err(fails("a change"))?;
        holds("a change says what it said", read == *change)?;
    }
    document.history();
    document.conflicts();
    document.leaves();
    signatures(document, scene)?;
    others_go_on(scene, &reloaded)
}

fn signatures(document: &Document, scene: &Scene) -> Result<(), String> {
    let answers = document.answers();
    let elements = answers[ATTESTATIONS].as_object().map_or(0, serde_json::Map::len);
    let all = document.attestations();
    if scene.shape.attested.is_some() {
        holds("every signature can be read", all.len() == elements)?;
    }
    for one in &all {
        let digest = document.digest_at(RECORD, &one.form, &one.covers).map_err(fails("a signed version"))?;
        holds("a signature covers what was shown", digest == one.digest)?;
    }
    Ok(())
}

/// Somebody else edits the record on another device, and that passes the gate too.
fn others_go_on(scene: &Scene, reloaded: &Document) -> Result<(), String> {
    let mut theirs = reloaded.clone();
    let puts = [Put::new("a", 99), Put::new("theirs", "field")];
    let edited = theirs.edit(somebody(), NOW, &puts).map_err(fails("an edit of somebody else"))?;
    let change = edited.ok_or("an edit of somebody else writes nothing")?;
    let again = Document::load(&theirs.save()).map_err(fails("reload after an edit of somebody else"))?;
    holds("what somebody else wrote is there", again.answers()["a"] == 99)?;
    let device = somebody().device();
    let judged = judge(RECORD, Some(reloaded), &[&change.bytes], device, &scene.shape, NOW);
    let judged = judged.map_err(|why| format!("an edit of somebody else is not let in: {why:?}"))?;
    holds("both have the same record", judged.document.heads() == theirs.heads())
}
