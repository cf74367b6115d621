//! Who may look at a file: whoever may read a record that refers to it, and nobody else.

use super::strokes::Strokes;
use crate::app::App;
use crate::domain::access::Scope;
use crate::error::{Error, Result};
use crate::file_store::{Variant, is_sha256};
use crate::store::{file, file_use};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A picture made from a photo, JPEG.
    Picture(Variant),
    /// The drawing of strokes, SVG.
    Signature,
}

impl Shown {
    /// From its word in an address.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "view" => Some(Self::Picture(Variant::View)),
            "thumbnail" => Some(Self::Picture(Variant::Thumbnail)),
            "signature" => Some(Self::Signature),
            _ => None,
        }
    }
}

/// Finds what is asked for. Blocks.
///
/// # Errors
/// `not_found`: no such file, nothing to show of it yet, or no record that this reader may see refers to it; the
/// three look alike.
pub fn show(app: &App, scope: &Scope, sha256: &str, shown: Shown) -> Result<Vec<u8>> {
    let none = || Error::not_found("file");
    if !is_sha256(sha256) {
        return Err(none());
    }
    let name = sha256.to_owned();
    let reader = scope.clone();
    let row = app.db.read_blocking(move |tx| {
        let places = file_use::places(tx, &name)?;
        let reads = places.iter().any(|(area, household)| reader.reads(area, household.as_deref()));
        if reads { file::find(tx, &name) } else { Ok(None) }
    })?;
    let row = row.filter(|row| row.state == file::READY).ok_or_else(none)?;
    match (shown, row.kind.as_str()) {
        (Shown::Picture(variant), file::PICTURE) => app.files.read_variant(sha256, variant)?.ok_or_else(none),
        (Shown::Signature, file::STROKES) => {
            let bytes = app.files.read_original(sha256)?.ok_or_else(none)?;
            let unreadable = |why| Error::Internal(format!("strokes that were readable are not: {why}"));
            Ok(Strokes::parse(&bytes).map_err(unreadable)?.to_svg().into_bytes())
        }
        _ => Err(none()),
    }
}
