//! Months grown at random from a fixed seed, so that every rule of domain §8.6 is asked and is not asked, with what Rust
//! asks.

use super::seed::Seed;
use crate::calendar::Date;
use crate::income::{Asked, Catalogue, Entry, Prompt, Range, built_in, prompts};
use serde_json::{Map, Value as Json, json};

/// How many months.
const CASES: usize = 120;
/// The household asked about, and others.
const HOMES: [&str; 4] = ["h0", "h1", "h2", "h3"];
const ITEMS: [&str; 8] = [
    "business_pig",
    "business_pig",
    "business_grain",
    "business_grain",
    "wage_local",
    "expense_young_stock",
    "oneoff_stock",
    "transfer_pension",
];
const UNITS: [&str; 6] = ["头", " 头 ", "头", "斤", "斤", "亩"];
const MONTHS: [&str; 5] = ["2014-11", "2015-09", "2015-10", "2015-11", "2015-12"];
const TODAY: &str = "2015-12-22";

/// Months with what is known of their household.
pub(super) fn vectors() -> Json {
    let mut seed = Seed(20_151_224);
    let catalogue = Catalogue { ranges: ranges(), ..built_in().clone() };
    let today = Date::parse(TODAY).unwrap_or(Date::MIN);
    let cases: Vec<Json> = (0..CASES)
        .map(|_| {
            let statements: Vec<Json> = MONTHS.iter().filter_map(|month| statement(&mut seed, month)).collect();
            let answers = statements.last().cloned().unwrap_or(Json::Null);
            let (household, visits) = (household(&mut seed), visits(&mut seed));
            let entries = entries(&mut seed);
            let line = (seed.below(5) != 0).then_some(100_000);
            let (all, catalogue) = (statements.as_slice(), &catalogue);
            let asked = Asked {
                answers: &answers, all, household: &household, visits: &visits, entries: &entries, home: HOMES[0], catalogue, line, today,
            };
            let found: Vec<Json> = prompts(&asked).iter().map(named).collect();
            json!({
                "statements": statements, "household": household, "visits": visits, "entries": entries, "line": line, "prompts": found,
            })
        })
        .collect();
    json!({ "home": HOMES[0], "today": TODAY, "catalogue": catalogue, "cases": cases })
}

fn named(prompt: &Prompt) -> Json {
    json!({ "rule": prompt.rule, "about": prompt.about, "values": prompt.values, "name": prompt.name() })
}

fn ranges() -> Vec<Range> {
    let range = |item: &str, unit: &str, price: (i64, i64), yields: Option<(i64, i64)>| Range {
        item: item.into(),
        unit: unit.into(),
        price_low: Some(price.0),
        price_high: Some(price.1),
        yield_low: yields.map(|(low, _)| low),
        yield_high: yields.map(|(_, high)| high),
    };
    vec![
        range("business_pig", "头", (20_000, 60_000), None),
        range("business_grain", "斤", (20_000, 60_000), Some((2, 9))),
        range("business_grain", "亩", (20_000, 60_000), Some((2, 9))),
    ]
}

fn id(n: usize) -> String {
    format!("{n:032x}")
}

fn statement(seed: &mut Seed, month: &str) -> Option<Json> {
    if seed.below(4) == 0 {
        return None;
    }
    let mut lines = Map::new();
    for n in 0..seed.below(6) {
        let mut line = json!({ "item": seed.pick(&ITEMS), "amount": seed.below(400_000), "source": "household", "member": id(seed.below(4)) });
        let half = u32::try_from(seed.below(20)).unwrap_or_default();
        line["quantity"] = json!(f64::from(half) / 4.0);
        line["unit"] = json!(seed.pick(&UNITS));
        if seed.below(2) == 0 {
            line["unit_price"] = json!(seed.below(80_000));
        }
        if seed.below(2) == 0 {
            line["planted"] = json!(seed.below(200));
        }
        line["animal"] = json!(seed.pick(&["pig", "pig", "poultry", ""]));
        if seed.below(9) == 0 {
            line["supersedes"] = json!(id(seed.below(6)));
        }
        lines.insert(id(n), line);
    }
    let mut stock = Map::new();
    for n in 0..seed.below(3) {
        let mut row = json!({ "animal": seed.pick(&["pig", "poultry"]), "born": seed.below(3) });
        if seed.below(2) == 0 {
            row["start"] = json!(seed.below(5));
        }
        if seed.below(6) == 0 {
            row["deleted_at"] = json!("2015-12-01");
        }
        stock.insert(id(0x50 + n), row);
    }
    Some(
        json!({ "month": month, "catalogue": 1, "line_year": 2015, "counted": id(1), "lines": lines, "stock": stock }),
    )
}

fn household(seed: &mut Seed) -> Json {
    let mut home = json!({ "members": {
        id(0): { "name": "田一", "student_status": "senior_1", "health": "disabled" },
        id(1): { "name": "田二", "birth_date": "1940-12-22", "student_status": "none" },
        id(2): { "name": "田三", "id_no": "999999193912220015", "health": "chronic disabled" },
        id(3): { "name": "田四", "birth_date": "1990-13-01" },
    } });
    if seed.below(2) == 0 {
        home["planned_exit_year"] = json!(2015);
    }
    if seed.below(3) != 0 {
        home["cultivated"] = json!(seed.below(600));
    }
    home
}

fn visits(seed: &mut Seed) -> Vec<Json> {
    let visit = |seed: &mut Seed| {
        let mut visit = json!({
            "visit_type": seed.pick(&["acceptance", "acceptance", "routine"]),
            "occurred_on": seed.pick(&["2014-12-01", "2015-12-02", "2015-11-30", "soon"]),
        });
        if seed.below(4) != 0 {
            visit["income_as_told"] = json!(seed.below(900_000));
        }
        visit
    };
    (0..seed.below(4)).map(|_| visit(seed)).collect()
}

fn entries(seed: &mut Seed) -> Vec<Entry> {
    let entry = |seed: &mut Seed| Entry {
        author: seed.pick(&["甲", "甲", "乙"]).into(),
        day: seed.pick(&["2015-12-01", "2015-12-01", "2015-12-02"]).into(),
        household: seed.pick(&HOMES).into(),
        item: seed.pick(&["business_pig", "wage_local"]).into(),
        amount: i64::from(seed.below(3) != 0) * 5_000,
    };
    (0..seed.below(14)).map(|_| entry(seed)).collect()
}
