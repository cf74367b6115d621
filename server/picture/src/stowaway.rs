//! Something else inside a picture: a page, a script, a document or an archive that other programs would
//! read out of the same bytes. What is served is re-encoded and free of it; this finds out who sends it.

use bidao_schema::api::file::FileFinding;

use crate::Fault;

/// Marks long enough that chance does not write them into the pixels of two million photos of 300 kB:
/// 6 × 10¹¹ bytes hold a given 6-byte mark by chance with a probability of 0.2 %. Letters in lower case.
const MARKS: &[(&[u8], &str)] = &[
    (b"<script", "a script"),
    (b"<!doctype", "a page"),
    (b"<html>", "a page"),
    (b"<html ", "a page"),
    (b"<svg xmlns", "a vector drawing"),
    (b"<?php ", "a program"),
    (b"<?php\n", "a program"),
    (b"%pdf-1.", "a PDF document"),
    (b"%pdf-2.", "a PDF document"),
    (b"rar!\x1a\x07", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"\x7felf\x02\x01\x01", "a program"),
    // The directory of a ZIP archive on a single disk: its end record, wherever it stands.
    (b"pk\x05\x06\0\0\0\0", "an archive"),
    // A file in a ZIP archive: version 1.0 or 2.0, no flags or the usual ones, stored or deflated.
    (b"pk\x03\x04\x0a\0\0\0\0\0", "an archive"),
    (b"pk\x03\x04\x14\0\0\0\x08\0", "an archive"),
];

/// Nothing else hides in the bytes.
///
/// # Errors
/// `polyglot`.
pub fn none(bytes: &[u8]) -> Result<(), Fault> {
    let mut starts = [false; 256];
    for (mark, _) in MARKS {
        starts[usize::from(mark[0])] = true;
        starts[usize::from(mark[0].to_ascii_uppercase())] = true;
    }
    let candidates = bytes.iter().enumerate().filter(|(_, byte)| starts[usize::from(**byte)]);
    for (at, _) in candidates {
        let rest = &bytes[at..];
        let found = MARKS
            .iter()
            .find(|(mark, _)| rest.get(..mark.len()).is_some_and(|here| here.eq_ignore_ascii_case(mark)));
        if let Some((_, what)) = found {
            let detail = format!("{what} hides in it, at byte {at}");
            return Err(Fault::new(FileFinding::Polyglot, detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_stands_and_however_it_is_written() {
        for (mark, what) in MARKS {
            for at in [0, 1, 99] {
                let mut bytes = vec![0x80; 200];
                bytes[at..at + mark.len()].copy_from_slice(&mark.to_ascii_uppercase());
                let fault = none(&bytes).unwrap_err();
                assert_eq!(fault.code, FileFinding::Polyglot);
                assert!(fault.detail.starts_with(what) && fault.detail.ends_with(&at.to_string()));
            }
            assert!(none(&mark[..mark.len() - 1]).is_ok(), "half a mark is none");
        }
    }
}
