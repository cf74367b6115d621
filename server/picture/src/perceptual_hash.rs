//! 64 bits that stay nearly the same when a picture is scaled, encoded anew or brightened: the signs of its
//! lowest spatial frequencies (discrete cosine transform of 32 × 32 pixels).
//!
//! A photo used twice differs in few bits, two photos of different things in about 32. What follows from a
//! likeness is a question to a person, never a verdict.

use std::f32::consts::PI;

/// Pixels along each edge that the hash looks at.
pub const EDGE: u32 = 32;
/// Below this standard deviation of brightness (of 255) a picture is too even to be recognised: a wall, a
/// night, a lens cap. All of them would look alike.
pub const LEAST_CONTRAST: f32 = 8.0;

const N: usize = EDGE as usize;
const BITS: usize = 64;

/// The hash of 32 × 32 brightness values, row by row; none when they are too even, or not that many.
#[must_use]
pub fn of(brightness: &[f32]) -> Option<u64> {
    if brightness.len() != N * N || contrast(brightness) < LEAST_CONTRAST {
        return None;
    }
    let coefficients = lowest(brightness);
    let mut sorted = coefficients;
    sorted.sort_by(f32::total_cmp);
    let median = sorted[BITS / 2 - 1].midpoint(sorted[BITS / 2]);
    let bit = |(index, value): (usize, &f32)| u64::from(*value > median) << index;
    Some(coefficients.iter().enumerate().map(bit).sum())
}

/// Bits in which two hashes differ.
#[must_use]
pub fn distance(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

fn contrast(brightness: &[f32]) -> f32 {
    let count = (N * N) as f32;
    let mean = brightness.iter().sum::<f32>() / count;
    (brightness.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt()
}

/// The 64 lowest frequencies but the mean, diagonal by diagonal.
fn lowest(brightness: &[f32]) -> [f32; BITS] {
    let cosine = |x: usize, u: usize| ((2 * x + 1) as f32 * u as f32 * PI / (2 * N) as f32).cos();
    let mut found = [0.0; BITS];
    let frequencies = (1..).flat_map(|sum| (0..=sum).map(move |u| (u, sum - u)));
    for (place, (u, v)) in found.iter_mut().zip(frequencies) {
        let row = |y: usize| (0..N).map(|x| brightness[y * N + x] * cosine(x, u)).sum::<f32>();
        *place = (0..N).map(|y| row(y) * cosine(y, v)).sum();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(of: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        (0..N * N).map(|at| of(at % N, at / N)).collect()
    }

    fn hills(x: usize, y: usize) -> f32 {
        let (x, y) = (x as f32, y as f32);
        128.0 + 40.0 * (x / 5.0).sin() + 30.0 * (y / 3.0 + x / 9.0).cos() + 20.0 * (x * y / 60.0).sin()
    }

    #[test]
    fn brighter_or_paler_it_is_the_same_picture() {
        let hash = of(&picture(hills)).unwrap();
        assert!(distance(hash, of(&picture(|x, y| hills(x, y) + 20.0)).unwrap()) <= 1);
        assert!(distance(hash, of(&picture(|x, y| hills(x, y) * 0.7)).unwrap()) <= 1);
    }

    #[test]
    fn another_picture_is_far_away() {
        let hash = of(&picture(hills)).unwrap();
        assert!(distance(hash, of(&picture(|x, y| hills(y, x))).unwrap()) > 12);
        assert!(distance(hash, of(&picture(|x, y| hills(N - 1 - x, y))).unwrap()) > 12);
    }

    #[test]
    fn an_even_picture_has_no_hash() {
        let stripes =
            |depth: f32| picture(move |x, _| if x % 2 == 0 { 100.0 + depth } else { 100.0 - depth });
        assert_eq!(of(&picture(|_, _| 77.0)), None);
        assert_eq!(of(&stripes(LEAST_CONTRAST - 0.1)), None);
        assert!(of(&stripes(LEAST_CONTRAST + 0.1)).is_some());
        assert_eq!(of(&[1.0, 200.0]), None, "too few pixels");
    }

    #[test]
    fn half_of_the_bits_are_set() {
        assert_eq!(of(&picture(hills)).unwrap().count_ones(), 32);
    }
}
