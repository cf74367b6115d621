//! What a picture's process may do to the server: nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use bidao_schema::api::file::FileFinding;
use bidao_server::picture::child::Bounds;
use bidao_server::picture::parent::{Outcome, Program, render};
use bidao_server::picture::{Kind, limits, process};
use bidao_tests::gallery;
use bidao_tests::process::binary;
use image::ImageFormat;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

fn program() -> Program {
    Program { path: binary(), ..Program::default() }
}

fn ask(program: &Program, bytes: &[u8], declared: Option<Kind>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(render(program, bytes, declared))
}

/// The code it ends with, at once or at last.
fn code(outcome: &Outcome) -> Option<FileFinding> {
    match outcome {
        Outcome::Rendered(_) => None,
        Outcome::Refused(fault) => Some(fault.code),
        Outcome::Again { in_the_end, .. } => in_the_end.as_ref().map(|fault| fault.code),
    }
}

/// A program that does something else instead.
fn impostor(folder: &Path, script: &str) -> Program {
    let path = folder.join("impostor");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("write");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("executable");
    Program { path, ..Program::default() }
}

#[test]
fn a_child_says_what_the_same_code_says_here() {
    let scene = gallery::scene(400, 300, 12);
    for bytes in
        [gallery::jpeg(&scene, 80), gallery::encoded(scene, ImageFormat::WebP), b"GIF89a......".to_vec()]
    {
        match (ask(&program(), &bytes, None), process(&bytes, None)) {
            (Outcome::Rendered(there), Ok(here)) => assert_eq!(*there, here),
            (Outcome::Refused(there), Err(here)) => assert_eq!(there, here),
            other => panic!("{other:?}"),
        }
    }
    let outcome = ask(&program(), &gallery::jpeg(&gallery::scene(64, 48, 1), 80), Some(Kind::Png));
    assert_eq!(code(&outcome), Some(FileFinding::WrongType));
}

#[test]
fn the_largest_picture_allowed_fits_and_more_memory_than_allowed_is_refused() {
    // 16 bits and four channels: 250 MB of pixels.
    let largest = gallery::png_of_zeros(5600, 5600, (16, 6), 5600);
    assert!(largest.len() < limits::BYTES);
    let outcome = ask(&program(), &largest, None);
    assert!(matches!(&outcome, Outcome::Rendered(shown) if shown.width == 1600), "{outcome:?}");
    let tight = Bounds { address_space: 256 * 1024 * 1024, ..Bounds::default() };
    let outcome = ask(&Program { bounds: tight, ..program() }, &largest, None);
    assert!(
        matches!(&outcome, Outcome::Refused(fault) if fault.code == FileFinding::TooMuchMemory),
        "{outcome:?}"
    );
}

#[test]
fn a_child_that_loops_is_stopped_by_its_cpu_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = ask(&impostor(folder.path(), "ulimit -S -t 1; while :; do :; done"), b"any", None);
    assert!(matches!(&outcome, Outcome::Refused(fault) if fault.code == FileFinding::TooSlow), "{outcome:?}");
}

#[test]
fn a_child_that_waits_for_ever_is_killed_at_the_deadline() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "exec /bin/sleep 1000";
    let waits = Program { deadline: Duration::from_millis(300), ..impostor(folder.path(), script) };
    let outcome = ask(&waits, &vec![0; 1 << 20], None);
    assert_eq!(code(&outcome), Some(FileFinding::TooSlow), "{outcome:?}");
    assert!(matches!(outcome, Outcome::Again { .. }), "a slow machine may be the reason");
}

#[test]
fn however_a_child_ends_it_is_told_whose_fault_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let ends = |script: &str| ask(&impostor(folder.path(), script), &vec![0; 1 << 20], None);
    let refused = [
        ("exit 101", FileFinding::NotAPicture),
        ("kill -SEGV $$", FileFinding::NotAPicture),
        ("kill -ABRT $$", FileFinding::NotAPicture),
        ("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$", FileFinding::TooMuchMemory),
        ("kill -XCPU $$", FileFinding::TooSlow),
        // Longer than any answer: its pipe is closed.
        ("exec /bin/cat /dev/zero", FileFinding::NotAPicture),
    ];
    for (script, finding) in refused {
        let outcome = ends(script);
        assert!(
            matches!(&outcome, Outcome::Refused(fault) if fault.code == finding),
            "{script}: {outcome:?}"
        );
    }
    let again = [
        ("kill -KILL $$", Some(FileFinding::TooMuchMemory)),
        ("kill -TERM $$", Some(FileFinding::TooMuchMemory)),
        ("echo nonsense", Some(FileFinding::NotAPicture)),
        ("exit 1", None),
    ];
    for (script, finding) in again {
        let outcome = ends(script);
        assert!(matches!(outcome, Outcome::Again { .. }), "{script}: {outcome:?}");
        assert_eq!(code(&outcome), finding, "{script}");
    }
    let missing = Program { path: folder.path().join("nothing"), ..Program::default() };
    assert!(matches!(ask(&missing, b"any", None), Outcome::Again { in_the_end: None, .. }));
}

#[test]
fn a_child_has_no_secrets_and_no_files_to_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("/usr/bin/env > {}", folder.path().join("seen").display());
    ask(&impostor(folder.path(), &script), b"any", None);
    let seen = std::fs::read_to_string(folder.path().join("seen")).expect("what it saw");
    // What the shell itself adds.
    assert!(
        seen.lines()
            .all(|line| ["PWD=", "_=", "SHLVL=", "OLDPWD="].iter().any(|name| line.starts_with(name))),
        "{seen}"
    );
}

#[test]
fn four_hundred_damaged_pictures_each_get_an_answer() {
    let scene = gallery::scene(96, 72, 13);
    let files = [
        gallery::with_segments(&gallery::jpeg(&scene, 80), &gallery::exif(3)),
        gallery::jpeg_with(scene.as_raw(), (96, 72), jpeg_encoder::ColorType::Rgb, 80, true),
        gallery::encoded(scene.clone(), ImageFormat::Png),
        gallery::encoded(scene.clone(), ImageFormat::WebP),
        gallery::animated_webp(&scene, &scene),
    ];
    let mut rng = StdRng::seed_from_u64(3);
    let (mut shown, mut refused) = (0, 0);
    for number in 0..400 {
        let mut bytes = files[number % files.len()].clone();
        for _ in 0..rng.random_range(1..12) {
            let at = rng.random_range(0..bytes.len());
            match rng.random_range(0..4) {
                0 => bytes[at] = rng.random(),
                1 => bytes[at] ^= 1 << rng.random_range(0..8),
                2 => drop(bytes.drain(at..(at + rng.random_range(1..64)).min(bytes.len()))),
                _ => bytes.splice(at..at, std::iter::repeat_n(rng.random::<u8>(), 9)).for_each(drop),
            }
        }
        match ask(&program(), &bytes, None) {
            Outcome::Rendered(_) => shown += 1,
            Outcome::Refused(_) => refused += 1,
            Outcome::Again { reason, .. } => panic!("{number}: {reason}"),
        }
    }
    assert_eq!(shown + refused, 400);
    assert!(refused > 200, "{shown} shown, {refused} refused");
}
