//! Photos and signatures of the demo: drawn, not taken. A photo is a hillside with a house under a sky, so
//! that no two look alike; a signature is a few strokes of a finger.

use jpeg_encoder::{ColorType, Encoder};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Pixels of a photo: small, so that the demo is about the line and not about drawing.
pub const SIZE: (u16, u16) = (320, 240);

/// A photo as JPEG, about 25 kB. The same seed is the same view; another quality is the same view written anew.
#[must_use]
pub fn photo(seed: u64, quality: u8) -> Vec<u8> {
    let scene = Scene::draw(&mut StdRng::seed_from_u64(seed));
    let ridge: Vec<f32> = (0..SIZE.0).map(|x| scene.ridge_at(f32::from(x) / f32::from(SIZE.0))).collect();
    encode(seed, quality, |x, y| {
        let (u, v) = (f32::from(x) / f32::from(SIZE.0), f32::from(y) / f32::from(SIZE.1));
        scene.colour(u, v, ridge[usize::from(x)])
    })
}

/// A paper slip with a few lines of writing and a red thumbprint.
#[must_use]
pub fn slip(seed: u64) -> Vec<u8> {
    let rng = &mut StdRng::seed_from_u64(seed);
    let (left, top) = (rng.random_range(120.0..240.0_f32), rng.random_range(130.0..180.0_f32));
    let ends: [u16; 5] = std::array::from_fn(|_| rng.random_range(130..290));
    encode(seed, 60, |x, y| {
        let (dx, dy) = (f32::from(x) - left, f32::from(y) - top);
        let from_middle = (dx * dx * 2.0 + dy * dy).sqrt();
        let is_written = y % 24 > 14 && y % 24 < 19 && x % 18 > 3 && x > 24;
        match ends.get(usize::from(y / 24)) {
            _ if from_middle < 38.0 && (from_middle / 5.0).fract() < 0.6 => [190.0, 45.0, 40.0],
            Some(end) if is_written && x < *end => [60.0, 60.0, 80.0],
            _ => [225.0, 222.0, 210.0],
        }
    })
}

/// Draws with the grain of a cheap camera.
fn encode(seed: u64, quality: u8, colour_at: impl Fn(u16, u16) -> [f32; 3]) -> Vec<u8> {
    let (width, height) = SIZE;
    let mut grain = (seed as u32) | 1;
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..height {
        for x in 0..width {
            grain ^= grain << 13;
            grain ^= grain >> 17;
            grain ^= grain << 5;
            let speck = (grain & 15) as f32 - 7.5;
            for part in colour_at(x, y) {
                pixels.push((part + speck).clamp(0.0, 255.0) as u8);
            }
        }
    }
    let mut jpeg = Vec::new();
    // The pixels fill the size exactly and the writer is memory: there is nothing that could fail.
    let encoded = Encoder::new(&mut jpeg, quality).encode(&pixels, width, height, ColorType::Rgb);
    debug_assert!(encoded.is_ok());
    jpeg
}

/// What is in a photo: places and sizes in parts of the picture.
struct Scene {
    sky: [f32; 3],
    field: [f32; 3],
    wall: [f32; 3],
    ridge: [(f32, f32, f32); 4],
    house: (f32, f32, f32, f32),
    clouds: [(f32, f32, f32); 3],
}

impl Scene {
    fn draw(rng: &mut StdRng) -> Self {
        let tint = |rng: &mut StdRng, low: [f32; 3]| low.map(|low| low + rng.random_range(0.0..60.0));
        let wave = |rng: &mut StdRng| {
            (rng.random_range(1.0..9.0), rng.random_range(0.0..6.3), rng.random_range(0.02..0.12))
        };
        Self {
            sky: tint(rng, [110.0, 150.0, 190.0]),
            field: tint(rng, [50.0, 80.0, 20.0]),
            wall: tint(rng, [150.0, 140.0, 120.0]),
            ridge: std::array::from_fn(|_| wave(rng)),
            house: (
                rng.random_range(0.05..0.6),
                rng.random_range(0.35..0.65),
                rng.random_range(0.15..0.4),
                rng.random_range(0.12..0.3),
            ),
            clouds: std::array::from_fn(|_| {
                (rng.random_range(0.0..1.0), rng.random_range(0.0..0.3), rng.random_range(0.05..0.2))
            }),
        }
    }

    fn ridge_at(&self, u: f32) -> f32 {
        0.45 + self.ridge.iter().map(|(often, shift, size)| (u * often + shift).sin() * size).sum::<f32>()
    }

    fn colour(&self, u: f32, v: f32, ridge: f32) -> [f32; 3] {
        let (left, top, wide, high) = self.house;
        let off_middle = (u - left - wide / 2.0).abs();
        if v >= top - high * 0.4 && v < top && off_middle < (v - top + high * 0.4) / high * wide * 1.5 {
            return [90.0, 60.0, 55.0];
        }
        if u >= left && u < left + wide && v >= top && v < top + high {
            let is_door = off_middle < wide * 0.1 && v > top + high * 0.4;
            return if is_door { [60.0, 40.0, 30.0] } else { self.wall };
        }
        if v > ridge {
            let furrow = if ((u + v * 2.0) * 24.0).fract() < 0.3 { 0.75 } else { 1.0 };
            return self.field.map(|part| part * furrow);
        }
        let is_cloud = |(x, y, r): &(f32, f32, f32)| (u - x) * (u - x) + (v - y) * (v - y) * 4.0 < r * r;
        if self.clouds.iter().any(is_cloud) {
            [245.0; 3]
        } else {
            self.sky.map(|part| part * (0.75 + 0.5 * v))
        }
    }
}

/// The strokes of a finger, as the phone's pad keeps them.
#[must_use]
pub fn strokes(rng: &mut StdRng) -> Vec<u8> {
    let mut at = 0;
    let strokes: Vec<Value> = (0..rng.random_range(3..7)).map(|_| stroke(rng, &mut at)).collect();
    json!({"v": 1, "width": 3400, "height": 1600, "strokes": strokes}).to_string().into_bytes()
}

fn stroke(rng: &mut StdRng, at: &mut i64) -> Value {
    let (mut x, mut y) = (rng.random_range(300..2800_i64), rng.random_range(200..1300_i64));
    let (dx, dy) = (rng.random_range(-40..60_i64), rng.random_range(-35..45_i64));
    let points = (0..rng.random_range(8..20)).map(|_| {
        x = (x + dx + rng.random_range(-15..15_i64)).clamp(0, 3400);
        y = (y + dy + rng.random_range(-15..15_i64)).clamp(0, 1600);
        *at += rng.random_range(12..24_i64);
        json!([x, y, *at])
    });
    let points: Vec<Value> = points.collect();
    *at += 180;
    Value::Array(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_view_and_another_quality_other_bytes() {
        let photo_of = |seed, quality| photo(seed, quality);
        assert_eq!(photo_of(1, 72), photo_of(1, 72));
        assert!(photo_of(1, 72) != photo_of(1, 60) && photo_of(1, 72) != photo_of(2, 72));
    }

    #[test]
    fn the_server_takes_drawn_strokes_for_a_signature() {
        for seed in 0..50 {
            let bytes = strokes(&mut StdRng::seed_from_u64(seed));
            assert!(crate::domain::file::strokes::Strokes::parse(&bytes).is_ok(), "seed {seed}");
        }
    }
}
