//! Pictures: from bytes nobody vouches for to what a browser may show (domain §6.10, `3-protocol` §7).
//!
//! Pure: bytes in, [`Rendered`] or [`Fault`] out; no file, no clock, no process. `bidao picture` wraps a process
//! around it, because decoders have bugs.

pub mod band;
mod decode;
mod jpeg;
pub mod limits;
pub mod perceptual_hash;
mod png;
mod render;
mod sniff;
mod stowaway;
mod webp;

use bidao_schema::api::file::FileFinding;
use serde::{Deserialize, Serialize};

/// The formats that phones send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// JPEG (ITU-T T.81), baseline or progressive.
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649), lossy or lossless; of an animation the first frame.
    Webp,
}

impl Kind {
    /// The word of the form's field `mime`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The kind of a word of the form's field `mime`.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Webp].into_iter().find(|kind| kind.word() == word)
    }
}

/// A picture as it is shown: the right way up, without any metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// What the original was.
    pub kind: Kind,
    /// Pixels of `view`.
    pub width: u32,
    /// Pixels of `view`.
    pub height: u32,
    /// JPEG, its longer edge at most [`limits::VIEW_EDGE`].
    #[serde(with = "serde_bytes")]
    pub view: Vec<u8>,
    /// JPEG, its longer edge at most [`limits::THUMBNAIL_EDGE`].
    #[serde(with = "serde_bytes")]
    pub thumbnail: Vec<u8>,
    /// See [`perceptual_hash`]; none for a picture too even to be recognised.
    pub hash: Option<u64>,
}

/// Why bytes are not shown. An outcome, not an error: it is kept with the file and told to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable code.
    pub code: FileFinding,
    /// In words, English, without personal data.
    pub detail: String,
}

impl Fault {
    /// A fault with its sentence.
    pub fn new(code: FileFinding, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// What a walk over a file's structure, without decoding any pixel, has found.
struct Outline {
    /// Pixels as they lie in the file.
    width: u32,
    height: u32,
    /// Which way is up.
    orientation: image::metadata::Orientation,
}

/// Looks at untrusted bytes and renders them. `declared` is what the record says they are.
///
/// # Errors
/// [`Fault`]. Memory and time are bounded by [`limits`] as far as the formats say beforehand what they
/// need; the rest is the child process's to bound.
pub fn process(bytes: &[u8], declared: Option<Kind>) -> Result<Rendered, Fault> {
    limits::bytes(bytes.len())?;
    let kind = sniff::kind(bytes)?;
    if let Some(declared) = declared.filter(|declared| *declared != kind) {
        let detail = format!("the record says {}, the bytes are {}", declared.word(), kind.word());
        return Err(Fault::new(FileFinding::WrongType, detail));
    }
    let outline = match kind {
        Kind::Jpeg => jpeg::outline(bytes)?,
        Kind::Png => png::outline(bytes)?,
        Kind::Webp => webp::outline(bytes)?,
    };
    stowaway::none(bytes)?;
    let pixels = match kind {
        Kind::Jpeg => decode::jpeg(bytes)?,
        Kind::Png => decode::png(bytes)?,
        Kind::Webp => decode::webp(bytes)?,
    };
    if (pixels.width, pixels.height) != (outline.width, outline.height) {
        return Err(Fault::new(FileFinding::NotAPicture, "its parts disagree about its size"));
    }
    render::all(kind, pixels, outline.orientation)
}
