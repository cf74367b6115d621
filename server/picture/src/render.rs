//! From pixels to what is shown: scaled, turned the right way up, encoded anew. The output is made of
//! nothing but pixels, so no metadata can be in it.

use bidao_schema::api::file::FileFinding;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use crate::decode::{Colour, Pixels};
use crate::{Fault, Kind, Rendered, limits, perceptual_hash};

/// JPEG quality of the view: what the eye cannot tell from the original at arm's length.
const VIEW_QUALITY: u8 = 80;
/// JPEG quality of the thumbnail.
const THUMBNAIL_QUALITY: u8 = 75;

/// Both sizes and the hash.
///
/// # Errors
/// `not_a_picture` when a library refuses what the limits allow: a fault of ours, told as the picture's.
pub fn all(kind: Kind, pixels: Pixels, orientation: Orientation) -> Result<Rendered, Fault> {
    let mut resizer = Resizer::new();
    // Scaling first makes turning cheap.
    let view = opaque(fitted(&mut resizer, pixels, limits::VIEW_EDGE)?);
    let view = turned(view, orientation)?;
    let small = scaled(&mut resizer, &view, fit(view.width, view.height, limits::THUMBNAIL_EDGE))?;
    let tiny = scaled(&mut resizer, &small, (perceptual_hash::EDGE, perceptual_hash::EDGE))?;
    Ok(Rendered {
        kind,
        width: view.width,
        height: view.height,
        view: encoded(&view, VIEW_QUALITY)?,
        thumbnail: encoded(&small, THUMBNAIL_QUALITY)?,
        hash: perceptual_hash::of(&brightness(&tiny)),
    })
}

/// The largest size of the same shape that fits `edge`; never larger than it is.
fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= edge {
        return (width, height);
    }
    // At most `edge`: the quotient is at most one.
    let scale = |side: u32| {
        ((u64::from(side) * u64::from(edge) * 2 + u64::from(longer)) / (u64::from(longer) * 2)) as u32
    };
    (scale(width).max(1), scale(height).max(1))
}

fn fitted(resizer: &mut Resizer, pixels: Pixels, edge: u32) -> Result<Pixels, Fault> {
    let size = fit(pixels.width, pixels.height, edge);
    if size == (pixels.width, pixels.height) { Ok(pixels) } else { scaled(resizer, &pixels, size) }
}

fn scaled(resizer: &mut Resizer, from: &Pixels, size: (u32, u32)) -> Result<Pixels, Fault> {
    let data = match from.colour {
        Colour::Luma => resized::<U8>(resizer, from, size),
        Colour::Rgb | Colour::Ycbcr => resized::<U8x3>(resizer, from, size),
        Colour::Rgba => resized::<U8x4>(resizer, from, size),
    };
    Ok(Pixels { width: size.0, height: size.1, colour: from.colour, data: data? })
}

/// For each kind of pixel that there is here, and not for all thirteen the library knows: it is compiled for each.
fn resized<P: PixelTrait>(
    resizer: &mut Resizer,
    from: &Pixels,
    (width, height): (u32, u32),
) -> Result<Vec<u8>, Fault> {
    let source = TypedImageRef::<P>::from_buffer(from.width, from.height, &from.data).map_err(ours)?;
    let mut data = vec![0; width as usize * height as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(width, height, &mut data).map_err(ours)?;
    // Opacity, where there is any, weighs the colours.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    resizer.resize_typed(&source, &mut target, &options).map_err(ours)?;
    Ok(data)
}

/// On white where it is transparent.
fn opaque(pixels: Pixels) -> Pixels {
    if pixels.colour != Colour::Rgba {
        return pixels;
    }
    let blend = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u16::from(channel), u16::from(alpha));
        // At most 255 × 255 / 255.
        ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let blended = pixels
        .data
        .chunks_exact(4)
        .flat_map(|pixel| [0, 1, 2].map(|channel| blend(pixel[channel], pixel[3])));
    Pixels { colour: Colour::Rgb, data: blended.collect(), ..pixels }
}

/// Turned and mirrored as EXIF said it must be (CIPA DC-008, tag 274).
fn turned(pixels: Pixels, orientation: Orientation) -> Result<Pixels, Fault> {
    if orientation == Orientation::NoTransforms {
        return Ok(pixels);
    }
    let Pixels { width, height, colour, data } = pixels;
    // Where pixels go does not depend on what their bytes mean.
    let mut image = if colour == Colour::Luma {
        GrayImage::from_raw(width, height, data).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, data).map(DynamicImage::ImageRgb8)
    }
    .ok_or_else(|| ours("rows of the wrong length"))?;
    image.apply_orientation(orientation);
    Ok(Pixels { width: image.width(), height: image.height(), colour, data: image.into_bytes() })
}

fn encoded(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, Fault> {
    let colour = match pixels.colour {
        Colour::Luma => ColorType::Luma,
        Colour::Rgb => ColorType::Rgb,
        Colour::Rgba => ColorType::Rgba,
        Colour::Ycbcr => ColorType::Ycbcr,
    };
    let edge = |edge: u32| u16::try_from(edge).map_err(ours);
    let mut bytes = Vec::with_capacity(pixels.data.len() / 8);
    Encoder::new(&mut bytes, quality)
        .encode(&pixels.data, edge(pixels.width)?, edge(pixels.height)?, colour)
        .map_err(ours)?;
    Ok(bytes)
}

/// Brightness of every pixel, 0 to 255 (ITU-R BT.601).
fn brightness(pixels: &Pixels) -> Vec<f32> {
    let byte = |byte: &u8| f32::from(*byte);
    match pixels.colour {
        Colour::Luma => pixels.data.iter().map(byte).collect(),
        Colour::Ycbcr => pixels.data.iter().step_by(3).map(byte).collect(),
        Colour::Rgb | Colour::Rgba => {
            let weigh = |rgb: &[u8]| 0.299 * byte(&rgb[0]) + 0.587 * byte(&rgb[1]) + 0.114 * byte(&rgb[2]);
            pixels.data.chunks_exact(if pixels.colour == Colour::Rgb { 3 } else { 4 }).map(weigh).collect()
        }
    }
}

fn ours(error: impl std::fmt::Display) -> Fault {
    Fault::new(FileFinding::NotAPicture, format!("it cannot be rendered: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_stands_on_white() {
        let data = vec![10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128];
        let blended = opaque(Pixels { width: 3, height: 1, colour: Colour::Rgba, data });
        assert_eq!(blended.data, [10, 20, 30, 255, 255, 255, 127, 127, 127]);
        assert!(blended.colour == Colour::Rgb);
    }

    #[test]
    fn a_picture_fits_and_keeps_its_shape() {
        assert_eq!(fit(1600, 1200, 1600), (1600, 1200));
        assert_eq!(fit(1601, 1200, 1600), (1600, 1199));
        assert_eq!(fit(4032, 3024, 1600), (1600, 1200));
        assert_eq!(fit(3024, 4032, 1600), (1200, 1600));
        assert_eq!(fit(16_384, 1, 1600), (1600, 1));
        assert_eq!(fit(3, 2, 1600), (3, 2));
    }
}
