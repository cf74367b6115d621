//! Files in a folder: parts are appended to, fsynced once a request and renamed when they are whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufReader, ErrorKind, Seek as _, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bidao_schema::api::problem::ProblemCode;
use sha2::{Digest as _, Sha256};

use super::seal::{Seal, extent};
use super::{Completed, PARTS};
use crate::error::{Error, Result};

/// A folder.
#[derive(Debug, Clone)]
pub struct Disk {
    root: Arc<Root>,
}

#[derive(Debug)]
struct Root {
    folder: PathBuf,
    is_temporary: bool,
}

impl Drop for Root {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed is in the system's folder for such things.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Appends to a part, which it holds locked.
pub struct Appender {
    disk: Disk,
    upload: String,
    part: File,
    seal: Seal,
    /// Plain bytes that were there, and how long the part was with them.
    start: u64,
    size: u64,
    offset: u64,
    /// Of all bytes, if the first one came in this request.
    hash: Option<Sha256>,
}

impl Disk {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::Unavailable(format!("the folder of files {} cannot be used: {error}", folder.display()))
        };
        fs::create_dir_all(folder.join(PARTS)).map_err(failed)?;
        let disk = Self { root: Arc::new(Root { folder: folder.to_owned(), is_temporary: false }) };
        disk.check()?;
        Ok(disk)
    }

    pub(super) fn temporary() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = std::env::temp_dir().join(format!("bidao-files-{}-{number}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => {
                    fs::create_dir(folder.join(PARTS)).map_err(failed)?;
                    return Ok(Self { root: Arc::new(Root { folder, is_temporary: true }) });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// A file can be made where parts are.
    pub(super) fn check(&self) -> Result<()> {
        let probe = self.root.folder.join(PARTS).join(".probe");
        File::create(&probe).map_err(failed)?;
        fs::remove_file(&probe).or_else(absent_is_fine).map_err(failed)
    }

    pub(super) fn offset(&self, upload: &str) -> Result<u64> {
        match File::open(self.part(upload)) {
            Ok(part) => {
                part.sync_all().map_err(failed)?;
                Ok(arrived(&part).map_err(failed)?.0)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn append(&self, upload: &str, seal: &Seal) -> Result<Option<Appender>> {
        let path = self.part(upload);
        let part = loop {
            let part = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(failed)?;
            match part.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Another process may have completed or discarded it since it was opened: that one is not ours.
            if is_still(&part, &path).map_err(failed)? {
                break part;
            }
        };
        let (start, size) = arrived(&part).map_err(failed)?;
        // What a crash left of a frame is in the way of the next one.
        part.set_len(size).map_err(failed)?;
        let hash = (start == 0).then(Sha256::new);
        let (disk, upload, seal) = (self.clone(), upload.to_owned(), seal.clone());
        Ok(Some(Appender { disk, upload, part, seal, start, size, offset: start, hash }))
    }

    pub(super) fn discard(&self, upload: &str) -> Result<()> {
        fs::remove_file(self.part(upload)).or_else(absent_is_fine).map_err(failed)
    }

    pub(super) fn uploads(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.root.folder.join(PARTS)).map_err(failed)?;
        let mut uploads = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            uploads.extend(name.to_str().filter(|name| super::safe(name).is_ok()).map(str::to_owned));
        }
        Ok(uploads)
    }

    pub(super) fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match fs::read(self.root.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let target = self.root.folder.join(path);
        self.make_parents(&target)?;
        let unfinished = target.with_extension("unfinished");
        let mut file = File::create(&unfinished).map_err(failed)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&unfinished, &target).map_err(failed)?;
        sync_folder(target.parent())
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.root.folder.join(from), self.root.folder.join(to));
        self.make_parents(&to)?;
        fs::rename(&from, &to).or_else(absent_is_fine).map_err(failed)?;
        sync_folder(to.parent())?;
        if from.parent().is_some_and(Path::exists) { sync_folder(from.parent()) } else { Ok(()) }
    }

    pub(super) fn remove(&self, path: &str) -> Result<()> {
        fs::remove_file(self.root.folder.join(path)).or_else(absent_is_fine).map_err(failed)
    }

    /// Every file, by its path below the folder.
    pub(super) fn paths(&self) -> Result<Vec<String>> {
        let (mut folders, mut paths) = (vec![self.root.folder.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(name) = path.strip_prefix(&self.root.folder).ok().and_then(Path::to_str) {
                    paths.push(name.to_owned());
                }
            }
        }
        Ok(paths)
    }

    fn part(&self, upload: &str) -> PathBuf {
        self.root.folder.join(PARTS).join(upload)
    }

    /// Makes the folders above a path, each durable in the one above it.
    fn make_parents(&self, path: &Path) -> Result<()> {
        let mut missing = Vec::new();
        let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root.folder));
        for folder in above {
            if folder.is_dir() {
                break;
            }
            missing.push(folder);
        }
        for folder in missing.iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
            sync_folder(folder.parent())?;
        }
        Ok(())
    }
}

