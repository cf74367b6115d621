//! The evaluator: total, without clock or randomness. Anything that makes no sense is empty.

use super::value::{equal, order};
use super::{Expression, Function, MAX_DEPTH, Operator, Value};
use crate::answer::{Element, elements};
use crate::calendar::Date;
use crate::lines;
use serde_json::{Map, Value as Json};
use std::cmp::Ordering;

/// What an evaluation may know beyond the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Today in Asia/Shanghai, by whoever asks.
    pub today: Date,
}

/// Where an expression is evaluated.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The record's answers.
    pub answers: &'a Json,
    /// The element, inside a repeat.
    pub element: Option<&'a Map<String, Json>>,
    /// The answer being checked.
    pub this: Value,
    /// Today.
    pub context: Context,
}

impl<'a> Scope<'a> {
    /// The record itself.
    pub fn root(answers: &'a Json, context: Context) -> Self {
        Self { answers, element: None, this: Value::Empty, context }
    }

    /// One element of a repeat.
    pub fn inside(&self, element: &'a Map<String, Json>) -> Self {
        Self { element: Some(element), ..self.clone() }
    }

    /// With an answer as `.`.
    pub fn with_this(&self, this: Value) -> Self {
        Self { this, ..self.clone() }
    }
}

/// The value of an expression.
pub fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Value {
    at_depth(expression, scope, 0)
}

/// Whether an expression holds.
pub fn holds(expression: &Expression, scope: &Scope<'_>) -> bool {
    evaluate(expression, scope).to_boolean()
}

fn at_depth(expression: &Expression, scope: &Scope<'_>, depth: usize) -> Value {
    if depth >= MAX_DEPTH {
        return Value::Empty;
    }
    let deeper = depth + 1;
    match expression {
        Expression::Text { value } => Value::Text(value.clone()),
        Expression::Number { value } => Value::Number(*value),
        Expression::Boolean { value } => Value::Boolean(*value),
        Expression::This => scope.this.clone(),
        Expression::Root { name } => Value::from_json(scope.answers.get(name)),
        Expression::Element { name } => Value::from_json(scope.element.and_then(|element| element.get(name))),
        Expression::Each { repeat, standing, value, filter } => {
            let elements = if *standing {
                lines::standing(scope.answers, repeat)
            } else {
                elements(scope.answers, repeat)
            };
            each(elements, value.as_deref(), filter.as_deref(), scope, deeper)
        }
        Expression::Negate { of } => Value::Number(-at_depth(of, scope, deeper).to_number()),
        Expression::Binary { operator, left, right } => binary(*operator, left, right, scope, deeper),
        Expression::Call { function, arguments } => call(*function, arguments, scope, deeper),
    }
}

fn each(
    elements: Vec<Element<'_>>,
    value: Option<&Expression>,
    filter: Option<&Expression>,
    scope: &Scope<'_>,
    depth: usize,
) -> Value {
    let mut values = Vec::new();
    for (id, element) in elements {
        let inner = scope.inside(element);
        let found = value.map_or_else(|| Value::Text(id.to_string()), |v| at_depth(v, &inner, depth).first());
        let filtered = inner.with_this(found.clone());
        if filter.is_none_or(|test| at_depth(test, &filtered, depth).to_boolean()) {
            values.push(found);
        }
    }
    Value::List(values)
}

fn binary(
    operator: Operator,
    left: &Expression,
    right: &Expression,
    scope: &Scope<'_>,
    depth: usize,
) -> Value {
    let left = at_depth(left, scope, depth);
    match operator {
        Operator::Or if left.to_boolean() => return Value::Boolean(true),
        Operator::And if !left.to_boolean() => return Value::Boolean(false),
        _ => {}
    }
    let right = at_depth(right, scope, depth);
    let number = |f: fn(f64, f64) -> f64| Value::Number(f(left.to_number(), right.to_number()));
    match operator {
        Operator::Or | Operator::And => Value::Boolean(right.to_boolean()),
        Operator::Add => number(|a, b| a + b),
        Operator::Subtract => number(|a, b| a - b),
        Operator::Multiply => number(|a, b| a * b),
        Operator::Divide => number(|a, b| a / b),
        Operator::Modulo => number(|a, b| a % b),
        _ => Value::Boolean(compare(operator, &left, &right)),
    }
}

fn compare(operator: Operator, left: &Value, right: &Value) -> bool {
    if let Value::List(values) = left {
        return values.iter().any(|value| compare(operator, value, right));
    }
    if let Value::List(values) = right {
        return values.iter().any(|value| compare(operator, left, value));
    }
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => !equal(left, right),
        Operator::Less => order(left, right) == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order(left, right) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
        _ => false,
    }
}

/// The arguments of a call, evaluated when asked for.
struct Arguments<'a> {
    expressions: &'a [Expression],
    scope: &'a Scope<'a>,
    depth: usize,
}

impl Arguments<'_> {
    fn value(&self, index: usize) -> Value {
        self.expressions.get(index).map_or(Value::Empty, |e| at_depth(e, self.scope, self.depth))
    }

    fn text(&self, index: usize) -> String {
        self.value(index).to_text()
    }

    fn number(&self, index: usize) -> f64 {
        self.value(index).to_number()
    }

    fn list(&self, index: usize) -> Vec<Value> {
        match self.value(index) {
            Value::List(values) => values,
            Value::Empty => Vec::new(),
            one => vec![one],
        }
    }

    fn present(&self, index: usize) -> Vec<Value> {
        self.list(index).into_iter().filter(|value| !value.is_empty()).collect()
    }

    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.expressions.len()).map(|index| self.value(index))
    }
}

