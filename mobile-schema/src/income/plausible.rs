//! Figures held against what else is known: the county's ranges, the animals there were, other households of the same day,
//! and what the household told the acceptance visitor (domain §8.6).

use super::prompt::{MU, Prompt, PromptRule, Seen};
use crate::answer;
use crate::calendar::{Date, Month};
use crate::lines;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Households with one amount from which it is asked about.
const ALIKE: usize = 3;
/// Units of animals that are counted; what is sold by weight says nothing about how many.
const HEADS: [&str; 7] = ["头", "只", "口", "羽", "匹", "箱", "群"];
/// Animals, and the item each is sold as.
const ANIMALS: [(&str, &str); 5] = [
    ("pig", "business_pig"),
    ("cattle", "business_cattle"),
    ("goat", "business_goat"),
    ("poultry", "business_poultry"),
    ("bee", "business_bee"),
];
/// Items with which animals come to the household.
const COMING: [&str; 2] = ["expense_young_stock", "oneoff_stock"];

/// A line that somebody entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Who entered it.
    pub author: String,
    /// On which day, `YYYY-MM-DD`.
    pub day: String,
    /// Record id of the household.
    pub household: String,
    /// Code of the item.
    pub item: String,
    /// Fen.
    pub amount: i64,
}

/// The four rules, in a fixed order.
pub(super) fn prompts(seen: &Seen) -> Vec<Prompt> {
    let mut all = ranges(seen);
    all.extend(ANIMALS.iter().filter_map(|animal| more_sold(seen, *animal)));
    all.extend(alike(seen.asked.entries, seen.asked.home));
    all.extend(told_otherwise(seen));
    all
}

fn text<'a>(line: &'a Map<String, Value>, name: &str) -> &'a str {
    line.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A quantity in hundredths; nothing where none is said.
fn hundredths(line: &Map<String, Value>) -> i64 {
    whole(line.get("quantity").and_then(Value::as_f64).unwrap_or_default() * 100.0)
}

#[allow(clippy::cast_possible_truncation, reason = "`as` saturates, and forms let nothing so large through")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// Land of a line in hundredths of a mu: its quantity where that is land, else what is said beside it.
pub(super) fn land(line: &Map<String, Value>) -> i64 {
    if text(line, "unit").trim() == MU {
        return hundredths(line);
    }
    line.get("planted").and_then(Value::as_i64).unwrap_or_default()
}

/// Price and yield of every line against the range of its item and unit.
fn ranges(seen: &Seen) -> Vec<Prompt> {
    let mut found = Vec::new();
    for (id, line) in lines::standing(seen.asked.answers, "lines") {
        let (item, unit) = (text(line, "item"), text(line, "unit").trim());
        let range = seen.asked.catalogue.ranges.iter().find(|one| one.item == item && one.unit == unit);
        let (Some(range), quantity) =
            (range, line.get("quantity").and_then(Value::as_f64).unwrap_or_default())
        else {
            continue;
        };
        if quantity <= 0.0 {
            continue;
        }
        let outside = |rule, value: i64, bounds: Option<(i64, i64)>| {
            let (low, high) = bounds.filter(|(low, high)| value < *low || value > *high)?;
            let values = [
                ("high", high.into()),
                ("item", item.into()),
                ("low", low.into()),
                ("unit", unit.into()),
                ("value", value.into()),
            ];
            Some(Prompt::new(rule, id, values))
        };
        if let Some(price) = price(line, quantity) {
            found.extend(outside(PromptRule::PriceRange, price, range.price()));
        }
        let planted = land(line);
        if planted > 0 && unit != MU {
            #[allow(clippy::cast_precision_loss, reason = "hundredths of a mu of one household")]
            let per_mu = whole(quantity * 10_000.0 / planted as f64);
            found.extend(outside(PromptRule::YieldRange, per_mu, range.yields()));
        }
    }
    found
}

/// Fen a unit: as it was said, else as amount and quantity say.
fn price(line: &Map<String, Value>, quantity: f64) -> Option<i64> {
    let said = line.get("unit_price").and_then(Value::as_i64);
    #[allow(clippy::cast_precision_loss, reason = "a form's money is below 2^53")]
    let divided = || line.get("amount").and_then(Value::as_i64).map(|fen| whole(fen as f64 / quantity));
    said.or_else(divided)
}

