//! The built-in forms say what the handbook's data dictionary says.

use bidao_schema::calendar::Date;
use bidao_schema::check::{Context, headline};
use bidao_schema::field::FieldType;
use bidao_schema::forms::{built_in, find};
use bidao_schema::merge_policy::MergePolicy;
use serde_json::json;

#[test]
fn every_built_in_form_compiles() {
    let ids: Vec<_> = built_in().iter().map(|form| form.id()).collect();
    let kinds = [
        "household",
        "trip",
        "visit",
        "stay",
        "difficulty",
        "income",
        "measure",
        "project",
        "agreement",
        "card",
        "ledger",
        "dispute",
    ];
    assert_eq!(ids, kinds.map(|kind| format!("{kind}/1")));
}

#[test]
fn contested_facts_of_a_household_ask() {
    let form = find("household/1").unwrap();
    let asked = form.ask_paths();
    for path in [
        "head_member_id",
        "poverty_attribute",
        "in_system",
        "severity",
        "main_cause",
        "members/*/name",
        "members/*/health",
    ] {
        assert!(asked.iter().any(|asked| asked == path), "{path}");
    }
    let id = "0".repeat(32);
    assert_eq!(form.merge_policy(&format!("members/{id}/id_no")), MergePolicy::Ask);
    assert_eq!(form.merge_policy("address"), MergePolicy::Latest);
    assert_eq!(form.merge_policy("no/such"), MergePolicy::Latest);
    assert_eq!(form.containers(), ["members", "attestations"]);
}

#[test]
fn what_only_the_server_decides_cannot_be_typed() {
    let form = find("household/1").unwrap();
    for name in ["household_no", "area_code", "recognition_standard", "first_identified_on", "status"] {
        assert!(form.root_field(name).unwrap().read_only, "{name}");
    }
}

#[test]
fn the_three_peoples_of_the_area_come_first_of_fifty_six() {
    let form = find("household/1").unwrap();
    let ethnicity = form.repeat("members").unwrap().element_field("ethnicity").unwrap();
    let codes: Vec<_> = ethnicity.choices.iter().map(|choice| choice.code.as_str()).collect();
    assert_eq!(codes[..4], ["15", "06", "01", "02"]);
    assert_eq!(codes.len(), 56);
}

#[test]
fn records_are_linked_by_fields() {
    assert_eq!(find("visit/1").unwrap().links(), [("household", "household"), ("trip", "trip")]);
    assert_eq!(find("difficulty/1").unwrap().links()[..2], [("household", "household"), ("visit", "visit")]);
}

#[test]
fn every_label_is_written_in_both_languages() {
    for form in built_in() {
        for field in form.fields().flat_map(|field| std::iter::once(field).chain(&field.fields)) {
            let labels =
                std::iter::once(&field.label).chain(field.choices.iter().map(|choice| &choice.label));
            for label in labels.chain(field.constraints.iter().map(|constraint| &constraint.message)) {
                assert!(!label.zh.is_empty() && !label.en.is_empty(), "{} {}", form.name, field.name);
                let latin = label.zh.is_ascii();
                assert!(!latin || label.zh == label.en, "{} {}: {}", form.name, field.name, label.zh);
            }
            assert!(field.field_type != FieldType::Calculated || field.calculate.is_some());
        }
    }
}

#[test]
fn a_compiled_form_survives_json() {
    for form in built_in() {
        let json = serde_json::to_string(form).unwrap();
        assert_eq!(&serde_json::from_str::<bidao_schema::form::Form>(&json).unwrap(), form);
    }
}

#[test]
fn a_household_is_called_by_its_head_before_that_by_its_address() {
    let form = find("household/1").unwrap();
    let context = Context { today: Date::parse("2015-12-22").unwrap() };
    let id = "a".repeat(32);
    let answers =
        json!({ "address": "土坝村", "head_member_id": id, "members": { &id: { "name": "冉某" } } });
    assert_eq!(headline(form, &answers, context), "冉某");
    assert_eq!(headline(form, &json!({ "address": "土坝村" }), context), "土坝村");
    assert_eq!(headline(form, &json!("nonsense"), context), "");
}

#[test]
fn the_household_form_has_every_field_of_the_data_dictionary() {
    let form = find("household/1").unwrap();
    let household = "household_no area_code group_name address head_member_id phone phone_owner in_system \
        recognition_standard poverty_attribute severity severity_reason main_cause other_causes first_identified_on \
        planned_exit_year status bank_name bank_account geo_home access_note signal notice_version notice_given_on \
        notice_mode photo_permission";
    for name in household.split_whitespace() {
        assert!(form.field(name).is_some(), "{name}");
    }
    let member = "name sex id_no id_status birth_date relation ethnicity education student_status dropout \
        dropout_reason health disability_type disability_grade labour work_place work_months medical_insurance \
        insurance_tier insurance_paid_year serious_illness_insurance pension_insurance subsistence_allowance \
        allowance_class resides shares_budget left_reason left_on joined_reason joined_on";
    let id = "0".repeat(32);
    for name in member.split_whitespace() {
        assert!(form.field(&format!("members/{id}/{name}")).is_some(), "{name}");
    }
}

#[test]
fn a_household_is_signed_by_three_parties_and_a_visit_by_one() {
    let parties = |id: &str| {
        let attestation = find(id).unwrap().attestation.as_ref().unwrap();
        attestation.parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(parties("household/1"), ["household", "village", "team"]);
    assert_eq!(parties("visit/1"), ["household"]);
    for id in ["trip/1", "stay/1", "difficulty/1"] {
        assert!(find(id).unwrap().attestation.is_none(), "{id}");
    }
}

#[test]
fn photos_and_attestations_mean_the_same_in_every_form() {
    let repeat = |id: &str, name: &str| find(id).unwrap().repeat(name).unwrap();
    assert_eq!(repeat("visit/1", "photos"), repeat("difficulty/1", "photos"));
    assert_eq!(repeat("visit/1", "attestations"), repeat("household/1", "attestations"));
    assert_eq!(find("visit/1").unwrap().immutable_containers(), ["photos", "attestations"]);
    assert!(repeat("visit/1", "photos").required.is_none(), "INV-26");
}
