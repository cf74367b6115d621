//! The server's side of a picture's process: starts it, feeds it, waits for it up to a deadline, and tells
//! by how it ended whose fault that was.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bidao_schema::api::file::FileFinding;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::child::{Answer, Bounds};
use super::{Fault, Kind, Rendered, limits};

/// Words of the child's standard error that are looked at.
const COMPLAINT_BYTES: u64 = 4096;
/// How a Rust program ends that panicked.
const PANICKED: i32 = 101;
const SIGINT_HUP_TERM_KILL: [i32; 4] = [2, 1, 15, 9];
const SIGABRT: i32 = 6;
const SIGXCPU: i32 = 24;

/// How to start the child.
#[derive(Debug, Clone)]
pub struct Program {
    /// The binary `bidao`.
    pub path: PathBuf,
    /// What the child may use.
    pub bounds: Bounds,
    /// How long to wait for it.
    pub deadline: Duration,
}

impl Default for Program {
    /// This very program, also after an upgrade has put another one in its place.
    fn default() -> Self {
        Self {
            path: "/proc/self/exe".into(),
            bounds: Bounds::default(),
            deadline: Duration::from_secs(limits::WALL_SECONDS),
        }
    }
}

impl Program {
    /// Another binary `bidao`.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }
}

/// What came of a picture.
#[derive(Debug)]
pub enum Outcome {
    /// It can be shown.
    Rendered(Box<Rendered>),
    /// It cannot, and never will.
    Refused(Fault),
    /// Something else went wrong: worth another attempt.
    Again {
        /// What, for the log.
        reason: String,
        /// If it goes wrong time and again, the picture may be why; none when it cannot be.
        in_the_end: Option<Fault>,
    },
}

/// Has a picture looked at by a child. Dropping the future kills the child.
pub async fn render(program: &Program, bytes: &[u8], declared: Option<Kind>) -> Outcome {
    let child = match start(program, declared) {
        Ok(child) => child,
        Err(error) => {
            let reason = format!("cannot start {}: {error}", program.path.display());
            return Outcome::Again { reason, in_the_end: None };
        }
    };
    match tokio::time::timeout(program.deadline, converse(child, bytes)).await {
        Ok(Ok(ended)) => judge(&ended),
        Ok(Err(error)) => Outcome::Again { reason: format!("a pipe broke: {error}"), in_the_end: None },
        // A machine with too much to do looks the same.
        Err(_) => {
            let seconds = program.deadline.as_secs();
            again("the deadline passed", FileFinding::TooSlow, format!("no answer within {seconds} s"))
        }
    }
}

fn start(program: &Program, declared: Option<Kind>) -> std::io::Result<Child> {
    let Bounds { address_space, cpu_seconds } = program.bounds;
    let mut command = Command::new(&program.path);
    command.arg("picture");
    command.args(declared.map(|kind| format!("--declared={}", kind.word())));
    command.args([format!("--address-space={address_space}"), format!("--cpu-seconds={cpu_seconds}")]);
    // No secrets of the server's environment, and no signal that its terminal sends to its group.
    command.env_clear().current_dir("/").process_group(0).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// How a child ended.
struct Ended {
    status: ExitStatus,
    said: Vec<u8>,
    complained: String,
}

async fn converse(mut child: Child, bytes: &[u8]) -> std::io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that has seen enough closes its end: its answer counts, not this.
            let _ = stdin.write_all(bytes).await;
        }
    };
    let hear = async {
        let mut said = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(limits::ANSWER_BYTES).read_to_end(&mut said).await?;
        }
        std::io::Result::Ok(said)
    };
    let overhear = async {
        let mut complained = Vec::new();
        if let Some(stderr) = stderr {
            stderr.take(COMPLAINT_BYTES).read_to_end(&mut complained).await?;
        }
        std::io::Result::Ok(complained)
    };
    let ((), said, complained) = tokio::join!(feed, hear, overhear);
    let status = child.wait().await?;
    Ok(Ended { status, said: said?, complained: String::from_utf8_lossy(&complained?).into_owned() })
}

fn judge(ended: &Ended) -> Outcome {
    let Ended { status, said, complained } = ended;
    match (status.code(), status.signal()) {
        (Some(0), _) => match ciborium::from_reader::<Answer, _>(said.as_slice()) {
            Ok(Ok(rendered)) if is_shown_as_jpeg(&rendered) => Outcome::Rendered(Box::new(rendered)),
            Ok(Err(fault)) => Outcome::Refused(fault),
            Ok(Ok(_)) | Err(_) => {
                again("its answer is none", FileFinding::NotAPicture, "the decoder gave no answer")
            }
        },
        (Some(PANICKED), _) => refused(FileFinding::NotAPicture, "the decoder panicked"),
        (Some(code), _) => Outcome::Again { reason: format!("it ended with {code}"), in_the_end: None },
        (None, Some(SIGXCPU)) => refused(FileFinding::TooSlow, "it took too much CPU time"),
        (None, Some(SIGABRT)) if complained.contains("memory allocation of") => {
            refused(FileFinding::TooMuchMemory, "it took too much memory")
        }
        // Someone outside stopped it: with the whole server, or because the machine was out of memory.
        (None, Some(signal)) if SIGINT_HUP_TERM_KILL.contains(&signal) => again(
            &format!("signal {signal} ended it"),
            FileFinding::TooMuchMemory,
            "something outside ended the decoder each time",
        ),
        (None, signal) => {
            refused(FileFinding::NotAPicture, &format!("the decoder crashed, signal {}", signal.unwrap_or(0)))
        }
    }
}

/// The child is not trusted further than its pictures are.
fn is_shown_as_jpeg(rendered: &Rendered) -> bool {
    let is_jpeg = |bytes: &[u8]| bytes.starts_with(b"\xFF\xD8\xFF") && bytes.ends_with(b"\xFF\xD9");
    let edges = 1..=limits::VIEW_EDGE;
    is_jpeg(&rendered.view)
        && is_jpeg(&rendered.thumbnail)
        && edges.contains(&rendered.width)
        && edges.contains(&rendered.height)
}

fn refused(code: FileFinding, detail: &str) -> Outcome {
    Outcome::Refused(Fault::new(code, detail))
}

fn again(reason: &str, code: FileFinding, detail: impl Into<String>) -> Outcome {
    Outcome::Again { reason: reason.into(), in_the_end: Some(Fault::new(code, detail)) }
}
