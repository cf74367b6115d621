//! What one picture may cost. The phone sends at most 400 kB and 1,600 px; the room above is for other
//! clients of the documented upload protocol and for photos taken from a gallery.

use bidao_schema::api::file::FileFinding;

use crate::Fault;

/// Bytes of an original.
pub const BYTES: usize = 16 * 1024 * 1024;
/// Pixels of an original: what phones take by default (12 to 24 megapixels), with room.
pub const PIXELS: u64 = 32_000_000;
/// Pixels of one edge of an original.
pub const EDGE: u32 = 16_384;
/// Bytes a decoder may ask for: 32 megapixels at 8 bytes.
pub const DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// Scans of a progressive JPEG; cameras write 10. Each costs a pass over all blocks.
pub const SCANS: usize = 64;

/// Longer edge of the picture on a screen.
pub const VIEW_EDGE: u32 = 1600;
/// Longer edge of the picture in a list.
pub const THUMBNAIL_EDGE: u32 = 320;

/// Address space of the child, its program and libraries included.
pub const ADDRESS_SPACE: u64 = 768 * 1024 * 1024;
/// CPU seconds of the child; a 12-megapixel photo takes 0.2.
pub const CPU_SECONDS: u64 = 10;
/// Seconds until the parent stops waiting for the child.
pub const WALL_SECONDS: u64 = 60;
/// Bytes of the child's answer: two JPEGs of at most 1,600 × 1,600 and 320 × 320 pixels, and a few words.
pub const ANSWER_BYTES: u64 = 8 * 1024 * 1024;

/// Whether a file of this length may be a picture.
///
/// # Errors
/// `too_large`, `not_a_picture` for nothing at all.
pub fn bytes(length: usize) -> Result<(), Fault> {
    match length {
        0 => Err(Fault::new(FileFinding::NotAPicture, "there are no bytes")),
        1..=BYTES => Ok(()),
        _ => Err(Fault::new(FileFinding::TooLarge, format!("{length} bytes, at most {BYTES}"))),
    }
}

/// Whether a picture may have these edges.
///
/// # Errors
/// `too_many_pixels`, `not_a_picture` for no pixels at all.
pub fn pixels(width: u32, height: u32) -> Result<(), Fault> {
    let count = u64::from(width) * u64::from(height);
    if count == 0 {
        return Err(Fault::new(FileFinding::NotAPicture, "it has no pixels"));
    }
    if count > PIXELS || width > EDGE || height > EDGE {
        let detail = format!("{width} × {height} pixels, at most {PIXELS} and {EDGE} an edge");
        return Err(Fault::new(FileFinding::TooManyPixels, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(outcome: Result<(), Fault>) -> Option<FileFinding> {
        outcome.err().map(|fault| fault.code)
    }

    #[test]
    fn bytes_are_bounded_on_both_sides() {
        assert_eq!(code(bytes(0)), Some(FileFinding::NotAPicture));
        assert_eq!(code(bytes(1)), None);
        assert_eq!(code(bytes(BYTES)), None);
        assert_eq!(code(bytes(BYTES + 1)), Some(FileFinding::TooLarge));
    }

    #[test]
    fn pixels_are_bounded_in_number_and_along_each_edge() {
        assert_eq!(code(pixels(0, 5)), Some(FileFinding::NotAPicture));
        assert_eq!(code(pixels(8000, 4000)), None);
        assert_eq!(code(pixels(8000, 4001)), Some(FileFinding::TooManyPixels));
        assert_eq!(code(pixels(EDGE, 1)), None);
        assert_eq!(code(pixels(EDGE + 1, 1)), Some(FileFinding::TooManyPixels));
        assert_eq!(code(pixels(1, EDGE + 1)), Some(FileFinding::TooManyPixels));
        assert_eq!(code(pixels(u32::MAX, u32::MAX)), Some(FileFinding::TooManyPixels));
    }
}
