//! Writes the generated files; `tests/generated.rs` fails until it was run.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("mobile-schema"), PathBuf::from);
    for (path, content) in bidao_schema::codegen::files() {
        let target = folder.join("generated").join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(target, content)?;
    }
    Ok(())
}
