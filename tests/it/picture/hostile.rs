//! The gallery of what nobody should send, and what becomes of each piece: a code, never a picture.

use bidao_schema::api::file::FileFinding;
use bidao_server::picture::{Kind, limits, process};
use bidao_tests::gallery;
use image::ImageFormat;

fn code(bytes: &[u8], declared: Option<Kind>) -> Option<FileFinding> {
    process(bytes, declared).err().map(|fault| fault.code)
}

/// Name, bytes, what is found. Shared with the test that sends them to a server.
pub fn all() -> Vec<(&'static str, Vec<u8>, FileFinding)> {
    use FileFinding::{NotAPicture, Polyglot, TooManyPixels, Truncated};
    let scene = gallery::scene(160, 120, 7);
    let jpeg = gallery::jpeg(&scene, 80);
    let png = gallery::encoded(scene.clone(), ImageFormat::Png);
    let webp = gallery::encoded(scene, ImageFormat::WebP);
    let mut forged = jpeg.clone();
    let size = gallery::size_of_jpeg(&jpeg);
    forged[size..size + 4].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    let page = b"<!DOCTYPE html><html><script>alert(1)</script></html>".as_slice();
    let half = jpeg.len() / 2;
    let short_png = gallery::png_of_zeros(400, 300, (8, 2), 100);
    vec![
        ("a PNG header of 50,000 × 50,000", gallery::png_of_zeros(50_000, 50_000, (8, 2), 2), TooManyPixels),
        ("a PNG of 11,000 × 11,000", gallery::png_of_zeros(11_000, 11_000, (1, 0), 11_000), TooManyPixels),
        ("a JPEG with a forged size of 65,500 × 65,500", forged, TooManyPixels),
        ("half a JPEG", jpeg[..half].to_vec(), Truncated),
        ("half a PNG", png[..png.len() / 2].to_vec(), Truncated),
        ("a PNG with a third of its rows", short_png, Truncated),
        ("half a WebP", webp[..webp.len() / 2].to_vec(), Truncated),
        ("a JPEG and a ZIP archive", [&jpeg, gallery::zip().as_slice()].concat(), Polyglot),
        (
            "a ZIP archive in a JPEG's comment",
            gallery::with_segments(&jpeg, &gallery::segment(0xFE, &gallery::zip())),
            Polyglot,
        ),
        (
            "a page in a JPEG's comment",
            gallery::with_segments(&jpeg, &gallery::segment(0xFE, page)),
            Polyglot,
        ),
        ("a PNG and a page", [&png, page].concat(), Polyglot),
        (
            "a page in a PNG's text",
            [&png[..33], &gallery::png_chunk(b"tEXt", page), &png[33..]].concat(),
            Polyglot,
        ),
        ("a WebP and a page", [&webp, page].concat(), Polyglot),
        ("two JPEGs", [jpeg.clone(), jpeg].concat(), Polyglot),
        (
            "a GIF",
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec(),
            NotAPicture,
        ),
        ("an SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec(), NotAPicture),
        ("a HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), NotAPicture),
        ("an AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec(), NotAPicture),
        ("text", "今天去了三户，都在家。".as_bytes().to_vec(), NotAPicture),
        ("zeros", vec![0; 4096], NotAPicture),
    ]
}

#[test]
fn each_piece_gets_its_code() {
    for (name, bytes, finding) in all() {
        assert!(code(&bytes, Some(Kind::Jpeg)).is_some(), "{name}");
        let fault = process(&bytes, None).expect_err(name);
        assert_eq!(fault.code, finding, "{name}: {}", fault.detail);
    }
    assert_eq!(code(&[], None), Some(FileFinding::NotAPicture));
    assert_eq!(code(&vec![0xFF; limits::BYTES + 1], None), Some(FileFinding::TooLarge));
}

#[test]
fn a_type_other_than_declared_is_found() {
    let scene = gallery::scene(64, 48, 8);
    let (jpeg, png) = (gallery::jpeg(&scene, 80), gallery::encoded(scene, ImageFormat::Png));
    assert_eq!(code(&png, Some(Kind::Jpeg)), Some(FileFinding::WrongType));
    assert_eq!(code(&jpeg, Some(Kind::Webp)), Some(FileFinding::WrongType));
    assert_eq!(code(&jpeg, Some(Kind::Jpeg)), None);
}

#[test]
fn a_picture_cut_anywhere_is_never_shown() {
    let scene = gallery::scene(120, 90, 9);
    let files = [
        gallery::with_segments(&gallery::jpeg(&scene, 80), &gallery::exif(6)),
        gallery::jpeg_with(scene.as_raw(), (120, 90), jpeg_encoder::ColorType::Rgb, 80, true),
        gallery::encoded(scene.clone(), ImageFormat::Png),
        gallery::encoded(scene.clone(), ImageFormat::WebP),
        gallery::animated_webp(&scene, &scene),
    ];
    for file in files {
        for length in (0..file.len()).step_by(1 + file.len() / 300) {
            let found = code(&file[..length], None);
            let expected = if length < 16 { FileFinding::NotAPicture } else { FileFinding::Truncated };
            assert!(
                found == Some(expected) || (length < 16 && found == Some(FileFinding::Truncated)),
                "{length} of {}: {found:?}",
                file.len()
            );
        }
    }
}

#[test]
fn a_gps_text_or_a_photo_inside_exif_is_no_stowaway() {
    let scene = gallery::scene(64, 48, 11);
    let inner = gallery::segment(0xE1, &[b"Exif\0\0".as_slice(), &gallery::jpeg(&scene, 50)].concat());
    let xmp = gallery::segment(
        0xE1,
        b"http://ns.adobe.com/xap/1.0/\0<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    );
    let file = gallery::with_segments(&gallery::jpeg(&scene, 80), &[gallery::exif(1), inner, xmp].concat());
    assert_eq!(code(&file, None), None);
}
