//! The vault: what is written into the sealed columns ([`place::PLACES`]) and read from them passes here, and lies in
//! the database only as AES-256-GCM under a key that the database does not have (ADR server/0015).
//!
//! An envelope is the version (1 byte), the name of the key (5), a random nonce (12), the ciphertext and its tag (16).
//! The tag also covers version and name, table, column and primary key, so no envelope can be put elsewhere. Nothing is
//! said of an empty value: it stays empty. Nonces of 96 random bits may be drawn 2³² times under one key (NIST
//! SP 800-38D §8.3); `bidao key rotate` begins the next.

pub mod key;
pub mod place;
pub mod rotation;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use aes_gcm::aead::{Aead as _, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};

use super::{AnyConnection, setting};
use crate::error::{Error, Result};
use key::{ID_BYTES, Key, KeyId, Source};
use place::{Cell, Place, Sealed};

/// First byte of an envelope. Neither an Automerge chunk nor a CBOR map begins so.
const VERSION: u8 = 1;
/// Bytes of version and name: whole characters of base64.
const HEAD: usize = 1 + ID_BYTES;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Bytes an envelope is longer than what is in it.
pub const OVERHEAD: usize = HEAD + NONCE + TAG;
/// What an envelope in a column of text begins with.
pub const TEXT_MARK: &str = "sealed:";
/// Setting that names the key new values are sealed with.
pub(super) const SEALING_KEY: &str = "sealing_key";

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    source: Source,
    ring: RwLock<Ring>,
    // Its own and not that of `Ctx`: with a simulation's seed nonces would come again under a key that stays.
    nonces: Mutex<StdRng>,
}

struct Ring {
    keys: Vec<Arc<Key>>,
    sealing: Arc<Key>,
}

impl Ring {
    fn find(&self, id: KeyId) -> Option<Arc<Key>> {
        self.keys.iter().find(|key| key.id == id).cloned()
    }
}

impl Vault {
    /// With the keys of a database: those it was sealed with, or, while it is sealed with none, those of the source,
    /// which makes one if it can.
    ///
    /// # Errors
    /// The keys are missing, or they are not this database's.
    pub(super) fn open(source: Source, connection: &mut AnyConnection) -> Result<Self> {
        let sealing = sealing_key(connection)?;
        let keys = if sealing.is_some() { source.load()? } else { source.load_or_make()? };
        let newest = keys.last().cloned();
        let key = match sealing {
            Some(id) => keys.iter().find(|key| key.id == id).cloned(),
            None => newest,
        };
        let sealing = key.ok_or_else(|| wrong(sealing, &source, &keys))?;
        let ring = RwLock::new(Ring { keys, sealing });
        Ok(Self(Arc::new(Inner { source, ring, nonces: Mutex::new(StdRng::from_os_rng()) })))
    }

    /// Whether the keys of `source` open this database. One that was never sealed needs none.
    pub(super) fn check(source: &Source, connection: &mut AnyConnection) -> Result<()> {
        if sealing_key(connection)?.is_some() {
            Self::open(source.clone(), connection)?;
        }
        Ok(())
    }

