//! What storage promises, on both databases: atomic writes, each job its own fate, one audit chain.

use std::sync::Arc;

use bidao_server::error::Error;
use bidao_server::store::audit::{self, Audit, Chain, Entry};
use bidao_server::store::{Db, Location, setting};
use bidao_tests::app::keys_of;
use bidao_tests::cluster;
use diesel::RunQueryDsl;

fn both(test: impl Fn(&Db)) {
    let folder = tempfile::tempdir().expect("a folder");
    for location in [
        Location::File(folder.path().join("bidao.db")),
        Location::Memory,
        Location::Postgres(cluster::fresh_database()),
    ] {
        test(&open(location));
    }
}

fn open(location: Location) -> Db {
    let keys = keys_of(&location);
    Db::open_with(location, keys).expect("open")
}

fn entry(object: &str) -> Audit {
    Audit::of(Entry {
        at: 1,
        person: "p".into(),
        device: String::new(),
        action: "test",
        object: object.into(),
        detail: String::new(),
    })
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    both(|db| {
        let failed: Result<(), _> = db.write_blocking(|tx| {
            setting::put(tx, "a", "1")?;
            Err(Error::invalid("a", "no"))
        });
        assert!(failed.is_err());
        assert_eq!(db.read_blocking(|tx| setting::find(tx, "a")).expect("read"), None);
    });
}

#[test]
fn writers_in_one_group_keep_their_own_fates() {
    both(|db| {
        let db = Arc::new(db.clone());
        let writers: Vec<_> = (0..40)
            .map(|number| {
                let db = Arc::clone(&db);
                std::thread::spawn(move || {
                    let name = format!("n{number}");
                    db.write_blocking(move |tx| {
                        setting::put(tx, &name, "x")?;
                        if number % 2 == 1 { Err(Error::invalid("n", "odd")) } else { Ok(((), entry(&name))) }
                    })
                    .is_ok()
                })
            })
            .collect();
        let outcomes: Vec<bool> = writers.into_iter().map(|writer| writer.join().expect("join")).collect();
        for (number, written) in outcomes.into_iter().enumerate() {
            assert_eq!(written, number % 2 == 0);
            let found = db.read_blocking(move |tx| setting::find(tx, &format!("n{number}"))).expect("read");
            assert_eq!(found.is_some(), written);
        }
        let chain = db.read_blocking(|tx| audit::verify(tx.conn)).expect("verify");
        assert_eq!(chain, Chain::Whole { entries: 20 });
    });
}

#[test]
fn a_changed_audit_entry_breaks_the_chain() {
    use bidao_server::store::schema::audit::dsl;
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
    both(|db| {
        for name in ["a", "b", "c"] {
            db.write_blocking(move |_| Ok(((), entry(name)))).expect("write");
        }
        db.write_blocking(|tx| {
            diesel::update(dsl::audit.filter(dsl::seq.eq(2)))
                .set(dsl::person.eq("other"))
                .execute(tx.conn)?;
            Ok(((), Audit::default()))
        })
        .expect("tamper");
        let chain = db.read_blocking(|tx| audit::verify(tx.conn)).expect("verify");
        assert_eq!(chain, Chain::Broken { at: 2 });
    });
}

#[test]
fn a_cut_off_end_of_the_chain_is_noticed() {
    use bidao_server::store::schema::audit::dsl;
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
    both(|db| {
        for name in ["a", "b"] {
            db.write_blocking(move |_| Ok(((), entry(name)))).expect("write");
        }
        db.write_blocking(|tx| {
            diesel::delete(dsl::audit.filter(dsl::seq.eq(2))).execute(tx.conn)?;
            Ok(((), Audit::default()))
        })
        .expect("tamper");
        let chain = db.read_blocking(|tx| audit::verify(tx.conn)).expect("verify");
        assert_eq!(chain, Chain::Broken { at: 2 });
    });
}

#[test]
fn listeners_hear_of_a_position_only_after_its_commit() {
    both(|db| {
        let mut listener = db.listen();
        let failed: Result<(), _> = db.write_blocking(|tx| {
            tx.announce("500114101001", 1);
            Err(Error::invalid("a", "no"))
        });
        assert!(failed.is_err());
        db.write_blocking(|tx| {
            tx.announce("500114101001", 2);
            Ok(((), entry("a")))
        })
        .expect("write");
        // The announcement follows the commit at once, on the writer's thread.
        let heard = listener.blocking_recv().expect("an announcement");
        assert_eq!(heard.seq, 2);
    });
}

#[test]
fn a_job_that_panics_harms_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    for location in
        [Location::File(folder.path().join("bidao.db")), Location::Postgres(cluster::fresh_database())]
    {
        let db = open(location);
        let written: Result<(), _> = db.write_blocking(|tx| {
            setting::put(tx, "a", "1")?;
            panic!("on purpose")
        });
        assert!(written.is_err());
        let read: Result<(), _> = db.read_blocking(|_| panic!("on purpose"));
        assert!(read.is_err());
        db.write_blocking(|tx| Ok((setting::put(tx, "b", "2")?, entry("b")))).expect("the lane lives on");
        assert_eq!(db.read_blocking(|tx| setting::find(tx, "a")).expect("read"), None);
        assert_eq!(db.read_blocking(|tx| setting::find(tx, "b")).expect("read").as_deref(), Some("2"));
    }
}

#[test]
fn a_full_disk_takes_the_whole_write_back_and_harms_no_later_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(Location::File(folder.path().join("bidao.db"))).expect("it opens");
    let limit = |pages: u32| {
        db.write_blocking(move |tx| {
            diesel::sql_query(format!("PRAGMA max_page_count = {pages}")).execute(tx.conn)?;
            Ok(((), Audit::default()))
        })
    };
    // Never fewer pages than there are: from now on there is no room for one more.
    limit(1).expect("a limit");
    let refused = db.write_blocking(|tx| {
        let large = "x".repeat(100_000);
        let first = tx.savepoint(|tx| setting::put(tx, "large", &large));
        assert!(first.is_err(), "there was room");
        // Whoever goes on after that must not find their part durable without the rest.
        let second = tx.savepoint(|tx| setting::put(tx, "small", "1"));
        let third = setting::put(tx, "small", "1");
        assert!(second.is_err() || third.is_err(), "the transaction goes on");
        Ok(((), entry("small")))
    });
    assert!(matches!(refused, Err(Error::Unavailable(_) | Error::Database(_))), "{refused:?}");
    let small = db.read_blocking(|tx| setting::find(tx, "small")).expect("read");
    assert_eq!(small, None, "half a write was committed");
    // The connection was given up, and the limit with it.
    db.write_blocking(|tx| Ok((setting::put(tx, "small", "2")?, entry("small")))).expect("there is room");
    assert_eq!(db.read_blocking(|tx| setting::find(tx, "small")).expect("read").as_deref(), Some("2"));
}
