//! Keys, and where they come from: a file apart from the database, or the environment; never the database.
//!
//! A key is 32 random bytes, written as 64 hex digits on a line. What seals and what hashes are two keys derived from
//! it (HKDF-SHA256, RFC 5869), so neither tells anything about the other. Lines that begin with `#` are remarks.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aes_gcm::{Aes256Gcm, KeyInit as _};
use bidao_sync::ids::{from_hex, to_hex};
use hkdf::Hkdf;
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::store::Location;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a key's name.
pub const ID_BYTES: usize = 5;

/// What a key is called: derived from it, so a wrong key is told from a right one without trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub [u8; ID_BYTES]);

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&to_hex(&self.0))
    }
}

impl KeyId {
    /// Reads ten hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(from_hex(text)?.try_into().ok()?))
    }
}

/// One key, ready for use.
pub struct Key {
    /// Its name.
    pub id: KeyId,
    pub(super) cipher: Aes256Gcm,
    pub(super) lookup: [u8; KEY_BYTES],
}

impl Key {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// Never: the lengths asked for are within HKDF's.
    pub fn of(secret: &[u8; KEY_BYTES]) -> Result<Self> {
        let derive = Hkdf::<Sha256>::new(None, secret);
        let (mut id, mut sealing, mut lookup) = ([0; ID_BYTES], [0; KEY_BYTES], [0; KEY_BYTES]);
        for (info, out) in [
            (&b"bidao 1 name"[..], &mut id[..]),
            (b"bidao 1 sealing", &mut sealing[..]),
            (b"bidao 1 lookup", &mut lookup[..]),
        ] {
            derive.expand(info, out).map_err(|error| Error::Internal(format!("HKDF: {error}")))?;
        }
        Ok(Self { id: KeyId(id), cipher: Aes256Gcm::new(&sealing.into()), lookup })
    }
}

/// Where keys come from.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// Drawn when a database in memory is opened, and gone with it.
    Passing,
    /// A file; made when a database is sealed for the first time.
    File(PathBuf),
    /// The keys themselves, from the environment.
    Text(String),
    /// Nobody said, and there is no place beside the database.
    Missing,
}

impl fmt::Debug for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.place())
    }
}

impl Source {
    /// What holds unless somebody says otherwise: a file beside the embedded database.
    #[must_use]
    pub fn of(location: &Location) -> Self {
        match location {
            Location::File(database) => Self::File(database.with_extension("key")),
            Location::Memory => Self::Passing,
            Location::Postgres(_) => Self::Missing,
        }
    }

    /// How it is called in messages; never a key.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Passing => "memory".into(),
            Self::File(path) => path.display().to_string(),
            Self::Text(_) => "BIDAO_KEYS".into(),
            Self::Missing => "nowhere".into(),
        }
    }

    /// The keys, oldest first.
    ///
    /// # Errors
    /// There are none, or something else is there.
    pub fn load(&self) -> Result<Vec<Arc<Key>>> {
        let text = match self {
            Self::Passing => String::new(),
            Self::Text(text) => text.clone(),
            Self::File(path) => read(path)?,
            Self::Missing => return Err(missing()),
        };
        let keys: Vec<Arc<Key>> = secrets(&text, &self.place())?
            .iter()
            .map(|secret| Key::of(secret).map(Arc::new))
            .collect::<Result<_>>()?;
        if keys.is_empty() && *self != Self::Passing {
            return Err(unusable(&self.place(), "holds no key"));
        }
        Ok(keys)
    }

    /// As [`Self::load`]; where there is no file yet, makes it with a fresh key.
    ///
    /// # Errors
    /// As [`Self::load`], or the disk refuses.
    pub fn load_or_make(&self) -> Result<Vec<Arc<Key>>> {
        match self {
            Self::Passing => Ok(vec![Arc::new(Key::of(&fresh())?)]),
            Self::File(path) if !path.exists() => {
                write(path, &[fresh()], Overwrite::Never)?;
                tracing::warn!(
                    key_file = %path.display(),
                    "made a new key: keep a copy of this file apart from the database and its backups; \
                     without it nothing can be read, and whoever has both can read everything"
                );
                self.load()
            }
            Self::File(_) | Self::Text(_) | Self::Missing => self.load(),
        }
    }

    /// Adds a fresh key to the file.
    ///
    /// # Errors
    /// The keys are no file of ours, or the disk refuses.
    pub fn add(&self) -> Result<()> {
        let path = self.file()?;
        let mut all = secrets(&read(path)?, &self.place())?;
        all.push(fresh());
        write(path, &all, Overwrite::Whole)
    }

    /// Takes a key out of the file.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn remove(&self, id: KeyId) -> Result<()> {
        let path = self.file()?;
        let mut kept = Vec::new();
        for secret in secrets(&read(path)?, &self.place())? {
            if Key::of(&secret)?.id != id {
                kept.push(secret);
            }
        }
        write(path, &kept, Overwrite::Whole)
    }

    fn file(&self) -> Result<&Path> {
        match self {
            Self::File(path) => Ok(path),
            _ => Err(Error::invalid(
                "BIDAO_KEYS",
                "these keys are not in a file: put a fresh one behind the others yourself, as 64 hex digits, give it \
                 to every server, and then rotate",
            )),
        }
    }
}

