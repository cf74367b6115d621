//! What bytes are, by their first bytes; what a name or a header claims counts for nothing.

use bidao_schema::api::file::FileFinding;

use crate::{Fault, Kind};

/// The kind of a picture.
///
/// # Errors
/// `not_a_picture`, saying what it looks like instead, so that a person can do something about it.
pub fn kind(bytes: &[u8]) -> Result<Kind, Fault> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Ok(Kind::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Ok(Kind::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Kind::Webp);
    }
    let what = other(bytes);
    Err(Fault::new(FileFinding::NotAPicture, format!("it is {what}, not a JPEG, PNG or WebP picture")))
}

/// What people do send by mistake.
fn other(bytes: &[u8]) -> &'static str {
    let brand = bytes.get(4..12).unwrap_or_default();
    match brand {
        b"ftypavif" | b"ftypavis" => return "an AVIF picture",
        b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftypmsf1" | b"ftyphevc" => return "a HEIC picture",
        _ if brand.starts_with(b"ftyp") => return "a video",
        _ => {}
    }
    const STARTS: &[(&[u8], &str)] = &[
        (b"GIF8", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\x7FELF", "a program"),
        (b"MZ", "a program"),
    ];
    if let Some((_, name)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return name;
    }
    let head = &bytes[..bytes.len().min(256)];
    match std::str::from_utf8(head).map(str::trim_start) {
        Ok(text) if text.starts_with('<') => "a page or a vector drawing",
        Ok(_) => "text",
        Err(_) => "something unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_kinds_are_known_by_their_first_bytes() {
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0....").unwrap(), Kind::Jpeg);
        assert_eq!(kind(b"\x89PNG\r\n\x1A\n....").unwrap(), Kind::Png);
        assert_eq!(kind(b"RIFF....WEBPVP8 ").unwrap(), Kind::Webp);
        for kind in [Kind::Jpeg, Kind::Png, Kind::Webp] {
            assert_eq!(Kind::of_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::of_word("gif"), None);
    }

    #[test]
    fn what_is_something_else_is_named() {
        let cases: &[(&[u8], &str)] = &[
            (b"GIF89a.......", "GIF"),
            (b"\0\0\0\x18ftypheic....", "HEIC"),
            (b"\0\0\0\x18ftypavif....", "AVIF"),
            (b"\0\0\0\x18ftypisom....", "video"),
            (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "vector drawing"),
            ("今天去了三户".as_bytes(), "text"),
            (b"%PDF-1.7", "PDF"),
            (b"PK\x03\x04....", "ZIP"),
            (b"RIFF....WAVE", "text"),
            (b"\xFF\xD8", "unknown"),
        ];
        for (bytes, word) in cases {
            let fault = kind(bytes).unwrap_err();
            assert_eq!(fault.code, FileFinding::NotAPicture);
            assert!(fault.detail.contains(word), "{}", fault.detail);
        }
    }
}
