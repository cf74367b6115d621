//! The demo is its own proof: it fails when the server lacks a single value that a phone wrote.

use bidao_server::demo::proxy::Faults;
use bidao_server::demo::{self, Options};
use bidao_server::picture::parent::Program;
use bidao_server::store::Location;
use bidao_tests::cluster;
use bidao_tests::process::binary;

fn few_days() -> Options {
    Options {
        seed: 7,
        days: 4,
        phones: 14,
        faults: Faults::Rural,
        district: false,
        percent: 100,
        once: true,
        listen: ([127, 0, 0, 1], 0).into(),
        pictures: Program::at(binary()),
    }
}

#[test]
fn four_days_on_bad_lines_lose_nothing_on_either_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = Location::File(folder.path().join("bidao.db"));
    demo::run(file, &few_days()).expect("on SQLite");
    demo::run(Location::Postgres(cluster::fresh_database()), &few_days()).expect("on PostgreSQL");
}

#[test]
fn the_demo_keeps_its_hands_off_a_database_in_use() {
    let database = cluster::fresh_database();
    demo::run(Location::Postgres(database.clone()), &Options { days: 1, phones: 1, ..few_days() })
        .expect("first");
    let again = demo::run(Location::Postgres(database), &few_days()).expect_err("second");
    assert!(again.to_string().contains("empty database"), "{again}");
}
