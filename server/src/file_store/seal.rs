//! What lies on a disk or in a bucket of photos, signatures and what is made from them is sealed with AES-256-GCM under a
//! key that lies, itself sealed, in the database (ADR server/0017): whoever takes the folder or the bucket away has noise.
//!
//! A file is a row of *frames*, so that an upload can go on where it stopped and still be sealed from its first byte on: mark
//! (4 bytes), length of the plain bytes (4, big endian), where they begin in the file (8), nonce (12), ciphertext and tag
//! (16). The tag also covers the head, and the path of what never moves.

use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};

use crate::error::{Error, Result};

/// Bytes of the key.
pub const KEY_BYTES: usize = 32;
/// What a frame begins with. No picture and no stroke data does.
const MARK: [u8; 4] = *b"BDF1";
const HEAD: usize = 16;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Bytes a frame is longer than what is in it.
pub const OVERHEAD: usize = HEAD + NONCE + TAG;

/// Seals and opens frames. Cheap to clone.
#[derive(Clone)]
pub struct Seal(Arc<Inner>);

struct Inner {
    cipher: Aes256Gcm,
    // Its own and not that of `Ctx`: with a simulation's seed nonces would come again under a key that stays.
    nonces: Mutex<StdRng>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal")
    }
}

/// What the head of a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Plain bytes in it.
    pub length: u64,
    /// Where they begin in the file.
    pub offset: u64,
}

impl Head {
    /// Bytes of the whole frame.
    #[must_use]
    pub fn frame(self) -> u64 {
        self.length + OVERHEAD as u64
    }

    /// From the first bytes of a frame; none if that is no frame.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MARK)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let offset = rest.first_chunk::<8>()?;
        Some(Self { length: u32::from_be_bytes(*length).into(), offset: u64::from_be_bytes(*offset) })
    }

    fn bytes(self) -> Option<[u8; HEAD]> {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&MARK);
        bytes[4..8].copy_from_slice(&u32::try_from(self.length).ok()?.to_be_bytes());
        bytes[8..].copy_from_slice(&self.offset.to_be_bytes());
        Some(bytes)
    }
}

/// How far whole frames follow one another from the beginning: plain bytes, and bytes as they lie. What a crash left of a
/// last frame does not count. `head_at` reads the first bytes of a frame that begins there.
///
/// # Errors
/// Those of `head_at`.
pub fn extent(
    size: u64,
    mut head_at: impl FnMut(u64, &mut [u8]) -> std::io::Result<()>,
) -> std::io::Result<(u64, u64)> {
    let (mut plain, mut at, mut bytes) = (0, 0, [0; HEAD]);
    while at + OVERHEAD as u64 <= size {
        head_at(at, &mut bytes)?;
        let head = Head::parse(&bytes).filter(|head| head.offset == plain && at + head.frame() <= size);
        let Some(head) = head else { break };
        plain += head.length;
        at += head.frame();
    }
    Ok((plain, at))
}

/// Whether bytes lie sealed.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    Head::parse(bytes).is_some()
}

