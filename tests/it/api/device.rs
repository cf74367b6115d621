//! Devices over HTTP: enrolment with a code, the leader's list, revocation.

use bidao_schema::api::person::Role;
use bidao_tests::app::{FAR_VILLAGE, TOWNSHIP, TestApp, TestPerson, VILLAGE, on_both, public_key_text};
use bidao_tests::client::Answer;
use bidao_tests::clock::DAY;
use p256::ecdsa::SigningKey;
use serde_json::json;

use super::session::{PASSWORD, proof, refresh, with_password};

fn code_for(leader: &TestPerson, person: &str) -> Answer {
    leader.desk.post("/api/v1/enrol-codes", &json!({ "person": person }))
}

fn enrol(app: &TestApp, account: &str, code: &str, key: &SigningKey) -> Answer {
    app.anyone.post(
        "/api/v1/devices",
        &json!({"account": account, "password": PASSWORD, "code": code, "key": public_key_text(key),
                "name": "红米", "app_version": "0.1.0"}),
    )
}

/// A member with a password: person id and account.
fn member(app: &TestApp, area: &str) -> (String, String) {
    let account = with_password(app, Role::TeamMember, area);
    let name = account.clone();
    let row = app.write(move |tx| bidao_server::store::account::find(tx, &name)).expect("the account");
    (row.person, account)
}

#[test]
fn a_phone_enrols_with_a_code_and_the_leader_sees_it_and_takes_it_away() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let ((person, account), key) = (member(app, VILLAGE), app.key());
        let code = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        let enrolled = enrol(app, &account, &code.to_lowercase(), &key).ok();
        let device = enrolled["device"].as_str().unwrap().to_owned();
        assert_eq!(device.len(), 16);
        let phone = app.anyone.with_token(enrolled["session"]["access_token"].as_str().unwrap());
        assert_eq!(phone.get("/api/v1/reference").status, 200);

        let listed = leader.desk.get("/api/v1/devices").ok();
        assert_eq!(listed[0]["id"], device.as_str());
        assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&json!("红米"), &json!("active")));

        let revoked = leader.desk.post(&format!("/api/v1/devices/{device}/revoke"), &json!({})).ok();
        assert_eq!(revoked["state"], "revoked");
        assert_eq!(phone.get("/api/v1/reference").code(), "device_revoked");
        let token = enrolled["session"]["refresh_token"].as_str().unwrap();
        let path = "/api/v1/sessions/refresh";
        assert_eq!(refresh(app, token, Some(&proof(app, &key, path))).code(), "device_revoked");
    });
}

#[test]
fn a_code_is_for_one_person_one_phone_and_one_day() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let ((person, account), (_, other)) = (member(app, VILLAGE), member(app, VILLAGE));
        let code = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        assert_eq!(enrol(app, &other, &code, &app.key()).code(), "bad_enrol_code");
        let key = app.key();
        let first = enrol(app, &account, &code, &key).ok();
        assert_eq!(enrol(app, &account, &code, &app.key()).code(), "bad_enrol_code");
        // The same phone did not hear the answer.
        assert_eq!(enrol(app, &account, &code, &key).ok()["device"], first["device"]);

        let late = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        app.clock.advance(DAY);
        assert_eq!(enrol(app, &account, &late, &app.key()).code(), "bad_enrol_code");
    });
}

#[test]
fn a_newer_code_ends_the_one_before() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let (person, account) = member(app, VILLAGE);
        let old = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        let new = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        assert_eq!(enrol(app, &account, &old, &app.key()).code(), "bad_enrol_code");
        assert_eq!(enrol(app, &account, &new, &app.key()).status, 200);
    });
}

#[test]
fn a_leader_reaches_only_the_phones_of_the_own_people() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let town = app.person("镇办", Role::TownOffice, TOWNSHIP);
        let far = app.person("远村队员", Role::TeamMember, FAR_VILLAGE);
        let near = app.person("队员", Role::TeamMember, VILLAGE);
        let (far_phone, near_phone) = (app.phone(&far), app.phone(&near));
        assert_eq!(code_for(&leader, &far.id).code(), "not_found");
        let ids = |answer: &Answer| {
            answer.ok().as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>()
        };
        let near_id = json!(bidao_sync::ids::to_hex(&near_phone.device));
        assert_eq!(ids(&leader.desk.get("/api/v1/devices")), std::slice::from_ref(&near_id));
        assert_eq!(ids(&town.desk.get("/api/v1/devices")), [near_id]);
        let far_id = bidao_sync::ids::to_hex(&far_phone.device);
        assert_eq!(
            leader.desk.post(&format!("/api/v1/devices/{far_id}/revoke"), &json!({})).code(),
            "not_found"
        );
        assert_eq!(far_phone.client.get("/api/v1/reference").status, 200);
    });
}

#[test]
fn a_phone_away_for_months_logs_in_again_as_itself() {
    on_both(|app| {
        let leader = app.person("队长", Role::TeamLeader, VILLAGE);
        let ((person, account), key) = (member(app, VILLAGE), app.key());
        let code = code_for(&leader, &person).ok()["code"].as_str().unwrap().to_owned();
        let _ = enrol(app, &account, &code, &key).ok();
        app.clock.advance(100 * DAY);
        let body = json!({"account": account, "password": PASSWORD, "key": public_key_text(&key)});
        assert_eq!(app.anyone.post("/api/v1/sessions", &body).code(), "bad_proof");
        let dpop = proof(app, &key, "/api/v1/sessions");
        let headers = [("content-type", "application/json"), ("dpop", dpop.as_str())];
        let session = app.anyone.send("POST", "/api/v1/sessions", &headers, body.to_string().as_bytes()).ok();
        let phone = app.anyone.with_token(session["access_token"].as_str().unwrap());
        assert_eq!(phone.get("/api/v1/reference").status, 200);
    });
}
