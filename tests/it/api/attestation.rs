//! Signatures over HTTP: one exact version, readable for ever; what changed since; who may sign; proof.

use bidao_schema::api::person::Role;
use bidao_server::domain::record::verify_all;
use bidao_server::domain::setting;
use bidao_server::store::schema;
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::feed::sha256;
use bidao_sync::ids::RecordId;
use bidao_sync::message::Status;
use bidao_tests::app::{FAR_VILLAGE, TestApp, TestPerson, VILLAGE, on_both};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::cadre::{Cadre, ask_path, ask_values, verify};

const HEAD: &str = "11111111111111111111111111111111";
const WIFE: &str = "22222222222222222222222222222222";
const CHILD: &str = "33333333333333333333333333333333";

fn member(id: &str, name: &str, relation: &str, born: &str) -> [Put; 3] {
    [
        Put::new(format!("members/{id}/name"), name),
        Put::new(format!("members/{id}/relation"), relation),
        Put::new(format!("members/{id}/birth_date"), born),
    ]
}

fn household(app: &TestApp, cadre: &mut Cadre) -> RecordId {
    let mut puts = vec![Put::new("address", "中元村1组"), Put::new("phone", "19900000001")];
    puts.extend(member(HEAD, "田大爷", "02", "1950-03-01"));
    puts.extend(member(WIFE, "冉婆婆", "10", "1952-05-01"));
    puts.extend(member(CHILD, "田小丫", "41", "2010-05-01"));
    cadre.create(app, "household", &puts)
}

fn by_finger(role: &str, name: &str) -> Fields {
    Fields {
        role: role.into(),
        signer_name: name.into(),
        stance: "agree".into(),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        strokes: Some(sha256(name.as_bytes())),
        signed_at: 1_447_300_000_000,
        ..Fields::default()
    }
}

fn head() -> Fields {
    Fields { signer_member: Some(HEAD.into()), ..by_finger("household_head", "田大爷") }
}

fn team(cadre: &Cadre) -> Fields {
    Fields { signer_person: Some(cadre.person.id.clone()), ..by_finger("resident_team", &cadre.person.name) }
}

fn three_parties(app: &TestApp, cadre: &mut Cadre, id: RecordId) {
    for fields in [head(), by_finger("village_or_group_cadre", "陈书记"), team(cadre)] {
        cadre.attest(app, id, &fields).expect("within the rules");
    }
}

fn signing(person: &TestPerson, id: RecordId) -> Value {
    person.desk.get(&format!("/api/v1/records/{id}")).ok()["signing"].clone()
}

fn version(person: &TestPerson, id: RecordId, digest: &Value) -> Value {
    person.desk.get(&format!("/api/v1/records/{id}/versions/{}", digest.as_str().expect("a digest"))).ok()
}

#[test]
fn what_three_parties_signed_is_shown_for_ever_and_found_by_its_code() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let id = household(app, &mut cadre);
        three_parties(app, &mut cadre, id);
        assert_eq!(cadre.sync(app), [(Status::Stored, None)]);
        let signed = signing(&leader, id);
        assert_eq!(
            (&signed["state"], signed["attestations"].as_array().unwrap().len()),
            (&json!("signed"), 3)
        );
        assert!(signed["changed_since"].is_null());
        let shown = version(&leader, id, &signed["digest"]);
        assert_eq!(shown["digest"], signed["digest"]);
        assert_eq!(sha256(shown["canonical"].as_str().unwrap().as_bytes()).to_string(), signed["digest"]);
        assert_eq!((&shown["current"], &shown["differences"]), (&json!(true), &json!(0)));
        assert_eq!(shown["answers"]["address"], "中元村1组");
        assert!(shown["answers"]["attestations"].is_null());
        let evidence = shown["evidence"].as_array().unwrap();
        assert!(evidence.len() == 3 && evidence.iter().all(|one| one["verified"] == true), "{evidence:?}");

        cadre.edit(app, id, "address", "中元村9组");
        cadre.sync(app);
        let later = signing(&leader, id);
        assert_eq!((&later["state"], &later["changed_since"]["material"]), (&json!("changed"), &json!(true)));
        let differences = &later["changed_since"]["differences"];
        assert_eq!(differences, &json!([{"path": "address", "old": "中元村1组", "new": "中元村9组"}]));
        let before = version(&leader, id, &signed["digest"]);
        assert_eq!((&before["canonical"], &before["current"]), (&shown["canonical"], &json!(false)));
        assert_eq!((&before["answers"]["address"], &before["differences"]), (&json!("中元村1组"), &json!(1)));
        for code in
            [signed["code"].as_str().unwrap().to_owned(), signed["code"].as_str().unwrap().to_lowercase()]
        {
            let found = leader.desk.get(&format!("/api/v1/versions?code={code}")).ok();
            let [one] = &found["versions"].as_array().unwrap()[..] else { panic!("{found}") };
            assert_eq!((&one["digest"], &one["current"]), (&signed["digest"], &json!(false)));
        }
        assert_eq!(leader.desk.get("/api/v1/versions?code=7F3").code(), "invalid");
        verify(app);
    });
}

