//! What is shown of harmless pictures: right way up, right size, nothing but pixels.

use bidao_server::picture::limits::{THUMBNAIL_EDGE, VIEW_EDGE};
use bidao_server::picture::{Kind, Rendered, band, perceptual_hash, process};
use bidao_tests::gallery;
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use jpeg_encoder::ColorType;

fn shown(bytes: &[u8]) -> Rendered {
    process(bytes, None).expect("a picture")
}

fn pixels(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).expect("our JPEG").into_rgb8()
}

/// Mean difference of all bytes.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}

#[test]
fn every_format_and_colour_is_shown_as_it_looks() {
    let scene = gallery::scene(200, 150, 1);
    let grey: GrayImage = DynamicImage::from(scene.clone()).into_luma8();
    let grey_shown = DynamicImage::from(grey.clone()).into_rgb8();
    let deep = DynamicImage::from(scene.clone()).into_rgb16();
    let mut clear: RgbaImage = DynamicImage::from(scene.clone()).into_rgba8();
    clear.pixels_mut().take(200 * 75).for_each(|pixel| pixel.0[3] = 0);
    let mut on_white = scene.clone();
    on_white.pixels_mut().take(200 * 75).for_each(|pixel| *pixel = Rgb([255; 3]));
    let cmyk: Vec<u8> =
        scene.pixels().flat_map(|Rgb([r, g, b])| [*r, *g, *b, 255].map(|c| 255 - c)).collect();
    let size = (200, 150);
    let progressive = gallery::jpeg_with(scene.as_raw(), size, ColorType::Rgb, 95, true);
    let cases = [
        ("JPEG", gallery::jpeg(&scene, 95), Kind::Jpeg, &scene),
        ("progressive JPEG", progressive, Kind::Jpeg, &scene),
        (
            "grey JPEG",
            gallery::jpeg_with(grey.as_raw(), size, ColorType::Luma, 95, false),
            Kind::Jpeg,
            &grey_shown,
        ),
        ("CMYK JPEG", gallery::jpeg_with(&cmyk, size, ColorType::Cmyk, 95, false), Kind::Jpeg, &scene),
        ("YCCK JPEG", gallery::jpeg_with(&cmyk, size, ColorType::CmykAsYcck, 95, false), Kind::Jpeg, &scene),
        ("PNG", gallery::encoded(scene.clone(), ImageFormat::Png), Kind::Png, &scene),
        ("grey PNG", gallery::encoded(grey, ImageFormat::Png), Kind::Png, &grey_shown),
        ("16-bit PNG", gallery::encoded(deep, ImageFormat::Png), Kind::Png, &scene),
        ("transparent PNG", gallery::encoded(clear.clone(), ImageFormat::Png), Kind::Png, &on_white),
        ("WebP", gallery::encoded(scene.clone(), ImageFormat::WebP), Kind::Webp, &scene),
        ("transparent WebP", gallery::encoded(clear, ImageFormat::WebP), Kind::Webp, &on_white),
        ("animated WebP", gallery::animated_webp(&scene, &gallery::scene(200, 150, 2)), Kind::Webp, &scene),
    ];
    for (name, bytes, kind, looks) in cases {
        let rendered = process(&bytes, Some(kind)).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!((rendered.kind, rendered.width, rendered.height), (kind, 200, 150), "{name}");
        let apart = difference(&pixels(&rendered.view), looks);
        assert!(apart < 5.0, "{name}: {apart}");
    }
}

#[test]
fn a_large_picture_is_scaled_and_a_small_one_is_not() {
    let cases = [
        ((2000, 1000), (1600, 800), (320, 160)),
        ((300, 1700), (282, 1600), (56, 320)),
        ((64, 48), (64, 48), (64, 48)),
    ];
    for (size, view, thumbnail) in cases {
        let rendered = shown(&gallery::jpeg(&gallery::scene(size.0, size.1, 3), 80));
        assert_eq!((rendered.width, rendered.height), view);
        assert_eq!(pixels(&rendered.view).dimensions(), view);
        assert_eq!(pixels(&rendered.thumbnail).dimensions(), thumbnail);
        assert!(view.0.max(view.1) <= VIEW_EDGE && thumbnail.0.max(thumbnail.1) <= THUMBNAIL_EDGE);
    }
}

