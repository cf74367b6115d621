//! The structure of a JPEG file, marker by marker (ITU-T T.81, annex B): how big, which way up, and whether
//! it ends where it says. Decoders forgive a missing end and never look behind it; we do. Data that is missing
//! before a proper end stays unnoticed: the rest is grey, as in any browser.

use bidao_schema::api::file::FileFinding;
use image::metadata::Orientation;

use crate::{Fault, Outline, limits};

/// The outline of a whole JPEG file that holds one picture and nothing after it.
///
/// # Errors
/// `too_many_pixels`, `truncated`, `polyglot`, `not_a_picture`.
pub fn outline(bytes: &[u8]) -> Result<Outline, Fault> {
    let mut walk = Walk { bytes, at: 2 };
    let (mut size, mut orientation, mut has_scan) = (None, None, false);
    loop {
        match walk.marker()? {
            0xD9 => break,
            // Without a length: restart markers where none belong, start of a second picture.
            0x01 | 0xD0..=0xD8 => return Err(damaged("a marker where none belongs")),
            0xC0..=0xC2 if size.is_none() => size = Some(frame_size(walk.segment()?)?),
            0xC0..=0xC2 => return Err(damaged("two frames in one picture")),
            // DHT, JPG and DAC share the range of the frames that no phone writes.
            0xC4 | 0xC8 | 0xCC => {
                walk.segment()?;
            }
            0xC3..=0xCF => return Err(damaged("a kind of JPEG that no browser shows")),
            0xDA => {
                walk.segment()?;
                if size.is_none() {
                    return Err(damaged("pixels before their size"));
                }
                has_scan = true;
                walk.entropy_coded();
            }
            0xE1 => {
                let segment = walk.segment()?;
                let exif = segment.strip_prefix(b"Exif\0\0");
                orientation = orientation.or(exif.and_then(Orientation::from_exif_chunk));
            }
            _ => {
                walk.segment()?;
            }
        }
    }
    // Some cameras fill up to a block with zeros.
    if walk.rest().iter().any(|byte| *byte != 0) {
        let detail = format!("{} bytes follow the end of the picture", walk.rest().len());
        return Err(Fault::new(FileFinding::Polyglot, detail));
    }
    match size {
        Some((width, height)) if has_scan => {
            let orientation = orientation.unwrap_or(Orientation::NoTransforms);
            Ok(Outline { width, height, orientation })
        }
        _ => Err(damaged("it has no pixels")),
    }
}

fn damaged(detail: &str) -> Fault {
    Fault::new(FileFinding::NotAPicture, detail)
}

/// Width and height from a frame header: precision, height, width.
fn frame_size(segment: &[u8]) -> Result<(u32, u32), Fault> {
    let [_, h1, h2, w1, w2, ..] = *segment else { return Err(damaged("a frame header without a size")) };
    let (width, height) = (u16::from_be_bytes([w1, w2]).into(), u16::from_be_bytes([h1, h2]).into());
    limits::pixels(width, height)?;
    Ok((width, height))
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn cut(&self) -> Fault {
        Fault::new(FileFinding::Truncated, format!("it stops after {} bytes", self.bytes.len()))
    }

    /// The code of the marker that must stand here; any number of fill bytes may precede it.
    fn marker(&mut self) -> Result<u8, Fault> {
        let rest = self.rest();
        let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
        let code = *rest.get(fill).ok_or_else(|| self.cut())?;
        if fill == 0 || code == 0 {
            return Err(damaged("data between its segments"));
        }
        self.at += fill + 1;
        Ok(code)
    }

    /// The content of the segment whose length stands here.
    fn segment(&mut self) -> Result<&'a [u8], Fault> {
        let rest = self.rest();
        let [high, low, ..] = *rest else { return Err(self.cut()) };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < 2 {
            return Err(damaged("a segment shorter than its own length"));
        }
        let content = rest.get(2..length).ok_or_else(|| self.cut())?;
        self.at += length;
        Ok(content)
    }

    /// Skips entropy-coded data: up to a marker that is neither a stuffed byte, a fill byte nor a restart.
    fn entropy_coded(&mut self) {
        let rest = self.rest();
        let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
        let length = rest.windows(2).position(is_marker).unwrap_or(rest.len());
        self.at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOI, a frame of 16 × 8, a scan with stuffing and restarts, EOI.
    fn small() -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 16, 1, 1, 0x11, 0]);
        bytes.extend([0xFF, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);
        bytes.extend([1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xFF, 0xD9]);
        bytes
    }

    fn code(bytes: &[u8]) -> Option<FileFinding> {
        outline(bytes).err().map(|fault| fault.code)
    }

    #[test]
    fn a_whole_file_tells_its_size() {
        let found = outline(&small()).unwrap();
        assert_eq!((found.width, found.height), (16, 8));
    }

    #[test]
    fn a_file_cut_anywhere_is_truncated() {
        let whole = small();
        for length in 2..whole.len() {
            assert_eq!(code(&whole[..length]), Some(FileFinding::Truncated), "{length}");
        }
    }

    #[test]
    fn zeros_may_follow_and_nothing_else() {
        let mut bytes = small();
        bytes.extend([0; 512]);
        assert_eq!(code(&bytes), None);
        bytes.push(1);
        assert_eq!(code(&bytes), Some(FileFinding::Polyglot));
    }

    #[test]
    fn a_size_over_the_limit_ends_the_walk_at_once() {
        let mut bytes = small();
        bytes[7..11].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
        bytes.truncate(20);
        assert_eq!(code(&bytes), Some(FileFinding::TooManyPixels));
    }

    #[test]
    fn disorder_is_no_picture() {
        let at = |at: usize, byte: u8| {
            let mut bytes = small();
            bytes[at] = byte;
            code(&bytes)
        };
        assert_eq!(at(3, 0xC9), Some(FileFinding::NotAPicture), "arithmetic coding");
        assert_eq!(at(3, 0xD8), Some(FileFinding::NotAPicture), "a second start");
        assert_eq!(at(3, 0xE0), Some(FileFinding::NotAPicture), "no size");
        assert_eq!(at(5, 1), Some(FileFinding::NotAPicture), "a length shorter than itself");
        assert_eq!(at(2, 0xFE), Some(FileFinding::NotAPicture), "no marker");
        assert_eq!(code(&[0xFF, 0xD8, 0xFF, 0xD9]), Some(FileFinding::NotAPicture), "nothing at all");
    }
}
