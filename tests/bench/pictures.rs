//! What a photo costs: CPU seconds of one child that makes the view and the thumbnail, against two runs of
//! `vipsthumbnail` (1,600 px, then 320 px from that), in one run, interleaved.
//!
//! `cargo x bench pictures`. CPU seconds are user + system of the processes that ended, so an idle machine is
//! not needed; the start of each process counts on both sides, as it does in the server.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::{Command, Stdio};

use bidao_tests::gallery;
use bidao_tests::measure::{ended_children_cpu, spread};
use bidao_tests::process::binary;

/// Photos of one round of one side; the clock of the kernel ticks a hundred times a second.
const PHOTOS: usize = 15;
/// Rounds of each side.
const ROUNDS: usize = 7;

fn ours(photo: &Path) {
    let stdin = std::fs::File::open(photo).expect("the photo");
    let output = Command::new(binary()).arg("picture").stdin(stdin).output().expect("bidao");
    assert!(output.status.success() && output.stdout.len() > 10_000);
}

fn vips(photo: &Path, folder: &Path) {
    let (view, thumbnail) = (folder.join("view.jpg"), folder.join("thumbnail.jpg"));
    for (from, size, to, quality) in [(photo, "1600", &view, 80), (view.as_path(), "320", &thumbnail, 75)] {
        let to = format!("{}[Q={quality},strip]", to.display());
        let mut command = Command::new("vipsthumbnail");
        command.arg(from).args(["--size", size, "--output", &to]).stdout(Stdio::null());
        assert!(command.status().is_ok_and(|status| status.success()), "vipsthumbnail");
    }
}

/// Milliseconds of CPU a photo.
fn round(mut look: impl FnMut()) -> f64 {
    let began = ended_children_cpu();
    for _ in 0..PHOTOS {
        look();
    }
    (ended_children_cpu() - began) * 1000.0 / PHOTOS as f64
}

fn compare(name: &str, folder: &Path, photo: &[u8]) {
    let path = folder.join("photo.jpg");
    std::fs::write(&path, photo).expect("write");
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(round(|| ours(&path)));
        other.push(round(|| vips(&path, folder)));
    }
    let (own, other) = (spread(&mut own), spread(&mut other));
    println!("{name}, {} kB: CPU ms a photo, min / median / max", photo.len() / 1000);
    println!("  bidao picture      {own}");
    println!("  vipsthumbnail × 2  {other}");
    println!("  ratio of the medians: {:.2} (aim: at most 1.3)", own.median / other.median);
}

fn main() {
    if Command::new("vipsthumbnail").arg("--version").output().is_err() {
        println!("vipsthumbnail is missing: apt-get install libvips-tools");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let camera = gallery::jpeg(&gallery::scene(4032, 3024, 1), 90);
    compare("a photo of a camera, 12 megapixels", folder.path(), &camera);
    let phone = gallery::jpeg(&gallery::scene(1600, 1200, 2), 88);
    compare("a photo as the phone sends it, 1,600 × 1,200", folder.path(), &phone);
}
