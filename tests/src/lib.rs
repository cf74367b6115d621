//! What tests stand on: a real server on a real database, people with real tokens, phones with real
//! keys, and the world of the simulation.

pub mod app;
pub mod bucket;
pub mod client;
pub mod clock;
pub mod cluster;
pub mod disk;
pub mod gallery;
pub mod measure;
pub mod process;
pub mod sim;

/// Every file below a folder, as paths with `/`, sorted.
///
/// # Panics
/// The folder cannot be read.
#[must_use]
pub fn files_below(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("below").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
