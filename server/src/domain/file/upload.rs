//! How a file comes: begun, continued, completed, taken back. The bytes are the store's; here is what they mean.
//!
//! A file is known by its SHA-256. An upload of a named file belongs to one device, so that no device can spoil
//! what another has begun; once complete, the file is everybody's, and costs nobody anything again.

use bidao_schema::api::problem::ProblemCode;
use bidao_schema::calendar::{DAY_MILLIS, Date};

use super::limits::{DAY_BYTES, DAY_FILES, FILE_BYTES, OPEN_UPLOADS, STROKES_BYTES, UPLOAD_MILLIS};
use super::strokes::Strokes;
use super::usage;
use crate::app::App;
use crate::domain::access::Principal;
use crate::error::{Error, Result};
use crate::file_store::{Appender, Completed, is_sha256};
use crate::store::audit::{Audit, Entry};
use crate::store::upload::Row;
use crate::store::{Tx, file, upload};

/// Who brings a file: a person with a device.
#[derive(Debug, Clone)]
pub struct Bringer {
    /// Person id.
    pub person: String,
    /// Device id.
    pub device: String,
}

/// What is behind the name of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// All bytes are there already: so many.
    Whole(u64),
    /// It is under way.
    Open(Row),
    /// It ended before it was complete.
    Gone,
    /// Nothing.
    Nothing,
}

impl Bringer {
    /// The device of a caller.
    ///
    /// # Errors
    /// `forbidden` without a device; the route table has seen to that.
    pub fn of(principal: &Principal) -> Result<Self> {
        let device = principal.device.clone().ok_or_else(|| Error::forbidden("only an enrolled phone"))?;
        Ok(Self { person: principal.person.clone(), device })
    }

    fn entry(&self, at: i64, action: &'static str, object: &str, detail: String) -> Audit {
        let (person, device) = (self.person.clone(), self.device.clone());
        Audit::of(Entry { at, person, device, action, object: object.to_owned(), detail })
    }
}

/// The id of an upload: of this device alone, for a named file.
#[must_use]
pub fn id_of(bringer: &Bringer, name: &str) -> String {
    if is_sha256(name) { format!("{name}-{}", bringer.device) } else { name.to_owned() }
}