impl Seal {
    /// With its key.
    #[must_use]
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        let cipher = Aes256Gcm::new(&(*key).into());
        Self(Arc::new(Inner { cipher, nonces: Mutex::new(StdRng::from_os_rng()) }))
    }

    /// A frame of bytes that begin at `offset`; `path` is that of what never moves, or empty.
    ///
    /// # Errors
    /// They are more than a frame holds, 4 GiB.
    pub fn frame(&self, path: &str, offset: u64, plain: &[u8]) -> Result<Vec<u8>> {
        let too_long = || Error::Internal("too long to seal in one piece".into());
        let head = Head { length: plain.len() as u64, offset }.bytes().ok_or_else(too_long)?;
        let mut nonce = [0; NONCE];
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut nonce);
        let aad = [&head[..], path.as_bytes()].concat();
        let sealed = self.0.cipher.encrypt(&nonce.into(), Payload { msg: plain, aad: &aad });
        let sealed = sealed.map_err(|_| too_long())?;
        Ok([&head[..], &nonce, &sealed].concat())
    }

    /// Opens frames that follow one another from `offset` on and hands out what is in each.
    ///
    /// # Errors
    /// `internal`: they were changed, lay elsewhere, or are none; or reading fails.
    pub fn open(
        &self,
        path: &str,
        offset: u64,
        mut from: impl Read,
        mut hear: impl FnMut(&[u8]),
    ) -> Result<()> {
        let unread = |error: std::io::Error| match error.kind() {
            ErrorKind::UnexpectedEof => damaged(),
            _ => Error::Unavailable(format!("the store of files: {error}")),
        };
        let (mut expected, mut head) = (offset, [0; HEAD]);
        loop {
            match from.read(&mut head[..1]).map_err(unread)? {
                0 => return Ok(()),
                _ => from.read_exact(&mut head[1..]).map_err(unread)?,
            }
            let parsed = Head::parse(&head).filter(|head| head.offset == expected).ok_or_else(damaged)?;
            let mut rest = Vec::new();
            let rest_length = parsed.frame() - HEAD as u64;
            from.by_ref().take(rest_length).read_to_end(&mut rest).map_err(unread)?;
            let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
            let aad = [&head[..], path.as_bytes()].concat();
            let plain = self.0.cipher.decrypt(nonce.into(), Payload { msg: sealed, aad: &aad });
            hear(&plain.map_err(|_| damaged())?);
            expected += parsed.length;
        }
    }

    /// [`Self::open`] of bytes at hand.
    ///
    /// # Errors
    /// As there.
    pub fn opened(&self, path: &str, offset: u64, frames: &[u8]) -> Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(frames.len());
        self.open(path, offset, frames, |bytes| plain.extend_from_slice(bytes))?;
        Ok(plain)
    }
}

fn damaged() -> Error {
    Error::Internal("a stored file is not what was sealed there".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(&[7; KEY_BYTES])
    }

    #[test]
    fn frames_open_in_their_order_at_their_place_and_unchanged() {
        let seal = seal();
        let frames = [seal.frame("", 0, b"one").unwrap(), seal.frame("", 3, b"other").unwrap()].concat();
        assert_eq!(frames.len(), 8 + 2 * OVERHEAD);
        assert_eq!(seal.opened("", 0, &frames).unwrap(), b"oneother");
        assert!(seal.opened("ab/cd.view", 0, &frames).is_err(), "another place");
        assert!(seal.opened("", 3, &frames).is_err(), "another order");
        assert!(Seal::new(&[8; KEY_BYTES]).opened("", 0, &frames).is_err(), "another key");
        assert!(seal.opened("", 0, b"\xff\xd8\xff\xe0 a picture").is_err(), "never sealed");
        for at in 0..frames.len() {
            let mut changed = frames.clone();
            changed[at] ^= 1;
            assert!(seal.opened("", 0, &changed).is_err(), "byte {at} changed");
        }
    }

    #[test]
    fn what_a_crash_left_of_a_frame_does_not_count() {
        let seal = seal();
        let first = seal.frame("", 0, &[1; 100]).unwrap();
        let whole = [first.clone(), seal.frame("", 100, &[2; 50]).unwrap()].concat();
        let extent = |bytes: &[u8]| {
            let head_at = |at: u64, head: &mut [u8]| {
                head.copy_from_slice(&bytes[usize::try_from(at).unwrap()..][..head.len()]);
                Ok(())
            };
            super::extent(bytes.len() as u64, head_at).unwrap()
        };
        for cut in first.len()..whole.len() {
            assert_eq!(extent(&whole[..cut]), (100, first.len() as u64), "cut at {cut}");
        }
        assert_eq!(extent(&whole), (150, whole.len() as u64));
        assert_eq!(extent(&[0; 500]), (0, 0), "zeros that a crash left");
    }
}
