//! The house rules that a linter cannot see: sizes, names, directions of `use`, no leftovers.

use std::fs;
use std::path::{Path, PathBuf};

const RUST_LINES: usize = 400;
const WEB_LINES: usize = 250;

/// Files that may be longer, and why.
const LONGER: &[(&str, &str)] =
    &[("server/src/store/schema.rs", "one table! per table, made from the migrations")];

const BANNED_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc"];

/// Who may not use whom: the leaves know neither each other nor I/O, layers only look down.
const FORBIDDEN_USES: &[(&str, &[&str])] = &[
    ("mobile-schema/src", &["bidao_sync", "bidao_server", "std::fs", "std::net", "std::time", "std::env"]),
    (
        "sync/src",
        &["bidao_schema", "bidao_server", "std::fs", "std::net", "std::time::Sys", "std::time::Inst"],
    ),
    (
        "server/picture/src",
        &["bidao_sync", "bidao_server", "std::fs", "std::net", "std::process", "std::env", "std::time"],
    ),
    ("server/src/store", &["crate::domain", "crate::routes", "crate::http", "actix_web"]),
    ("server/src/domain", &["crate::routes", "actix_web", "diesel::"]),
    ("server/src/routes", &["diesel::", "crate::store::schema"]),
    ("server/web/engine/src", &["/ui/", "/phone/src/screens", "/console/"]),
    ("server/web/ui/src", &["/phone/src/screens", "/console/"]),
    ("server/web/console/src", &["../phone/"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every tracked or new source file, relative to the root with `/`.
fn files() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let skipped = ["target", "node_modules", "dist", ".git", ".cache", "wasm", "artifacts"];
        for entry in fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
            if skipped.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let (root, mut found) = (root(), Vec::new());
    walk(&root, &mut found);
    found
        .iter()
        .map(|path| path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/"))
        .collect()
}

fn sources(endings: &[&str]) -> Vec<(String, String)> {
    let wanted = files().into_iter().filter(|file| endings.iter().any(|ending| file.ends_with(ending)));
    wanted.filter_map(|file| Some((file.clone(), fs::read_to_string(root().join(&file)).ok()?))).collect()
}

fn none(what: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{what}:\n  {}", offenders.join("\n  "));
}

#[test]
fn files_are_short() {
    let too_long = sources(&[".rs", ".ts", ".vue"]).into_iter().filter_map(|(file, text)| {
        let limit = if file.ends_with(".rs") { RUST_LINES } else { WEB_LINES };
        let excused = file.contains("/generated/") || LONGER.iter().any(|(longer, _)| *longer == file);
        let lines = text.lines().count();
        (lines > limit && !excused).then(|| format!("{file}: {lines} lines, at most {limit}"))
    });
    none("files over the limit", too_long.collect());
}

#[test]
fn files_are_named_after_nouns() {
    let vague = files().into_iter().filter(|file| {
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        BANNED_NAMES.contains(&stem.as_str())
    });
    none("names that say nothing", vague.collect());
}

#[test]
fn every_rust_file_begins_with_why_it_exists() {
    let silent = sources(&[".rs"]).into_iter().filter(|(_, text)| !text.starts_with("//!"));
    none("files without a reason", silent.map(|(file, _)| file).collect());
}

#[test]
fn layers_only_look_down() {
    let mut upward = Vec::new();
    for (file, text) in sources(&[".rs", ".ts", ".vue"]) {
        for (folder, forbidden) in FORBIDDEN_USES {
            if !file.starts_with(folder) || file.contains("/bin/") || file.ends_with("/tests.rs") {
                continue;
            }
            // A layer's own unit tests may set the stage with what lies beside them.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in lines {
                upward.extend(
                    forbidden
                        .iter()
                        .filter(|word| line.contains(**word))
                        .map(|word| format!("{file}: {word}")),
                );
            }
        }
    }
    none("upward uses", upward);
}

#[test]
fn only_the_document_names_automerge() {
    let elsewhere = sources(&[".rs"]).into_iter().filter(|(file, text)| {
        let allowed = file.starts_with("sync/src/document")
            || file.starts_with("sync/tests")
            || file.starts_with("tests/");
        !allowed && text.lines().any(|line| line.contains("automerge::"))
    });
    none("automerge outside the document", elsewhere.map(|(file, _)| file).collect());
}

#[test]
fn what_swallows_errors_is_not_used() {
    // Of Automerge: reads garbage as nothing, or inflates and loops without a limit.
    let words =
        ["load_incremental", "receive_sync_message", "generate_sync_message", "from_bundle", "::rescue("];
    let users = sources(&[".rs"])
        .into_iter()
        .filter(|(file, text)| file.starts_with("sync/src") && words.iter().any(|word| text.contains(word)));
    none("parts of Automerge that are not safe with strangers' bytes", users.map(|(file, _)| file).collect());
}

#[test]
fn only_the_dialect_asks_which_database_it_is() {
    let elsewhere = sources(&[".rs"]).into_iter().filter(|(file, text)| {
        file.starts_with("server/src")
            && file != "server/src/store/dialect.rs"
            && ["AnyConnection::Sqlite", "AnyConnection::Postgres", "SqliteConnection", "PgConnection"]
                .iter()
                .any(|name| text.contains(name))
    });
    none("branching outside the dialect", elsewhere.map(|(file, _)| file).collect());
}

#[test]
fn only_the_problem_knows_status_codes() {
    let elsewhere = sources(&[".rs"]).into_iter().filter(|(file, text)| {
        let allowed =
            ["server/src/http/", "server/src/routes/openapi.rs"].iter().any(|start| file.starts_with(start));
        file.starts_with("server/src") && !allowed && text.contains("StatusCode::")
    });
    none("status codes outside http/", elsewhere.map(|(file, _)| file).collect());
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let left = sources(&[".rs", ".ts", ".vue", ".toml", ".md"])
        .into_iter()
        .filter(|(file, text)| !file.ends_with("tidy.rs") && marks.iter().any(|mark| text.contains(mark)));
    none("left for later", left.map(|(file, _)| file).collect());
}

#[test]
fn no_test_waits_for_time() {
    let waits = ["thread::sleep", "waitForTimeout", "setTimeout(resolve", "#[ignore"];
    let waiting = sources(&[".rs", ".ts", ".mjs"]).into_iter().filter(|(file, text)| {
        let is_test = file.starts_with("tests/") || file.contains("/test/") || file.contains("/tests/");
        is_test && !file.ends_with("tidy.rs") && waits.iter().any(|wait| text.contains(wait))
    });
    none("tests that wait for time", waiting.map(|(file, _)| file).collect());
}

#[test]
fn no_real_looking_identity_number_is_in_the_repository() {
    // Synthetic numbers begin with 999999; the standard's own printed examples are listed.
    let printed = [
        "11010519491231002X",
        "440524188001010014",
        "34052419800101001X",
        "110105194912310021",
        "110105194913310029",
        "34052419800101001x",
        "11010519491231002x",
    ];
    let mut real = Vec::new();
    for (file, text) in sources(&[".rs", ".ts", ".vue", ".toml", ".json", ".md", ".mjs"]) {
        if file.ends_with("package-lock.json") {
            continue;
        }
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let numbers = words.filter(|word| {
            word.len() == 18
                && word[..17].bytes().all(|b| b.is_ascii_digit())
                && matches!(&word[6..8], "18" | "19" | "20")
                && word[10..12].parse::<u8>().is_ok_and(|month| (1..=12).contains(&month))
        });
        real.extend(
            numbers
                .filter(|n| !n.starts_with("999999") && !printed.contains(n))
                .map(|n| format!("{file}: {n}")),
        );
    }
    none("identity numbers with a real area prefix", real);
}
