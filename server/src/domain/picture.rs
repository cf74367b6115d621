//! Pictures: which of them wait to be looked at, and what is noted when somebody has.

use bidao_schema::api::file::FileFinding;

use super::account::entry;
use super::file::usage;
use super::record;
use crate::error::Result;
use crate::picture::{Fault, Kind, Rendered, band};
use crate::store::audit::Audit;
use crate::store::picture::{self, Looked};
use crate::store::{self, Tx};

/// A picture that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the record says it is; none where a record does not say, as for a photographed slip.
    pub declared: Option<Kind>,
}

/// The next pictures to look at, oldest first. Only what a record refers to is worth a look.
///
/// # Errors
/// The database fails.
pub fn waiting(tx: &mut Tx, except: &[String], limit: i64) -> Result<Vec<Waiting>> {
    let names = picture::waiting(tx, except, limit)?;
    names.into_iter().map(|sha256| Ok(Waiting { declared: declared(tx, &sha256)?, sha256 })).collect()
}

/// Whether there are pictures that no record refers to yet.
///
/// # Errors
/// The database fails.
pub fn are_unused(tx: &mut Tx, except: &[String]) -> Result<bool> {
    picture::are_unused(tx, except)
}

fn declared(tx: &mut Tx, sha256: &str) -> Result<Option<Kind>> {
    let Some((id, path)) = picture::first_use(tx, sha256)? else { return Ok(None) };
    let Some(row) = store::record::find(tx, &id)? else { return Ok(None) };
    let answers = record::document(&row)?.answers();
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    let within = parts.iter().try_fold(&answers, |value, part| value.get(part));
    Ok(within.and_then(|element| element.get("mime")?.as_str()).and_then(Kind::of_word))
}

/// It can be shown: its variants are in the store of bytes.
///
/// # Errors
/// The database fails.
pub fn ready(tx: &mut Tx, sha256: &str, rendered: &Rendered, now: i64) -> Result<((), Audit)> {
    let edge = |edge: u32| i32::try_from(edge).unwrap_or(i32::MAX);
    let looked =
        Looked::ready(edge(rendered.width), edge(rendered.height), rendered.hash.map(u64::cast_signed));
    if !picture::settle(tx, sha256, &looked)? {
        return Ok(((), Audit::default()));
    }
    if let Some(hash) = rendered.hash {
        picture::put_bands(tx, sha256, &band::of(hash))?;
    }
    usage::tell(tx, sha256)?;
    Ok(((), Audit::of(entry(now, "system", "show_file", sha256, rendered.kind.word()))))
}

/// It cannot be shown, and never will: its original is set aside.
///
/// # Errors
/// The database fails.
pub fn refuse(tx: &mut Tx, sha256: &str, fault: &Fault, now: i64) -> Result<((), Audit)> {
    let code = word(fault.code);
    let looked = Looked::refused(code.clone(), fault.detail.replace('\0', ""));
    if !picture::settle(tx, sha256, &looked)? {
        return Ok(((), Audit::default()));
    }
    usage::tell(tx, sha256)?;
    Ok(((), Audit::of(entry(now, "system", "refuse_file", sha256, &code))))
}

/// The stable word of a finding.
#[must_use]
pub fn word(finding: FileFinding) -> String {
    serde_json::to_value(finding).ok().and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
}

/// The finding of a stored word.
#[must_use]
pub fn finding(word: &str) -> Option<FileFinding> {
    serde_json::from_value(word.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_survives_the_database() {
        let all = [
            (FileFinding::NotAPicture, "not_a_picture"),
            (FileFinding::TooManyPixels, "too_many_pixels"),
            (FileFinding::NotPermitted, "not_permitted"),
        ];
        for (code, text) in all {
            assert_eq!(word(code), text);
            assert_eq!(finding(text), Some(code));
        }
        assert_eq!(finding("other"), None);
    }
}
