//! Bands of a perceptual hash: seven pieces of its 64 bits. Two hashes that differ in at most six bits have
//! at least one piece in common, so a database finds the near ones by equality.

/// Bits in which two hashes of one photo may differ.
pub const NEAR: u32 = 6;
/// One more than [`NEAR`]: six differing bits cannot touch all of them.
pub const BANDS: u32 = NEAR + 1;

/// `(band, bits)` of a hash: the first band holds ten bits, the six others nine.
#[must_use]
pub fn of(hash: u64) -> [(i32, i32); BANDS as usize] {
    let mut bands = [(0, 0); BANDS as usize];
    let mut rest = hash;
    for (number, band) in (0..).zip(&mut bands) {
        let width = if number == 0 { 10 } else { 9 };
        // At most ten bits.
        *band = (number, (rest & ((1 << width) - 1)) as i32);
        rest >>= width;
    }
    bands
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::perceptual_hash::distance;

    fn share(one: u64, other: u64) -> bool {
        of(one).iter().any(|band| of(other).contains(band))
    }

    #[test]
    fn the_bands_cover_every_bit() {
        for bit in 0..64 {
            let changed = of(0).iter().zip(of(1 << bit)).filter(|(one, other)| **one != *other).count();
            assert_eq!(changed, 1, "bit {bit}");
        }
        assert!(of(u64::MAX).iter().all(|(band, bits)| *bits == if *band == 0 { 1023 } else { 511 }));
    }

    #[test]
    fn seven_bits_apart_they_may_share_nothing() {
        let far = [0, 10, 19, 28, 37, 46, 55].iter().map(|bit| 1_u64 << bit).sum();
        assert_eq!(distance(0, far), NEAR + 1);
        assert!(!share(0, far));
    }

    proptest! {
        #[test]
        fn near_hashes_share_a_band(hash: u64, flips in proptest::collection::vec(0..64_u32, 0..=NEAR as usize)) {
            let near = flips.iter().fold(hash, |hash, bit| hash ^ (1 << bit));
            prop_assert!(distance(hash, near) <= NEAR);
            prop_assert!(share(hash, near));
        }
    }
}
