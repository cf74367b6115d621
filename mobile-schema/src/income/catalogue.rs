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
