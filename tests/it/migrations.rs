//! Both databases have the same tables and columns after migrating, and migrating twice changes nothing.

use std::collections::BTreeSet;

use bidao_server::store::{AnyConnection, Location};
use bidao_tests::cluster;
use diesel::RunQueryDsl;
use diesel::sql_types::Text;

#[derive(diesel::QueryableByName, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

fn columns(connection: &mut AnyConnection) -> BTreeSet<Column> {
    let question = match connection {
        AnyConnection::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        AnyConnection::Postgres(_) => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    diesel::sql_query(question).load(connection).expect("list columns").into_iter().collect()
}

#[test]
fn both_databases_have_the_same_columns() {
    let mut sqlite = Location::Memory.connect().expect("open");
    let mut postgres = Location::Postgres(cluster::fresh_database()).connect().expect("open");
    sqlite.migrate().expect("migrate");
    postgres.migrate().expect("migrate");
    assert_eq!(columns(&mut sqlite), columns(&mut postgres));
    assert!(columns(&mut sqlite).len() > 100);
}

#[test]
fn migrating_twice_applies_nothing_the_second_time() {
    for location in [Location::Memory, Location::Postgres(cluster::fresh_database())] {
        let mut connection = location.connect().expect("open");
        assert!(connection.migrate().expect("first") > 0);
        assert_eq!(connection.migrate().expect("second"), 0);
    }
}

#[test]
fn the_twins_have_equal_names() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let names = |database: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root.join(database)).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
