//! The key files are sealed with: made once and kept, itself sealed, in the database. A rotation seals it anew and
//! leaves the files as they are (ADR server/0017).

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::file_store::seal::KEY_BYTES;
use crate::store::audit::{Audit, Entry};
use crate::store::{Db, setting};

/// Reads the key from the database, or makes it there: every server node shares it.
///
/// # Errors
/// The database fails or holds something else.
pub fn load_or_make(db: &Db, ctx: &Ctx) -> Result<[u8; KEY_BYTES]> {
    let (fresh, now) = (ctx.random::<KEY_BYTES>(), ctx.now());
    let hex = db.write_blocking(move |tx| {
        if let Some(found) = setting::find_file_key(tx)? {
            return Ok((found, Audit::default()));
        }
        let hex = bidao_sync::ids::to_hex(&fresh);
        setting::put_file_key(tx, &hex)?;
        let entry = Entry {
            at: now,
            person: "system".into(),
            device: String::new(),
            action: "make_file_key",
            object: setting::FILE_KEY.into(),
            detail: String::new(),
        };
        Ok((hex, Audit::of(entry)))
    })?;
    let unreadable = || Error::Internal("the key of files in the database is unreadable".into());
    bidao_sync::ids::from_hex(&hex).and_then(|bytes| bytes.try_into().ok()).ok_or_else(unreadable)
}
