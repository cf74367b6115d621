//! Backups of the embedded database: taken while serving, checked, put back with the old one kept aside.

use std::path::Path;

use bidao_schema::api::person::Role;
use bidao_server::store::audit::{Audit, Entry};
use bidao_server::store::backup::{self, Existing};
use bidao_server::store::vault::key::Source;
use bidao_server::store::{Db, Location, poverty_line};
use bidao_tests::app::TestApp;

use crate::api::cadre::{self, Cadre};

fn put(db: &Db, year: i32) {
    let entry = Entry {
        at: 1,
        person: "system".into(),
        device: String::new(),
        action: "test",
        object: year.to_string(),
        detail: String::new(),
    };
    db.write_blocking(move |tx| {
        poverty_line::put(tx, year, 1)?;
        Ok(((), Audit::of(entry.clone())))
    })
    .expect("the database");
}

fn years(path: &Path) -> Vec<i32> {
    let keys = Source::File(path.with_file_name("bidao.key"));
    let db = Db::open_with(Location::File(path.to_owned()), keys).expect("the database");
    db.read_blocking(poverty_line::all).expect("the database").into_iter().map(|(year, _)| year).collect()
}

/// Waits until the threads that hold a database have let go of it.
fn close(db: Db, location: &Location) {
    drop(db);
    let mut free = false;
    while !free {
        // Exclusive access is refused while a lane still has its connection.
        free = backup::is_free(location).expect("the database");
        std::thread::yield_now();
    }
}

#[test]
fn a_backup_taken_while_serving_can_be_restored_and_the_old_database_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("bidao.db"), folder.path().join("copy.db"));
    let location = Location::File(data.clone());
    let db = Db::open(location.clone()).unwrap();
    put(&db, 2015);
    backup::write(&location, &copy).unwrap();
    put(&db, 2016);
    assert!(backup::write(&location, &copy).is_err(), "a backup never overwrites");
    assert!(
        backup::restore(&location, &Source::of(&location), &copy, Existing::Refuse, 7).is_err(),
        "nor does a restore unasked"
    );
    assert!(
        backup::restore(&location, &Source::of(&location), &copy, Existing::SetAside, 7).is_err(),
        "nor under a running server"
    );
    close(db, &location);
    let kept =
        backup::restore(&location, &Source::of(&location), &copy, Existing::SetAside, 7).unwrap().unwrap();
    assert_eq!(years(&data), [2015]);
    assert_eq!(years(&kept), [2015, 2016]);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("bidao.db"), folder.path().join("copy.db"));
    let location = Location::File(data.clone());
    let db = Db::open(location.clone()).unwrap();
    put(&db, 2015);
    backup::write(&location, &copy).unwrap();
    close(db, &location);
    let whole = std::fs::read(&copy).unwrap();
    for damaged in [b"not a database at all".to_vec(), whole[..whole.len() / 2].to_vec()] {
        std::fs::write(&copy, damaged).unwrap();
        assert!(backup::restore(&location, &Source::of(&location), &copy, Existing::SetAside, 7).is_err());
        assert_eq!(years(&data), [2015]);
    }
}

#[test]
fn a_backup_whose_audit_chain_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("bidao.db"), folder.path().join("copy.db"));
    let location = Location::File(data);
    let db = Db::open(location.clone()).unwrap();
    put(&db, 2015);
    backup::write(&location, &copy).unwrap();
    close(db, &location);
    let bytes = std::fs::read(&copy).unwrap();
    let place =
        bytes.windows(14).position(|window| window == b"systemtest2015").expect("the entry's columns");
    let mut changed = bytes;
    changed[place + 13] = b'6';
    std::fs::write(&copy, changed).unwrap();
    let refused =
        backup::restore(&location, &Source::of(&location), &copy, Existing::SetAside, 7).unwrap_err();
    assert!(refused.to_string().contains("audit chain"), "{refused}");
}

/// P17: a phone notices by its cursors that the server has forgotten, reads again, and offers what is missing.
#[test]
fn a_village_of_which_the_backup_knows_nothing_is_healed_too() {
    let app = TestApp::sqlite();
    let mut a = Cadre::new(&app, "甲", Role::TeamMember);
    let folder = tempfile::tempdir().unwrap();
    let (copy, data) = (folder.path().join("copy.db"), folder.path().join("bidao.db"));
    backup::write(app.app.db.location(), &copy).unwrap();
    let first = a.household(&app);
    a.sync(&app);

    let Location::File(lost) = app.app.db.location() else { panic!("a file") };
    std::fs::copy(lost.with_extension("key"), data.with_extension("key")).unwrap();
    let place = Location::File(data.clone());
    backup::restore(&place, &Source::of(&place), &copy, Existing::Refuse, 7).unwrap();
    let healed = TestApp::restored(place, app.app.ctx.now());
    a.hardware.client = a.hardware.client.at(&healed.url());
    for _ in 0..2 {
        a.sync(&healed);
    }
    let record = a.person.desk.at(&healed.url()).get(&format!("/api/v1/records/{first}")).ok();
    assert_eq!(record["answers"], a.phone.answers(first).unwrap(), "the server has it again");
}

#[test]
fn phones_heal_what_a_restored_backup_lacks() {
    let app = TestApp::sqlite();
    let (mut a, mut b) = (Cadre::new(&app, "甲", Role::TeamMember), Cadre::new(&app, "乙", Role::TeamMember));
    let old = a.household(&app);
    a.sync(&app);
    b.sync(&app);
    let folder = tempfile::tempdir().unwrap();
    let (copy, data) = (folder.path().join("copy.db"), folder.path().join("bidao.db"));
    backup::write(app.app.db.location(), &copy).unwrap();

    // All of this is acknowledged, and then the machine is lost.
    a.edit(&app, old, "address", "中元村2组");
    let new = a.household(&app);
    a.sync(&app);
    b.sync(&app);
    b.edit(&app, new, "phone", "19900000002");
    b.sync(&app);
    a.sync(&app);
    let expected = [a.phone.answers(old).unwrap(), a.phone.answers(new).unwrap()];

    let place = Location::File(data.clone());
    let restore = || backup::restore(&place, &Source::of(&place), &copy, Existing::Refuse, 7);
    let refused = restore().unwrap_err().to_string();
    assert!(refused.contains("bidao.key") && !data.exists(), "not without the key: {refused}");
    let Location::File(lost) = app.app.db.location() else { panic!("a file") };
    std::fs::copy(lost.with_extension("key"), data.with_extension("key")).unwrap();
    restore().unwrap();
    let healed = TestApp::restored(Location::File(data), app.app.ctx.now());
    for cadre in [&mut a, &mut b] {
        cadre.hardware.client = cadre.hardware.client.at(&healed.url());
    }
    // The second answers what the first still lacked, and round again until both have read everything.
    for _ in 0..3 {
        a.sync(&healed);
        b.sync(&healed);
    }
    cadre::verify(&healed);
    for (id, answers) in [old, new].iter().zip(&expected) {
        let record = a.person.desk.at(&healed.url()).get(&format!("/api/v1/records/{id}")).ok();
        assert_eq!(&record["answers"], answers, "the server has it again");
        assert_eq!(&b.phone.answers(*id).unwrap(), answers, "and the other phone still");
    }
}
