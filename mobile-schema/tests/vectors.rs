//! The vectors hold in Rust; `server/web/engine/test/form.test.ts` runs the same in TypeScript.

use bidao_schema::calendar::Date;
use bidao_schema::check::{Finding, check};
use bidao_schema::codegen::vectors::{checks, context, evaluate_case, expressions, form, tree};
use bidao_schema::codes::{IdNumberFault, id_number};
use bidao_schema::lines::states;
use serde_json::{Value, json};

fn cases(file: &Value) -> impl Iterator<Item = &Value> {
    file["cases"].as_array().into_iter().flatten()
}

#[test]
fn expressions_evaluate_as_the_vectors_say() {
    let file = expressions();
    let mut wrong = Vec::new();
    for case in cases(&file) {
        let tree = tree(case).unwrap_or_else(|error| panic!("{}: {error}", case["expression"]));
        let value = evaluate_case(&file, case, &tree);
        if value != case["expected"] {
            wrong.push(format!("{} is {value}, not {}", case["expression"], case["expected"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_find_what_the_vectors_say() {
    let file = checks();
    let mut wrong = Vec::new();
    for case in cases(&file) {
        let form = form(case["form"].as_str().unwrap()).unwrap();
        let found = check(&form, &case["answers"], context(&file, case));
        let short = |f: &Finding| json!({ "path": f.path, "code": f.code, "severity": f.severity });
        let found = Value::Array(found.iter().map(short).collect());
        if found != case["findings"] {
            wrong.push(format!("{}: {found}, not {}", case["name"], case["findings"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn identity_numbers_are_judged_as_the_vectors_say() {
    let file: Value = serde_json::from_str(include_str!("../vectors/id_number.json")).unwrap();
    for case in cases(&file) {
        let today = Date::parse(case["today"].as_str().unwrap()).unwrap();
        let result = match id_number(case["text"].as_str().unwrap(), today) {
            Ok(id) => json!({ "birth": id.birth.to_string(), "sex": id.sex }),
            Err(IdNumberFault::Shape) => json!("shape"),
            Err(IdNumberFault::Birth) => json!("birth"),
            Err(IdNumberFault::Check) => json!("check"),
        };
        assert_eq!(result, case["result"], "{}", case["text"]);
    }
}

#[test]
fn lines_count_as_the_vectors_say() {
    let file: Value = serde_json::from_str(include_str!("../vectors/lines.json")).unwrap();
    for case in cases(&file) {
        assert_eq!(json!(states(case, "lines")), case["states"], "{}", case["name"]);
    }
}