fn fresh() -> [u8; KEY_BYTES] {
    let mut secret = [0; KEY_BYTES];
    // Of the machine and not of `Ctx`: a key must not come again with a simulation's seed.
    StdRng::from_os_rng().fill_bytes(&mut secret);
    secret
}

fn secrets(text: &str, place: &str) -> Result<Vec<[u8; KEY_BYTES]>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(|line| line.split([' ', ',', '\t'])).filter(|word| !word.is_empty());
    words
        .map(|word| from_hex(word).and_then(|bytes| bytes.try_into().ok()))
        .map(|secret| secret.ok_or_else(|| unusable(place, "a key is 64 hex digits, one on each line")))
        .collect()
}

fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).map_err(|error| {
        let hint =
            "put the file that belongs to this database there, or name it with --key-file or BIDAO_KEY_FILE";
        unusable(&path.display().to_string(), &format!("cannot be read ({error}): {hint}"))
    })?;
    let is_open = fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0);
    if is_open {
        tracing::warn!(key_file = %path.display(), "others than its owner may read the key file: chmod 600 it");
    }
    Ok(text)
}

/// Whether a file that is there may be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrite {
    Never,
    Whole,
}

/// Writes the keys beside and puts them in place whole, for the owner alone.
fn write(path: &Path, secrets: &[[u8; KEY_BYTES]], overwrite: Overwrite) -> Result<()> {
    let failed =
        |error: std::io::Error| unusable(&path.display().to_string(), &format!("cannot be written: {error}"));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let partial = PathBuf::from(format!("{}.{}", path.display(), to_hex(&fresh()[..4])));
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial).map_err(failed)?;
    let mut text =
        String::from("# Keys of a Bidao database, oldest first. Keep a copy apart from the database.\n");
    secrets.iter().for_each(|secret| text.extend([to_hex(secret).as_str(), "\n"]));
    let placed =
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| match overwrite {
            Overwrite::Whole => fs::rename(&partial, path),
            // Of two that begin at once one makes the file; the other reads it.
            Overwrite::Never => match fs::hard_link(&partial, path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => fs::remove_file(&partial),
                linked => linked.and_then(|()| fs::remove_file(&partial)),
            },
        });
    if placed.is_err() {
        // The first failure is what counts.
        let _ = fs::remove_file(&partial);
    }
    placed.and_then(|()| File::open(folder)?.sync_all()).map_err(failed)
}

fn unusable(place: &str, what: &str) -> Error {
    Error::Unavailable(format!("the keys in {place}: {what}"))
}

fn missing() -> Error {
    Error::invalid(
        "BIDAO_KEY_FILE",
        "say where the keys of this database are: --key-file, BIDAO_KEY_FILE, BIDAO_KEYS, or --data for a folder",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_derived_from_one_secret_have_nothing_in_common() {
        let (one, other) = (Key::of(&[7; 32]).unwrap(), Key::of(&[8; 32]).unwrap());
        assert_ne!(one.id, other.id);
        assert_ne!(one.lookup, other.lookup);
        assert!(!one.lookup.starts_with(&one.id.0));
        assert_eq!(KeyId::parse(&one.id.to_string()), Some(one.id));
    }

    #[test]
    fn a_file_is_made_once_for_its_owner_alone_and_grows_by_a_line() {
        let folder = std::env::temp_dir().join(format!("bidao-key-{}", to_hex(&fresh()[..8])));
        let source = Source::File(folder.join("bidao.key"));
        assert!(source.load().is_err(), "it is not made unasked");
        let first = source.load_or_make().unwrap()[0].id;
        assert_eq!(source.load_or_make().unwrap()[0].id, first);
        let mode = fs::metadata(folder.join("bidao.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        source.add().unwrap();
        let both: Vec<KeyId> = source.load().unwrap().iter().map(|key| key.id).collect();
        assert_eq!((both.len(), both[0]), (2, first));
        source.remove(first).unwrap();
        assert_eq!(source.load().unwrap().iter().map(|key| key.id).collect::<Vec<_>>(), both[1..]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_no_key_is_named_without_being_shown() {
        let given = Source::Text("correct horse battery staple".into());
        let said = given.load().err().unwrap().to_string();
        assert!(
            said.contains("BIDAO_KEYS") && said.contains("64 hex digits") && !said.contains("horse"),
            "{said}"
        );
        assert_eq!(format!("{given:?}"), "BIDAO_KEYS");
    }
}
