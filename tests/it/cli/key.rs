//! `bidao key`, and what the other commands say without the right one.

use std::fs;
use std::path::Path;

use bidao_server::store::vault::key::Source;
use bidao_server::store::{Db, Location};

use super::{AREAS, run, run_with};

fn names(keys: &Path) -> Vec<String> {
    let keys = Source::File(keys.to_owned()).load().expect("keys");
    keys.iter().map(|key| key.id.to_string()).collect()
}

#[test]
fn an_operator_rotates_the_key_and_retires_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, areas) = (folder.path().join("data"), folder.path().join("areas.csv"));
    fs::write(&areas, AREAS).unwrap();
    run(&data, &["area", "load", areas.to_str().unwrap()]).unwrap();
    let key = data.join("bidao.key");
    let [old] = &names(&key)[..] else { panic!("the first command made one key") };
    run(&data, &["key", "show"]).unwrap();
    let refused = run(&data, &["key", "retire", old]).unwrap_err().to_string();
    assert!(refused.contains("in use"), "{refused}");
    run(&data, &["key", "rotate"]).unwrap();
    assert_eq!(names(&key).len(), 2);
    assert!(run(&data, &["key", "retire", "0123456789"]).is_err(), "no such key");
    run(&data, &["key", "retire", old]).unwrap();
    assert_eq!(names(&key).len(), 1);
    assert_ne!(&names(&key)[0], old);
    run(&data, &["verify"]).unwrap();
}

#[test]
fn a_database_is_opened_with_its_own_key_wherever_that_is_and_with_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    run(&data, &["key", "show"]).unwrap();
    run(&data, &["backup", "--to", copy.to_str().unwrap()]).unwrap();
    let (beside, safe) = (data.join("bidao.key"), folder.path().join("safe.key"));
    fs::rename(&beside, &safe).unwrap();
    let said = run(&data, &["key", "show"]).unwrap_err().to_string();
    assert!(said.contains("bidao.key") && said.contains("--key-file"), "{said}");
    assert!(!beside.exists(), "no new key for an old database");

    let restored = folder.path().join("restored");
    let restore = ["restore", "--from", copy.to_str().unwrap()];
    assert!(run(&restored, &restore).is_err(), "a backup is nothing without the key");
    let place = ["--data", restored.to_str().unwrap(), "--key-file", safe.to_str().unwrap()];
    run_with(&place, &restore).unwrap();
    run_with(&place, &["verify"]).unwrap();
    let location = Location::File(restored.join("bidao.db"));
    assert!(Db::open_with(location.clone(), Source::Text("ab".repeat(32))).is_err());
    Db::open_with(location, Source::File(safe)).unwrap();
}
