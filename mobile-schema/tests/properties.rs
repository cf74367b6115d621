//! Any JSON and any tree: checking and evaluating never panic; unknown fields survive.
#![expect(clippy::unwrap_used, reason = "functions that serve tests")]

use bidao_schema::answer::{get, set};
use bidao_schema::calendar::Date;
use bidao_schema::check::{Context, Finding, check};
use bidao_schema::codegen::vectors::sample;
use bidao_schema::evolve::{breaks, unknown_paths};
use bidao_schema::expression::evaluate::{Scope, evaluate};
use bidao_schema::expression::{Expression, Function, Operator, Value};
use bidao_schema::form::Form;
use bidao_schema::forms::built_in;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

fn context() -> Context {
    Context { today: Date::parse("2015-12-22").unwrap() }
}

/// Any scalar, often one that a field could hold.
fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "\\PC{0,20}".prop_map(Json::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Json::from),
        "[0-9]{17}[0-9X]".prop_map(Json::from),
        "[a-f0-9]{32}".prop_map(Json::from),
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(3, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec(("[a-z_]{1,8}|[a-f0-9]{32}", inner), 0..6)
                .prop_map(|entries| Json::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Answers whose keys are the form's, with any values.
fn answers_of(form: &Form) -> BoxedStrategy<Json> {
    let names: Vec<String> = form.fields().map(|field| field.name.clone()).collect();
    let inner: Vec<String> = form.fields().flat_map(|f| &f.fields).map(|f| f.name.clone()).collect();
    let element = prop::collection::vec(any_json(), inner.len())
        .prop_map(move |values| Json::Object(inner.iter().cloned().zip(values).collect()));
    let repeat = prop::collection::vec(("[a-f0-9]{32}", element), 0..3)
        .prop_map(|elements| Json::Object(elements.into_iter().collect()));
    let containers: Vec<String> = form.containers().into_iter().map(String::from).collect();
    (prop::collection::vec(any_json(), names.len()), repeat)
        .prop_map(move |(values, elements)| {
            let mut answers: Map<String, Json> = names.iter().cloned().zip(values).collect();
            answers.extend(containers.iter().map(|name| (name.clone(), elements.clone())));
            Json::Object(answers)
        })
        .boxed()
}

fn form_and_answers() -> impl Strategy<Value = (Form, Json)> {
    let mut forms = built_in().to_vec();
    forms.push(sample().unwrap());
    prop::sample::select(forms)
        .prop_flat_map(|form| (Just(form.clone()), prop_oneof![answers_of(&form), any_json().boxed()]))
}

fn any_tree() -> impl Strategy<Value = Expression> {
    let name = prop::sample::select(vec!["text", "people", "age", "yes"]);
    let leaf = prop_oneof![
        "\\PC{0,6}".prop_map(|value| Expression::Text { value }),
        any::<f64>().prop_map(|value| Expression::Number { value }),
        name.prop_map(|name| Expression::Root { name: name.to_string() }),
        Just(Expression::This),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let operator =
            prop::sample::select(vec![Operator::Add, Operator::Less, Operator::Modulo, Operator::Or]);
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            (operator, boxed.clone(), boxed.clone()).prop_map(|(operator, left, right)| Expression::Binary {
                operator,
                left,
                right
            }),
            (prop::option::of(boxed.clone()), prop::option::of(boxed)).prop_map(|(value, filter)| {
                Expression::Each { repeat: "people".to_string(), standing: true, value, filter }
            }),
            (prop::sample::select(Function::ALL.to_vec()), prop::collection::vec(inner, 0..4))
                .prop_map(|(function, arguments)| Expression::Call { function, arguments }),
        ]
    })
}

/// The same form one version on: a field less, a field more. A field that an expression asks stays, as the
/// compiler would insist.
fn next_version(form: &Form, removed: usize) -> Form {
    let mut next = form.clone();
    next.version += 1;
    let section = next.sections.iter_mut().rfind(|section| section.fields[0].field_type.is_scalar()).unwrap();
    let mut added = section.fields[0].clone();
    added.name = "added_later".to_string();
    section.fields.push(added);
    let fields = &mut next.sections[0].fields;
    if fields.len() > 1 {
        let place = removed % fields.len();
        let gone = fields.remove(place);
        if asks(&next, &gone.name) {
            next.sections[0].fields.insert(place, gone);
        }
    }
    next
}