#[test]
fn every_orientation_is_turned_upright() {
    // Four corners of four colours.
    let upright = RgbImage::from_fn(96, 64, |x, y| match (x < 48, y < 32) {
        (true, true) => Rgb([250, 20, 20]),
        (false, true) => Rgb([20, 250, 20]),
        (true, false) => Rgb([20, 20, 250]),
        (false, false) => Rgb([250, 250, 20]),
    });
    let lies = DynamicImage::from(upright.clone());
    // How the sensor must have lain for the tag to be true (CIPA DC-008, 4.6.5).
    let sensor = [
        lies.clone(),
        lies.fliph(),
        lies.rotate180(),
        lies.flipv(),
        lies.rotate90().fliph(),
        lies.rotate270(),
        lies.rotate270().fliph(),
        lies.rotate90(),
    ];
    for (tag, sensor) in (1..).zip(sensor) {
        let jpeg = gallery::with_segments(&gallery::jpeg(&sensor.into_rgb8(), 95), &gallery::exif(tag));
        let rendered = shown(&jpeg);
        assert_eq!((rendered.width, rendered.height), (96, 64), "orientation {tag}");
        for jpeg in [&rendered.view, &rendered.thumbnail] {
            let apart = difference(&pixels(jpeg), &upright);
            assert!(apart < 6.0, "orientation {tag}: {apart}");
        }
    }
}

#[test]
fn nothing_but_pixels_is_left() {
    let scene = gallery::scene(160, 120, 4);
    let comment = gallery::segment(0xFE, b"taken by a person");
    let segments =
        [gallery::exif(1), comment, gallery::segment(0xE2, b"ICC_PROFILE\0\x01\x01profile")].concat();
    let jpeg = gallery::with_segments(&gallery::jpeg(&scene, 90), &segments);
    let mut png = gallery::encoded(scene, ImageFormat::Png);
    let text = gallery::png_chunk(b"tEXt", b"Comment\0taken by a person");
    png.splice(33..33, [text, gallery::png_chunk(b"eXIf", &gallery::exif(1)[10..])].concat());
    for original in [jpeg, png] {
        let holds = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|here| here == words);
        assert!(holds(&original, b"GPS 29.53") && holds(&original, b"taken by"));
        let rendered = shown(&original);
        for shown in [&rendered.view, &rendered.thumbnail] {
            let words: [&[u8]; 5] = [b"Exif", b"GPS", b"taken", b"ICC", b"profile"];
            assert!(words.iter().all(|words| !holds(shown, words)));
            // Only the marker JFIF, tables and the picture: no other application segment, no comment.
            let has_others = shown
                .windows(2)
                .take(700)
                .any(|pair| pair[0] == 0xFF && matches!(pair[1], 0xE1..=0xEF | 0xFE));
            assert!(!has_others);
        }
    }
}

#[test]
fn one_photo_used_twice_is_recognised_and_two_photos_are_told_apart() {
    let scene = gallery::scene(640, 480, 5);
    let hash = |bytes: &[u8]| shown(bytes).hash.expect("not even");
    let first = hash(&gallery::jpeg(&scene, 85));
    let smaller = image::imageops::resize(&scene, 400, 300, image::imageops::FilterType::Triangle);
    let brighter = DynamicImage::from(scene.clone()).brighten(15).into_rgb8();
    let again = [
        gallery::jpeg(&scene, 40),
        gallery::jpeg(&smaller, 75),
        gallery::jpeg(&brighter, 80),
        gallery::encoded(scene, ImageFormat::Png),
    ];
    for (number, bytes) in again.iter().enumerate() {
        let apart = perceptual_hash::distance(first, hash(bytes));
        assert!(apart <= band::NEAR, "{number}: {apart} bits");
    }
    for seed in 6..30 {
        let apart =
            perceptual_hash::distance(first, hash(&gallery::jpeg(&gallery::scene(640, 480, seed), 85)));
        assert!(apart > 2 * band::NEAR, "{seed}: {apart} bits");
    }
}

#[test]
fn a_picture_of_one_colour_has_no_hash() {
    let dark = RgbImage::from_pixel(320, 240, Rgb([9, 9, 12]));
    assert_eq!(shown(&gallery::jpeg(&dark, 80)).hash, None);
}
