//! Where decisions come from: a seed, or the bytes of a fuzzer.

/// A row of decisions that is the same whenever it is asked again.
pub struct Source<'a> {
    bytes: &'a [u8],
    state: Option<u64>,
}

impl Source<'static> {
    /// Decisions without end that follow from a number (splitmix64).
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { bytes: &[], state: Some(seed) }
    }
}

impl<'a> Source<'a> {
    /// Decisions from bytes; when they are used up, zeros.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, state: None }
    }

    /// Sixteen bits.
    pub fn word(&mut self) -> u16 {
        if let Some(state) = &mut self.state {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            return (mixed >> 48) as u16;
        }
        let (taken, rest) = self.bytes.split_at(self.bytes.len().min(2));
        self.bytes = rest;
        taken.iter().fold(0, |word, byte| word << 8 | u16::from(*byte))
    }

    /// A number below `most`; nothing below nothing is nothing.
    pub fn below(&mut self, most: usize) -> usize {
        if most == 0 { 0 } else { usize::from(self.word()) % most }
    }

    /// One of several.
    ///
    /// # Panics
    /// There are none.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}
