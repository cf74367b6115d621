//! The income account of a household (domain §8): statements of months, made of lines that are never overwritten, added
//! up under a catalogue that says what counts. Totals are computed, never typed (INV-31); the comparison with the line is
//! exact and strict (INV-32), and never an exit by itself.

mod account;
mod catalogue;
mod plausible;
mod prompt;
mod statement;

pub use account::{Account, Sums, crosses, signs_again};
pub use catalogue::{Catalogue, CatalogueError, Range, Ruling, built_in, in_force};
pub use plausible::{Entry, alike};
pub use prompt::{Asked, Prompt, PromptRule, PromptValue, prompts};
pub use statement::{IncomeLine, Statement};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an item is: the part of its code before the first `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 工资性.
    Wage,
    /// 生产经营性.
    Business,
    /// 财产性.
    Property,
    /// 转移性.
    Transfer,
    /// 生产经营性支出; subtracted.
    Expense,
    /// 一次性: help that comes once; not counted unless a ruling says so.
    Oneoff,
}

impl Category {
    /// The part of an item's code that says so.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wage => "wage",
            Self::Business => "business",
            Self::Property => "property",
            Self::Transfer => "transfer",
            Self::Expense => "expense",
            Self::Oneoff => "oneoff",
        }
    }

    /// The category of an item; none for a code nobody knows.
    #[must_use]
    pub fn of(item: &str) -> Option<Self> {
        let all = [Self::Wage, Self::Business, Self::Property, Self::Transfer, Self::Expense, Self::Oneoff];
        let (word, _) = item.split_once('_')?;
        all.into_iter().find(|category| category.as_str() == word)
    }
}

#[cfg(test)]
mod tests;
