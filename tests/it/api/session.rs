//! Sessions over HTTP: passwords, proofs, rotation, lockout.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::person::Role;
use bidao_server::domain::account::{LOCKOUT_MILLIS, MAX_FAILURES};
use bidao_server::domain::password;
use bidao_server::store;
use bidao_tests::app::{TestApp, VILLAGE, on_both, public_key_text};
use bidao_tests::client::Answer;
use bidao_tests::clock::DAY;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

pub const PASSWORD: &str = "correct horse 必到";

/// A person whose account has a password; answers the account's name.
pub fn with_password(app: &TestApp, role: Role, area: &str) -> String {
    let person = app.person("李四", role, area);
    let hash = password::hash(PASSWORD, &app.app.ctx.random()).expect("hash");
    let account = person.account.clone();
    app.write(move |tx| store::account::set_password(tx, &account, &hash));
    person.account
}

/// A `DPoP` header for a POST to `path` (RFC 9449).
pub fn proof(app: &TestApp, key: &SigningKey, path: &str) -> String {
    let point = key.verifying_key().to_encoded_point(false);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256",
        "x": URL_SAFE_NO_PAD.encode(point.x().expect("x")), "y": URL_SAFE_NO_PAD.encode(point.y().expect("y"))}});
    let claims = json!({"jti": app.app.ctx.id(), "htm": "POST", "htu": format!("https://bidao.example{path}"),
        "iat": app.app.ctx.now() / 1000});
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn log_in(app: &TestApp, account: &str, password: &str, key: &SigningKey) -> Answer {
    app.anyone.post(
        "/api/v1/sessions",
        &json!({"account": account, "password": password, "key": public_key_text(key)}),
    )
}

pub fn refresh(app: &TestApp, token: &str, proof: Option<&str>) -> Answer {
    let body = json!({ "refresh_token": token }).to_string();
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(proof.map(|proof| ("dpop", proof)));
    app.anyone.send("POST", "/api/v1/sessions/refresh", &headers, body.as_bytes())
}

fn text(answer: &Answer, field: &str) -> String {
    answer.json()[field].as_str().unwrap_or_default().to_owned()
}

const REFRESH: &str = "/api/v1/sessions/refresh";

#[test]
fn a_desk_logs_in_works_and_logs_out() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamLeader, VILLAGE), app.key());
        let answer = log_in(app, &format!(" {} ", account.to_uppercase()), PASSWORD, &key);
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
        assert_eq!(answer.json()["person"]["name"], "李四");
        let desk = app.anyone.with_token(text(&answer, "access_token"));
        assert_eq!(desk.get("/api/v1/reference").status, 200);
        assert_eq!(desk.send("DELETE", "/api/v1/sessions/current", &[], &[]).status, 204);
        assert_eq!(desk.get("/api/v1/reference").code(), "unauthenticated");
        let ended = refresh(app, &text(&answer, "refresh_token"), Some(&proof(app, &key, REFRESH)));
        assert_eq!(ended.code(), "unauthenticated");
    });
}

#[test]
fn a_wrong_password_and_an_unknown_account_look_alike() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        let (wrong, unknown) = (log_in(app, &account, "wrong", &key), log_in(app, "nobody", "wrong", &key));
        assert_eq!((wrong.status, wrong.code()), (401, "bad_credentials".into()));
        assert_eq!(wrong.json()["detail"], unknown.json()["detail"]);
        assert_eq!((unknown.status, unknown.code()), (401, "bad_credentials".into()));
    });
}

#[test]
fn a_locked_account_lets_nobody_in_until_the_time_is_over() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        for _ in 0..MAX_FAILURES {
            assert_eq!(log_in(app, &account, "wrong", &key).code(), "bad_credentials");
        }
        let locked = log_in(app, &account, PASSWORD, &key);
        assert_eq!((locked.status, locked.code()), (429, "locked_out".into()));
        assert!(locked.header("retry-after").is_some());
        app.clock.advance(LOCKOUT_MILLIS);
        assert_eq!(log_in(app, &account, PASSWORD, &key).status, 200);
    });
}

#[test]
fn a_refresh_needs_a_fresh_proof_of_the_sessions_key() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        let token = text(&log_in(app, &account, PASSWORD, &key), "refresh_token");
        assert_eq!(refresh(app, &token, None).code(), "bad_proof");
        assert_eq!(refresh(app, &token, Some("x.y.z")).code(), "bad_proof");
        assert_eq!(refresh(app, &token, Some(&proof(app, &app.key(), REFRESH))).code(), "bad_proof");
        assert_eq!(refresh(app, &token, Some(&proof(app, &key, "/api/v1/sessions"))).code(), "bad_proof");
        let once = proof(app, &key, REFRESH);
        let second = refresh(app, &token, Some(&once));
        assert_eq!(second.status, 200);
        assert_eq!(refresh(app, &text(&second, "refresh_token"), Some(&once)).code(), "bad_proof");
    });
}

#[test]
fn a_token_used_again_later_ends_the_session_at_once() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        let first = text(&log_in(app, &account, PASSWORD, &key), "refresh_token");
        let second = refresh(app, &first, Some(&proof(app, &key, REFRESH)));
        let desk = app.anyone.with_token(text(&second, "access_token"));
        assert_eq!(desk.get("/api/v1/reference").status, 200);
        app.clock.advance(61_000);
        assert_eq!(refresh(app, &first, Some(&proof(app, &key, REFRESH))).code(), "token_reused");
        assert_eq!(desk.get("/api/v1/reference").code(), "unauthenticated");
    });
}

#[test]
fn a_lost_answer_to_a_refresh_is_given_again() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        let first = text(&log_in(app, &account, PASSWORD, &key), "refresh_token");
        let _lost = refresh(app, &first, Some(&proof(app, &key, REFRESH)));
        app.clock.advance(59_000);
        let again = refresh(app, &first, Some(&proof(app, &key, REFRESH)));
        assert_eq!(again.status, 200);
        let on = refresh(app, &text(&again, "refresh_token"), Some(&proof(app, &key, REFRESH)));
        assert_eq!(on.status, 200);
    });
}

#[test]
fn a_refresh_token_ends_after_thirty_days() {
    on_both(|app| {
        let (account, key) = (with_password(app, Role::TeamMember, VILLAGE), app.key());
        let token = text(&log_in(app, &account, PASSWORD, &key), "refresh_token");
        app.clock.advance(30 * DAY);
        assert_eq!(refresh(app, &token, Some(&proof(app, &key, REFRESH))).code(), "unauthenticated");
    });
}

#[test]
fn a_malformed_login_names_the_field() {
    on_both(|app| {
        let answer =
            app.anyone.post("/api/v1/sessions", &json!({"account": "a", "password": "b", "key": "AA"}));
        assert_eq!((answer.status, answer.json()["field"].as_str()), (400, Some("key")));
        let answer = app.anyone.post("/api/v1/sessions", &json!({"account": "a"}));
        assert_eq!((answer.status, answer.json()["field"].as_str()), (400, Some("body")));
    });
}
