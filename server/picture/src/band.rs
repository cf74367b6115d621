//! Bands of a perceptual hash: four pieces of 16 bits. If two hashes differ in at most seven bits, at least one
//! piece differs in at most one bit (pigeonhole: two in each would be eight), so a database finds the near ones
//! by equality with 17 values a band.
//!
//! Seven pieces that must be equal would serve as well, but of nine bits each: among two million photos such a
//! band holds 4,000 by chance, and a question about one photo would read 27,000 rows. This reads 2,000.

/// Bits in which two hashes of one photo may differ.
pub const NEAR: u32 = 6;
/// Pieces of a hash.
pub const BANDS: usize = 4;
/// Bits of a piece.
const WIDTH: u32 = 64 / BANDS as u32;

/// `(band, bits)` of a hash.
#[must_use]
pub fn of(hash: u64) -> [(i32, i32); BANDS] {
    let mut bands = [(0, 0); BANDS];
    for (number, band) in (0..).zip(&mut bands) {
        // The lowest 16 bits of what is left.
        *band = (number, i32::from((hash >> (number as u32 * WIDTH)) as u16));
    }
    bands
}

/// The bits that a band of a near hash may have: these, or one of them changed.
#[must_use]
pub fn neighbours(bits: i32) -> Vec<i32> {
    let changed = (0..WIDTH).map(|bit| bits ^ (1 << bit));
    std::iter::once(bits).chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::perceptual_hash::distance;

    fn meet(one: u64, other: u64) -> bool {
        of(one).iter().zip(of(other)).any(|((_, bits), (_, other))| neighbours(*bits).contains(&other))
    }

    #[test]
    fn the_bands_cover_every_bit() {
        for bit in 0..64 {
            let changed = of(0).iter().zip(of(1 << bit)).filter(|(one, other)| **one != *other).count();
            assert_eq!(changed, 1, "bit {bit}");
        }
        assert_eq!(of(u64::MAX), [(0, 0xFFFF), (1, 0xFFFF), (2, 0xFFFF), (3, 0xFFFF)]);
    }

    #[test]
    fn eight_bits_apart_they_may_never_meet_and_seven_always_do() {
        let far: u64 = (0..4).map(|band| 3_u64 << (16 * band)).sum();
        assert_eq!(distance(0, far), 8);
        assert!(!meet(0, far));
        assert!((0..64).filter(|bit| far >> bit & 1 == 1).all(|bit| meet(0, far ^ (1 << bit))));
    }

    proptest! {
        #[test]
        fn near_hashes_meet(hash: u64, flips in proptest::collection::vec(0..64_u32, 0..=NEAR as usize)) {
            let near = flips.iter().fold(hash, |hash, bit| hash ^ (1 << bit));
            prop_assert!(distance(hash, near) <= NEAR);
            prop_assert!(meet(hash, near));
        }
    }
}
