//! What is asked about an account before it is signed (domain §8.6). A prompt asks, it never decides: the answer is stored
//! beside the lines, and the leader sees both. Its twin is `web/engine/src/income/prompt.ts`; both run the same vectors.

use super::account::Account;
use super::plausible::{self, Entry};
use super::{Catalogue, Category, IncomeLine, Statement};
use crate::calendar::{Date, Month};
use crate::lines;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromptRule {
    /// More than three times what the item was a year ago.
    MoreThanLastYear,
    /// Never before, and large, in the year of the exit.
    NewLargeItem,
    /// Above the line by at most a twentieth, in the year of the exit.
    JustAboveLine,
    /// A student, a disabled person or somebody over 75 with wages.
    UnlikelyEarner,
    /// More land planted than there is.
    MoreLandThanThereIs,
    /// A price outside the range of the catalogue.
    PriceRange,
    /// A yield outside it.
    YieldRange,
    /// More animals gone than there were, were born and were bought.
    MoreSoldThanStock,
    /// The same amount for at least three households, by one person on one day.
    AlikeHouseholds,
    /// The household told the acceptance visitor something else.
    ToldOtherwise,
}

impl PromptRule {
    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MoreThanLastYear => "more_than_last_year",
            Self::NewLargeItem => "new_large_item",
            Self::JustAboveLine => "just_above_line",
            Self::UnlikelyEarner => "unlikely_earner",
            Self::MoreLandThanThereIs => "more_land_than_there_is",
            Self::PriceRange => "price_range",
            Self::YieldRange => "yield_range",
            Self::MoreSoldThanStock => "more_sold_than_stock",
            Self::AlikeHouseholds => "alike_households",
            Self::ToldOtherwise => "told_otherwise",
        }
    }
}

/// A value of the sentence: fen, hundredths or a count; a name, a date or a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PromptValue {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl From<i64> for PromptValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for PromptValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A question about a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Prompt {
    /// What is asked.
    pub rule: PromptRule,
    /// Item or line it is about; empty for the whole statement. Names the prompt together with rule and values.
    pub about: String,
    /// Values for the sentence.
    pub values: BTreeMap<String, PromptValue>,
}

/// Most characters of a prompt's name: the field `prompts/*/rule` of the form.
const NAME: usize = 40;

impl Prompt {
    pub(super) fn new<const N: usize>(
        rule: PromptRule,
        about: &str,
        values: [(&str, PromptValue); N],
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { rule, about: about.to_owned(), values }
    }

    /// What an answer is stored under: asked again when what it is about changes.
    #[must_use]
    pub fn name(&self) -> String {
        let text = |value: &PromptValue| match value {
            PromptValue::Number(number) => number.to_string(),
            PromptValue::Text(text) => text.clone(),
        };
        let values: Vec<String> = self.values.values().map(text).collect();
        format!("{}:{}", self.rule.as_str(), values.join("/")).chars().take(NAME).collect()
    }

    /// The element of the statement that answers it: the newest by id where several do.
    #[must_use]
    pub fn answer<'a>(&self, answers: &'a Value) -> Option<crate::answer::Element<'a>> {
        let name = self.name();
        let text = |element: &serde_json::Map<String, Value>, field: &str| {
            element.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let mut found = lines::current(answers, "prompts");
        found.retain(|(_, one)| text(one, "rule") == name && text(one, "line") == self.about);
        found.pop()
    }
}

/// What is known of a household when its month is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Answers of the statement.
    pub answers: &'a Value,
    /// Answers of all its statements, this one among them.
    pub all: &'a [Value],
    /// Its own record: members, cultivated land, planned exit year.
    pub household: &'a Value,
    /// Its visits.
    pub visits: &'a [Value],
    /// Lines of this and other households, with who entered them when.
    pub entries: &'a [Entry],
    /// Record id of the household in `entries`.
    pub home: &'a str,
    /// What counts.
    pub catalogue: &'a Catalogue,
    /// Fen a head; none if nobody entered it.
    pub line: Option<i64>,
    /// Today in Asia/Shanghai.
    pub today: Date,
}

/// What the rules look at.
pub(super) struct Seen<'a> {
    pub asked: &'a Asked<'a>,
    pub statement: Statement,
    pub statements: Vec<Statement>,
    pub account: Account,
}

/// Everything to be asked, in a fixed order; nothing for a record that says no month.
#[must_use]
pub fn prompts(asked: &Asked) -> Vec<Prompt> {
    let Some(statement) = Statement::read(asked.answers) else { return Vec::new() };
    let statements: Vec<Statement> = asked.all.iter().filter_map(Statement::read).collect();
    let account = Account::of(&statements, statement.month, asked.catalogue, asked.line);
    let seen = Seen { asked, statement, statements, account };
    let rules = [more_than_last_year, new_large_items, just_above, unlikely_earners, more_land];
    let older = rules.iter().flat_map(|rule| rule(&seen));
    older.chain(plausible::prompts(&seen)).collect()
}

const TIMES: i64 = 3;
const OLD: i32 = 75;
const CROPS: [&str; 6] = [
    "business_grain",
    "business_vegetable",
    "business_pepper",
    "business_fruit",
    "business_tobacco",
    "business_herb",
];
/// The unit of land.
pub(super) const MU: &str = "亩";

