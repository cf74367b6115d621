//! One month of one household, read from the answers of an `income` record.

use super::Category;
use crate::calendar::Month;
use crate::lines;
use serde_json::{Map, Value};

/// A line that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomeLine {
    /// Element id.
    pub id: String,
    /// Code of the item.
    pub item: String,
    /// What the item is.
    pub category: Category,
    /// Fen, never negative.
    pub amount: i64,
    /// Whether it is somebody's estimate or ratio and not the household's word or a list: starred wherever shown.
    pub is_estimate: bool,
    /// Element id of the member it belongs to, if it says one.
    pub member: Option<String>,
}

/// One month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The month.
    pub month: Month,
    /// Version of the catalogue it was made under.
    pub catalogue: u32,
    /// Year of the poverty line it is held against.
    pub line_year: u16,
    /// Element ids of the members counted.
    pub counted: Vec<String>,
    /// Lines that stand.
    pub lines: Vec<IncomeLine>,
    /// Lines that two people corrected differently: none of them counts until somebody settles it.
    pub disputed: usize,
}

impl Statement {
    /// Reads a record's answers; nothing for a record that says no month. Lines without an item anybody knows, or
    /// without an amount, are not there yet.
    #[must_use]
    pub fn read(answers: &Value) -> Option<Self> {
        let text = |name: &str| answers.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| answers.get(name).and_then(Value::as_u64).unwrap_or_default();
        Some(Self {
            month: Month::parse(text("month"))?,
            catalogue: u32::try_from(number("catalogue")).unwrap_or_default(),
            line_year: u16::try_from(number("line_year")).unwrap_or_default(),
            counted: text("counted").split_whitespace().map(str::to_owned).collect(),
            lines: lines::standing(answers, "lines").into_iter().filter_map(line).collect(),
            disputed: lines::disputed(answers, "lines").len(),
        })
    }
}

fn line((id, fields): (&str, &Map<String, Value>)) -> Option<IncomeLine> {
    let item = fields.get("item")?.as_str()?;
    let amount = fields.get("amount")?.as_i64().filter(|amount| *amount >= 0)?;
    let source = fields.get("source").and_then(Value::as_str).unwrap_or_default();
    let member = fields.get("member").and_then(Value::as_str).filter(|member| !member.is_empty());
    Some(IncomeLine {
        id: id.to_owned(),
        item: item.to_owned(),
        category: Category::of(item)?,
        amount,
        is_estimate: matches!(source, "cadre_estimate" | "standard_ratio"),
        member: member.map(str::to_owned),
    })
}
