//! What a stolen database gives away: values planted through the real protocol are searched for in the raw files.

mod columns;
mod haystack;
mod log;
mod plant;
mod rotation;

use bidao_server::domain::record::verify_all;
use bidao_server::store::vault::Vault;
use bidao_server::store::vault::key::Source;
use bidao_server::store::vault::place::{PLACES, Place, Shape};
use bidao_server::store::{AnyConnection, Db, Location};
use bidao_tests::app::{keys_of, on_both};
use diesel::sql_types::{Binary, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use haystack::Haystack;
use plant::{PLANTED, plant};

#[test]
fn no_planted_value_can_be_read_in_the_files_of_the_database() {
    on_both(|app| {
        let garden = plant(app);
        let stolen = Haystack::of(app.app.db.location());
        for value in PLANTED {
            assert_eq!(stolen.shows(value), Vec::<String>::new(), "{value}");
        }
        let path = format!("/api/v1/records/{}", garden.visit);
        assert_eq!(
            garden.leader.desk.get(&path).ok()["summary"]["review"],
            "returned",
            "and it is all there"
        );
        assert_eq!(app.write(verify_all).broken, Vec::<String>::new());
    });
}

/// The control: laid open, each value is found by the same search. Then the way of a database from before there was a
/// vault: it is sealed when it is opened.
#[test]
fn a_database_that_lies_open_shows_every_value_and_is_sealed_when_it_is_opened() {
    on_both(|app| {
        plant(app);
        let location = app.app.db.location();
        lay_open(location, app.app.db.vault());
        let open = Haystack::of(location);
        for value in PLANTED {
            assert_ne!(open.shows(value), Vec::<String>::new(), "{value} is planted");
        }
        let db = Db::open_with(location.clone(), keys_of(location)).expect("it opens");
        let sealed = Haystack::of(location);
        for value in PLANTED {
            assert_eq!(sealed.shows(value), Vec::<String>::new(), "{value}");
        }
        let report = db.read_blocking(verify_all).expect("it is readable");
        assert_eq!(report.broken, Vec::<String>::new());
        assert!(report.records > 5);
    });
}

#[test]
fn a_value_put_into_another_row_is_not_taken_for_that_rows() {
    on_both(|app| {
        let garden = plant(app);
        let (one, other) = (garden.household.to_string(), garden.visit.to_string());
        let read = |id: &str| garden.leader.desk.get(&format!("/api/v1/records/{id}")).status;
        assert_eq!((read(&one), read(&other)), (200, 200));
        let mut connection = app.app.db.location().connect().expect("a connection");
        let swap =
            r#"UPDATE record SET document = (SELECT document FROM record WHERE id = $1) WHERE id = $2"#;
        let swap = sql_query(swap).bind::<Text, _>(&one).bind::<Text, _>(&other);
        assert_eq!(swap.execute(&mut connection).expect("a thief can write"), 1);
        assert_eq!((read(&one), read(&other)), (200, 500), "the document of another record is none");
    });
}

#[test]
fn a_server_without_the_right_key_does_not_start_and_says_which_it_misses() {
    on_both(|app| {
        plant(app);
        let location = app.app.db.location();
        let id = app.app.db.vault().sealing().to_string();
        let folder = tempfile::tempdir().expect("a folder");
        let elsewhere = folder.path().join("bidao.key");
        for wrong in [Source::Text("ab".repeat(32)), Source::File(elsewhere.clone()), Source::Missing] {
            let refused =
                Db::open_with(location.clone(), wrong.clone()).err().expect("not with this").to_string();
            assert!(!refused.contains("abab"), "no key is shown: {refused}");
            match wrong {
                Source::Text(_) => {
                    assert!(refused.contains(&id) && refused.contains("BIDAO_KEYS"), "{refused}")
                }
                _ => assert!(refused.contains("BIDAO_KEY_FILE"), "{refused}"),
            }
        }
        assert!(!elsewhere.exists(), "a key is not made for a database that has one");
    });
}

/// Writes every sealed value back as it was before there was a vault.
fn lay_open(location: &Location, vault: &Vault) {
    let mut connection = location.connect().expect("a connection");
    PLACES.iter().for_each(|place| lay_place_open(&mut connection, vault, place));
    sql_query("DELETE FROM setting WHERE name = 'sealing_key'")
        .execute(&mut connection)
        .expect("the mark goes");
}

fn lay_place_open(connection: &mut AnyConnection, vault: &Vault, place: &Place) {
    let Place { table, column, key, shape, rows } = place;
    let parts: Vec<String> = key.iter().map(|part| format!("CAST(\"{part}\" AS TEXT)")).collect();
    let name = parts.join(" || '/' || ");
    let all = format!(
        r#"SELECT {name} AS name, "{column}" AS cell FROM "{table}" WHERE {rows} AND length("{column}") > 0"#
    );
    let update = format!(r#"UPDATE "{table}" SET "{column}" = $1 WHERE {name} = $2"#);
    match shape {
        Shape::Bytes => {
            let found: Vec<BytesRow> = sql_query(all).load(connection).expect("rows");
            for BytesRow { name, cell } in found {
                let plain = vault.unseal(place, &name, &cell).expect("sealed");
                let update = sql_query(&update).bind::<Binary, _>(plain).bind::<Text, _>(name);
                update.execute(connection).expect("an update");
            }
        }
        Shape::Text => {
            let found: Vec<TextRow> = sql_query(all).load(connection).expect("rows");
            for TextRow { name, cell } in found {
                let plain = vault.unseal_text(place, &name, &cell).expect("sealed");
                let update = sql_query(&update).bind::<Text, _>(plain).bind::<Text, _>(name);
                update.execute(connection).expect("an update");
            }
        }
    }
}

#[derive(QueryableByName)]
struct BytesRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Binary)]
    cell: Vec<u8>,
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    cell: String,
}
