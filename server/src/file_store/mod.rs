//! The store of bytes: files named by the SHA-256 of their content, on a disk or in a bucket.
//!
//! Three things are kept: *parts* of uploads under way, *originals* that are whole and verified, and *variants*
//! made from an original. Nothing becomes an original before its SHA-256 is known to be its name; originals and
//! variants never change. All of them lie sealed ([`seal`]); who calls sees plain bytes. All calls block, like those of the database: handlers make them on blocking threads.

mod bucket;
mod disk;
mod place;
pub mod seal;
pub mod turn;

pub use bucket::{Bucket, PIECE};
pub use disk::Disk;
pub use place::{Environment, Place};

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use seal::{KEY_BYTES, Seal, is_sealed};

/// Says that nothing lies there plain any more.
const ALL_SEALED: &str = "sealed";
/// What has arrived of uploads.
const PARTS: &str = "parts";

/// What is made from an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// For looking at: at most 1,600 px, JPEG.
    View,
    /// For lists: at most 320 px, JPEG.
    Thumbnail,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::View, Self::Thumbnail];

    /// Its name in paths and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// How an upload ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completed {
    /// The file is there, under this SHA-256 (64 hex digits).
    Stored(String),
    /// Its bytes are not what they were said to be; they are gone. Their SHA-256.
    Mismatch(String),
}

/// A place for bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore {
    kept: Kept,
    seal: Seal,
}

/// Where they lie.
#[derive(Debug, Clone)]
enum Kept {
    /// A folder.
    Disk(Disk),
    /// A bucket of any S3.
    Bucket(Bucket),
}

/// Appends to one upload; while it lives, nothing else on this machine does. Dropped without [`Self::keep`],
/// the last bytes may be missing, never wrong.
pub enum Appender {
    /// To a file.
    Disk(disk::Appender),
    /// As objects.
    Bucket(bucket::Appender),
}

impl FileStore {
    /// Opens a place with the key its files are sealed with; a folder is made if need be. What lies there from before files
    /// were sealed is sealed now.
    ///
    /// # Errors
    /// `unavailable` with a sentence for the operator: the folder cannot be written, the settings of the bucket
    /// are wrong. A bucket that does not answer now is not an error yet, see [`Self::check`].
    pub fn open(place: &Place, key: &[u8; KEY_BYTES]) -> Result<Self> {
        let kept = match place {
            Place::Folder(folder) => Kept::Disk(Disk::open(folder)?),
            Place::Temporary => Kept::Disk(Disk::temporary()?),
            Place::Bucket { bucket, prefix, environment } => {
                Kept::Bucket(Bucket::open(bucket, prefix, environment)?)
            }
        };
        let store = Self { kept, seal: Seal::new(key) };
        match store.adopt() {
            Err(error) if matches!(store.kept, Kept::Bucket(_)) => {
                tracing::warn!(%error, "files from before they were sealed are looked for at the next start");
            }
            adopted => adopted?,
        }
        Ok(store)
    }

    /// Seals what lies there plain; once.
    fn adopt(&self) -> Result<()> {
        if self.kept.read(ALL_SEALED)?.is_some() {
            return Ok(());
        }
        for path in self.kept.paths()? {
            let Some(bytes) = self.kept.read(&path)?.filter(|bytes| !is_sealed(bytes)) else { continue };
            // A piece of an upload to a bucket is named by where it begins.
            let begins = path.strip_prefix(PARTS).and_then(|path| path.rsplit_once('/')?.1.parse().ok());
            let frame = self.seal.frame(bound(&path), begins.unwrap_or(0), &bytes)?;
            self.kept.write(&path, &frame)?;
        }
        self.kept.write(ALL_SEALED, b"1")
    }

