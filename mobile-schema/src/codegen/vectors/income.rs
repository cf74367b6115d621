//! Income accounts grown at random from a fixed seed, with what Rust makes of them (domain §8).

use super::seed::Seed;
use crate::calendar::Month;
use crate::income::{Account, Catalogue, Ruling, Statement, built_in, signs_again};
use serde_json::{Map, Value as Json, json};

/// How many accounts.
const ACCOUNTS: usize = 60;

const ITEMS: [&str; 8] = [
    "wage_local",
    "business_pig",
    "business_pepper",
    "property_interest",
    "transfer_pension",
    "expense_feed",
    "oneoff_relief",
    "nobody_knows",
];

const SOURCES: [&str; 5] = ["household", "cadre_estimate", "standard_ratio", "department_import", ""];

const MONTHS: [&str; 9] =
    ["2014-01", "2014-10", "2014-11", "2014-12", "2015-01", "2015-06", "2015-11", "2015-12", "no month"];

/// Accounts with the answers of their statements.
pub(super) fn vectors() -> Json {
    let mut seed = Seed(20_151_223);
    let strict = Ruling { item: "transfer_pension".into(), counts: false, document: "d".into() };
    let strict = Catalogue { version: 2, rulings: vec![strict], ..built_in().clone() };
    let cases: Vec<Json> = (0..ACCOUNTS)
        .map(|_| {
            let statements: Vec<Json> = (0..seed.below(6)).map(|_| statement(&mut seed)).collect();
            let read: Vec<Statement> = statements.iter().filter_map(Statement::read).collect();
            let month = Month::parse(seed.pick(&MONTHS[..8])).unwrap_or_else(|| Month::of(crate::calendar::Date::MIN));
            let catalogue = if seed.below(3) == 0 { &strict } else { built_in() };
            let line = (seed.below(4) != 0).then_some(285_500);
            let account = Account::of(&read, month, catalogue, line);
            let newer = Account::of(&read, month, &strict, line);
            let over = [None, Some(0), Some(300_000)][seed.below(3)];
            let again = signs_again(&account, &newer, over);
            json!({
                "statements": statements, "month": month, "catalogue": catalogue, "line": line, "account": account, "over": over,
                "net_under_newer": newer.year_to_date.net, "crosses_under_newer": newer.crosses, "signs_again": again,
            })
        })
        .collect();
    json!({ "cases": cases })
}

fn statement(seed: &mut Seed) -> Json {
    let id = |n: usize| format!("{n:032x}");
    let mut lines = Map::new();
    for n in 0..seed.below(7) {
        let mut line = json!({ "item": seed.pick(&ITEMS), "source": seed.pick(&SOURCES) });
        match seed.below(8) {
            0 => {}
            1 => line["amount"] = json!(-5),
            _ => line["amount"] = json!(seed.below(1_000_000)),
        }
        if seed.below(4) == 0 {
            line["supersedes"] = json!(id(seed.below(7)));
        }
        if seed.below(8) == 0 {
            line["deleted_at"] = json!("2015-12-22");
        }
        lines.insert(id(n), line);
    }
    let counted: Vec<String> = (0..seed.below(6)).map(id).collect();
    json!({
        "month": seed.pick(&MONTHS), "catalogue": 1, "line_year": 2015, "counted": counted.join(" "), "lines": lines,
    })
}