/// What a request on an upload takes its turn by: the file, so that no two requests bring one file at once, from
/// whichever device, and none brings it while its old bytes are removed.
#[must_use]
pub fn turn_of(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// Looks up what is behind a name, for this device.
///
/// # Errors
/// The database fails.
pub fn find(tx: &mut Tx, bringer: &Bringer, name: &str, now: i64) -> Result<Found> {
    if is_sha256(name)
        && let Some(whole) = file::find(tx, name)?
    {
        return Ok(Found::Whole(whole.bytes.unsigned_abs()));
    }
    let row = upload::find(tx, &id_of(bringer, name))?;
    let Some(row) = row.filter(|row| row.device == bringer.device) else { return Ok(Found::Nothing) };
    match &row.sha256 {
        Some(became) if !is_sha256(name) => Ok(match file::find(tx, became)? {
            Some(whole) => Found::Whole(whole.bytes.unsigned_abs()),
            None => Found::Gone,
        }),
        _ if row.expires_at <= now => Ok(Found::Gone),
        _ => Ok(Found::Open(row)),
    }
}

/// Begins an upload of `bytes` bytes; an ended one of the same name makes room.
///
/// # Errors
/// `too_large`, `invalid` for none at all, `quota_exceeded`.
pub fn begin(tx: &mut Tx, bringer: &Bringer, name: &str, bytes: u64, now: i64) -> Result<(Row, Audit)> {
    if bytes == 0 {
        return Err(Error::invalid("Upload-Length", "a file has at least one byte"));
    }
    if bytes > FILE_BYTES {
        return Err(Error::refused(ProblemCode::TooLarge, format!("at most {FILE_BYTES} bytes a file")));
    }
    let id = id_of(bringer, name);
    upload::remove(tx, &id)?;
    let size = i64::try_from(bytes).unwrap_or(i64::MAX);
    within_quota(tx, bringer, size, now)?;
    let row = Row {
        id,
        sha256: is_sha256(name).then(|| name.to_owned()),
        bytes: size,
        device: bringer.device.clone(),
        created_at: now,
        expires_at: now + UPLOAD_MILLIS,
    };
    upload::insert(tx, &row)?;
    Ok((row, bringer.entry(now, "begin_upload", name, format!("{bytes} bytes"))))
}

/// What a device may bring: uploads under way count with all their bytes, on the day they were begun.
fn within_quota(tx: &mut Tx, bringer: &Bringer, bytes: i64, now: i64) -> Result<()> {
    let exceeded = |detail: String| Err(Error::refused(ProblemCode::QuotaExceeded, detail));
    let open: Vec<Row> = upload::of_device(tx, &bringer.device)?.into_iter().filter(is_open).collect();
    // What a clock that has been set back since dated ahead does not count, or it would for years.
    let (today, ends) = (Date::from_epoch_millis_shanghai(now).start_millis_shanghai(), now + UPLOAD_MILLIS);
    if open.iter().filter(|row| row.expires_at > now && row.expires_at <= ends).count() >= OPEN_UPLOADS {
        return exceeded(format!("at most {OPEN_UPLOADS} unfinished uploads a device"));
    }
    let day = today..today + DAY_MILLIS;
    let (count, sum) = file::brought(tx, &bringer.device, day.start, day.end)?;
    let begun: Vec<i64> =
        open.iter().filter(|row| day.contains(&row.created_at)).map(|row| row.bytes).collect();
    if count + i64::try_from(begun.len()).unwrap_or(i64::MAX) >= DAY_FILES {
        return exceeded(format!("at most {DAY_FILES} files a device and day"));
    }
    if sum + begun.iter().sum::<i64>() + bytes > DAY_BYTES {
        return exceeded(format!("at most {DAY_BYTES} bytes a device and day"));
    }
    Ok(())
}

/// An upload without a name stays for a while after it has become a file, for a client that did not hear of it.
fn is_open(row: &Row) -> bool {
    row.sha256.as_ref().is_none_or(|sha256| row.id.len() > sha256.len())
}

/// All bytes of an upload have arrived: verifies them and makes them a file. Blocks.
///
/// # Errors
/// `digest_mismatch`: then nothing of it remains; `unavailable`: then everything does.
pub fn complete(app: &App, bringer: &Bringer, row: &Row, appender: Appender) -> Result<()> {
    let now = app.ctx.now();
    let (bringer, row) = (bringer.clone(), row.clone());
    let stored = match appender.complete(row.sha256.as_deref())? {
        Completed::Stored(sha256) => sha256,
        Completed::Mismatch(found) => {
            app.db.write_blocking(move |tx| {
                upload::remove(tx, &row.id)?;
                let object = row.sha256.as_deref().unwrap_or(&row.id);
                Ok(((), bringer.entry(now, "refuse_upload", object, format!("its bytes are {found}"))))
            })?;
            let detail = "the bytes that arrived have another SHA-256; they were thrown away";
            return Err(Error::refused(ProblemCode::DigestMismatch, detail));
        }
    };
    let fresh = looked_at(app, &row, &stored, now)?;
    let is_new = app.db.write_blocking(move |tx| {
        let is_new = file::insert(tx, &fresh)?;
        if fresh.state != file::STORED {
            usage::tell(tx, &fresh.sha256)?;
        }
        if row.sha256.is_some() {
            upload::remove(tx, &row.id)?;
        } else {
            upload::became(tx, &row.id, &fresh.sha256)?;
        }
        Ok((is_new, bringer.entry(now, "store_file", &fresh.sha256, format!("{} bytes", fresh.bytes))))
    })?;
    if is_new {
        app.arrived.notify_one();
    }
    Ok(())
}

/// The row of a file that has just arrived. Strokes are judged at once; whatever else comes is taken for a picture
/// and waits for those who look at pictures.
fn looked_at(app: &App, upload: &Row, sha256: &str, now: i64) -> Result<file::Row> {
    let mut row = file::Row {
        sha256: sha256.to_owned(),
        bytes: upload.bytes,
        device: upload.device.clone(),
        stored_at: now,
        state: file::STORED.into(),
        kind: file::PICTURE.into(),
        finding: None,
        detail: None,
        width: None,
        height: None,
        phash: None,
    };
    if upload.bytes.unsigned_abs() > STROKES_BYTES {
        return Ok(row);
    }
    let bytes = app.files.read_original(sha256)?.unwrap_or_default();
    if bytes.first() == Some(&b'{') {
        row.kind = file::STROKES.into();
        match Strokes::parse(&bytes) {
            Ok(_) => row.state = file::READY.into(),
            Err(detail) => {
                row.state = file::REFUSED.into();
                row.finding = Some("not_strokes".into());
                row.detail = Some(detail.into());
            }
        }
    }
    Ok(row)
}

/// Takes an unfinished upload back. Blocks.
///
/// # Errors
/// `not_found`, `gone`, `forbidden` for a file that is complete.
pub fn terminate(app: &App, bringer: &Bringer, name: &str) -> Result<()> {
    let now = app.ctx.now();
    let (who, named) = (bringer.clone(), name.to_owned());
    app.db.write_blocking(move |tx| match find(tx, &who, &named, now)? {
        Found::Open(row) => {
            upload::remove(tx, &row.id)?;
            Ok(((), who.entry(now, "end_upload", &named, String::new())))
        }
        Found::Whole(_) => Err(Error::forbidden("a file that is complete stays")),
        Found::Gone => Err(gone()),
        Found::Nothing => Err(Error::not_found("upload")),
    })?;
    app.files.discard(&id_of(bringer, name))
}

/// An upload that ended.
#[must_use]
pub fn gone() -> Error {
    Error::refused(ProblemCode::Gone, "the upload has ended, begin it again")
}
