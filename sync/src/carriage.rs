//! Unsent work that another phone carries, in envelopes only the server opens (PROTOCOL.md §7.1): HPKE (RFC 9180) with
//! DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, which every phone's browser has.

use crate::code::{Code, Refusal};
use crate::feed::sha256;
use crate::ids::{Digest, to_hex};
use crate::limits;
use crate::message::{Message, SealedBatch};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::fmt;

/// What an envelope is for (`info` of HPKE).
const INFO: &[u8] = b"bidao-carriage-v1";
/// Bytes of the name of a key.
pub const KEY_ID_BYTES: usize = 8;

type PrivateKey = <DhP256HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <DhP256HkdfSha256 as Kem>::PublicKey;
type Encapsulated = <DhP256HkdfSha256 as Kem>::EncappedKey;

/// `[key, enc, sealed]`: the name of the key it is for, the sender's part of the secret, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope(ByteBuf, ByteBuf, ByteBuf);

/// What is in an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A sealed batch.
    Batch(SealedBatch),
    /// A piece of a file.
    Piece(Piece),
}

/// So many bytes of a file, at their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Of all of its bytes: its name.
    pub sha256: Digest,
    /// Bytes it has.
    pub total: u64,
    /// Where these belong.
    pub offset: u64,
    /// They themselves.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl Message for Envelope {}

impl Message for Content {
    fn check(&self) -> Result<(), Refusal> {
        let Self::Piece(piece) = self else { return Ok(()) };
        let size = piece.bytes.len();
        if size == 0 || size > limits::PIECE_BYTES {
            return Err(Refusal::new(Code::TooLarge, format!("{size} bytes in a piece")));
        }
        let end = piece.offset.checked_add(size as u64);
        if end.is_none_or(|end| end > piece.total) {
            return Err(Refusal::new(Code::Malformed, "a piece reaches beyond its file"));
        }
        Ok(())
    }
}

/// The keys of a server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// Opens envelopes.
    pub private: [u8; 32],
    /// Makes them: an uncompressed point.
    pub public: [u8; 65],
}

/// A key must not get into a log.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", to_hex(&self.id()))
    }
}

impl Keys {
    /// From 32 random bytes (RFC 9180 §7.1.3).
    #[must_use]
    pub fn derive(random: &[u8; 32]) -> Self {
        let (private, public) = DhP256HkdfSha256::derive_keypair(random);
        Self::from_parts(&private, &public)
    }

    /// From the private key; nothing if it is none.
    #[must_use]
    pub fn of(private: &[u8]) -> Option<Self> {
        let key = PrivateKey::from_bytes(private).ok()?;
        Some(Self::from_parts(&key, &DhP256HkdfSha256::sk_to_pk(&key)))
    }

    fn from_parts(private: &PrivateKey, public: &PublicKey) -> Self {
        let mut keys = Self { private: [0; 32], public: [0; 65] };
        private.write_exact(&mut keys.private);
        public.write_exact(&mut keys.public);
        keys
    }

    /// By which an envelope names them.
    #[must_use]
    pub fn id(&self) -> [u8; KEY_ID_BYTES] {
        id_of(&self.public)
    }
}

/// By which an envelope names a public key.
#[must_use]
pub fn id_of(public: &[u8; 65]) -> [u8; KEY_ID_BYTES] {
    let mut id = [0; KEY_ID_BYTES];
    id.copy_from_slice(&sha256(public).0[..KEY_ID_BYTES]);
    id
}

impl Envelope {
    /// Puts something into an envelope; nothing if that is no public key.
    pub fn seal(content: &Content, public: &[u8; 65], rng: &mut impl CryptoRng) -> Option<Self> {
        let key = PublicKey::from_bytes(public).ok()?;
        let id = id_of(public);
        let (enc, sealed) = single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256, _>(
            &OpModeS::Base,
            &key,
            INFO,
            &content.encode(),
            &id,
            rng,
        )
        .ok()?;
        Some(Self(ByteBuf::from(id), ByteBuf::from(enc.to_bytes().to_vec()), ByteBuf::from(sealed)))
    }

    /// The name of the key it is for.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0
    }

    /// Takes out what is in it.
    ///
    /// # Errors
    /// [`Code::Malformed`] when it is not what was sealed for these keys; as [`Message::decode`] of what is in it.
    pub fn open(&self, keys: &Keys) -> Result<Content, Refusal> {
        let damaged = || Refusal::new(Code::Malformed, "not what was sealed for this key");
        let key = PrivateKey::from_bytes(&keys.private).map_err(|_| damaged())?;
        let enc = Encapsulated::from_bytes(&self.1).map_err(|_| damaged())?;
        let plain = single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeR::Base,
            &key,
            &enc,
            INFO,
            &self.2,
            &self.0,
        )
        .map_err(|_| damaged())?;
        Content::decode(&plain)
    }
}
