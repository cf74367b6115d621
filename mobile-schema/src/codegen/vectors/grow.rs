//! Trees grown at random from a fixed seed, so that both evaluators meet what no author thinks of.

use super::evaluate_case;
use super::seed::Seed;
use crate::expression::{Expression, Function, Operator};
use serde_json::{Value as Json, json};

/// How many trees.
const TREES: usize = 300;

/// Depth of a tree.
const DEPTH: usize = 4;

const OPERATORS: [Operator; 13] = [
    Operator::Or,
    Operator::And,
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Add,
    Operator::Subtract,
    Operator::Multiply,
    Operator::Divide,
    Operator::Modulo,
];

const TEXTS: [&str; 8] = ["", "a", "a b", "12", "-0.5", "2016-02-29", "黔江", "09:30"];

const NUMBERS: [f64; 7] = [0.0, 1.0, -1.0, 2.5, 1e21, 1e-7, 9_007_199_254_740_993.0];

const ROOTS: [&str; 10] =
    ["text", "whole", "ratio", "money", "day", "month", "many", "yes", "absent", "people"];

const INNER: [&str; 5] = ["name", "age", "income", "skills", "absent"];

/// Trees with what they evaluate to on the answers of the expression vectors.
pub(super) fn vectors(file: &Json) -> Json {
    let mut seed = Seed(20_151_222);
    let cases: Vec<Json> = (0..TREES)
        .map(|_| {
            let tree = grow(&mut seed, DEPTH);
            json!({ "tree": tree, "expected": evaluate_case(file, &Json::Null, &tree) })
        })
        .collect();
    json!({ "today": file["today"], "answers": file["answers"], "cases": cases })
}

fn boxed(seed: &mut Seed, depth: usize) -> Box<Expression> {
    Box::new(grow(seed, depth))
}

fn grow(seed: &mut Seed, depth: usize) -> Expression {
    if depth == 0 {
        return leaf(seed);
    }
    match seed.below(10) {
        0 => leaf(seed),
        1 => each(seed, depth),
        2 => Expression::Negate { of: boxed(seed, depth - 1) },
        3..=5 => call(seed, depth),
        _ => Expression::Binary {
            operator: seed.pick(&OPERATORS),
            left: boxed(seed, depth - 1),
            right: boxed(seed, depth - 1),
        },
    }
}

fn leaf(seed: &mut Seed) -> Expression {
    match seed.below(6) {
        0 => Expression::Text { value: seed.pick(&TEXTS).to_string() },
        1 => Expression::Number { value: seed.pick(&NUMBERS) },
        2 => Expression::Boolean { value: seed.below(2) == 1 },
        3 => Expression::This,
        4 => Expression::Element { name: seed.pick(&INNER).to_string() },
        _ => Expression::Root { name: seed.pick(&ROOTS).to_string() },
    }
}

fn each(seed: &mut Seed, depth: usize) -> Expression {
    let value = if seed.below(4) == 0 { None } else { Some(boxed(seed, depth.min(2) - 1)) };
    let filter = if seed.below(2) == 0 { None } else { Some(boxed(seed, depth.min(2) - 1)) };
    let repeat = seed.pick(&["people", "whole", "absent"]).to_string();
    Expression::Each { repeat, standing: false, value, filter }
}

fn call(seed: &mut Seed, depth: usize) -> Expression {
    let mut function = seed.pick(&Function::ALL);
    if function == Function::Regex {
        // Only literal patterns can be compiled.
        function = Function::Contains;
    }
    let arity = function.arity();
    let most = (*arity.end()).min(3);
    let count = arity.start() + seed.below(most - arity.start() + 1);
    let arguments = (0..count).map(|index| {
        if function.list_arguments().contains(&index) { each(seed, depth) } else { grow(seed, depth - 1) }
    });
    Expression::Call { function, arguments: arguments.collect() }
}