/// Animals in hundredths that a month says of one kind.
struct Herd {
    start: Option<i64>,
    born: i64,
    bought: i64,
    sold: i64,
}

fn herd(answers: &Value, (animal, item): (&str, &str)) -> Herd {
    let (mut herd, count) =
        (Herd { start: None, born: 0, bought: 0, sold: 0 }, |row: &Map<String, Value>, name| {
            row.get(name).and_then(Value::as_i64).map(|heads: i64| heads.saturating_mul(100))
        });
    for (_, row) in answer::elements(answers, "stock").iter().filter(|(_, row)| text(row, "animal") == animal)
    {
        herd.start = count(row, "start").or(herd.start);
        herd.born += count(row, "born").unwrap_or_default();
    }
    for (_, line) in lines::standing(answers, "lines") {
        if !HEADS.contains(&text(line, "unit").trim()) {
            continue;
        }
        if text(line, "item") == item {
            herd.sold += hundredths(line);
        } else if COMING.contains(&text(line, "item")) && text(line, "animal") == animal {
            herd.bought += hundredths(line);
        }
    }
    herd
}

/// More gone in the month than there were, were born and were bought. What there was is carried over from the last month
/// that counted it; while nobody did, nothing is asked.
fn more_sold(seen: &Seen, kind: (&str, &str)) -> Option<Prompt> {
    let month = |answers: &Value| answers.get("month").and_then(Value::as_str).and_then(Month::parse);
    let mut months: Vec<(Month, &Value)> =
        seen.asked.all.iter().filter_map(|one| Some((month(one)?, one))).collect();
    months.retain(|(month, _)| *month < seen.statement.month);
    months.sort_by_key(|(month, _)| *month);
    let mut have: Option<i64> = None;
    for (_, answers) in months {
        let herd = herd(answers, kind);
        have = herd.start.or(have).map(|start| (start + herd.born + herd.bought - herd.sold).max(0));
    }
    let herd = herd(seen.asked.answers, kind);
    let start = herd.start.or(have)?;
    let values = [
        ("born", herd.born.into()),
        ("bought", herd.bought.into()),
        ("sold", herd.sold.into()),
        ("start", start.into()),
    ];
    let is_more = herd.sold > start + herd.born + herd.bought;
    is_more.then(|| Prompt::new(PromptRule::MoreSoldThanStock, kind.1, values))
}

/// The same amount of one item for at least three households, entered by one person on one day: asked of each of them.
#[must_use]
pub fn alike(entries: &[Entry], home: &str) -> Vec<Prompt> {
    let mut same: BTreeMap<(&str, i64, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for one in entries.iter().filter(|one| one.amount > 0) {
        let key = (one.item.as_str(), one.amount, one.day.as_str(), one.author.as_str());
        same.entry(key).or_default().insert(&one.household);
    }
    same.retain(|_, households| households.len() >= ALIKE && households.contains(home));
    let prompt = |(item, amount, day, _): &(&str, i64, &str, &str)| {
        Prompt::new(PromptRule::AlikeHouseholds, item, [("amount", (*amount).into()), ("day", (*day).into())])
    };
    let mut found: Vec<Prompt> = same.keys().map(prompt).collect();
    found.dedup();
    found
}

/// The year as the file has it, with its last statement, against what the household told the last acceptance visit of that
/// year: more than a fifth apart.
fn told_otherwise(seen: &Seen) -> Option<Prompt> {
    let month = seen.statement.month;
    let is_last = |other: Month| other.year() != month.year() || other <= month;
    if !seen.statements.iter().all(|one| is_last(one.month)) {
        return None;
    }
    let told = seen.asked.visits.iter().filter_map(|visit| {
        let on = visit.get("occurred_on").and_then(Value::as_str).and_then(Date::parse)?;
        let is_asked = visit.get("visit_type").and_then(Value::as_str) == Some("acceptance");
        let told = visit.get("income_as_told").and_then(Value::as_i64)?;
        (is_asked && on.year() == month.year()).then_some((on, told))
    });
    let (on, told) = told.max()?;
    let net = seen.account.year_to_date.net;
    let is_apart = (i128::from(net) - i128::from(told)).abs() * 5 > i128::from(told);
    let values = [("net", net.into()), ("on", on.to_string().as_str().into()), ("told", told.into())];
    is_apart.then(|| Prompt::new(PromptRule::ToldOtherwise, "", values))
}
