//! The web part: npm packages by lock file, and a build only when something changed since the last.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::need;
use crate::step::{Outcome, root, run};

/// Folder of the npm workspace.
pub fn folder() -> PathBuf {
    root().join("server/web")
}

/// `npm` in the workspace.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder());
    command
}

/// Installs the npm packages if the lock file is newer than what is installed.
pub fn install() -> Outcome {
    need::node()?;
    let installed = modified(&folder().join("node_modules/.package-lock.json"));
    let wanted = modified(&folder().join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    run("install npm packages", npm(&["ci", "--no-audit", "--no-fund"]))
}

/// Builds what the binary embeds, if its sources are newer than the last build.
pub fn build() -> Outcome {
    install()?;
    let built = modified(&folder().join("dist/index.html"));
    let mut sources = newest(&folder());
    sources = sources.max(newest(&root().join("mobile-schema/generated")));
    if built.is_some() && built >= sources {
        return Ok(());
    }
    run("build the phone and the desk", npm(&["run", "build"]))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

/// When the newest file below was written; build products and packages do not count.
fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_file() {
        return modified(path);
    }
    let skipped = ["node_modules", "dist", ".cache", "wasm"];
    let entries = fs::read_dir(path).ok()?.filter_map(Result::ok);
    let ours = entries.filter(|entry| !skipped.iter().any(|name| entry.file_name() == *name));
    ours.filter_map(|entry| newest(&entry.path())).max()
}
