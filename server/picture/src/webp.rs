//! The structure of a WebP file, chunk by chunk (RFC 9649): how big, which way up, and whether it ends where
//! it says.

use bidao_schema::api::file::FileFinding;
use image::metadata::Orientation;

use crate::{Fault, Outline, limits};

/// `RIFF`, a length, `WEBP`.
const HEADER: usize = 12;

/// The outline of a whole WebP file with nothing after it.
///
/// # Errors
/// `too_many_pixels`, `truncated`, `polyglot`, `not_a_picture`.
pub fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let length =
        bytes.get(4..8).and_then(|four| four.first_chunk::<4>()).map(|four| u32::from_le_bytes(*four));
    let claimed = length.and_then(|length| usize::try_from(length).ok()?.checked_add(8));
    let end = claimed.ok_or_else(|| damaged("it has no length"))?;
    let mut rest = bytes.get(HEADER..end.min(bytes.len())).ok_or_else(|| damaged("its length is wrong"))?;
    let (mut size, mut orientation) = (None, None);
    while !rest.is_empty() {
        let chunk = next(rest);
        // The size is judged before the end is looked for: a bomb is a bomb even when it is cut.
        if size.is_none() {
            let name = rest.first_chunk::<4>().ok_or_else(|| cut(bytes))?;
            let content = rest.get(8..).ok_or_else(|| cut(bytes))?;
            let found = first_size(name, content, bytes)?;
            limits::pixels(found.0, found.1)?;
            size = Some(found);
        }
        let (name, content, whole) = chunk.ok_or_else(|| cut(bytes))?;
        if name == b"EXIF" {
            let exif = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
            orientation = orientation.or(Orientation::from_exif_chunk(exif));
        }
        rest = &rest[whole..];
    }
    if end > bytes.len() {
        return Err(cut(bytes));
    }
    let after = &bytes[end..];
    if after.iter().any(|byte| *byte != 0) {
        let detail = format!("{} bytes follow the end of the picture", after.len());
        return Err(Fault::new(FileFinding::Polyglot, detail));
    }
    let (width, height) = size.ok_or_else(|| damaged("it has no pixels"))?;
    Ok(Outline { width, height, orientation: orientation.unwrap_or(Orientation::NoTransforms) })
}

/// Name, content and whole length of the chunk that stands here; none when it is not whole.
fn next(rest: &[u8]) -> Option<(&[u8; 4], &[u8], usize)> {
    let (name, after) = rest.split_first_chunk::<4>()?;
    let (length, after) = after.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let content = after.get(..length)?;
    // A chunk of odd length is followed by one byte that does not count; some writers forget the last.
    Some((name, content, (8 + length + length % 2).min(rest.len())))
}

/// Width and height from the first chunk.
fn first_size(name: &[u8; 4], content: &[u8], bytes: &[u8]) -> Result<(u32, u32), Fault> {
    let short = || cut(bytes);
    let u24 = |three: &[u8]| u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16;
    match name {
        b"VP8X" => {
            let head = content.get(..10).ok_or_else(short)?;
            Ok((u24(&head[4..7]) + 1, u24(&head[7..10]) + 1))
        }
        b"VP8L" => {
            let head = content.get(..5).ok_or_else(short)?;
            let bits = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
            Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8 " => {
            let head = content.get(..10).ok_or_else(short)?;
            let edge = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            Ok((edge(head[6], head[7]), edge(head[8], head[9])))
        }
        _ => Err(damaged("it does not begin with a picture")),
    }
}

fn cut(bytes: &[u8]) -> Fault {
    Fault::new(FileFinding::Truncated, format!("it stops after {} bytes", bytes.len()))
}

fn damaged(detail: &str) -> Fault {
    Fault::new(FileFinding::NotAPicture, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [name.as_slice(), &length, content, &[0][..content.len() % 2]].concat()
    }

    fn file(chunks: &[u8]) -> Vec<u8> {
        let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
        [b"RIFF".as_slice(), &length, b"WEBP", chunks].concat()
    }

    fn lossless(width: u32, height: u32) -> Vec<u8> {
        let bits = ((width - 1) | (height - 1) << 14).to_le_bytes();
        chunk(b"VP8L", &[[0x2F].as_slice(), &bits, b"pixels"].concat())
    }

    fn code(bytes: &[u8]) -> Option<FileFinding> {
        outline(bytes).err().map(|fault| fault.code)
    }

    #[test]
    fn the_three_first_chunks_tell_the_size() {
        let extended = chunk(b"VP8X", &[0, 0, 0, 0, 0xFF, 2, 0, 0xFF, 1, 0]);
        let lossy = chunk(b"VP8 ", &[0, 0, 0, 0x9D, 1, 0x2A, 0, 3, 0, 2]);
        for chunks in [lossless(768, 512), extended, lossy] {
            let found = outline(&file(&chunks)).unwrap();
            assert_eq!((found.width, found.height), (768, 512));
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_truncated_and_what_follows_is_a_stowaway() {
        let whole = file(&[lossless(9, 9), chunk(b"EXIF", b"nothing")].concat());
        for length in HEADER + 1..whole.len() {
            assert_eq!(code(&whole[..length]), Some(FileFinding::Truncated), "{length}");
        }
        assert_eq!(code(&[&whole, b"PK".as_slice()].concat()), Some(FileFinding::Polyglot));
        assert_eq!(code(&[whole, vec![0; 3]].concat()), None);
    }

    #[test]
    fn bombs_and_disorder_are_told_apart() {
        let bomb = chunk(b"VP8X", &[0, 0, 0, 0, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0]);
        assert_eq!(code(&file(&bomb)), Some(FileFinding::TooManyPixels));
        assert_eq!(code(&file(&chunk(b"LIST", b"music"))), Some(FileFinding::NotAPicture));
        assert_eq!(code(&file(&[])), Some(FileFinding::NotAPicture));
    }
}
