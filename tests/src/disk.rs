//! Disks that are full: a small one of its own where the system lets us mount it, and a limit on file sizes, which every
//! system has.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// A small file system in memory; gone when dropped.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts one of so many mebibytes; nothing where that is not permitted, which the test says aloud.
    ///
    /// # Panics
    /// There is no folder to mount it on.
    #[must_use]
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "bidao-test"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    /// Its root.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it but for so many bytes; the file that does so.
    ///
    /// # Panics
    /// It cannot be written at all.
    #[must_use]
    pub fn fill_but(&self, free: u64) -> PathBuf {
        let ballast = self.path().join("ballast");
        let mut file = File::create(&ballast).expect("a file");
        while file.write_all(&[7; 4096]).is_ok() {}
        let most = file.metadata().expect("a file").len();
        file.set_len(most.saturating_sub(free)).expect("shorter");
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that was just killed may still hold it.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// Lets a process write no file beyond so many bytes; none: as many as it likes.
///
/// # Panics
/// The system refuses.
pub fn limit_files(pid: u32, bytes: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a process id"));
    prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).expect("a limit");
}

/// How large a file is; 0 when it is not there.
#[must_use]
pub fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}
