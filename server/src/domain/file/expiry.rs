//! What goes by itself: uploads that were not completed in time, and files that no record refers to.

use std::collections::HashSet;

use super::limits::ORPHAN_MILLIS;
use super::upload::turn_of;
use crate::app::App;
use crate::domain::account::entry;
use crate::error::Result;
use crate::store::audit::Audit;
use crate::store::{file, upload};

/// Rows looked at in one go.
const ROWS: i64 = 200;

/// How much went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Uploads that ended.
    pub uploads: usize,
    /// Parts of uploads that nobody knows any more.
    pub parts: usize,
    /// Files without a record.
    pub files: usize,
}

/// Removes all of it. What somebody works on at this moment stays for the next pass. Blocks.
///
/// # Errors
/// The database or the store of bytes fails; what was done is done.
pub fn expire(app: &App) -> Result<Expired> {
    Ok(Expired { uploads: end_uploads(app)?, parts: drop_parts(app)?, files: drop_orphans(app)? })
}

fn end_uploads(app: &App) -> Result<usize> {
    let now = app.ctx.now();
    let mut ended = 0;
    loop {
        let ids = app.db.read_blocking(move |tx| upload::expired(tx, now, ROWS))?;
        let mut turns = Vec::new();
        for id in ids {
            if let Some(turn) = app.turns.take(turn_of(&id)) {
                turns.push((turn, id));
            }
        }
        if turns.is_empty() {
            return Ok(ended);
        }
        let gone: Vec<String> = turns.iter().map(|(_, id)| id.clone()).collect();
        app.db.write_blocking(move |tx| {
            gone.iter().try_for_each(|id| upload::remove(tx, id))?;
            let detail = format!("{} uploads", gone.len());
            Ok(((), Audit::of(entry(now, "system", "expire_uploads", "", &detail))))
        })?;
        for (_, id) in &turns {
            app.files.discard(id)?;
        }
        ended += turns.len();
    }
}

/// Bytes whose row is gone: the server was killed between the two.
fn drop_parts(app: &App) -> Result<usize> {
    let parts = app.files.uploads()?;
    let asked = parts.clone();
    let known: HashSet<String> = app.db.read_blocking(move |tx| {
        let rows = asked.iter().map(|id| upload::find(tx, id));
        rows.filter_map(|row| row.transpose()).map(|row| row.map(|row| row.id)).collect()
    })?;
    let mut dropped = 0;
    for id in parts.into_iter().filter(|id| !known.contains(id)) {
        // A row is written before its first byte, and within a turn.
        let Some(_turn) = app.turns.take(turn_of(&id)) else { continue };
        let again = id.clone();
        if app.db.read_blocking(move |tx| upload::find(tx, &again))?.is_none() {
            app.files.discard(&id)?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

fn drop_orphans(app: &App) -> Result<usize> {
    let now = app.ctx.now();
    let mut dropped = 0;
    loop {
        let names = app.db.read_blocking(move |tx| file::unused(tx, now - ORPHAN_MILLIS, ROWS))?;
        let mut any = false;
        for name in names {
            // Nobody completes the same file meanwhile, or its bytes would go with the old ones.
            let Some(_turn) = app.turns.take(&name) else { continue };
            let object = name.clone();
            let removed = app.db.write_blocking(move |tx| {
                let removed = file::remove_unused(tx, &object)?;
                let told = Audit::of(entry(now, "system", "expire_file", &object, ""));
                Ok((removed, if removed { told } else { Audit::default() }))
            })?;
            if removed {
                app.files.remove(&name)?;
                any = true;
                dropped += 1;
            }
        }
        if !any {
            return Ok(dropped);
        }
    }
}
