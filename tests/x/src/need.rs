//! What a step needs from the system. Debian packages are installed when we are root, else the user is
//! told exactly which ones to install.

use std::path::Path;

use crate::step::{Failure, Outcome, answers, program, run};

/// A thing a Debian package brings, and how to see that it is there.
pub struct Need {
    package: &'static str,
    probe: fn() -> bool,
}

/// A C compiler for the embedded SQLite.
pub const COMPILER: Need = Need { package: "gcc", probe: || answers("cc", &["--version"]) };
/// The C library's headers.
pub const C_HEADERS: Need =
    Need { package: "libc6-dev", probe: || Path::new("/usr/include/stdio.h").exists() };
/// The PostgreSQL client library that diesel links.
pub const LIBPQ: Need = Need { package: "libpq-dev", probe: || answers("pg_config", &["--includedir"]) };
/// How the build finds it.
pub const PKG_CONFIG: Need = Need { package: "pkg-config", probe: || answers("pkg-config", &["--version"]) };
/// A PostgreSQL server for the tests, which start and stop their own cluster.
pub const POSTGRES: Need =
    Need { package: "postgresql-15", probe: || Path::new("/usr/lib/postgresql/15/bin/initdb").exists() };
/// A browser for the tests.
pub const CHROMIUM: Need =
    Need { package: "chromium", probe: || answers("/usr/bin/chromium", &["--version"]) };
/// Chinese glyphs for its screenshots.
pub const CJK_FONT: Need = Need {
    package: "fonts-noto-cjk",
    probe: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
};

/// A program that makes thumbnails, to be compared with.
pub const VIPS: Need = Need { package: "libvips-tools", probe: || answers("vipsthumbnail", &["--version"]) };
/// A server that stores what is put, to be compared with.
pub const NGINX: Need = Need { package: "nginx-light", probe: || answers("/usr/sbin/nginx", &["-v"]) };
/// Reads back the text of printed slips.
pub const PDFTOTEXT: Need = Need { package: "poppler-utils", probe: || answers("pdftotext", &["-v"]) };

/// Python with what makes environments of packages.
const PYTHON_VENV: Need =
    Need { package: "python3-venv", probe: || answers("python3", &["-c", "import ensurepip, venv"]) };

/// What Schemathesis needs.
pub const PYTHON: &[Need] = &[PYTHON_VENV];
/// The C++ compiler that builds libFuzzer.
const CPP: Need = Need { package: "g++", probe: || answers("c++", &["--version"]) };

/// What fuzzing needs.
pub const FUZZ: &[Need] = &[CPP];
/// What building the server needs.
pub const BUILD: &[Need] = &[COMPILER, C_HEADERS, LIBPQ, PKG_CONFIG];
/// What the tests need besides.
pub const TESTS: &[Need] = &[POSTGRES, CHROMIUM, CJK_FONT, PDFTOTEXT];

/// Sees to it that everything is there.
pub fn system(needs: &[Need]) -> Outcome {
    let missing: Vec<&str> = needs.iter().filter(|need| !(need.probe)()).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() || !answers("apt-get", &["--version"]) {
        return Err(Failure(format!(
            "these Debian packages are missing: {list}\nInstall them with\n\n    \
             sudo apt-get install --no-install-recommends {list}\n\nand run the command again."
        )));
    }
    run("refresh the list of Debian packages", program("apt-get", &["update", "-qq"]))?;
    let mut install = program("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
    install.args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    run(&format!("install {list}"), install)
}

fn is_root() -> bool {
    std::process::Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// Node 20 or newer with npm; `Err` says what to do.
pub fn node() -> Outcome {
    let version = std::process::Command::new("node").arg("--version").output();
    let major = version.ok().and_then(|output| {
        let text = String::from_utf8(output.stdout).ok()?;
        text.trim().strip_prefix('v')?.split('.').next()?.parse::<u32>().ok()
    });
    match major {
        Some(20..) if answers("npm", &["--version"]) => Ok(()),
        Some(20..) => Err(Failure("npm is missing: install it beside Node".into())),
        Some(old) => Err(Failure(format!("Node {old} is too old: install Node 20 or newer"))),
        None => Err(Failure("Node is missing: install Node 20 or newer with npm".into())),
    }
}
