//! Expressions decide what is asked, needed, allowed and computed. Authors write XLSForm text
//! (`${x} > 5 and selected(${y}, 'a')`); it is parsed and resolved once, here, into a tree that is stored
//! in the compiled form, so that a phone only ever evaluates trees.
//!
//! # What authors write
//! - `${name}`: a field; inside a repeat a field of the same element, else of the record.
//! - `${members}`: the elements of a repeat (their ids); `${members/age}`: one field of each of them.
//! - `${members}[${age} < 16]`: only those where the test holds; inside the brackets `${…}` is the element.
//! - `.`: the answer being checked. `'text'`, `1.5`, `true()`, `false()`, `today()`.
//! - `+ - * div mod`, `= != < <= > >=`, `and or not()`, and the functions of [`Function`].
//!
//! # What they mean
//! - No answer, null and `''` are *empty*. Empty as text is `''`, as a number is not-a-number, as a truth
//!   is false. A comparison with not-a-number is false, except `!=`.
//! - `=` compares as truths when one side is a truth, as numbers when one is a number, else as text.
//! - `<` compares two dates, two months or two times as such, everything else as numbers.
//! - A date as a number is days since 1970-01-01, so `today() - ${d}` is days.
//! - A list compared holds when it holds for one of its values. A list elsewhere is its first value.
//! - `sum`, `min`, `max`, `join` skip empty values; `count` does not. Removed elements are in no list, nor
//!   are lines of an immutable repeat that were corrected or are disputed ([`crate::lines`]).

pub mod evaluate;
mod function;
mod lex;
pub(crate) mod parse;
mod value;

pub use function::Function;
pub use value::Value;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Deepest tree; compiled forms stay within it, the evaluator answers empty beyond it.
pub const MAX_DEPTH: usize = 40;

/// Most nodes of one tree, after calculated fields were put in.
pub const MAX_NODES: usize = 2_000;

/// A resolved expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Expression {
    /// A text.
    Text {
        /// The text.
        value: String,
    },
    /// A number.
    Number {
        /// The number.
        value: f64,
    },
    /// `true()` or `false()`.
    Boolean {
        /// Which.
        value: bool,
    },
    /// `.`: the answer being checked.
    This,
    /// A field of the record.
    Root {
        /// Field name.
        name: String,
    },
    /// A field of the element the expression is evaluated in.
    Element {
        /// Field name.
        name: String,
    },
    /// A value of each present element of a repeat.
    Each {
        /// Name of the repeat.
        repeat: String,
        /// Only the lines that stand: the repeat is immutable ([`crate::lines`]).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        standing: bool,
        /// What of each element; its id when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Box<Expression>>,
        /// Which elements; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<Box<Expression>>,
    },
    /// Unary minus.
    Negate {
        /// Of what.
        of: Box<Expression>,
    },
    /// Two operands.
    Binary {
        /// The operator.
        operator: Operator,
        /// Left operand.
        left: Box<Expression>,
        /// Right operand.
        right: Box<Expression>,
    },
    /// A function.
    Call {
        /// Which.
        function: Function,
        /// Its arguments, as many as it takes.
        arguments: Vec<Expression>,
    },
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// True when one side is; the right side is not evaluated when the left decides.
    Or,
    /// True when both sides are.
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `div`
    Divide,
    /// `mod`: the rest has the sign of the left side.
    Modulo,
}

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {message}")]
pub struct ExpressionError {
    /// Character offset from 0.
    pub position: usize,
    /// What is wrong there.
    pub message: String,
}

impl ExpressionError {
    pub(crate) fn new(position: usize, message: impl Into<String>) -> Self {
        Self { position, message: message.into() }
    }
}

impl Expression {
    /// Always true.
    pub fn yes() -> Self {
        Self::Boolean { value: true }
    }

    /// Direct parts.
    pub fn parts(&self) -> Vec<&Expression> {
        match self {
            Self::Text { .. } | Self::Number { .. } | Self::Boolean { .. } | Self::This => Vec::new(),
            Self::Root { .. } | Self::Element { .. } => Vec::new(),
            Self::Each { value, filter, .. } => value.iter().chain(filter).map(AsRef::as_ref).collect(),
            Self::Negate { of } => vec![of],
            Self::Binary { left, right, .. } => vec![left, right],
            Self::Call { arguments, .. } => arguments.iter().collect(),
        }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        1 + self.parts().into_iter().map(Self::nodes).sum::<usize>()
    }

    /// Levels, from 1.
    pub fn depth(&self) -> usize {
        1 + self.parts().into_iter().map(Self::depth).max().unwrap_or(0)
    }
}
