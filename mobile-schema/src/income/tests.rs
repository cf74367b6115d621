//! The worked example of domain §8.7, and what no account may do.

use super::*;
use crate::calendar::Month;
use proptest::prelude::*;
use serde_json::{Value, json};

fn line(item: &str, fen: i64) -> Value {
    json!({ "item": item, "amount": fen, "source": "household" })
}

fn id(n: usize) -> String {
    format!("{n:032x}")
}

/// The household of four of the worked example; `pepper` is its disputed line.
fn example(pepper: i64) -> Vec<Statement> {
    let september =
        [line("wage_local", 240_000), line("expense_young_stock", 90_000), line("expense_feed", 60_000)];
    let november = [
        line("wage_migrant", 360_000),
        line("business_pig", 180_000),
        line("business_pig", 180_000),
        line("business_pepper", pepper),
        line("property_land_rent", 30_000),
        line("transfer_pension", 114_000),
        line("transfer_farm_subsidy", 21_000),
        line("transfer_ecology", 50_000),
        line("oneoff_consolation", 40_000),
        line("expense_fertiliser", 25_000),
    ];
    [statement("2015-09", &september), statement("2015-11", &november)].into()
}

fn statement(month: &str, lines: &[Value]) -> Statement {
    let lines: serde_json::Map<String, Value> =
        lines.iter().enumerate().map(|(n, line)| (id(n), line.clone())).collect();
    let counted = (1..=4).map(id).collect::<Vec<_>>().join(" ");
    let answers =
        json!({ "month": month, "catalogue": 1, "line_year": 2015, "counted": counted, "lines": lines });
    Statement::read(&answers).unwrap()
}

const LINE_2015: i64 = 285_500;

fn november() -> Month {
    Month::parse("2015-11").unwrap()
}

#[test]
fn the_worked_example_does_not_cross_and_with_the_disputed_pepper_it_would() {
    let account = Account::of(&example(110_000), november(), built_in(), Some(LINE_2015));
    let year = account.year_to_date;
    assert_eq!((year.wage, year.business, year.property, year.transfer), (600_000, 470_000, 30_000, 185_000));
    assert_eq!((year.gross, year.expense, year.net, year.uncounted), (1_285_000, 175_000, 1_110_000, 40_000));
    assert_eq!((account.needed, account.crosses), (Some(1_142_000), Some(false)));
    assert_eq!(year.net / i64::from(account.persons), 277_500);
    let disputed = Account::of(&example(500_000), november(), built_in(), Some(LINE_2015));
    assert_eq!((disputed.year_to_date.net, disputed.crosses), (1_500_000, Some(true)));
}

#[test]
fn a_ruling_changes_totals_and_no_entry() {
    let later = Catalogue::parse(
        r#"
        version = 2
        effective_from = "2015-12-01"
        document = "〔2015〕9号"
        rulings = [{ item = "transfer_pension", counts = false, document = "〔2015〕9号" }]
        "#,
    )
    .unwrap();
    let account = Account::of(&example(110_000), november(), &later, Some(LINE_2015));
    assert_eq!((account.year_to_date.net, account.year_to_date.uncounted), (996_000, 154_000));
    let both = [built_in().clone(), later];
    assert_eq!(in_force(&both, "2015-11-30").unwrap().version, 1);
    assert_eq!(in_force(&both, "2015-12-01").unwrap().version, 2);
    assert_eq!(in_force(&both, "2009-12-31"), None);
}

#[test]
fn exactly_the_line_is_not_above_it() {
    assert!(!crosses(1_142_000, LINE_2015, 4));
    assert!(crosses(1_142_001, LINE_2015, 4));
    assert!(!crosses(1, 0, 0), "nobody counted is nobody above the line");
    assert!(!crosses(i64::MAX, i64::MAX, u32::MAX));
}

#[test]
fn windows_have_their_twelve_months_and_gaps_are_named() {
    let months = ["2014-11", "2014-12", "2015-01", "2015-11"];
    let statements = months.map(|month| statement(month, &[line("wage_local", 100)]));
    let account = Account::of(&statements, november(), built_in(), None);
    assert_eq!((account.in_month.net, account.year_to_date.net), (100, 200));
    assert_eq!((account.trailing.net, account.trailing.months), (300, 3));
    assert_eq!(account.last_year.net, 200);
    assert_eq!(account.missing.len(), 9);
    assert_eq!((account.missing[0].as_str(), account.crosses), ("2015-02", None));
}

#[test]
fn estimates_and_disputed_corrections_are_told_apart() {
    let answers = json!({ "month": "2015-11", "catalogue": 1, "counted": id(1), "lines": {
        id(1): { "item": "business_egg", "amount": 700, "source": "cadre_estimate" },
        id(2): { "item": "business_pig", "amount": 100, "source": "household" },
        id(3): { "item": "business_pig", "amount": 200, "source": "household", "supersedes": id(2) },
        id(4): { "item": "business_pig", "amount": 300, "source": "household", "supersedes": id(2) },
        id(5): { "item": "nobody_knows", "amount": 1, "source": "household" },
    }});
    let account = Account::of(&[Statement::read(&answers).unwrap()], november(), built_in(), None);
    assert_eq!((account.year_to_date.net, account.year_to_date.estimated), (700, 700));
    assert_eq!(account.disputed, 2, "two corrections of one line are never added up");
}