impl Appender {
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let frame = self.seal.frame("", self.offset, bytes)?;
        self.part.write_all(&frame).map_err(failed)?;
        self.offset += bytes.len() as u64;
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        Ok(())
    }

    pub(super) fn keep(self) -> Result<u64> {
        self.part.sync_all().map_err(failed)?;
        // The part's name may be new.
        if self.start == 0 {
            sync_folder(self.disk.part(&self.upload).parent())?;
        }
        Ok(self.offset)
    }

    pub(super) fn undo(self) -> Result<()> {
        self.part.set_len(self.size).and_then(|()| self.part.sync_all()).map_err(failed)
    }

    pub(super) fn complete(mut self, expected: Option<&str>) -> Result<Completed> {
        let part = self.disk.part(&self.upload);
        let found = match self.digest() {
            // Bytes that cannot be read have to come again.
            Err(Error::Internal(_)) => "unreadable".to_owned(),
            found => found?,
        };
        if !super::is_sha256(&found) || expected.is_some_and(|expected| expected != found) {
            fs::remove_file(&part).map_err(failed)?;
            return Ok(Completed::Mismatch(found));
        }
        let target = self.disk.root.folder.join(super::original(&found)?);
        self.disk.make_parents(&target)?;
        if target.exists() {
            self.part.sync_all().map_err(failed)?;
        }
        // A new name is durable together with its bytes, which costs one commit of the file system instead of two.
        // Nothing says yet that the file is there: after a crash in between its bytes just come again.
        fs::rename(&part, &target).map_err(failed)?;
        self.part.sync_all().map_err(failed)?;
        sync_folder(target.parent())?;
        Ok(Completed::Stored(found))
    }

    fn digest(&mut self) -> Result<String> {
        if let Some(hash) = self.hash.take() {
            return Ok(bidao_sync::ids::to_hex(&hash.finalize()));
        }
        let mut hash = Sha256::new();
        self.part.rewind().map_err(failed)?;
        self.seal.open("", 0, BufReader::new(&self.part), |plain| hash.update(plain))?;
        Ok(bidao_sync::ids::to_hex(&hash.finalize()))
    }
}

/// How much of a part has arrived: plain bytes, and bytes as they lie.
fn arrived(part: &File) -> std::io::Result<(u64, u64)> {
    extent(part.metadata()?.len(), |at, head| part.read_exact_at(head, at))
}

/// Whether a path still names an open file.
fn is_still(file: &File, path: &Path) -> std::io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn sync_folder(folder: Option<&Path>) -> Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn absent_is_fine(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn failed(error: std::io::Error) -> Error {
    // A quota, or a limit of the process, is a full disk for whoever wants to write.
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
    if full.contains(&error.kind()) {
        return Error::refused(ProblemCode::NoSpace, "the server has no room for files");
    }
    Error::Unavailable(format!("the folder of files: {error}"))
}
