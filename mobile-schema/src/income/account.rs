//! Statements added up: the month, the year so far, the twelve months up to it and the year before. Nothing is
//! annualised, nothing is projected (domain §8.5).

use super::{Catalogue, Category, Statement};
use crate::calendar::Month;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sums over lines, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sums {
    /// 工资性.
    pub wage: i64,
    /// 生产经营性.
    pub business: i64,
    /// 财产性.
    pub property: i64,
    /// 转移性.
    pub transfer: i64,
    /// What comes once and counts by a ruling.
    pub oneoff: i64,
    /// 生产经营性支出.
    pub expense: i64,
    /// What was received and does not count.
    pub uncounted: i64,
    /// Of all counted amounts, what is an estimate.
    pub estimated: i64,
    /// Gross income 总收入: what counts, before expenses.
    pub gross: i64,
    /// Net income 纯收入: gross less expenses.
    pub net: i64,
    /// Months with a statement.
    pub months: u32,
}

impl Sums {
    fn add(&mut self, statement: &Statement, catalogue: &Catalogue) {
        self.months += 1;
        for line in &statement.lines {
            if !catalogue.counts(&line.item) {
                self.uncounted += line.amount;
                continue;
            }
            let sum = match line.category {
                Category::Wage => &mut self.wage,
                Category::Business => &mut self.business,
                Category::Property => &mut self.property,
                Category::Transfer => &mut self.transfer,
                Category::Oneoff => &mut self.oneoff,
                Category::Expense => &mut self.expense,
            };
            *sum += line.amount;
            if line.is_estimate {
                self.estimated += line.amount;
            }
        }
        self.gross = self.wage + self.business + self.property + self.transfer + self.oneoff;
        self.net = self.gross - self.expense;
    }

    /// Sums over the statements of some months.
    fn over<'a>(statements: impl Iterator<Item = &'a Statement>, catalogue: &Catalogue) -> Self {
        let mut sums = Self::default();
        statements.for_each(|statement| sums.add(statement, catalogue));
        sums
    }
}

/// A household's account as of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "IncomeAccount")]
pub struct Account {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Version of the catalogue it was added up under.
    pub catalogue: u32,
    /// That month alone.
    pub in_month: Sums,
    /// January to that month.
    pub year_to_date: Sums,
    /// The twelve months up to that month.
    pub trailing: Sums,
    /// The calendar year before.
    pub last_year: Sums,
    /// Months of the year, up to that month, that have no statement.
    pub missing: Vec<String>,
    /// Persons counted by the last statement up to that month: the denominator.
    pub persons: u32,
    /// The poverty line of the year, fen a head; none if nobody entered it.
    pub line: Option<i64>,
    /// What net income must exceed: line × persons.
    pub needed: Option<i64>,
    /// Whether the year's net income so far exceeds it. A result, never an exit.
    pub crosses: Option<bool>,
    /// Corrections nobody settled, in the year so far: they count as nothing.
    pub disputed: usize,
}

/// Whether net income is above the line: strictly, on unrounded integers, without division (INV-32).
#[must_use]
pub fn crosses(net: i64, line: i64, persons: u32) -> bool {
    persons > 0 && i128::from(net) > i128::from(line) * i128::from(persons)
}

/// Whether newer rulings ask for new signatures of what was signed under older ones (domain §8.2): only when the comparison
/// with the line turns, or net income of the year moves by more than `over` fen. Without an amount any difference asks.
#[must_use]
pub fn signs_again(signed: &Account, newer: &Account, over: Option<i64>) -> bool {
    let moved = (i128::from(newer.year_to_date.net) - i128::from(signed.year_to_date.net)).abs();
    signed.crosses != newer.crosses || moved > i128::from(over.unwrap_or_default())
}

impl Account {
    /// The account as of a month; `line` is the poverty line of its year, in fen a head.
    #[must_use]
    pub fn of(statements: &[Statement], month: Month, catalogue: &Catalogue, line: Option<i64>) -> Self {
        let among = |from: Month, to: Month| {
            let within = statements.iter().filter(move |statement| (from..=to).contains(&statement.month));
            Sums::over(within, catalogue)
        };
        let january = |year: u16| Month::new(year, 1).unwrap_or(month);
        let before = month.year().saturating_sub(1);
        let last_december = Month::new(before, 12).unwrap_or(month);
        let year_before = Month::new(before, month.number()).and_then(Month::next).unwrap_or(month);
        let year_to_date = among(january(month.year()), month);
        let latest = statements.iter().filter(|statement| statement.month <= month);
        let latest = latest.max_by_key(|statement| statement.month);
        let persons =
            latest.map_or(0, |statement| u32::try_from(statement.counted.len()).unwrap_or(u32::MAX));
        let this_year: Vec<&Statement> = statements
            .iter()
            .filter(|statement| statement.month.year() == month.year() && statement.month <= month)
            .collect();
        let missing = (1..=month.number())
            .filter_map(|number| Month::new(month.year(), number))
            .filter(|one| this_year.iter().all(|statement| statement.month != *one));
        Self {
            month: month.to_string(),
            catalogue: catalogue.version,
            in_month: among(month, month),
            trailing: among(year_before, month),
            last_year: among(january(before), last_december),
            missing: missing.map(|month| month.to_string()).collect(),
            persons,
            line,
            needed: line.map(|line| line * i64::from(persons)),
            crosses: line.map(|line| crosses(year_to_date.net, line, persons)),
            disputed: this_year.iter().map(|statement| statement.disputed).sum(),
            year_to_date,
        }
    }
}
