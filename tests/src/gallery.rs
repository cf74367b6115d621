//! Pictures made for tests: harmless ones in every format, and parts of files to break them with.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

/// Something with large shapes and fine grain, different for every seed, the same for the same one.
#[must_use]
pub fn scene(width: u32, height: u32, seed: u32) -> RgbImage {
    let noise = |x: u32, y: u32| {
        let mut bits =
            x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ seed.wrapping_mul(0xC2B2_AE3D);
        bits ^= bits >> 15;
        bits = bits.wrapping_mul(0x2C1B_3C6D);
        bits ^= bits >> 12;
        (bits.wrapping_mul(0x297A_2D39) >> 8 & 0xFF) as f32
    };
    // A coarse grid of random heights, smoothed by scaling it up, is what landscapes look like from afar.
    let coarse =
        RgbImage::from_fn(9, 7, |x, y| Rgb([0, 1, 2].map(|channel| noise(x + channel * 31, y + 7) as u8)));
    let mut scene = image::imageops::resize(&coarse, width, height, image::imageops::FilterType::CatmullRom);
    for (x, y, Rgb(pixel)) in scene.enumerate_pixels_mut() {
        let grain = (noise(x, y) - 128.0) * 0.06;
        *pixel = pixel.map(|channel| (f32::from(channel) + grain) as u8);
    }
    scene
}

/// JPEG as phones write it: 4:2:0.
///
/// # Panics
/// The encoder refuses.
#[must_use]
pub fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    jpeg_with(image.as_raw(), (image.width(), image.height()), ColorType::Rgb, quality, false)
}

/// JPEG of any colour, baseline or progressive.
///
/// # Panics
/// The encoder refuses.
#[must_use]
pub fn jpeg_with(
    pixels: &[u8],
    size: (u32, u32),
    colour: ColorType,
    quality: u8,
    progressive: bool,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_progressive(progressive);
    let edge = |edge: u32| u16::try_from(edge).expect("a JPEG's edge");
    encoder.encode(pixels, edge(size.0), edge(size.1), colour).expect("encode");
    bytes
}

/// PNG or lossless WebP of any colour.
///
/// # Panics
/// The encoder refuses.
#[must_use]
pub fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).expect("encode");
    bytes.into_inner()
}

/// An APP1 segment as cameras write it: which way is up, and where it was taken.
#[must_use]
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08".to_vec();
    // Orientation, and a pointer to the GPS directory behind this one.
    tiff.extend([0, 2]);
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0; 4]);
    // GPSLatitudeRef `N`, GPSAreaInformation as a text behind it.
    tiff.extend([0, 2]);
    tiff.extend([0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0]);
    tiff.extend([0, 0x1C, 0, 2, 0, 0, 0, 16, 0, 0, 0, 68]);
    tiff.extend([0; 4]);
    tiff.extend(b"GPS 29.53 108.77");
    segment(0xE1, &[b"Exif\0\0".as_slice(), &tiff].concat())
}

/// A JPEG segment.
///
/// # Panics
/// Longer than a segment may be.
#[must_use]
pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a segment's length").to_be_bytes();
    [&[0xFF, marker], length.as_slice(), content].concat()
}

/// A JPEG with further segments right after its start.
#[must_use]
pub fn with_segments(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

/// Where the size stands in a JPEG: two bytes of height, two of width.
///
/// # Panics
/// There is none.
#[must_use]
pub fn size_of_jpeg(jpeg: &[u8]) -> usize {
    let is_frame = |four: &[u8]| four[0] == 0xFF && matches!(four[1], 0xC0..=0xC2) && four[2] == 0;
    jpeg.windows(4).position(is_frame).expect("a frame") + 5
}

/// A PNG chunk with its checksum.
///
/// # Panics
/// Longer than a chunk may be.
#[must_use]
pub fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(name);
    checksum.update(content);
    let length = u32::try_from(content.len()).expect("a chunk's length").to_be_bytes();
    [&length, name.as_slice(), content, &checksum.sum().to_be_bytes()].concat()
}

/// A PNG of zeros: header, pixels as far as `rows` says, end. `colour` and `depth` as the header has them.
///
/// # Panics
/// Memory.
#[must_use]
pub fn png_of_zeros(width: u32, height: u32, (depth, colour): (u8, u8), rows: u32) -> Vec<u8> {
    use std::io::Write as _;
    let channels: u64 = match colour {
        2 => 3,
        6 => 4,
        _ => 1,
    };
    let row = u64::from(width) * channels * u64::from(depth) / 8 + 1;
    let row = vec![0; usize::try_from(row).expect("memory")];
    let mut pixels = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..rows {
        pixels.write_all(&row).expect("memory");
    }
    let header = [&width.to_be_bytes(), &height.to_be_bytes(), [depth, colour, 0, 0, 0].as_slice()].concat();
    let start = b"\x89PNG\r\n\x1A\n".to_vec();
    let parts = [
        start,
        png_chunk(b"IHDR", &header),
        png_chunk(b"IDAT", &pixels.finish().expect("memory")),
        png_chunk(b"IEND", b""),
    ];
    parts.concat()
}

/// An animated WebP of two frames, from two lossless stills of the same size.
///
/// # Panics
/// They are none.
#[must_use]
pub fn animated_webp(first: &RgbImage, second: &RgbImage) -> Vec<u8> {
    let (width, height) = (first.width(), first.height());
    let u24 = |number: u32| number.to_le_bytes()[..3].to_vec();
    let mut chunks = riff_chunk(b"VP8X", &[vec![2, 0, 0, 0], u24(width - 1), u24(height - 1)].concat());
    chunks.extend(riff_chunk(b"ANIM", &[0; 6]));
    for frame in [first, second] {
        let still = encoded(frame.clone(), ImageFormat::WebP);
        // The still's only chunk stands behind `RIFF`, its length and `WEBP`.
        let head = [u24(0), u24(0), u24(width - 1), u24(height - 1), u24(100), vec![0]].concat();
        chunks.extend(riff_chunk(b"ANMF", &[&head, &still[12..]].concat()));
    }
    let length = u32::try_from(chunks.len() + 4).expect("small").to_le_bytes();
    [b"RIFF".as_slice(), &length, b"WEBP", &chunks].concat()
}

fn riff_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("small").to_le_bytes();
    [name.as_slice(), &length, content, &[0][..content.len() % 2]].concat()
}

/// A ZIP archive with one stored file, that most programs find at the end of any other file.
#[must_use]
pub fn zip() -> Vec<u8> {
    let (name, content) = (b"a.html".as_slice(), b"<script>alert(1)</script>".as_slice());
    let size = [25, 0, 0, 0, 25, 0, 0, 0];
    let fields = [[20, 0, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(), &[0; 4], &size, &[6, 0, 0, 0]].concat();
    let local = [b"PK\x03\x04".as_slice(), &fields, name, content].concat();
    let central = [b"PK\x01\x02\x14\0".as_slice(), &fields, &[0; 14], name].concat();
    let (at, length) = (local.len() as u8, central.len() as u8);
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &[length, 0, 0, 0, at, 0, 0, 0, 0, 0]].concat();
    [local, central, end].concat()
}
