//! The real binary as a process of its own, to be killed.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use bidao_server::store::Location;

use crate::app::KEY;

/// A running `bidao serve`.
pub struct Process {
    child: Child,
    _files: Option<tempfile::TempDir>,
    /// Where it listens, `http://127.0.0.1:port`.
    pub url: String,
}

/// Where cargo puts the binary: beside the folder of the test that runs.
///
/// # Panics
/// The test does not know where it is itself.
#[must_use]
pub fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.parent().and_then(std::path::Path::parent).expect("target/<profile>/deps");
    folder.join(format!("bidao{}", std::env::consts::EXE_SUFFIX))
}

/// The binary.
///
/// # Panics
/// It is not built: `cargo x test` builds it first.
#[must_use]
pub fn binary() -> PathBuf {
    let binary = built();
    assert!(binary.exists(), "{} is not built: cargo build -p bidao-server", binary.display());
    binary
}

/// What the command line calls a location.
#[must_use]
pub fn url_of(location: &Location) -> String {
    match location {
        Location::File(path) => format!("sqlite://{}", path.display()),
        Location::Memory => "sqlite::memory:".into(),
        Location::Postgres(url) => url.clone(),
    }
}

/// What tells the binary the keys of a location, unless they lie beside it.
#[must_use]
pub fn keys(location: &Location) -> Option<(&'static str, &'static str)> {
    matches!(location, Location::Postgres(_)).then_some(("BIDAO_KEYS", KEY))
}

impl Process {
    /// Starts it on any free port and waits until it says where it listens.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn serve(location: &Location) -> Self {
        match location {
            Location::Postgres(_) => {
                let folder = tempfile::tempdir().expect("a folder for files");
                let place = folder.path().to_string_lossy().into_owned();
                let mut this = Self::serve_with(location, &[("BIDAO_FILES_URL", &place)]);
                this._files = Some(folder);
                this
            }
            Location::File(_) | Location::Memory => Self::serve_with(location, &[]),
        }
    }

    /// [`Self::serve`] with settings of the test's choice.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn serve_with(location: &Location, settings: &[(&str, &str)]) -> Self {
        Self::start(location, settings, Stdio::inherit())
    }

    /// [`Self::serve_with`], with everything it says in a file.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn serve_logging(location: &Location, settings: &[(&str, &str)], log: &std::path::Path) -> Self {
        Self::start(location, settings, std::fs::File::create(log).expect("a file for the log").into())
    }

    /// [`Self::serve_logging`] in a process that a write beyond its limit on file sizes is refused instead of ending it.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn serve_limited(location: &Location, log: &std::path::Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(binary());
        let log = std::fs::File::create(log).expect("a file for the log");
        Self::run(shell, location, &[("BIDAO_LOG", "debug")], log.into())
    }

    fn start(location: &Location, settings: &[(&str, &str)], log: Stdio) -> Self {
        Self::run(Command::new(binary()), location, settings, log)
    }

    fn run(mut program: Command, location: &Location, settings: &[(&str, &str)], log: Stdio) -> Self {
        let mut child = program
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("BIDAO_DATABASE_URL", url_of(location))
            .env("BIDAO_LOG", "error")
            .envs(keys(location))
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("start the server");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line that says where");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let address = said["address"].as_str().expect("an address");
        Self { child, _files: None, url: format!("http://{address}") }
    }

    /// Process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    ///
    /// # Panics
    /// The system refuses.
    pub fn kill(mut self) {
        self.child.kill().expect("kill");
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
