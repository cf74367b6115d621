//! Income from two phones to the district's report: one statement a month, added up under the catalogue in force, and a
//! new ruling that changes sums and no entry (domain §8).

use std::collections::BTreeMap;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Month;
use bidao_schema::income::{Account, Catalogue, Statement, built_in};
use bidao_server::domain::{catalogue, poverty_line, projection};
use bidao_server::store::audit::Audit;
use bidao_server::store::register::Among;
use bidao_server::store::{Tx, income, record, schema};
use bidao_sync::document::{Document, Put};
use bidao_sync::ids::RecordId;
use bidao_tests::app::{TestApp, TestPerson, VILLAGE, on_both};
use serde_json::{Value, json};

use super::cadre::{Cadre, verify};

/// A later ruling: pensions no longer count.
const LATER: &str = r#"
version = 2
effective_from = "2015-12-01"
document = "〔2015〕9号"
rulings = [{ item = "transfer_pension", counts = false, document = "〔2015〕9号" }]
"#;

fn four() -> String {
    (1..=4).map(|n| format!("{n:032x}")).collect::<Vec<_>>().join(" ")
}

/// What the statement of the month says besides its lines.
fn head() -> [Put; 3] {
    [Put::new("catalogue", 1), Put::new("line_year", 2015), Put::new("counted", four())]
}

fn lines(app: &TestApp, lines: &[(&str, i64)]) -> Vec<Put> {
    let line = |(item, fen): &(&str, i64)| {
        let id = app.app.ctx.id();
        let at = |field: &str| format!("lines/{id}/{field}");
        [Put::new(at("item"), *item), Put::new(at("amount"), *fen), Put::new(at("source"), "household")]
    };
    lines.iter().flat_map(line).collect()
}

fn synced(app: &TestApp, cadre: &mut Cadre) {
    let fates = cadre.sync(app);
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

/// The household of domain §8.7: September by one cadre, November by two who do not hear of each other.
fn worked_example(app: &TestApp, a: &mut Cadre, b: &mut Cadre) -> RecordId {
    let house = a.create(app, "household", &[Put::new("address", "中元村"), Put::new("in_system", "in")]);
    let household = house.to_string();
    let mut september = head().to_vec();
    september.extend(lines(
        app,
        &[("wage_local", 240_000), ("expense_young_stock", 90_000), ("expense_feed", 60_000)],
    ));
    a.found(app, "income", &[("household", &household), ("month", "2015-09")], &september);
    let november = [("household", household.as_str()), ("month", "2015-11")];
    let mut first = head().to_vec();
    first.extend(lines(
        app,
        &[
            ("wage_migrant", 360_000),
            ("business_pig", 180_000),
            ("business_pig", 180_000),
            ("business_pepper", 110_000),
            ("property_land_rent", 30_000),
        ],
    ));
    let second = lines(
        app,
        &[
            ("transfer_pension", 114_000),
            ("transfer_farm_subsidy", 21_000),
            ("transfer_ecology", 50_000),
            ("oneoff_consolation", 40_000),
            ("expense_fertiliser", 25_000),
        ],
    );
    let one = a.found(app, "income", &november, &first);
    let other = b.found(app, "income", &november, &second);
    assert_eq!(one, other, "both phones begin the same record");
    synced(app, a);
    synced(app, b);
    house
}

fn line_of_2015(app: &TestApp) {
    let now = app.app.ctx.now();
    app.app.db.write_blocking(move |tx| poverty_line::set(tx, 2015, "2855.00", now)).expect("set");
}

fn load(app: &TestApp, text: &'static str) -> catalogue::Loaded {
    let now = app.app.ctx.now();
    app.app.db.write_blocking(move |tx| catalogue::load(tx, text, now)).expect("loaded")
}

/// Catalogue and figures of the village as of a month.
fn figures(person: &TestPerson, month: &str) -> (Value, Value) {
    let answer = person.desk.get(&format!("/api/v1/registers?area={VILLAGE}&month={month}")).ok();
    (answer["catalogue"].clone(), answer["rows"][0]["income"].clone())
}

/// Net income of a year up to a month, as the database adds it up.
fn net(app: &TestApp, month: &str, text: Option<&str>) -> i64 {
    let loaded = text.map(|text| Catalogue::parse(text).expect("a catalogue"));
    let rulings = catalogue::rulings(loaded.as_ref().unwrap_or(built_in()));
    let among = Among { first: VILLAGE.into(), last: VILLAGE.into(), others: Vec::new() };
    let month = month.to_owned();
    let sums = app
        .app
        .db
        .read_blocking(move |tx| {
            income::sums(tx, &among, (&format!("{}-01", &month[..4]), &month), &rulings, &[])
        })
        .expect("read");
    sums.iter().map(|sum| sum.gross - sum.expense).sum()
}

/// Heads and version of every statement.
fn entries(app: &TestApp) -> BTreeMap<String, (String, i64)> {
    let rows = app.app.db.read_blocking(|tx| record::after(tx, "", 100)).expect("read");
    let statements = rows.into_iter().filter(|row| row.kind == "income");
    statements.map(|row| (row.id, (row.heads, row.version))).collect()
}

#[test]
fn a_month_that_two_phones_begin_is_one_statement_and_a_later_ruling_touches_no_entry() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        line_of_2015(app);
        worked_example(app, &mut a, &mut b);
        let before = entries(app);
        assert_eq!(before.len(), 2, "September, and November once");
        assert_eq!((net(app, "2015-09", None), net(app, "2015-11", None)), (90_000, 1_110_000));
        let (version, november) = figures(&a.person, "2015-11");
        assert_eq!(version, 1);
        // 2,775.00 a head is below the line of 2,855.00; consolation of 400.00 is not counted.
        let bands = |below: u32, statements: u32, counted: i64| {
            json!({"households": 1, "none": 0, "unmeasured": 0, "far_below": 0, "below": below, "just_above": 0, "above": 0,
                "statements": statements, "signed": 0, "estimated_fen": 0, "counted_fen": counted})
        };
        assert_eq!(november, bands(1, 1, 1_285_000 + 175_000));

        let loaded = load(app, LATER);
        assert_eq!(loaded.flipped, [("transfer_pension".to_owned(), false)]);
        assert_eq!((loaded.since.to_string().as_str(), loaded.statements), ("2015-01", 1));
        assert_eq!(figures(&a.person, "2015-11"), (json!(1), november), "November is as it was");
        let (version, december) = figures(&a.person, "2015-12");
        assert_eq!((version, december), (json!(2), bands(1, 0, 1_285_000 + 175_000 - 114_000)));
        assert_eq!(net(app, "2015-12", Some(LATER)), 996_000);
        assert_eq!(entries(app), before);
        verify(app);
        let catalogues = a.person.desk.get("/api/v1/reference").ok()["catalogues"].clone();
        assert_eq!((&catalogues[0]["version"], &catalogues[1]["version"]), (&json!(1), &json!(2)));
        assert_eq!(catalogues[1]["rulings"][0]["item"], "transfer_pension");
    });
}