/// Sums by item, in the order of the lines.
fn totals<'a>(lines: impl Iterator<Item = &'a IncomeLine>) -> Vec<(&'a str, i64)> {
    let mut sums: Vec<(&str, i64)> = Vec::new();
    for line in lines {
        match sums.iter_mut().find(|(item, _)| *item == line.item) {
            Some((_, sum)) => *sum += line.amount,
            None => sums.push((&line.item, line.amount)),
        }
    }
    sums
}

fn more_than_last_year(seen: &Seen) -> Vec<Prompt> {
    let month = seen.statement.month;
    let Some(then) = Month::new(month.year().saturating_sub(1), month.number()) else { return Vec::new() };
    let before = totals(seen.statements.iter().filter(|one| one.month == then).flat_map(|one| &one.lines));
    let asked = totals(seen.statement.lines.iter()).into_iter().filter_map(|(item, amount)| {
        let last = before.iter().find(|(other, _)| *other == item).map_or(0, |(_, last)| *last);
        let values = [("amount", amount.into()), ("last", last.into())];
        (last > 0 && amount > TIMES * last).then(|| Prompt::new(PromptRule::MoreThanLastYear, item, values))
    });
    asked.collect()
}

fn is_exit_year(seen: &Seen) -> bool {
    let planned = seen.asked.household.get("planned_exit_year").and_then(Value::as_u64);
    planned == Some(u64::from(seen.statement.month.year()))
}

/// An item that never appeared before, larger than the line of one person, in the year of the exit.
fn new_large_items(seen: &Seen) -> Vec<Prompt> {
    let Some(line) = seen.asked.line.filter(|_| is_exit_year(seen)) else { return Vec::new() };
    let earlier = seen.statements.iter().filter(|one| one.month < seen.statement.month);
    let known = totals(earlier.flat_map(|one| &one.lines));
    let is_new = |(item, amount): &(&str, i64)| {
        known.iter().all(|(other, _)| other != item)
            && *amount > line
            && Category::of(item) != Some(Category::Expense)
    };
    let new = totals(seen.statement.lines.iter()).into_iter().filter(is_new);
    let prompt = |(item, amount): (&str, i64)| {
        Prompt::new(PromptRule::NewLargeItem, item, [("amount", amount.into())])
    };
    new.map(prompt).collect()
}

/// The rounding-up zone: above the line by at most a twentieth.
fn just_above(seen: &Seen) -> Vec<Prompt> {
    let Some(needed) = seen.account.needed.filter(|_| seen.account.persons > 0 && is_exit_year(seen)) else {
        return Vec::new();
    };
    let net = seen.account.year_to_date.net;
    let is_near = net > needed && i128::from(net) * 20 <= i128::from(needed) * 21;
    let values = [("needed", needed.into()), ("net", net.into())];
    is_near.then(|| Prompt::new(PromptRule::JustAboveLine, "", values)).into_iter().collect()
}

fn unlikely_earners(seen: &Seen) -> Vec<Prompt> {
    let wages = seen.statement.lines.iter().filter(|line| line.category == Category::Wage);
    let asked = wages.filter_map(|line| {
        let member = line.member.as_deref()?;
        let member = seen.asked.household.get("members").and_then(|members| members.get(member));
        let text = |name: &str| {
            member.and_then(|member| member.get(name)).and_then(Value::as_str).unwrap_or_default()
        };
        let is_old = age(text("id_no"), text("birth_date"), seen.asked.today).is_some_and(|age| age > OLD);
        let why = match text("student_status") {
            "" | "none" if is_old => "old",
            "" | "none" if text("health").split(' ').any(|one| one == "disabled") => "disabled",
            "" | "none" => return None,
            _ => "student",
        };
        let values = [
            ("amount", line.amount.into()),
            ("item", line.item.as_str().into()),
            ("name", text("name").into()),
            ("why", why.into()),
        ];
        Some(Prompt::new(PromptRule::UnlikelyEarner, &line.id, values))
    });
    asked.collect()
}

fn age(id: &str, birth_date: &str, today: Date) -> Option<i32> {
    let birth = if id.len() == 18 && id.is_ascii() {
        Date::parse(&format!("{}-{}-{}", &id[6..10], &id[10..12], &id[12..14]))
    } else {
        Date::parse(birth_date)
    };
    birth.map(|birth| today.years_since(birth))
}

/// Crops of more land than the household has or rents. Areas are hundredths of a mu.
fn more_land(seen: &Seen) -> Vec<Prompt> {
    let cultivated = seen.asked.household.get("cultivated").and_then(Value::as_i64);
    let Some(cultivated) = cultivated else { return Vec::new() };
    let standing = lines::standing(seen.asked.answers, "lines");
    let crops = standing.iter().filter(|(_, line)| {
        line.get("item").and_then(Value::as_str).is_some_and(|item| CROPS.contains(&item))
    });
    let planted: i64 = crops.map(|(_, line)| plausible::land(line)).sum();
    let values = [("cultivated", cultivated.into()), ("planted", planted.into())];
    let is_more = planted > cultivated;
    is_more.then(|| Prompt::new(PromptRule::MoreLandThanThereIs, "", values)).into_iter().collect()
}
