//! The committed files are those the types and forms make now.

use bidao_schema::codegen::files;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/generated");

#[test]
fn generated_files_are_fresh() {
    for (path, content) in files() {
        let committed = fs::read_to_string(Path::new(FOLDER).join(&path)).unwrap_or_default();
        assert!(committed == content, "{} is stale: cargo run -p bidao-schema --bin gen", path.display());
    }
}

#[test]
fn nothing_else_lies_among_the_generated_files() {
    let expected: BTreeSet<PathBuf> = files().into_iter().map(|(path, _)| path).collect();
    for folder in fs::read_dir(FOLDER).unwrap() {
        let folder = folder.unwrap().path();
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path().strip_prefix(FOLDER).unwrap().to_path_buf();
            assert!(expected.contains(&path), "{} is made by nobody", path.display());
        }
    }
}

#[test]
fn typescript_knows_every_shape_of_the_api() {
    let (_, api) = files().into_iter().find(|(path, _)| path.ends_with("api.ts")).unwrap();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines() {
            let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
            let Some(name) = name.and_then(|rest| rest.split([' ', '<']).next()) else { continue };
            let declared = api.contains(&format!(" {name} ")) || api.contains(&format!(" {name} ="));
            assert!(declared, "add `{name}` to codegen/typescript/roots.rs");
        }
    }
}