#[test]
fn a_catalogue_says_what_is_wrong_with_it() {
    let file = |version: u32, from: &str, item: &str, document: &str| {
        let rulings = format!("[{{ item = \"{item}\", counts = true, document = \"{document}\" }}]");
        format!("version = {version}\neffective_from = \"{from}\"\ndocument = \"d\"\nrulings = {rulings}")
    };
    for (text, said) in [
        (file(0, "2016-01-01", "oneoff_loan", "d"), "version"),
        (file(2, "2016-13-01", "oneoff_loan", "d"), "effective_from"),
        (file(2, "2016-01-01", "oneoff_gold", "d"), "no item `oneoff_gold`"),
        (file(2, "2016-01-01", "oneoff_loan", " "), "has no document"),
        ("version = 2".into(), "effective_from"),
    ] {
        let error = Catalogue::parse(&text).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert!(Catalogue::parse(&file(2, "2016-01-01", "oneoff_loan", "d")).unwrap().counts("oneoff_loan"));
}

proptest! {
    #[test]
    fn every_fen_is_somewhere_and_nowhere_twice(
        lines in prop::collection::vec((0_usize..6, 0_i64..1_000_000), 0..20), pepper in any::<bool>()
    ) {
        let items = ["wage_local", "business_pig", "property_interest", "transfer_pension", "expense_feed", "oneoff_relief"];
        let written: Vec<Value> = lines.iter().map(|(item, fen)| line(items[*item], *fen)).collect();
        let rulings = vec![Ruling { item: "transfer_pension".into(), counts: pepper, document: "d".into() }];
        let catalogue = Catalogue { rulings, ..built_in().clone() };
        let sums = Account::of(&[statement("2015-11", &written)], november(), &catalogue, None).in_month;
        prop_assert_eq!(sums.gross + sums.expense + sums.uncounted, lines.iter().map(|(_, fen)| fen).sum::<i64>());
        prop_assert_eq!(sums.net, sums.gross - sums.expense);
    }
}

#[test]
fn newer_rulings_ask_for_signatures_only_when_the_result_turns_or_the_total_moves_by_more_than_said() {
    let statements = example(110_000);
    let account =
        |catalogue: &Catalogue, line: i64| Account::of(&statements, november(), catalogue, Some(line));
    let pension = Ruling { item: "transfer_pension".into(), counts: false, document: "d".into() };
    let strict = Catalogue { version: 2, rulings: vec![pension], ..built_in().clone() };
    let (signed, newer) = (account(built_in(), 285_500), account(&strict, 285_500));
    let moved = signed.year_to_date.net - newer.year_to_date.net;
    assert_eq!((moved, signed.crosses, newer.crosses), (114_000, Some(false), Some(false)));
    assert!(signs_again(&signed, &newer, None));
    assert!(signs_again(&signed, &newer, Some(moved - 1)));
    assert!(!signs_again(&signed, &newer, Some(moved)), "exactly the amount is not more than it");
    assert!(!signs_again(&signed, &signed, None));
    // Of a lower line the same flip turns the result: then no amount is large enough.
    let (above, below) = (account(built_in(), 260_000), account(&strict, 260_000));
    assert_eq!((above.crosses, below.crosses), (Some(true), Some(false)));
    assert!(signs_again(&above, &below, Some(i64::MAX)));
}

#[test]
fn a_range_needs_an_item_a_unit_and_both_bounds() {
    let fault = |range: &str| {
        let head = "version = 2\neffective_from = \"2016-01-01\"\ndocument = \"d\"\n";
        Catalogue::parse(&format!("{head}ranges = [{range}]")).map_err(|error| error.to_string())
    };
    let grain = r#"{ item = "business_grain", unit = "斤", price_low = 100, price_high = 200, yield_low = 400, yield_high = 900 }"#;
    let read = fault(grain).unwrap();
    assert_eq!((read.ranges[0].price(), read.ranges[0].yields()), (Some((100, 200)), Some((40_000, 90_000))));
    assert!(fault(&format!("{grain}, {grain}")).unwrap_err().contains("named twice"));
    for (range, why) in [
        (r#"{ item = "gold", unit = "斤", price_low = 1, price_high = 2 }"#, "no item `gold`"),
        (r#"{ item = "business_grain", unit = "", price_low = 1, price_high = 2 }"#, "has no unit"),
        (r#"{ item = "business_grain", unit = "斤" }"#, "needs price_low"),
        (r#"{ item = "business_grain", unit = "斤", price_low = 1 }"#, "needs price_low"),
        (r#"{ item = "business_grain", unit = "斤", price_low = 3, price_high = 2 }"#, "low first"),
    ] {
        assert!(fault(range).unwrap_err().contains(why), "{range}");
    }
}