/// Whether something in the form still names a field that it no longer has.
fn asks(form: &Form, gone: &str) -> bool {
    let text = serde_json::to_string(form).unwrap();
    ["name", "repeat"].iter().any(|key| text.contains(&format!("\"{key}\":\"{gone}\"")))
}

fn without_unknown(form: &Form, answers: &Json) -> Json {
    let mut known = answers.clone();
    for path in unknown_paths(form, answers) {
        let (parent, key) = path.rsplit_once('/').unwrap_or(("", &path));
        let pointer = if parent.is_empty() { String::new() } else { format!("/{parent}") };
        known.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
    }
    known
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn checking_any_answers_of_any_form_is_total((form, answers) in form_and_answers()) {
        let findings: Vec<Finding> = check(&form, &answers, context());
        prop_assert_eq!(&findings, &check(&form, &answers, context()));
        for finding in findings {
            prop_assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty());
        }
    }

    #[test]
    fn evaluating_any_tree_is_total(tree in any_tree(), answers in any_json()) {
        let scope = Scope::root(&answers, context()).with_this(Value::Number(1.0));
        let _ = evaluate(&tree, &scope).to_json();
    }

    #[test]
    fn a_tree_survives_json(tree in any_tree()) {
        let json = serde_json::to_string(&tree).unwrap();
        let back: Expression = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), json);
    }

    #[test]
    fn unknown_fields_survive_an_edit_byte_for_byte(
        (form, answers) in form_and_answers(),
        removed in 0_usize..40,
        value in scalar(),
    ) {
        // An old phone on answers of a new form, and the reverse: edit what this version knows.
        for known in [next_version(&form, removed), form] {
            let editable = known.fields().find(|field| field.field_type.is_scalar()).unwrap();
            let mut edited = answers.clone();
            if set(&mut edited, &editable.name, value.clone()) {
                prop_assert_eq!(get(&edited, &editable.name), Some(&value));
            }
            let before = unknown_paths(&known, &answers);
            prop_assert_eq!(&before, &unknown_paths(&known, &edited));
            for path in before {
                let kept = serde_json::to_string(&get(&edited, &path)).unwrap();
                prop_assert_eq!(kept, serde_json::to_string(&get(&answers, &path)).unwrap());
            }
        }
    }

    #[test]
    fn unknown_fields_find_nothing((form, answers) in form_and_answers(), removed in 0_usize..40) {
        for known in [next_version(&form, removed), form] {
            let findings = check(&known, &without_unknown(&known, &answers), context());
            prop_assert_eq!(check(&known, &answers, context()), findings);
        }
    }
}

#[test]
fn a_next_version_may_add_and_drop_fields_but_not_change_them() {
    let form = built_in()[1].clone();
    assert_eq!(breaks(&form, &next_version(&form, 0)), Vec::<String>::new());
    let mut changed = next_version(&form, 0);
    changed.sections[0].fields[0].field_type = bidao_schema::field::FieldType::Integer;
    assert_eq!(breaks(&form, &changed).len(), 1);
    assert_eq!(breaks(&form, &form).len(), 1);
    let household = built_in()[0].clone();
    let mut more = next_version(&household, 0);
    let mut repeat = household.repeat("members").unwrap().clone();
    repeat.name = "animals".to_string();
    more.sections[0].fields.push(repeat);
    assert_eq!(breaks(&household, &more).len(), 1);
    let mut frozen = next_version(&household, 0);
    let repeat =
        frozen.sections.iter_mut().flat_map(|section| &mut section.fields).find(|f| f.name == "members");
    repeat.unwrap().immutable = true;
    assert_eq!(breaks(&household, &frozen).len(), 1);

    let mut open = next_version(&household, 0);
    let account = open.sections.iter_mut().flat_map(|section| &mut section.fields);
    account.filter(|field| field.masked).for_each(|field| field.masked = false);
    assert_eq!(breaks(&household, &open), ["bank_account: what is masked stays masked"]);
}

#[test]
fn a_value_is_never_written_through_something_that_is_no_object() {
    let mut answers = json!({ "members": "x" });
    assert!(!set(&mut answers, "members/a/name", json!("y")));
    assert!(!set(&mut answers, "a/b", json!("y")));
    assert!(set(&mut answers, "other/a/name", json!("y")));
    assert_eq!(answers, json!({ "members": "x", "other": { "a": { "name": "y" } } }));
}