fn call(function: Function, expressions: &[Expression], scope: &Scope<'_>, depth: usize) -> Value {
    let arguments = Arguments { expressions, scope, depth };
    match function {
        Function::If => arguments.value(if arguments.value(0).to_boolean() { 1 } else { 2 }).first(),
        Function::Not => Value::Boolean(!arguments.value(0).to_boolean()),
        Function::Coalesce => {
            let first = arguments.all().map(Value::first).find(|value| !value.is_empty());
            first.unwrap_or(Value::Empty)
        }
        Function::Count => count(arguments.list(0).len()),
        Function::CountNonEmpty => count(arguments.present(0).len()),
        Function::Sum => Value::Number(arguments.present(0).iter().map(Value::to_number).sum::<f64>() + 0.0),
        Function::Min => extreme(&arguments, f64::min),
        Function::Max => extreme(&arguments, f64::max),
        Function::IndexedRepeat => indexed_repeat(&arguments),
        Function::Today => Value::Text(scope.context.today.to_string()),
        Function::Date => date(arguments.value(0).first()),
        Function::FormatDate => format_date(&arguments.text(0), &arguments.text(1)),
        Function::Number => Value::Number(arguments.number(0)),
        Function::Int => Value::Number(arguments.number(0).trunc()),
        Function::Round => Value::Number((arguments.number(0) + 0.5).floor()),
        _ => text_call(function, &arguments),
    }
}

fn text_call(function: Function, arguments: &Arguments<'_>) -> Value {
    match function {
        Function::Selected => Value::Boolean(codes(&arguments.text(0)).any(|code| code == arguments.text(1))),
        Function::CountSelected => count(codes(&arguments.text(0)).count()),
        Function::Join => {
            let texts: Vec<_> = arguments.present(1).iter().map(Value::to_text).collect();
            Value::Text(texts.join(&arguments.text(0)))
        }
        Function::StringLength => count(arguments.text(0).chars().count()),
        Function::Regex => Value::Boolean(matches_whole(&arguments.text(0), &arguments.text(1))),
        Function::Concat => Value::Text(arguments.all().map(|value| value.to_text()).collect()),
        Function::Substr => substr(arguments),
        Function::StartsWith => Value::Boolean(arguments.text(0).starts_with(&arguments.text(1))),
        Function::Contains => Value::Boolean(arguments.text(0).contains(&arguments.text(1))),
        Function::String => Value::Text(arguments.text(0)),
        _ => Value::Empty,
    }
}

fn count(number: usize) -> Value {
    Value::Number(u32::try_from(number).map_or(f64::INFINITY, f64::from))
}

/// The codes of a select answer.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|code| !code.is_empty())
}

fn extreme(arguments: &Arguments<'_>, pick: fn(f64, f64) -> f64) -> Value {
    let numbers = arguments.present(0).into_iter().map(|value| value.to_number()).filter(|n| !n.is_nan());
    numbers.reduce(pick).map_or(Value::Empty, Value::Number)
}

fn indexed_repeat(arguments: &Arguments<'_>) -> Value {
    let wanted = arguments.text(2);
    let place = arguments.list(1).iter().position(|id| id.to_text() == wanted);
    place.and_then(|index| arguments.list(0).into_iter().nth(index)).unwrap_or(Value::Empty)
}

fn date(value: Value) -> Value {
    let days = value.to_number().floor();
    if days.is_nan() || days.abs() > 1e9 {
        return Value::Empty;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
    let date = Date::from_days_since_epoch(days as i64);
    date.map_or(Value::Empty, |date| Value::Text(date.to_string()))
}

fn format_date(text: &str, format: &str) -> Value {
    let Some(date) = Date::parse(text) else { return Value::Empty };
    let formatted = format
        .replace("%Y", &format!("{:04}", date.year()))
        .replace("%m", &format!("{:02}", date.month_number()))
        .replace("%d", &format!("{:02}", date.day()))
        .replace("%n", &date.month_number().to_string())
        .replace("%e", &date.day().to_string());
    Value::Text(formatted)
}

fn substr(arguments: &Arguments<'_>) -> Value {
    let characters: Vec<char> = arguments.text(0).chars().collect();
    let length = characters.len();
    let place = |index: usize| {
        let number = arguments.number(index).trunc();
        #[expect(clippy::cast_precision_loss, reason = "texts are far shorter than 2^52")]
        let total = length as f64;
        let from_start = if number < 0.0 { number + total } else { number };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the length")]
        let place = from_start.clamp(0.0, total) as usize;
        place
    };
    let start = place(1);
    let end = if arguments.expressions.len() > 2 { place(2) } else { length };
    Value::Text(characters.get(start..end).unwrap_or(&[]).iter().collect())
}

/// Whether the whole text matches; a pattern that is none matches nothing.
fn matches_whole(text: &str, pattern: &str) -> bool {
    regex_lite::Regex::new(&format!("(?s)^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}