#[test]
fn a_change_nobody_signed_for_needs_no_new_signature_unless_the_operator_says_so() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let id = household(app, &mut cadre);
        three_parties(app, &mut cadre, id);
        cadre.edit(app, id, "phone", "19900000002");
        cadre.sync(app);
        let person = &cadre.person;
        assert_eq!(signing(person, id)["changed_since"]["material"], false);
        app.write(|tx| setting::set(tx, "resign", "any", 0).map(drop));
        assert_eq!(signing(person, id)["changed_since"]["material"], true);
    });
}

#[test]
fn a_merge_never_makes_a_signed_record_whoever_comes_first() {
    on_both(|app| {
        for signer_first in [true, false] {
            let mut a = Cadre::new(app, "向敏", Role::TeamMember);
            let mut b = Cadre::new(app, "龚勇", Role::TeamMember);
            let id = household(app, &mut a);
            a.sync(app);
            b.sync(app);
            three_parties(app, &mut a, id);
            b.edit(app, id, "address", "中元村9组");
            let order = if signer_first { [&mut a, &mut b] } else { [&mut b, &mut a] };
            order.into_iter().for_each(|cadre| drop(cadre.sync(app)));
            let signing = signing(&a.person, id);
            assert_eq!(signing["state"], "changed");
            assert_eq!(signing["changed_since"]["differences"][0]["new"], "中元村9组");
        }
        verify(app);
    });
}

#[test]
fn taking_down_signatures_is_neither_a_change_of_an_approved_record_nor_own_work() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let mut leader = Cadre::new(app, "队长", Role::TeamLeader);
        let id = household(app, &mut cadre);
        cadre.submit(id);
        cadre.sync(app);
        leader.sync(app);
        let signature = team(&leader);
        leader.attest(app, id, &signature).expect("within the rules");
        leader.sync(app);
        let decide = |key: u8, decision: &str| {
            let heads = leader.person.desk.get(&format!("/api/v1/records/{id}")).ok()["heads"].clone();
            let ask = json!({"decisions": [{"id": format!("{key:032x}"), "record": id.to_string(),
                "decision": decision, "expected": heads, "remark": null}]});
            leader.person.desk.post("/api/v1/reviews/decide", &ask).ok()["results"][0]["status"].clone()
        };
        assert_eq!(decide(1, "approve"), "done");
        cadre.sync(app);
        cadre.attest(app, id, &head()).expect("within the rules");
        cadre.sync(app);
        let summary = leader.person.desk.get(&format!("/api/v1/records/{id}")).ok()["summary"].clone();
        assert_eq!(summary["review"], "approved");
    });
}

#[test]
fn who_may_not_sign_for_a_household_is_kept_and_does_not_count() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let register = household(app, &mut cadre);
        let visit = [Put::new("household", register.to_string()), Put::new("met", "adult")];
        let proxy = |member: &str, name: &str| Fields {
            signer_member: Some(member.into()),
            proxy_reason: Some("illness".into()),
            ..by_finger("adult_member_proxy", name)
        };
        let aloud = Fields {
            literacy_aid: Some("read_aloud_by_person".into()),
            read_by: Some("向敏".into()),
            read_by_person: Some(cadre.person.id.clone()),
            ..head()
        };
        let cases = [
            (proxy(WIFE, "冉婆婆"), Value::Null),
            (proxy(&"9".repeat(32), "邻居"), json!("not_a_member")),
            (proxy(CHILD, "田小丫"), json!("not_an_adult")),
            (proxy(WIFE, "向敏"), json!("is_cadre")),
            (Fields { signer_member: Some(WIFE.into()), ..head() }, json!("not_the_head")),
            (aloud.clone(), json!("no_witness")),
            (Fields { witness: Some("向敏".into()), ..aloud.clone() }, json!("no_witness")),
            (Fields { witness: Some("邻居".into()), ..aloud }, Value::Null),
        ];
        for (fields, doubt) in cases {
            let id = cadre.create(app, "visit", &visit);
            cadre.attest(app, id, &fields).expect("within the rules one record can decide");
            cadre.sync(app);
            let signing = signing(&cadre.person, id);
            assert_eq!(signing["attestations"][0]["doubt"], doubt, "{fields:?}");
            assert_eq!(signing["state"] == "signed", doubt.is_null(), "{signing}");
        }
        let stranger = Fields { signer_person: Some("0".repeat(32)), ..team(&cadre) };
        cadre.attest(app, register, &stranger).expect("within the rules");
        cadre.sync(app);
        assert_eq!(signing(&cadre.person, register)["attestations"][0]["doubt"], "not_in_office");
        verify(app);
    });
}

