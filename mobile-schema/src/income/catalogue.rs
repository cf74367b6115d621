//! What counts as income is a ruling with a document and a date, and it differs between places and years (domain §8.2).
//! Changing one recomputes totals and touches no entry.

use super::Category;
use crate::calendar::Date;
use crate::choice::Choice;
use crate::forms;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A version of the rulings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// From 1; a statement names the version it was made under.
    pub version: u32,
    /// First day it is in force, `YYYY-MM-DD`.
    pub effective_from: String,
    /// The document it rests on.
    pub document: String,
    /// Items that count otherwise than their category does.
    #[serde(default)]
    pub rulings: Vec<Ruling>,
    /// What prices and yields usually are; outside it is asked about, never refused (domain §8.6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
    /// Fen by which net income of the year may move under this version before earlier signatures are asked for again,
    /// as long as the comparison with the line stays (domain §8.2); without it any difference asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resign_over: Option<i64>,
}

/// What one unit of an item usually brings, and how much of it a mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Code of the item.
    pub item: String,
    /// The unit it is about, as people write it: 斤, 头; with 亩 the price is what a mu brings.
    pub unit: String,
    /// Fen a unit, at least; both bounds or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_low: Option<i64>,
    /// At most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_high: Option<i64>,
    /// Units a mu, at least; both bounds or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yield_low: Option<i64>,
    /// At most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yield_high: Option<i64>,
}

impl Range {
    /// Bounds of the price, fen a unit.
    #[must_use]
    pub fn price(&self) -> Option<(i64, i64)> {
        self.price_low.zip(self.price_high)
    }

    /// Bounds of the yield, hundredths of a unit a mu.
    #[must_use]
    pub fn yields(&self) -> Option<(i64, i64)> {
        let (low, high) = self.yield_low.zip(self.yield_high)?;
        Some((low.saturating_mul(100), high.saturating_mul(100)))
    }

    fn fault(&self) -> Option<&'static str> {
        let is_pair = |low: Option<i64>, high: Option<i64>| match (low, high) {
            (None, None) => true,
            (Some(low), Some(high)) => 0 <= low && low <= high,
            _ => false,
        };
        if self.unit.trim() != self.unit || self.unit.is_empty() {
            return Some("has no unit");
        }
        let is_said = self.price().is_some() || self.yields().is_some();
        let is_whole = is_pair(self.price_low, self.price_high) && is_pair(self.yield_low, self.yield_high);
        (!is_said || !is_whole)
            .then_some("needs price_low and price_high, or yield_low and yield_high, low first")
    }
}

/// One item counts, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// Code of the item.
    pub item: String,
    /// Whether it is part of net income.
    pub counts: bool,
    /// The document that says so.
    pub document: String,
}

/// Why a text is no catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CatalogueError(pub String);

impl Catalogue {
    /// Reads a catalogue file (TOML).
    ///
    /// # Errors
    /// What is wrong with it: not the shape, version 0, no date, no document, an item that is unknown or named twice.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        let catalogue: Self = toml::from_str(text).map_err(|error| CatalogueError(error.to_string()))?;
        let wrong = |what: String| Err(CatalogueError(what));
        if catalogue.version == 0 {
            return wrong("version: from 1".into());
        }
        if Date::parse(&catalogue.effective_from).is_none() {
            return wrong("effective_from: a day such as 2016-01-01".into());
        }
        if catalogue.document.trim().is_empty() {
            return wrong("document: the document it rests on".into());
        }
        let known = items();
        for (place, ruling) in catalogue.rulings.iter().enumerate() {
            if !known.iter().any(|item| item.code == ruling.item) {
                return wrong(format!("rulings: there is no item `{}`", ruling.item));
            }
            if ruling.document.trim().is_empty() {
                return wrong(format!("rulings: `{}` has no document", ruling.item));
            }
            if catalogue.rulings[..place].iter().any(|other| other.item == ruling.item) {
                return wrong(format!("rulings: `{}` is named twice", ruling.item));
            }
        }
        if catalogue.resign_over.is_some_and(|fen| fen < 0) {
            return wrong("resign_over: fen, at least 0".into());
        }
        for (place, range) in catalogue.ranges.iter().enumerate() {
            if !known.iter().any(|item| item.code == range.item) {
                return wrong(format!("ranges: there is no item `{}`", range.item));
            }
            if let Some(fault) = range.fault() {
                return wrong(format!("ranges: `{}` {fault}", range.item));
            }
            let is_same = |other: &Range| (&other.item, &other.unit) == (&range.item, &range.unit);
            if catalogue.ranges[..place].iter().any(is_same) {
                return wrong(format!("ranges: `{}` by {} is named twice", range.item, range.unit));
            }
        }
        Ok(catalogue)
    }

    /// Whether an item is part of net income; expenses count by being subtracted.
    #[must_use]
    pub fn counts(&self, item: &str) -> bool {
        let ruling = self.rulings.iter().find(|ruling| ruling.item == item);
        let category = Category::of(item);
        ruling.map_or(category.is_some_and(|category| category != Category::Oneoff), |ruling| ruling.counts)
    }
}

/// The catalogue everybody has: every category counts, what is given once does not. No place's policy.
#[must_use]
pub fn built_in() -> &'static Catalogue {
    static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue {
        version: 1,
        effective_from: "2010-01-01".into(),
        document: "国家统计指标口径".into(),
        rulings: Vec::new(),
        ranges: Vec::new(),
        resign_over: None,
    });
    &BUILT_IN
}

/// The catalogue in force on a day: of those that began by then the one that began last.
#[must_use]
pub fn in_force<'a>(catalogues: &'a [Catalogue], on: &str) -> Option<&'a Catalogue> {
    let begun = catalogues.iter().filter(|catalogue| catalogue.effective_from.as_str() <= on);
    begun.max_by_key(|catalogue| (catalogue.effective_from.as_str(), catalogue.version))
}

/// Every item of the form.
fn items() -> &'static [Choice] {
    let line = forms::newest("income").and_then(|form| form.repeat("lines"));
    line.and_then(|lines| lines.element_field("item")).map_or(&[], |item| item.choices.as_slice())
}
