//! The functions of XLSForm that forms may use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A function; its text form is the name in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "FunctionName")]
pub enum Function {
    /// `if(test, then, else)`.
    If,
    /// `not(x)`.
    Not,
    /// `coalesce(a, b, …)`: the first that is not empty.
    Coalesce,
    /// `selected(list, code)`: whether a select answer holds a code.
    Selected,
    /// `count-selected(list)`: how many codes.
    CountSelected,
    /// `count(list)`: how many elements.
    Count,
    /// `count-non-empty(list)`.
    CountNonEmpty,
    /// `sum(list)`.
    Sum,
    /// `min(list)`; empty for none.
    Min,
    /// `max(list)`; empty for none.
    Max,
    /// `join(separator, list)`.
    Join,
    /// `indexed-repeat(${members/name}, ${members}, id)`: the value in the element of that id.
    IndexedRepeat,
    /// `today()`: the date in Asia/Shanghai, given by the caller.
    Today,
    /// `date(x)`: days since 1970-01-01 as a date; a date stays; else empty.
    Date,
    /// `format-date(date, '%Y%m%d')`: `%Y %m %d`, and `%n %e` without zeros.
    FormatDate,
    /// `string-length(x)`: in Unicode characters.
    StringLength,
    /// `regex(x, 'pattern')`: whether the whole text matches. Portable subset: see `compile`.
    Regex,
    /// `concat(a, b, …)`.
    Concat,
    /// `substr(x, start, end?)`: characters from 0; negative counts from the end.
    Substr,
    /// `starts-with(x, prefix)`.
    StartsWith,
    /// `contains(x, part)`.
    Contains,
    /// `number(x)`.
    Number,
    /// `string(x)`.
    String,
    /// `int(x)`: towards zero.
    Int,
    /// `round(x)`: halves up.
    Round,
}

/// Most arguments of a function that takes any number.
const MANY: usize = 32;

impl Function {
    /// Every function.
    pub const ALL: [Function; 25] = [
        Function::If,
        Function::Not,
        Function::Coalesce,
        Function::Selected,
        Function::CountSelected,
        Function::Count,
        Function::CountNonEmpty,
        Function::Sum,
        Function::Min,
        Function::Max,
        Function::Join,
        Function::IndexedRepeat,
        Function::Today,
        Function::Date,
        Function::FormatDate,
        Function::StringLength,
        Function::Regex,
        Function::Concat,
        Function::Substr,
        Function::StartsWith,
        Function::Contains,
        Function::Number,
        Function::String,
        Function::Int,
        Function::Round,
    ];

    /// The function of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Its name as written.
    pub fn name(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::Not => "not",
            Self::Coalesce => "coalesce",
            Self::Selected => "selected",
            Self::CountSelected => "count-selected",
            Self::Count => "count",
            Self::CountNonEmpty => "count-non-empty",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Join => "join",
            Self::IndexedRepeat => "indexed-repeat",
            Self::Today => "today",
            Self::Date => "date",
            Self::FormatDate => "format-date",
            Self::StringLength => "string-length",
            Self::Regex => "regex",
            Self::Concat => "concat",
            Self::Substr => "substr",
            Self::StartsWith => "starts-with",
            Self::Contains => "contains",
            Self::Number => "number",
            Self::String => "string",
            Self::Int => "int",
            Self::Round => "round",
        }
    }

    /// How many arguments it takes.
    pub fn arity(self) -> RangeInclusive<usize> {
        match self {
            Self::Today => 0..=0,
            Self::Not | Self::CountSelected | Self::Count | Self::CountNonEmpty | Self::Sum => 1..=1,
            Self::Min | Self::Max | Self::Date | Self::StringLength | Self::Number => 1..=1,
            Self::String | Self::Int | Self::Round => 1..=1,
            Self::Selected | Self::Join | Self::FormatDate | Self::Regex => 2..=2,
            Self::StartsWith | Self::Contains => 2..=2,
            Self::Substr => 2..=3,
            Self::If | Self::IndexedRepeat => 3..=3,
            Self::Coalesce | Self::Concat => 1..=MANY,
        }
    }

    /// Which argument must be a list (`${members}` or `${members/age}`), if one must.
    pub fn list_arguments(self) -> &'static [usize] {
        match self {
            Self::Count | Self::CountNonEmpty | Self::Sum | Self::Min | Self::Max => &[0],
            Self::Join => &[1],
            Self::IndexedRepeat => &[0, 1],
            _ => &[],
        }
    }
}
