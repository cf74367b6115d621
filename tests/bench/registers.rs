//! What the registers and dossiers of a whole district cost: 12,642 households with a year of statements, measures,
//! projects, cards, ledgers and agreements (domain §10.4), written straight into the tables.
//!
//! `cargo x bench registers`.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Month;
use bidao_server::domain::access::Scope;
use bidao_server::domain::{dossier, register};
use bidao_server::error::Result;
use bidao_server::store::projection::{self, Household};
use bidao_server::store::register::{Measure, Project};
use bidao_server::store::{self, Location, Tx, income, record};
use bidao_tests::app::{DISTRICT, FAR_VILLAGE, NEIGHBOUR, TestApp, VILLAGE};
use bidao_tests::clock::START;
use bidao_tests::cluster;

/// Dossiers of the district.
const HOUSEHOLDS: usize = 12_642;
/// Months with a statement.
const MONTHS: u8 = 11;
/// Bytes of a stored document.
const DOCUMENT: usize = 6_000;

fn record_row(id: &str, kind: &str, village: &str, household: &str) -> record::Row {
    record::Row {
        id: id.into(),
        kind: kind.into(),
        form: format!("{kind}/1"),
        area: village.into(),
        made_in: village.into(),
        household: Some(household.into()),
        title: format!("田大山 {}", &id[..6]),
        author: "f".repeat(32),
        created_at: 0,
        updated_at: 0,
        heads: "f".repeat(64),
        document: vec![7; DOCUMENT],
        version: 1,
        findings: "[]".into(),
        blocking: 0,
        conflicts: 0,
        review: "draft".into(),
        submitted_at: None,
        reviewed_heads: None,
        remark: None,
        signing: "none".into(),
    }
}

/// Ids scattered as random ones are.
fn id(number: usize) -> String {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{mixed:016x}{number:016x}")
}

/// A household with the records of its file.
struct House {
    number: usize,
    village: &'static str,
    id: String,
    records: usize,
}

impl House {
    fn put(tx: &mut Tx, number: usize) -> Result<()> {
        let village = [VILLAGE, NEIGHBOUR, FAR_VILLAGE][number % 3];
        let mut house = Self { number, village, id: id(number * 100), records: 0 };
        record::insert(tx, &record_row(&house.id, "household", village, &house.id))?;
        let in_system = if number.is_multiple_of(20) { "outside" } else { "in" };
        let row = Household {
            record: house.id.clone(),
            village: village.into(),
            group_name: "1组".into(),
            in_system: in_system.into(),
            severity: ["severe", "moderate", "light"][number % 3].into(),
            main_cause: "illness".into(),
            persons: 4,
        };
        projection::put_household(tx, &row)?;
        (1..=MONTHS).try_for_each(|month| house.state(tx, month))?;
        house.papers(tx)?;
        house.plan(tx)
    }

    fn record(&mut self, tx: &mut Tx, kind: &str) -> Result<String> {
        self.records += 1;
        let id = id(self.number * 100 + self.records);
        record::insert(tx, &record_row(&id, kind, self.village, &self.id))?;
        Ok(id)
    }

    fn state(&mut self, tx: &mut Tx, month: u8) -> Result<()> {
        let (record, month) = (self.record(tx, "income")?, format!("2015-{month:02}"));
        let pigs = 40_000 + i64::try_from(self.number).unwrap_or_default();
        let item = |(item, amount): (&str, i64)| income::Item {
            record: record.clone(),
            item: item.into(),
            category: item.split('_').next().unwrap_or_default().into(),
            household: self.id.clone(),
            month: month.clone(),
            amount,
            estimated: amount / 10,
        };
        let items = [("wage_local", 50_000), ("business_pig", pigs), ("expense_feed", 9_000)].map(item);
        let (household, village) = (self.id.clone(), self.village.into());
        let row = income::Statement {
            record: record.clone(),
            household,
            village,
            month: month.clone(),
            persons: 4,
        };
        income::put(tx, &record, Some(&(row, items.to_vec())))
    }

    fn papers(&mut self, tx: &mut Tx) -> Result<()> {
        for (kind, period) in [("ledger", "2015"), ("card", "2015"), ("agreement", "2015-03-01")] {
            let record = self.record(tx, kind)?;
            let row = store::dossier::Document {
                record: record.clone(),
                kind: kind.into(),
                household: self.id.clone(),
                village: self.village.into(),
                period: period.into(),
                valid_to: String::new(),
            };
            store::dossier::put(tx, &record, Some(&row))?;
        }
        Ok(())
    }

    fn plan(&mut self, tx: &mut Tx) -> Result<()> {
        let (record, village) = (self.record(tx, "measure")?, String::from(self.village));
        let measure = Measure {
            record: record.clone(),
            household: self.id.clone(),
            village: village.clone(),
            measure_type: ["industry", "medical", "education"][self.number % 3].into(),
            is_primary: true,
            planned_for_year: 2015,
            outcome: "planned".into(),
        };
        store::register::put_measure(tx, &record, Some(&measure))?;
        for _ in 0..2 {
            let record = self.record(tx, "project")?;
            let row = Project {
                record: record.clone(),
                household: self.id.clone(),
                village: village.clone(),
                class: "industry".into(),
            };
            store::register::put_project(tx, &record, Some(&row))?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "how long somebody waits is what is measured")]
fn measured<T>(name: &str, mut job: impl FnMut() -> T) -> T {
    let _ = job();
    let begun = Instant::now();
    let answer = job();
    println!("  {name}: {} ms", begun.elapsed().as_millis());
    answer
}

fn run(app: &TestApp) {
    app.write(|tx| (0..HOUSEHOLDS).try_for_each(|number| House::put(tx, number)));
    let office = app.person("区扶贫办", Role::AlleviationOffice, DISTRICT);
    let member = app.person("队员", Role::TeamMember, VILLAGE);
    let month = Month::parse("2015-11").expect("a month");
    for (person, area) in [(&office, DISTRICT), (&member, VILLAGE)] {
        println!("{area}");
        let id = person.id.clone();
        let scope = app.app.db.read_blocking(move |tx| Scope::of(tx, &id, "2015-11-20")).expect("a scope");
        let registers = measured("registers", || {
            let scope = scope.clone();
            let job = move |tx: &mut Tx| register::of(tx, &scope, area, month, START);
            app.app.db.read_blocking(job).expect("registers")
        });
        assert!(registers.identities.iter().all(|identity| identity.holds), "{:?}", registers.identities);
        let list = measured("dossiers", || {
            let scope = scope.clone();
            let asked = dossier::Asked { area: area.into(), month, complete: None, after: None };
            let job = move |tx: &mut Tx| dossier::list(tx, &scope, &asked, START);
            app.app.db.read_blocking(job).expect("dossiers")
        });
        assert_eq!(list.households.len(), dossier::PAGE);
        assert_eq!(
            list.rows.last().map(|row| row.by_complete[5]),
            list.rows.last().map(|row| row.households)
        );
    }
}

fn main() {
    println!("{HOUSEHOLDS} households, {MONTHS} statements each, on SQLite");
    run(&TestApp::sqlite());
    println!("on PostgreSQL");
    run(&TestApp::without_server(Location::Postgres(cluster::fresh_database()), START));
}
