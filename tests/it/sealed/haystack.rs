//! Everything a thief of the disk gets, and whether a value can be read in it in any of the usual writings.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use bidao_server::store::{Location, backup};
use bidao_sync::ids::to_hex;
use bidao_tests::cluster;

/// What was taken, with its name.
pub struct Haystack(Vec<(String, Vec<u8>)>);

impl Haystack {
    /// All files of a database but its key: of an embedded one the folder with log and a backup, of PostgreSQL a dump.
    pub fn of(location: &Location) -> Self {
        let mut taken = Vec::new();
        match location {
            Location::File(database) => {
                let copies = tempfile::tempdir().expect("a folder");
                let copy = copies.path().join("copy.db");
                backup::write(location, &copy).expect("a backup");
                for folder in [database.parent().expect("a folder"), copies.path()] {
                    gather(folder, &mut taken);
                }
            }
            Location::Postgres(url) => taken.push(("pg_dump".into(), cluster::dump(url))),
            Location::Memory => panic!("nothing lies anywhere"),
        }
        assert!(taken.iter().any(|(_, bytes)| bytes.len() > 10_000), "there is something to search");
        Self(taken)
    }

    /// What is given, each with its name.
    pub fn given<const N: usize>(parts: [(&str, Vec<u8>); N]) -> Self {
        Self(parts.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
    }

    /// Where a value can be read, and in which writing.
    pub fn shows(&self, value: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (writing, needle) in writings(value) {
            let finder = memchr::memmem::Finder::new(&needle);
            let has = |bytes: &[u8]| finder.find(bytes).is_some();
            let names = self.0.iter().filter(|(_, bytes)| has(bytes)).map(|(name, _)| name);
            found.extend(names.map(|name| format!("{name}: {writing}")));
        }
        found
    }
}

fn gather(folder: &Path, taken: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, taken);
        } else if path.extension().is_none_or(|extension| extension != "key") {
            taken.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
}

/// The bytes a text may be written as.
fn writings(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let hex = to_hex(value.as_bytes());
    let mut all = vec![
        ("text", value.as_bytes().to_vec()),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("HEX", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
    ];
    if !value.is_ascii() {
        let escaped = value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
        all.push(("JSON escapes", escaped.into_bytes()));
    }
    // Base64 of a text within others: at each of three places, without the characters its neighbours share.
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(value.as_bytes());
        let (from, to) = ([0, 2, 3][before], bytes.len() / 3 * 4);
        all.push(("base64", STANDARD.encode(&bytes).as_bytes()[from..to].to_vec()));
        all.push(("base64url", URL_SAFE.encode(&bytes).as_bytes()[from..to].to_vec()));
    }
    all
}

#[test]
fn a_value_is_found_in_every_writing_it_may_have() {
    let secret = "把钱借给三叔看病9999";
    let around = format!("x{secret}yz");
    let escaped = serde_json::to_string(&secret).expect("JSON").is_ascii();
    assert!(!escaped, "serde writes UTF-8, which the first writing finds");
    let hidden = [
        around.clone().into_bytes(),
        around.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        to_hex(around.as_bytes()).into_bytes(),
        STANDARD.encode(&around).into_bytes(),
        URL_SAFE.encode(format!("{around}?")).into_bytes(),
        STANDARD.encode(&around[1..]).into_bytes(),
        STANDARD.encode(format!("..{}", &around[1..])).into_bytes(),
    ];
    for bytes in hidden {
        assert!(!Haystack(vec![("here".into(), bytes.clone())]).shows(secret).is_empty(), "{bytes:?}");
        assert!(Haystack(vec![("here".into(), bytes)]).shows("把钱借给四叔看病9999").is_empty());
    }
}
