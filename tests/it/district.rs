//! A hundredth of the bulletin's district, entered like the whole: what the reports count is what was put in, and every
//! record can be rebuilt from signed changes.

use bidao_server::demo::district::{Stage, report, round};
use bidao_server::demo::{self, Options, proxy::Faults};
use bidao_server::domain::{duplicate, record};
use bidao_server::file_store::Place;
use bidao_server::picture::parent::Program;
use bidao_server::store::audit::{self, Chain};
use bidao_server::store::{Location, count};
use bidao_tests::cluster;
use bidao_tests::process::binary;

fn stage(database: Location) -> Stage {
    let stage = Stage::set(database, Place::Temporary, ([127, 0, 0, 1], 0).into(), 2015, 1);
    stage.expect("an empty database")
}

fn on_both(test: impl Fn(Stage)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(stage(Location::File(folder.path().join("bidao.db"))));
    test(stage(Location::Postgres(cluster::fresh_database())));
}

#[test]
fn the_registers_count_what_was_put_in_and_name_the_households_counted_twice() {
    on_both(|stage| {
        let totals = stage.district.totals.clone();
        let loaded = stage.load(|_| ()).expect("entered");
        assert_eq!(loaded.records, totals.records());
        let registers = stage.registers().expect("registers");
        report::check(&registers, &totals).expect("E1 to E3 hold, E4 is over by the households put in twice");
        let whole = registers.rows.last().expect("the district");
        let (inside, outside) = (&whole.in_system, &whole.outside);
        let number = |count: usize| u32::try_from(count).expect("a count");
        let severity = [inside.severe, inside.moderate, inside.light];
        assert_eq!(severity, totals.severity.map(|(_, count)| number(count)));
        assert_eq!(inside.persons, number(totals.persons));
        assert_eq!(
            [outside.households, outside.persons],
            [totals.outside, totals.outside_persons].map(number)
        );
        let buckets = &whole.projects;
        assert_eq!(buckets.none, 0);
        assert_eq!([buckets.one, buckets.two, buckets.three_or_more], totals.buckets.map(number));
        assert_eq!(buckets.projects, number(totals.projects()));
        let planned =
            totals.primary.map(|(code, _)| whole.primary.get(code).map_or(0, |count| count.planned));
        assert_eq!(planned, totals.primary.map(|(_, count)| number(count)));
        assert_eq!(registers.several_primary.len(), totals.double());
        assert!(whole.primary.values().all(|count| count.achieved == 0), "planned is not achieved");
    });
}

#[test]
fn every_record_of_the_district_is_signed_for_complete_and_nobodys_double() {
    on_both(|stage| {
        let loaded = stage.load(|_| ()).expect("entered");
        let desk = round::desk(&stage.app, &stage.district.places.desks[0], stage.on).expect("a desk");
        let look = move |tx: &mut bidao_server::store::Tx| {
            let (chain, report) = (audit::verify(tx.conn)?, record::verify_all(tx)?);
            Ok((chain, report, count::totals(tx)?, duplicate::list(tx, &desk.scope)?))
        };
        let (chain, report, totals, doubles) = stage.app.db.read_blocking(look).expect("read");
        let Chain::Whole { entries } = chain else { panic!("{chain:?}") };
        assert!(entries > loaded.records as i64, "an entry for every record");
        assert_eq!((report.records, report.broken.as_slice()), (loaded.records as u64, &[][..]));
        assert_eq!(totals.batches, loaded.batches as i64);
        assert_eq!((totals.held, totals.quarantined), (0, 0));
        assert!(doubles.open.is_empty(), "{:?}", doubles.open);
    });
}

#[test]
fn rounds_over_the_district_list_every_household_and_add_up() {
    on_both(|stage| {
        let _ = stage.load(|_| ()).expect("entered");
        let rounds = round::open(&stage.app, &stage.district, stage.on).expect("opened");
        let mut houses = 0;
        for id in &rounds {
            let summary = round::summary(&stage.app, &stage.district, id, stage.on).expect("a summary");
            assert!(summary.identities.iter().all(|identity| identity.holds), "{:?}", summary.identities);
            houses += summary.rows.last().map_or(0, |row| row.coverage.houses);
        }
        assert_eq!(rounds.len(), stage.district.totals.townships);
        assert_eq!(houses as usize, stage.district.totals.households());
    });
}

#[test]
fn the_command_loads_a_part_of_the_district_and_checks_its_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        seed: 7,
        days: 30,
        phones: 30,
        faults: Faults::Rural,
        district: true,
        percent: 1,
        once: true,
        listen: ([127, 0, 0, 1], 0).into(),
        pictures: Program::at(binary()),
    };
    demo::run(Location::File(folder.path().join("bidao.db")), &options)
        .expect("the figures are those put in");
}

#[test]
fn figures_that_are_not_those_put_in_fail_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = stage(Location::File(folder.path().join("bidao.db")));
    let _ = stage.load(|_| ()).expect("entered");
    let (registers, totals) = (stage.registers().expect("registers"), &stage.district.totals);
    for (id, by) in [("E1", 1), ("E2", -1), ("E4", 1), ("E4", -1)] {
        let mut wrong = registers.clone();
        for identity in wrong.identities.iter_mut().filter(|identity| identity.id == id) {
            identity.parts += by;
            identity.holds = false;
        }
        let error = report::check(&wrong, totals).expect_err("wrong figures").to_string();
        assert!(error.contains(id), "{error}");
    }
}
