//! From bytes whose structure was looked at to pixels. What the decoders allocate is bounded by
//! [`limits`]; their panics and loops are the parent's to survive.

use std::io::{Cursor, ErrorKind};

use bidao_schema::api::file::FileFinding;
use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::{Fault, limits, png};

/// What the bytes of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One byte, brightness.
    Luma,
    /// Three bytes: red, green, blue.
    Rgb,
    /// Four bytes: red, green, blue, opacity.
    Rgba,
    /// Three bytes as JPEG stores them: brightness and two differences. Scaling and encoding them as they
    /// are saves two conversions of every pixel.
    Ycbcr,
}

/// Pixels, row by row without gaps.
pub struct Pixels {
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What its bytes mean.
    pub colour: Colour,
    /// The bytes.
    pub data: Vec<u8>,
}

/// Decodes a JPEG.
///
/// # Errors
/// `truncated` when pixels are missing, `not_a_picture` when they are damaged.
pub fn jpeg(bytes: &[u8]) -> Result<Pixels, Fault> {
    let edge = limits::EDGE as usize;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(edge)
        .set_max_height(edge)
        .jpeg_set_max_scans(limits::SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| jpeg_fault(&error))?;
    let (space, colour) = match decoder.input_colorspace() {
        Some(ColorSpace::YCbCr) => (ColorSpace::YCbCr, Colour::Ycbcr),
        Some(ColorSpace::Luma) => (ColorSpace::Luma, Colour::Luma),
        _ => (ColorSpace::RGB, Colour::Rgb),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let data = decoder.decode().map_err(|error| jpeg_fault(&error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let edge = |edge: usize| u32::try_from(edge).unwrap_or(u32::MAX);
    Ok(Pixels { width: edge(width), height: edge(height), colour, data })
}

fn jpeg_fault(error: &DecodeErrors) -> Fault {
    let is_short = matches!(error, DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_))
        || matches!(error, DecodeErrors::FormatStatic(text) if text.starts_with("Premature end"));
    let code = if is_short { FileFinding::Truncated } else { FileFinding::NotAPicture };
    Fault::new(code, format!("its pixels cannot be read: {error}"))
}

/// Decodes a PNG, without the chunks that pixels do not need.
///
/// # Errors
/// As [`jpeg`]; `too_many_pixels` when they are too many bytes.
pub fn png(bytes: &[u8]) -> Result<Pixels, Fault> {
    let decoder = PngDecoder::with_limits(Cursor::new(png::bare(bytes)), bounds());
    flat(decoder.map_err(|error| fault(&error))?)
}

/// Decodes a WebP; of an animation the first frame.
///
/// # Errors
/// As [`png`].
pub fn webp(bytes: &[u8]) -> Result<Pixels, Fault> {
    flat(WebPDecoder::new(Cursor::new(bytes)).map_err(|error| fault(&error))?)
}

fn bounds() -> Limits {
    let mut bounds = Limits::default();
    bounds.max_image_width = Some(limits::EDGE);
    bounds.max_image_height = Some(limits::EDGE);
    bounds.max_alloc = Some(limits::DECODER_BYTES);
    bounds
}

/// Eight bits a channel, whatever it was.
fn flat(mut decoder: impl ImageDecoder) -> Result<Pixels, Fault> {
    decoder.set_limits(bounds()).map_err(|error| fault(&error))?;
    let decoded = DynamicImage::from_decoder(decoder).map_err(|error| fault(&error))?;
    let (width, height) = (decoded.width(), decoded.height());
    let colour = decoded.color();
    let (colour, data) = match (colour.has_color(), colour.has_alpha()) {
        (false, false) => (Colour::Luma, decoded.into_luma8().into_raw()),
        (true, false) => (Colour::Rgb, decoded.into_rgb8().into_raw()),
        (_, true) => (Colour::Rgba, decoded.into_rgba8().into_raw()),
    };
    Ok(Pixels { width, height, colour, data })
}

fn fault(error: &ImageError) -> Fault {
    let code = match error {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => FileFinding::Truncated,
        // The decoder says only in words that its chunks are whole and their content is not.
        ImageError::Decoding(error) if error.to_string().contains("enough data") => FileFinding::Truncated,
        ImageError::Limits(error) if matches!(error.kind(), LimitErrorKind::InsufficientMemory) => {
            FileFinding::TooMuchMemory
        }
        ImageError::Limits(_) => FileFinding::TooManyPixels,
        _ => FileFinding::NotAPicture,
    };
    Fault::new(code, format!("its pixels cannot be read: {error}"))
}