#[test]
fn the_database_adds_up_as_the_account_does_whatever_is_ruled() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        worked_example(app, &mut a, &mut b);
        let rows = app.app.db.read_blocking(|tx| record::after(tx, "", 100)).expect("read");
        let statements: Vec<Statement> = rows
            .iter()
            .filter(|row| row.kind == "income")
            .filter_map(|row| Statement::read(&Document::load(&row.document).expect("a document").answers()))
            .collect();
        let month = Month::parse("2015-11").expect("a month");
        let ruling = |item: &str, counts: bool| {
            format!("{{ item = \"{item}\", counts = {counts}, document = \"d\" }}")
        };
        for rulings in [
            vec![],
            vec![ruling("oneoff_consolation", true)],
            vec![ruling("expense_feed", false), ruling("business_pig", true), ruling("wage_local", false)],
        ] {
            let text = format!(
                "version = 9\neffective_from = \"2015-01-01\"\ndocument = \"d\"\nrulings = [{}]",
                rulings.join(", ")
            );
            let read = Catalogue::parse(&text).expect("a catalogue");
            let account = Account::of(&statements, month, &read, None);
            assert_eq!(net(app, "2015-11", Some(&text)), account.year_to_date.net, "{text}");
        }
    });
}

#[test]
fn statements_stored_before_there_were_rows_are_counted_too() {
    on_both(|app| {
        let mut a = Cadre::new(app, "甲", Role::TeamMember);
        let mut b = Cadre::new(app, "乙", Role::TeamMember);
        let house = worked_example(app, &mut a, &mut b).to_string();
        let measure = [
            Put::new("household", house.as_str()),
            Put::new("measure_type", "industry"),
            Put::new("is_primary", true),
            Put::new("planned_for_year", 2015),
        ];
        a.create(app, "measure", &measure);
        a.create(app, "project", &[Put::new("household", house.as_str())]);
        a.create(app, "agreement", &[Put::new("household", house.as_str())]);
        synced(app, &mut a);
        let reports = || {
            ["registers", "dossiers"].map(|name| {
                let answer = a.person.desk.get(&format!("/api/v1/{name}?area={VILLAGE}")).ok();
                (answer["rows"].clone(), answer["households"].clone())
            })
        };
        let before = reports();
        let forget = |tx: &mut Tx| {
            use diesel::RunQueryDsl;
            let mut rows = diesel::delete(schema::income_item::table).execute(tx.conn)?;
            rows += diesel::delete(schema::income::table).execute(tx.conn)?;
            rows += diesel::delete(schema::measure::table).execute(tx.conn)?;
            rows += diesel::delete(schema::project::table).execute(tx.conn)?;
            rows += diesel::delete(schema::document::table).execute(tx.conn)?;
            Ok((rows, Audit::default()))
        };
        assert!(app.app.db.write_blocking(forget).expect("written") > 5);
        assert_ne!(reports(), before);
        let fill = |tx: &mut Tx| Ok((projection::fill(tx)?, Audit::default()));
        assert_eq!(app.app.db.write_blocking(fill).expect("written"), 5);
        assert_eq!(app.app.db.write_blocking(fill).expect("written"), 0);
        assert_eq!(reports(), before);
    });
}