#[test]
fn a_signer_whom_the_register_names_later_counts_from_then_on() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let register = cadre.create(app, "household", &[Put::new("address", "中元村1组")]);
        let visit = cadre.create(app, "visit", &[Put::new("household", register.to_string())]);
        cadre.attest(app, visit, &head()).expect("within the rules");
        cadre.sync(app);
        assert_eq!(signing(&cadre.person, visit)["state"], "none");
        cadre.edit(app, register, &format!("members/{HEAD}/relation"), "02");
        cadre.sync(app);
        assert_eq!(signing(&cadre.person, visit)["state"], "signed");
    });
}

#[test]
fn a_record_on_which_people_disagree_cannot_be_signed() {
    on_both(|app| {
        let mut a = Cadre::new(app, "向敏", Role::TeamMember);
        let mut b = Cadre::new(app, "龚勇", Role::TeamMember);
        let id = household(app, &mut a);
        a.sync(app);
        b.sync(app);
        let [one, other] = ask_values();
        a.edit(app, id, &ask_path(), &one);
        b.edit(app, id, &ask_path(), &other);
        a.sync(app);
        b.sync(app);
        let refused = b.attest(app, id, &head()).expect_err("a person has to settle it first");
        assert!(refused.contains("conflict"), "{refused}");
    });
}

#[test]
fn versions_and_codes_are_shown_only_to_readers_of_the_record() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let id = household(app, &mut cadre);
        cadre.attest(app, id, &head()).expect("within the rules");
        cadre.sync(app);
        let signing = signing(&cadre.person, id);
        let stranger = app.person("外人", Role::TeamLeader, FAR_VILLAGE);
        let path = format!("/api/v1/records/{id}/versions/{}", signing["digest"].as_str().unwrap());
        assert_eq!(stranger.desk.get(&path).code(), "not_found");
        let code = signing["code"].as_str().unwrap();
        let found = stranger.desk.get(&format!("/api/v1/versions?code={code}")).ok();
        assert_eq!(found, json!({"versions": []}));
        for nobody_signed in ["0".repeat(64), "x".into()] {
            let path = format!("/api/v1/records/{id}/versions/{nobody_signed}");
            assert_eq!(cadre.person.desk.get(&path).code(), "not_found");
        }
    });
}

#[test]
fn a_forged_seal_or_index_is_found_by_verify_and_shown_on_the_version() {
    on_both(|app| {
        let mut cadre = Cadre::new(app, "向敏", Role::TeamMember);
        let id = household(app, &mut cadre);
        cadre.attest(app, id, &head()).expect("within the rules");
        cadre.sync(app);
        let report = app.write(verify_all);
        assert_eq!((report.attestations, report.broken.len()), (1, 0));
        app.write(|tx| {
            diesel::update(schema::batch::table)
                .set(schema::batch::signature.eq(vec![7_u8; 64]))
                .execute(tx.conn)?;
            Ok(())
        });
        let shown = version(&cadre.person, id, &signing(&cadre.person, id)["digest"]);
        assert_eq!(shown["evidence"][0]["verified"], false);
        let broken = app.write(verify_all).broken.join("\n");
        assert!(broken.contains("its batch is not signed by its device"), "{broken}");
        app.write(|tx| {
            diesel::delete(schema::attestation::table).execute(tx.conn)?;
            Ok(())
        });
        let broken = app.write(verify_all).broken.join("\n");
        assert!(broken.contains("not in the index"), "{broken}");
    });
}
