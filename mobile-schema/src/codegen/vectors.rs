//! Vectors for languages that only evaluate trees: the authors' cases (`mobile-schema/vectors`) with their
//! compiled trees and full findings, and trees grown at random from a fixed seed with what Rust makes
//! of them. `tests/vectors.rs` proves that the authors' expectations hold.

mod grow;
mod income;
mod prompts;
mod seed;

use crate::block::Shared;
use crate::calendar::Date;
use crate::check::{Context, check};
use crate::compile::{CompileError, compile, compile_expression};
use crate::expression::Expression;
use crate::expression::Value;
use crate::expression::evaluate::{Scope, evaluate};
use crate::form::Form;
use crate::forms::find;
use serde_json::{Value as Json, json};

/// The form the vectors are about.
pub const SAMPLE: &str = include_str!("../../vectors/sample.1.toml");

/// Name of its repeat.
const REPEAT: &str = "people";

/// Authors' cases of expressions.
pub fn expressions() -> Json {
    parse(include_str!("../../vectors/expression.json"))
}

/// Authors' cases of checks.
pub fn checks() -> Json {
    parse(include_str!("../../vectors/check.json"))
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

/// The sample form, compiled.
///
/// # Errors
/// What is wrong with it.
pub fn sample() -> Result<Form, CompileError> {
    compile(SAMPLE, &Shared::default())
}

/// A form of the vectors by id: the sample or a built-in one.
pub fn form(id: &str) -> Option<Form> {
    if id == "sample/1" { sample().ok() } else { find(id).cloned() }
}

/// Generated vector files.
pub(super) fn files() -> Vec<(&'static str, Json)> {
    let sample = sample().ok().and_then(|form| serde_json::to_value(form).ok()).unwrap_or(Json::Null);
    vec![
        ("sample.1.json", sample),
        ("expression.json", expression_vectors()),
        ("check.json", check_vectors()),
        ("random.json", grow::vectors(&expressions())),
        ("income.json", income::vectors()),
        ("prompts.json", prompts::vectors()),
    ]
}

/// The tree of one expression case.
///
/// # Errors
/// What is wrong with its text.
pub fn tree(case: &Json) -> Result<Expression, CompileError> {
    let repeat = case["element"].as_str().map(|_| REPEAT);
    let text = case["expression"].as_str().unwrap_or_default();
    compile_expression(text, SAMPLE, repeat, &Shared::default())
}

/// What Rust makes of a tree in a case; the file gives answers and date unless the case does.
pub fn evaluate_case(file: &Json, case: &Json, tree: &Expression) -> Json {
    let answers = case.get("answers").unwrap_or(&file["answers"]);
    let mut scope = Scope::root(answers, context(file, case)).with_this(Value::from_json(case.get("this")));
    if let Some(id) = case["element"].as_str() {
        scope.element = answers[REPEAT][id].as_object();
    }
    evaluate(tree, &scope).to_json()
}

/// Today of a case, or of its file.
pub fn context(file: &Json, case: &Json) -> Context {
    let today = case.get("today").unwrap_or(&file["today"]).as_str().and_then(Date::parse);
    Context { today: today.unwrap_or(Date::MIN) }
}

fn cases(file: &Json) -> impl Iterator<Item = &Json> {
    file["cases"].as_array().into_iter().flatten()
}

fn expression_vectors() -> Json {
    let file = expressions();
    let with_trees: Vec<Json> = cases(&file)
        .map(|case| {
            let mut case = case.clone();
            case["tree"] = tree(&case).map_or(Json::Null, |tree| json!(tree));
            case
        })
        .collect();
    json!({ "today": file["today"], "answers": file["answers"], "cases": with_trees })
}

fn check_vectors() -> Json {
    let file = checks();
    let with_findings: Vec<Json> = cases(&file)
        .map(|case| {
            let mut case = case.clone();
            let form = form(case["form"].as_str().unwrap_or_default());
            let found = form.map(|form| check(&form, &case["answers"], context(&file, &case)));
            case["findings"] = json!(found);
            case
        })
        .collect();
    json!({ "today": file["today"], "cases": with_findings })
}
