//! The form and the protocol say the same about attestations, though neither crate knows the other.

use bidao_schema::calendar::Date;
use bidao_schema::check::{Context, Severity, check};
use bidao_schema::field::Field;
use bidao_schema::form;
use bidao_schema::forms::{built_in, find};
use bidao_sync::attestation as protocol;
use bidao_sync::limits;
use serde_json::{Value, json};

fn field(name: &str) -> &'static Field {
    let repeat = find("visit/1").and_then(|visit| visit.repeat(form::ATTESTATIONS)).expect("the repeat");
    repeat.element_field(name).expect("the field")
}

fn codes(name: &str) -> Vec<&'static str> {
    field(name).choices.iter().map(|choice| choice.code.as_str()).collect()
}

#[test]
fn the_codes_of_the_form_are_those_of_the_protocol() {
    assert_eq!(form::ATTESTATIONS, protocol::ATTESTATIONS);
    assert_eq!(codes("role"), protocol::ROLES);
    assert_eq!(codes("stance"), protocol::STANCES);
    assert_eq!(codes("method"), protocol::METHODS);
    assert_eq!(codes("literacy_aid"), protocol::LITERACY_AIDS);
    assert_eq!(codes("proxy_reason"), protocol::PROXY_REASONS);
    for name in ["signer_name", "read_by", "witness"] {
        assert_eq!(field(name).max_length, u32::try_from(limits::SIGNER_NAME_CHARS).ok(), "{name}");
    }
    assert_eq!(field("remark").max_length, u32::try_from(limits::ATTESTATION_REMARK_CHARS).ok());
    let members = find("household/1").and_then(|household| household.repeat(protocol::MEMBERS));
    assert!(members.is_some());
}

/// What the form calls an error the gate refuses: else a record would wait for ever for an answer nobody can write.
/// The reverse holds for all but blanks, which are an answer to a form.
#[test]
fn the_form_finds_an_error_where_the_gate_refuses() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../sync/vectors/attestation.json")).expect("vectors");
    let visit = find("visit/1").expect("the form");
    let context = Context { today: Date::parse("2026-01-01").expect("a day") };
    for case in vectors["fields"].as_array().expect("cases") {
        let mut element = case["fields"].clone();
        element["form"] = json!("visit/1");
        element["content_digest"] = json!("ab".repeat(32));
        let id = "1".repeat(32);
        let answers = json!({ "attestations": { &id: element } });
        let prefix = format!("attestations/{id}/");
        let errors: Vec<String> = check(visit, &answers, context)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .filter_map(|finding| finding.path.strip_prefix(&prefix).map(str::to_owned))
            .collect();
        let name = case["name"].as_str().expect("a name");
        let blank =
            |value: &Value| value.as_str().is_some_and(|text| !text.is_empty() && text.trim().is_empty());
        match case["fault"].as_str() {
            None => assert_eq!(errors, Vec::<String>::new(), "{name}"),
            Some(fault) if blank(&case["fields"][fault]) => {}
            Some(fault) => assert!(errors.iter().any(|path| path == fault), "{name}: {errors:?}"),
        }
    }
}

#[test]
fn every_form_that_is_signed_has_the_container_for_it() {
    for form in built_in() {
        let has = form.containers().contains(&protocol::ATTESTATIONS);
        assert_eq!(has, form.attestation.is_some(), "{}", form.id());
    }
}
