//! Rebuilds the crate when the browser's files change. The folder is made so that Cargo can watch it
//! before the web part was ever built.

fn main() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist");
    if std::fs::create_dir_all(&dist).is_ok() {
        println!("cargo:rerun-if-changed=web/dist");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