    /// Whether the place answers.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn check(&self) -> Result<()> {
        match &self.kept {
            Kept::Disk(disk) => disk.check(),
            Kept::Bucket(bucket) => bucket.check(),
        }
    }

    /// How many bytes of an upload are durable: where it goes on.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn offset(&self, upload: &str) -> Result<u64> {
        let upload = safe(upload)?;
        match &self.kept {
            Kept::Disk(disk) => disk.offset(upload),
            Kept::Bucket(bucket) => bucket.offset(upload),
        }
    }

    /// Begins to append to an upload, the first time too. None while another process appends to it.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn append(&self, upload: &str) -> Result<Option<Appender>> {
        let upload = safe(upload)?;
        match &self.kept {
            Kept::Disk(disk) => Ok(disk.append(upload, &self.seal)?.map(Appender::Disk)),
            Kept::Bucket(bucket) => Ok(Some(Appender::Bucket(bucket.append(upload, &self.seal)?))),
        }
    }

    /// Throws away what has arrived of an upload.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn discard(&self, upload: &str) -> Result<()> {
        let upload = safe(upload)?;
        match &self.kept {
            Kept::Disk(disk) => disk.discard(upload),
            Kept::Bucket(bucket) => bucket.discard(upload),
        }
    }

    /// Every upload of which something has arrived.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn uploads(&self) -> Result<Vec<String>> {
        match &self.kept {
            Kept::Disk(disk) => disk.uploads(),
            Kept::Bucket(bucket) => bucket.uploads(),
        }
    }

    /// The bytes of a file as they came; none if they are not there.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn read_original(&self, sha256: &str) -> Result<Option<Vec<u8>>> {
        self.read_named(&original(sha256)?, sha256)
    }

    /// Keeps what was made from a file.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn write_variant(&self, sha256: &str, variant: Variant, bytes: &[u8]) -> Result<()> {
        let path = variant_path(sha256, variant)?;
        self.kept.write(&path, &self.seal.frame(bound(&path), 0, bytes)?)
    }

    /// What was made from a file; none if nothing was.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn read_variant(&self, sha256: &str, variant: Variant) -> Result<Option<Vec<u8>>> {
        self.read(&variant_path(sha256, variant)?)
    }

    /// Sets the bytes of a file aside, out of reach of every reader. Nothing happens if they are not there.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn move_to_quarantine(&self, sha256: &str) -> Result<()> {
        let (from, to) = (original(sha256)?, quarantined(sha256)?);
        match &self.kept {
            Kept::Disk(disk) => disk.rename(&from, &to),
            Kept::Bucket(bucket) => bucket.rename(&from, &to),
        }
    }

    /// The bytes set aside, for an administrator; none if there are none.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn read_quarantined(&self, sha256: &str) -> Result<Option<Vec<u8>>> {
        self.read_named(&quarantined(sha256)?, sha256)
    }

    /// Throws a file away with everything made from it.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn remove(&self, sha256: &str) -> Result<()> {
        let mut paths = vec![original(sha256)?, quarantined(sha256)?];
        for variant in Variant::ALL {
            paths.push(variant_path(sha256, variant)?);
        }
        paths.iter().try_for_each(|path| match &self.kept {
            Kept::Disk(disk) => disk.remove(path),
            Kept::Bucket(bucket) => bucket.remove(path),
        })
    }

    /// Bytes that moved to where they lie: their name says what they must be.
    fn read_named(&self, path: &str, sha256: &str) -> Result<Option<Vec<u8>>> {
        let read = self.read(path)?;
        if read.as_ref().is_some_and(|bytes| bidao_sync::ids::to_hex(&Sha256::digest(bytes)) != sha256) {
            return Err(Error::Internal("a stored file is not the one of its name".into()));
        }
        Ok(read)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let frames = self.kept.read(path)?;
        frames.map(|frames| self.seal.opened(bound(path), 0, &frames)).transpose()
    }
}

impl Kept {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Disk(disk) => disk.read(path),
            Self::Bucket(bucket) => bucket.read(path),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Disk(disk) => disk.write(path, bytes),
            Self::Bucket(bucket) => bucket.write(path, bytes),
        }
    }

    /// Everything that lies there.
    fn paths(&self) -> Result<Vec<String>> {
        match self {
            Self::Disk(disk) => disk.paths(),
            Self::Bucket(bucket) => bucket.paths(),
        }
    }
}

/// What of a path the frames of a file are bound to: variants stay where they are, parts and originals move.
fn bound(path: &str) -> &str {
    if path.contains('.') { path } else { "" }
}

impl Appender {
    /// How many bytes of the upload were there when this began.
    #[must_use]
    pub fn start(&self) -> u64 {
        match self {
            Self::Disk(appender) => appender.start(),
            Self::Bucket(appender) => appender.start(),
        }
    }

    /// More bytes.
    ///
    /// # Errors
    /// `unavailable`; or `conflict` when another server appended at the same place.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Disk(appender) => appender.push(bytes),
            Self::Bucket(appender) => appender.push(bytes),
        }
    }

    /// Makes durable what was pushed; answers how much of the upload there is now.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn keep(self) -> Result<u64> {
        match self {
            Self::Disk(appender) => appender.keep(),
            Self::Bucket(appender) => appender.keep(),
        }
    }

    /// Takes back what was pushed.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn undo(self) -> Result<()> {
        match self {
            Self::Disk(appender) => appender.undo(),
            Self::Bucket(appender) => appender.undo(),
        }
    }

    /// All bytes have arrived: makes them a file if they have the SHA-256 they were said to have, and throws
    /// them away otherwise.
    ///
    /// # Errors
    /// `unavailable`; what has arrived stays.
    pub fn complete(self, expected: Option<&str>) -> Result<Completed> {
        match self {
            Self::Disk(appender) => appender.complete(expected),
            Self::Bucket(appender) => appender.complete(expected),
        }
    }
}

/// Whether a text is the name of a file: 64 lower-case hex digits.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// Names become paths: nothing but hex digits and hyphens gets through, whoever asks.
fn safe(upload: &str) -> Result<&str> {
    let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    if upload.is_empty() || !upload.bytes().all(plain) {
        return Err(Error::Internal("an upload's name is not a name".into()));
    }
    Ok(upload)
}

/// Fan-out, so that no folder holds a million files: `ab/abcd…`. A second level would cost each of the first
/// 65,536 files a folder of its own, which is more than storing it.
fn original(sha256: &str) -> Result<String> {
    if !is_sha256(sha256) {
        return Err(Error::Internal("a file's name is not a SHA-256".into()));
    }
    Ok(format!("{}/{sha256}", &sha256[..2]))
}

fn variant_path(sha256: &str, variant: Variant) -> Result<String> {
    Ok(format!("{}.{}", original(sha256)?, variant.as_str()))
}

fn quarantined(sha256: &str) -> Result<String> {
    Ok(format!("quarantine/{}", original(sha256)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        for name in ["", "../x", "a/b", "A", "a.b", "parts"] {
            assert!(safe(name).is_err(), "{name}");
        }
        let upper = "A".repeat(64);
        for name in ["", "..", &"a".repeat(63), &"a".repeat(65), &"g".repeat(64), &upper] {
            assert!(original(name).is_err(), "{name}");
        }
        let name = "abcd".repeat(16);
        assert_eq!(original(&name).unwrap(), format!("ab/{name}"));
        assert_eq!(variant_path(&name, Variant::View).unwrap(), format!("ab/{name}.view"));
    }
}
