//! A PostgreSQL of our own: one throw-away cluster per test process, on a Unix socket in a fresh folder,
//! so tests never fight over a port and nothing listens on a network.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection as _, PgConnection, RunQueryDsl as _};

const BINARIES: &str = "/usr/lib/postgresql/15/bin";

/// A running cluster.
pub struct Cluster {
    folder: PathBuf,
    process: Child,
}

static SHARED: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);
static CLUSTERS: AtomicU32 = AtomicU32::new(0);

/// URL of an empty database in the process's shared cluster, which is started at first use.
///
/// # Panics
/// PostgreSQL 15 is not installed or does not start: `cargo x test` installs it.
#[must_use]
pub fn fresh_database() -> String {
    SHARED.get_or_init(Cluster::start).database()
}

/// What `pg_dump` writes of a database of the cluster.
///
/// # Panics
/// It fails.
#[must_use]
pub fn dump(url: &str) -> Vec<u8> {
    let made = as_postgres("pg_dump").arg(url).output().expect("pg_dump runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

/// Fills an empty database of the cluster with what `pg_dump` wrote.
///
/// # Panics
/// It does not fit.
pub fn load(url: &str, dump: &Path) {
    let dump = fs::File::open(dump).expect("a dump");
    let mut command = as_postgres("psql");
    command.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1"]).arg(url);
    let made = command.stdin(dump).stdout(Stdio::null()).status();
    assert!(made.is_ok_and(|status| status.success()), "psql loads the dump");
}

impl Cluster {
    /// Makes and starts a cluster; it ends with this process.
    ///
    /// # Panics
    /// PostgreSQL 15 is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        sweep();
        let folder = std::env::temp_dir().join(format!(
            "bidao-pg-{}-{}",
            std::process::id(),
            CLUSTERS.fetch_add(1, Ordering::SeqCst)
        ));
        fs::create_dir_all(&folder).expect("make the cluster's folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711)).expect("open the folder");
        let data = folder.join("data");
        fs::create_dir_all(&data).expect("make the data folder");
        if is_root() {
            let chowned = Command::new("chown").arg("-R").arg("postgres").arg(&folder).status();
            assert!(chowned.is_ok_and(|status| status.success()), "give the folder to user postgres");
        }
        let made = as_postgres("initdb")
            .arg("-D")
            .arg(&data)
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
                "--no-instructions",
            ])
            .stdout(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "initdb failed: is postgresql-15 installed?");
        let process = start_server(&folder, &data);
        let cluster = Self { folder, process };
        cluster.wait_until_ready();
        cluster
    }

    /// Stops the server at once, without a word to those who use it.
    ///
    /// # Panics
    /// It does not stop.
    pub fn stop(&mut self) {
        let stopped = as_postgres("pg_ctl")
            .args(["stop", "--silent", "--wait", "--mode", "immediate", "-D"])
            .arg(self.folder.join("data"))
            .stderr(Stdio::null())
            .status();
        assert!(stopped.is_ok_and(|status| status.success()), "pg_ctl stops the server");
        let _ = self.process.wait();
    }

    /// Starts it again on the same data.
    ///
    /// # Panics
    /// It does not come back.
    pub fn start_again(&mut self) {
        self.process = start_server(&self.folder, &self.folder.join("data"));
        self.wait_until_ready();
    }

    /// URL of a new, empty database.
    ///
    /// # Panics
    /// The cluster does not answer.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("bidao_{}", DATABASES.fetch_add(1, Ordering::SeqCst));
        let mut admin = PgConnection::establish(&self.url("postgres")).expect("connect to the cluster");
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut admin).expect("make a database");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{host}/{database}")
    }

    /// Asks `pg_isready`, which itself waits for the server up to its time-out.
    fn wait_until_ready(&self) {
        for _ in 0..200 {
            let asked = Command::new(format!("{BINARIES}/pg_isready"))
                .arg("-h")
                .arg(&self.folder)
                .args(["-t", "1"])
                .stdout(Stdio::null())
                .status();
            if asked.is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start in {}", self.folder.display());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its data is thrown away, so the quickest end is good enough.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn start_server(folder: &Path, data: &Path) -> Child {
    // Two steps of setpriv: the signal on the parent's death is lost when the user changes after it is set.
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]);
        command.args(["setpriv", "--pdeathsig", "QUIT", "--"]);
        command.arg(format!("{BINARIES}/postgres"));
        command
    } else {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT", "--"]).arg(format!("{BINARIES}/postgres"));
        command
    };
    command
        .arg("-D")
        .arg(data)
        .args(["-c", "listen_addresses=", "-c", "max_connections=200"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let (told, started) = std::sync::mpsc::channel();
    // The signal comes when the *thread* that started the server ends: this one ends with the process.
    std::thread::spawn(move || {
        let _ = told.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    started.recv().expect("the starting thread answers").expect("start postgres")
}

fn as_postgres(binary: &str) -> Command {
    let path = format!("{BINARIES}/{binary}");
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(path);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// Removes the folders of clusters whose process is gone: a static is never dropped.
fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(owner) = name.strip_prefix("bidao-pg-").and_then(|rest| rest.split('-').next()) else {
            continue;
        };
        if !Path::new("/proc").join(owner).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
