//! The structure of a PNG file, chunk by chunk (ISO/IEC 15948, clause 5): how big, which way up, whether it
//! ends where it says; and the few chunks that pixels need, so that no decoder ever sees the others.

use bidao_schema::api::file::FileFinding;
use image::metadata::Orientation;

use crate::{Fault, Outline, limits};

const SIGNATURE: usize = 8;
/// What pixels are made of. Texts, profiles and the further frames of an animation are left out.
const NEEDED: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// The outline of a whole PNG file that holds one picture and nothing after it.
///
/// # Errors
/// `too_many_pixels`, `truncated`, `polyglot`, `not_a_picture`.
pub fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut rest = &bytes[SIGNATURE..];
    let (mut size, mut orientation, mut has_pixels) = (None, None, false);
    loop {
        let chunk = next(rest).ok_or_else(|| cut(bytes))??;
        rest = &rest[chunk.whole.len()..];
        match (chunk.name, size) {
            (b"IHDR", None) => size = Some(header_size(chunk.content)?),
            (b"IHDR", Some(_)) | (_, None) => return Err(damaged("its header is not where it belongs")),
            (b"IDAT", _) => has_pixels = true,
            (b"eXIf", _) => orientation = orientation.or(Orientation::from_exif_chunk(chunk.content)),
            (b"IEND", _) => break,
            _ => {}
        }
    }
    if rest.iter().any(|byte| *byte != 0) {
        let detail = format!("{} bytes follow the end of the picture", rest.len());
        return Err(Fault::new(FileFinding::Polyglot, detail));
    }
    match size {
        Some((width, height)) if has_pixels => {
            let orientation = orientation.unwrap_or(Orientation::NoTransforms);
            Ok(Outline { width, height, orientation })
        }
        _ => Err(damaged("it has no pixels")),
    }
}

/// The file with only the chunks that pixels need. Call it on what [`outline`] accepts.
pub fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut kept = bytes[..SIGNATURE].to_vec();
    let mut rest = &bytes[SIGNATURE..];
    while let Some(Ok(chunk)) = next(rest) {
        if NEEDED.contains(&chunk.name) {
            kept.extend_from_slice(chunk.whole);
        }
        rest = &rest[chunk.whole.len()..];
    }
    kept
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    content: &'a [u8],
    /// Length, name, content and checksum.
    whole: &'a [u8],
}

/// The chunk that stands here; none when it is not whole.
fn next(rest: &[u8]) -> Option<Result<Chunk<'_>, Fault>> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (name, after) = after.split_first_chunk::<4>()?;
    if !name.iter().all(u8::is_ascii_alphabetic) {
        return Some(Err(damaged("a chunk without a name")));
    }
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, whole) = (after.get(..length)?, rest.get(..length.checked_add(12)?)?);
    Some(Ok(Chunk { name, content, whole }))
}

fn header_size(content: &[u8]) -> Result<(u32, u32), Fault> {
    let numbers = content.first_chunk::<8>().filter(|_| content.len() == 13);
    let [w1, w2, w3, w4, h1, h2, h3, h4] =
        *numbers.ok_or_else(|| damaged("its header has the wrong length"))?;
    let (width, height) = (u32::from_be_bytes([w1, w2, w3, w4]), u32::from_be_bytes([h1, h2, h3, h4]));
    limits::pixels(width, height)?;
    Ok((width, height))
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

    /// Checksums are the decoder's to check: here they are zeros.
    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length, name.as_slice(), content, &[0; 4]].concat()
    }

    fn file(width: u32, height: u32, between: &[u8]) -> Vec<u8> {
        let header = [&width.to_be_bytes(), &height.to_be_bytes(), [8, 2, 0, 0, 0].as_slice()].concat();
        let start = b"\x89PNG\r\n\x1A\n".as_slice();
        [start, &chunk(b"IHDR", &header), between, &chunk(b"IDAT", b"pixels"), &chunk(b"IEND", b"")].concat()
    }

    fn code(bytes: &[u8]) -> Option<FileFinding> {
        outline(bytes).err().map(|fault| fault.code)
    }

    #[test]
    fn a_whole_file_tells_its_size_and_cut_anywhere_it_is_truncated() {
        let whole = file(640, 480, &[]);
        let found = outline(&whole).unwrap();
        assert_eq!((found.width, found.height), (640, 480));
        for length in SIGNATURE..whole.len() {
            assert_eq!(code(&whole[..length]), Some(FileFinding::Truncated), "{length}");
        }
    }

    #[test]
    fn what_follows_the_end_is_a_stowaway() {
        let page = b"<html>".as_slice();
        assert_eq!(code(&[&file(1, 1, &[]), page].concat()), Some(FileFinding::Polyglot));
        assert_eq!(code(&[file(1, 1, &[]), vec![0; 9]].concat()), None);
    }

    #[test]
    fn a_bomb_is_known_by_its_header_alone() {
        assert_eq!(code(&file(50_000, 50_000, &[])[..33]), Some(FileFinding::TooManyPixels));
        assert_eq!(code(&file(11_000, 11_000, &[])), Some(FileFinding::TooManyPixels));
    }

    #[test]
    fn disorder_is_no_picture() {
        let start = b"\x89PNG\r\n\x1A\n".as_slice();
        assert_eq!(code(&[start, &chunk(b"IEND", b"")].concat()), Some(FileFinding::NotAPicture));
        assert_eq!(code(&file(1, 1, &chunk(b"IHDR", &[0; 13]))), Some(FileFinding::NotAPicture));
        assert_eq!(code(&file(1, 1, &chunk(b"\0\0\0\0", b""))), Some(FileFinding::NotAPicture));
        assert_eq!(code(&[start, &chunk(b"IHDR", &[1; 12])].concat()), Some(FileFinding::NotAPicture));
    }

    #[test]
    fn the_decoder_sees_only_what_pixels_need() {
        let text = [chunk(b"tEXt", b"Comment\0secret"), chunk(b"acTL", &[0; 8])].concat();
        assert_eq!(bare(&file(2, 2, &text)), file(2, 2, &[]));
    }
}
