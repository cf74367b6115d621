//! A new key: begun while servers work, interrupted, taken up again; nothing is left for the old one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bidao_schema::api::person::Role;
use bidao_server::domain::duplicate;
use bidao_server::domain::record::verify_all;
use bidao_server::store::vault::key::Source;
use bidao_server::store::vault::rotation::{self, Progress};
use bidao_server::store::{Db, Location};
use bidao_tests::app::{KEY, TOWNSHIP, TestApp, keys_of};

use super::plant::{ID_NUMBER, household_of, plant};
use crate::api::cadre::Cadre;

/// Everything is sealed with one key, of which the census knows the name.
fn sealed_with(db: &Db) -> Vec<String> {
    let mut connection = db.location().connect().expect("a connection");
    rotation::census(&mut connection).expect("a census").into_keys().collect()
}

#[test]
fn a_rotation_while_a_server_works_leaves_nothing_for_the_old_key_and_loses_nothing() {
    let app = TestApp::sqlite();
    let mut garden = plant(&app);
    let location = app.app.db.location().clone();
    let keys = keys_of(&location);
    let old = app.app.db.vault().sealing();
    let command = Db::open_with(location.clone(), keys.clone()).expect("a second process");

    // The first attempt ends early; the second goes on with the key the first began.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        rotation::rotate(&command, 1, &mut |_: Progress| panic!("the power goes"))
    }));
    assert!(ended.is_err());
    assert_eq!(sealed_with(&command).len(), 2, "in between both keys are in use");
    let visit = format!("/api/v1/records/{}", garden.visit);
    let before = garden.leader.desk.get(&visit).ok();
    let written = garden.cadre.household(&app);
    garden.cadre.sync(&app);

    let command = Db::open_with(location.clone(), keys.clone()).expect("it is run again");
    let new = rotation::rotate(&command, 1, &mut |_| ()).expect("a rotation");
    duplicate::rekey(&command, 1).expect("the families' keys");
    assert_ne!(new, old);
    assert_eq!(command.vault().keys(), [old, new], "the interrupted one made no third");
    assert_eq!(sealed_with(&command), [new.to_string()]);

    // The server that was there all along reads the new key where it lies.
    assert_eq!(garden.leader.desk.get(&visit).ok(), before);
    garden.cadre.edit(&app, written, "address", "中元村2组");
    garden.cadre.sync(&app);
    assert_eq!(app.app.db.vault().sealing(), new);
    assert_eq!(sealed_with(&command), [new.to_string()]);
    assert_eq!(app.write(verify_all).broken, Vec::<String>::new());

    // An ID number written now is recognised in a record from before.
    let mut twin = Cadre::new(&app, "丙", Role::TeamMember);
    twin.create(&app, "household", &household_of("欧阳翠屏", ID_NUMBER));
    twin.sync(&app);
    let office = app.person("乡办", Role::TownOffice, TOWNSHIP);
    let pairs = office.desk.get("/api/v1/duplicates").ok();
    assert_eq!(pairs["open"].as_array().map(Vec::len), Some(1), "{pairs}");
    // Whether their heads are alike too depends on which member counts as one.
    let likeness = pairs["open"][0]["likeness"].as_array();
    assert!(likeness.is_some_and(|found| found.contains(&"id_number".into())), "{pairs}");

    assert!(rotation::retire(&command, new, 2).is_err(), "not the one that seals");
    rotation::retire(&command, old, 2).expect("nothing needs it");
    assert_eq!(command.vault().keys(), [new]);
    let Source::File(path) = &keys else { panic!("a file") };
    let left = std::fs::read_to_string(path).expect("the key file");
    assert_eq!(left.lines().filter(|line| !line.starts_with('#')).count(), 1);
    let again = Db::open_with(location, keys).expect("the new key is enough");
    assert_eq!(again.read_blocking(verify_all).expect("readable").broken, Vec::<String>::new());
}

#[test]
fn a_key_in_use_is_not_retired() {
    let app = TestApp::sqlite();
    plant(&app);
    let old = app.app.db.vault().sealing();
    let command = Db::open(app.app.db.location().clone()).expect("a second process");
    let ended = catch_unwind(AssertUnwindSafe(|| {
        rotation::rotate(&command, 1, &mut |_: Progress| panic!("the power goes"))
    }));
    assert!(ended.is_err());
    let refused = rotation::retire(&command, old, 2).unwrap_err().to_string();
    assert!(refused.contains("in use"), "{refused}");
}

#[test]
fn on_postgresql_keys_come_from_the_environment_and_a_server_that_lacks_the_new_one_writes_nothing() {
    let app = TestApp::postgres();
    let mut garden = plant(&app);
    let location: Location = app.app.db.location().clone();
    let both = Source::Text(format!("{KEY}\n{}", "5c".repeat(32)));
    let command = Db::open_with(location.clone(), both.clone()).expect("with both");
    let old = command.vault().sealing();
    let new = rotation::rotate(&command, 1, &mut |_| ()).expect("a rotation");
    duplicate::rekey(&command, 1).expect("the families' keys");
    assert_eq!((command.vault().keys(), command.vault().sealing()), (vec![old, new], new));
    assert_eq!(sealed_with(&command), [new.to_string()]);
    assert!(
        rotation::rotate(&command, 2, &mut |_| ()).is_err(),
        "it cannot write a third into the environment"
    );

    let said = garden.cadre.household(&app);
    garden.cadre.seal(&app);
    let body = bidao_sync::message::Message::encode(&garden.cadre.phone.request(1 << 20));
    let headers = [("content-type", "application/cbor")];
    let answer = garden.cadre.hardware.client.send("POST", "/api/v1/sync", &headers, &body);
    assert_eq!(answer.status, 503, "it has the old key alone: {}", answer.json());
    assert_eq!(sealed_with(&command), [new.to_string()]);

    let alone = Source::Text("5c".repeat(32));
    let again = Db::open_with(location.clone(), alone).expect("the new key is enough");
    let report = again.read_blocking(verify_all).expect("readable");
    assert!(report.broken.is_empty() && report.records > 5, "{:?}", report.broken);
    assert!(Db::open_with(location, Source::Text(KEY.into())).is_err(), "the old one is useless");
    assert!(garden.cadre.phone.document(said).is_ok(), "the phone keeps what was not taken");
}