    /// Where the keys come from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.0.source
    }

    /// The name of the key that seals.
    #[must_use]
    pub fn sealing(&self) -> KeyId {
        self.read().sealing.id
    }

    /// The names of all keys, oldest first.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyId> {
        self.read().keys.iter().map(|key| key.id).collect()
    }

    /// The secret of keyed hashes: another key than the one that seals, and a new one with every rotation.
    #[must_use]
    pub fn lookup_key(&self) -> [u8; key::KEY_BYTES] {
        self.read().sealing.lookup
    }

    /// Reads the keys anew.
    ///
    /// # Errors
    /// They are gone or unreadable.
    pub(super) fn reload(&self) -> Result<()> {
        if self.0.source != Source::Passing {
            self.write().keys = self.0.source.load()?;
        }
        Ok(())
    }

    /// Seals from now on with the key the database names; another process may have rotated.
    ///
    /// # Errors
    /// This process cannot get that key: it must not write.
    pub(super) fn follow(&self, connection: &mut AnyConnection) -> Result<()> {
        let Some(id) = sealing_key(connection)?.filter(|id| *id != self.sealing()) else { return Ok(()) };
        let sealing = self.key(id)?;
        self.write().sealing = sealing;
        Ok(())
    }

    /// The row as it lies in the database.
    ///
    /// # Errors
    /// A value is too long for the cipher.
    pub fn sealed<R: Sealed + Clone>(&self, row: &R) -> Result<R> {
        let mut row = row.clone();
        let key = row.key();
        for (place, cell) in row.cells() {
            match cell {
                Cell::Bytes(value) => *value = self.seal(place, &key, value)?,
                Cell::Text(value) => *value = self.seal_text(place, &key, value)?,
            }
        }
        Ok(row)
    }

    /// [`Self::sealed`] of several.
    ///
    /// # Errors
    /// As there.
    pub fn all_sealed<R: Sealed + Clone>(&self, rows: &[R]) -> Result<Vec<R>> {
        rows.iter().map(|row| self.sealed(row)).collect()
    }

    /// The row as it was before it was sealed.
    ///
    /// # Errors
    /// A value was changed, lay elsewhere, is not sealed, or its key is missing.
    pub fn opened<R: Sealed>(&self, mut row: R) -> Result<R> {
        let key = row.key();
        for (place, cell) in row.cells() {
            match cell {
                Cell::Bytes(value) => *value = self.unseal(place, &key, value)?,
                Cell::Text(value) => *value = self.unseal_text(place, &key, value)?,
            }
        }
        Ok(row)
    }

    /// [`Self::opened`] of several.
    ///
    /// # Errors
    /// As there.
    pub fn all_opened<R: Sealed>(&self, rows: Vec<R>) -> Result<Vec<R>> {
        rows.into_iter().map(|row| self.opened(row)).collect()
    }

    /// Random bytes for a key that is to be kept. Like nonces they are no simulation's.
    #[must_use]
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// An envelope for one place.
    ///
    /// # Errors
    /// The value is too long for the cipher.
    pub fn seal(&self, place: &Place, key: &str, plain: &[u8]) -> Result<Vec<u8>> {
        if plain.is_empty() {
            return Ok(Vec::new());
        }
        let sealing = Arc::clone(&self.read().sealing);
        let mut nonce = [0; NONCE];
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut nonce);
        let mut envelope = Vec::with_capacity(OVERHEAD + plain.len());
        envelope.push(VERSION);
        envelope.extend(sealing.id.0);
        let aad = bound(&envelope, place, key);
        let sealed = sealing.cipher.encrypt(&nonce.into(), Payload { msg: plain, aad: &aad });
        envelope.extend(nonce);
        envelope.extend(sealed.map_err(|_| Error::Internal(format!("{} is too long to seal", name(place))))?);
        Ok(envelope)
    }

    /// What is in an envelope at its place.
    ///
    /// # Errors
    /// It was changed, lay elsewhere, is none, or its key is missing.
    pub fn unseal(&self, place: &Place, key: &str, envelope: &[u8]) -> Result<Vec<u8>> {
        if envelope.is_empty() {
            return Ok(Vec::new());
        }
        let bad = |what: &str| Error::Internal(format!("{} of {key} {what}", name(place)));
        let id = sealed_with(envelope).ok_or_else(|| bad("is not sealed"))?;
        let (head, rest) = envelope.split_at(HEAD);
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(|| bad("is cut off"))?;
        let aad = bound(head, place, key);
        let opened = self.key(id)?.cipher.decrypt(nonce.into(), Payload { msg: sealed, aad: &aad });
        opened.map_err(|_| bad("is not what was sealed there"))
    }

    /// [`Self::seal`] for a column of text.
    ///
    /// # Errors
    /// As there.
    pub fn seal_text(&self, place: &Place, key: &str, plain: &str) -> Result<String> {
        let envelope = self.seal(place, key, plain.as_bytes())?;
        if envelope.is_empty() {
            return Ok(String::new());
        }
        Ok(format!("{TEXT_MARK}{}", URL_SAFE_NO_PAD.encode(envelope)))
    }

    /// [`Self::unseal`] of a column of text.
    ///
    /// # Errors
    /// As there.
    pub fn unseal_text(&self, place: &Place, key: &str, text: &str) -> Result<String> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let bad = |what: &str| Error::Internal(format!("{} of {key} {what}", name(place)));
        let envelope = text.strip_prefix(TEXT_MARK).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let plain = self.unseal(place, key, &envelope.ok_or_else(|| bad("is not sealed"))?)?;
        String::from_utf8(plain).map_err(|_| bad("is no text"))
    }

    /// A key by name; one that is not known yet may have been added to the file since.
    fn key(&self, id: KeyId) -> Result<Arc<Key>> {
        if let Some(key) = self.read().find(id) {
            return Ok(key);
        }
        let keys = self.0.source.load()?;
        let found = keys.iter().find(|key| key.id == id).cloned();
        let found = found.ok_or_else(|| wrong(Some(id), &self.0.source, &keys))?;
        self.write().keys = keys;
        Ok(found)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Ring> {
        self.0.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the tag covers beside the ciphertext.
fn bound(head: &[u8], place: &Place, key: &str) -> Vec<u8> {
    [head, place.table.as_bytes(), b".", place.column.as_bytes(), b"/", key.as_bytes()].concat()
}

/// The name of the key an envelope was sealed with; none: it is no envelope.
fn sealed_with(envelope: &[u8]) -> Option<KeyId> {
    let (version, rest) = envelope.split_first()?;
    let id = rest.first_chunk::<ID_BYTES>()?;
    (*version == VERSION).then_some(KeyId(*id))
}

fn name(place: &Place) -> String {
    format!("{}.{}", place.table, place.column)
}

/// The name of the key the database says is in use.
fn sealing_key(connection: &mut AnyConnection) -> Result<Option<KeyId>> {
    let Some(text) = setting::stored(connection, SEALING_KEY)? else { return Ok(None) };
    let unreadable = || Error::Internal(format!("the setting {SEALING_KEY} is no name of a key"));
    KeyId::parse(&text).map(Some).ok_or_else(unreadable)
}

fn wrong(id: Option<KeyId>, source: &Source, keys: &[Arc<Key>]) -> Error {
    let there: Vec<String> = keys.iter().map(|key| key.id.to_string()).collect();
    let there = if there.is_empty() { "no key".to_owned() } else { there.join(", ") };
    let wanted = id.map_or_else(|| "a key".to_owned(), |id| format!("key {id}"));
    Error::Unavailable(format!(
        "this database is sealed with {wanted}, which is not among the keys in {} ({there}): put the key file that \
         belongs to it there, or name it with --key-file or BIDAO_KEY_FILE",
        source.place()
    ))
}

#[cfg(test)]
mod tests {
    use super::place::{ANCESTOR, CHANGE, DISAGREEING, DOCUMENT, PLACES};
    use super::*;
    use crate::store::Location;

    fn vault(source: Source) -> Vault {
        let mut connection = Location::Memory.connect().unwrap();
        connection.migrate().unwrap();
        Vault::open(source, &mut connection).unwrap()
    }

    #[test]
    fn an_envelope_opens_at_its_place_and_nowhere_else() {
        let vault = vault(Source::Passing);
        let sealed = vault.seal(&DOCUMENT, "r1", b"999999").unwrap();
        assert_eq!(sealed.len(), 6 + OVERHEAD);
        assert_eq!(vault.unseal(&DOCUMENT, "r1", &sealed).unwrap(), b"999999");
        assert!(vault.unseal(&DOCUMENT, "r2", &sealed).is_err(), "another row");
        assert!(vault.unseal(&CHANGE, "r1", &sealed).is_err(), "another table");
        let text = vault.seal_text(&DISAGREEING, "c", "王芳").unwrap();
        assert_eq!(vault.unseal_text(&DISAGREEING, "c", &text).unwrap(), "王芳");
        assert!(vault.unseal_text(&ANCESTOR, "c", &text).is_err(), "another column");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.unseal(&DOCUMENT, "r1", &changed).is_err(), "byte {at} changed");
            assert!(at == 0 || vault.unseal(&DOCUMENT, "r1", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same_and_an_empty_one_stays_empty() {
        let vault = vault(Source::Passing);
        let seal = || vault.seal(&DOCUMENT, "r1", b"x").unwrap();
        assert_ne!(seal(), seal());
        assert_eq!(vault.seal(&DOCUMENT, "r1", b"").unwrap(), b"");
        assert_eq!(vault.unseal_text(&DISAGREEING, "c", "").unwrap(), "");
    }

    #[test]
    fn what_is_not_sealed_is_not_read() {
        let vault = vault(Source::Passing);
        assert!(vault.unseal(&DOCUMENT, "r1", b"\x85\x6f\x4a\x83 a document").is_err());
        assert!(vault.unseal_text(&DISAGREEING, "c", "[1,2]").is_err());
        assert!(vault.unseal_text(&DISAGREEING, "c", "sealed:%%").is_err());
    }

    #[test]
    fn the_key_that_hashes_is_not_the_one_that_seals() {
        let secret = "0f".repeat(32);
        let (one, other) = (vault(Source::Text(secret.clone())), vault(Source::Passing));
        assert_eq!(one.lookup_key(), vault(Source::Text(secret)).lookup_key());
        assert_ne!(one.lookup_key(), other.lookup_key());
        assert_ne!(one.lookup_key(), [0x0f; 32]);
    }

    #[test]
    fn no_column_is_named_twice() {
        let mut names: Vec<String> = PLACES.iter().map(|place| name(place)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), PLACES.len());
    }
}
