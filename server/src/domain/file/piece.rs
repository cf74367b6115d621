//! A piece of a file that another phone carries: the carrier's upload of that file goes on by it.

use bidao_schema::api::carriage::CarriageOutcome;
use bidao_schema::api::problem::ProblemCode;
use bidao_sync::carriage::Piece;

use super::upload::{self, Bringer, Found, turn_of};
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::upload::Row;

/// Appends the piece; completes the file when it is the last one. Blocks.
///
/// # Errors
/// `offset_mismatch` when pieces before it are missing; `busy`; as [`upload::begin`] and [`upload::complete`].
pub fn take(app: &App, bringer: &Bringer, piece: &Piece) -> Result<CarriageOutcome> {
    let (name, now) = (piece.sha256.to_string(), app.ctx.now());
    let busy = || Error::refused(ProblemCode::Busy, "another request brings it");
    let _turn = app.turns.take(turn_of(&name)).ok_or_else(busy)?;
    let (who, file) = (bringer.clone(), name.clone());
    let row = match app.db.read_blocking(move |tx| upload::find(tx, &who, &file, now))? {
        Found::Whole(_) => return Ok(CarriageOutcome::Present),
        Found::Open(row) if row.bytes.unsigned_abs() == piece.total => row,
        Found::Open(_) | Found::Gone | Found::Nothing if piece.offset > 0 => return Err(goes_on_at(0)),
        Found::Open(_) | Found::Gone | Found::Nothing => begin(app, bringer, &name, piece.total)?,
    };
    let mut appender = app.files.append(&row.id)?.ok_or_else(busy)?;
    let (start, end) = (appender.start(), piece.offset + piece.bytes.len() as u64);
    if piece.offset > start {
        return Err(goes_on_at(start));
    }
    if end <= start && start < piece.total {
        return Ok(CarriageOutcome::Present);
    }
    // What is there of it already is not pushed again.
    let missing = usize::try_from(start - piece.offset).unwrap_or(usize::MAX);
    appender.push(piece.bytes.get(missing..).unwrap_or_default())?;
    if end.max(start) == piece.total {
        upload::complete(app, bringer, &row, appender)?;
    } else {
        appender.keep()?;
    }
    Ok(CarriageOutcome::Taken)
}

fn begin(app: &App, bringer: &Bringer, name: &str, total: u64) -> Result<Row> {
    let (who, file, now) = (bringer.clone(), name.to_owned(), app.ctx.now());
    let row = app.db.write_blocking(move |tx| upload::begin(tx, &who, &file, total, now))?;
    // Bytes of an upload of this name that ended.
    app.files.discard(&row.id)?;
    Ok(row)
}

fn goes_on_at(offset: u64) -> Error {
    Error::refused(
        ProblemCode::OffsetMismatch,
        format!("pieces before it are missing: it goes on at byte {offset}"),
    )
}
