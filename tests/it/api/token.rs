//! Access tokens as RFC 8725 and RFC 9700 ask: what a forger, a thief and a late comer get.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bidao_schema::api::person::Role;
use bidao_server::domain::session::{ACCESS_SECONDS, Claims};
use bidao_server::store::Location;
use bidao_tests::app::{TestApp, TestPerson, VILLAGE};
use bidao_tests::clock::START;
use hmac::{Hmac, Mac as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::Sha256;

use super::session::{proof, refresh};

const ROUTE: &str = "/api/v1/reference";

struct World {
    app: TestApp,
    person: TestPerson,
}

impl World {
    fn new() -> Self {
        let app = TestApp::prepared(Location::Memory, START, |_| ());
        let person = app.person("冉队长", Role::TeamLeader, VILLAGE);
        Self { app, person }
    }

    fn token(&self) -> String {
        self.person.desk.token().expect("a token").to_owned()
    }

    fn answer(&self, token: &str) -> String {
        self.app.anyone.with_token(token).get(ROUTE).code()
    }

    /// The claims of the person's own token with one of them changed.
    fn claims(&self, change: impl FnOnce(&mut Value)) -> Value {
        let mut claims = part(&self.token(), 1);
        change(&mut claims);
        claims
    }

    fn signed_by_the_server(&self, claims: Value) -> String {
        let claims: Claims = serde_json::from_value(claims).expect("claims");
        self.app.app.keys.sign(&claims).expect("signed")
    }
}

fn part(token: &str, at: usize) -> Value {
    let text = token.split('.').nth(at).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encoded(header), encoded(claims))
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let text = unsigned(header, claims);
    let signature: Signature = key.sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

#[test]
fn only_the_servers_own_key_and_algorithm_sign() {
    let world = World::new();
    let claims = world.claims(|_| ());
    assert_eq!(world.answer(&world.signed_by_the_server(claims.clone())), "", "the control is let in");
    let typ = "at+jwt";
    for alg in ["none", "None", "NONE"] {
        let text = unsigned(&json!({"typ": typ, "alg": alg}), &claims);
        assert_eq!(world.answer(&format!("{text}.")), "unauthenticated");
    }
    let key = world.app.key();
    assert_eq!(world.answer(&signed(&key, &json!({"typ": typ, "alg": "ES256"}), &claims)), "unauthenticated");
    let point = key.verifying_key().to_encoded_point(false);
    let own = json!({"typ": typ, "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256",
        "x": URL_SAFE_NO_PAD.encode(point.x().expect("x")), "y": URL_SAFE_NO_PAD.encode(point.y().expect("y"))}});
    assert_eq!(
        world.answer(&signed(&key, &own, &claims)),
        "unauthenticated",
        "a key that comes along is no key"
    );
}

#[test]
fn a_symmetric_algorithm_with_a_public_secret_is_refused() {
    let world = World::new();
    let text = unsigned(&json!({"typ": "at+jwt", "alg": "HS256"}), &world.claims(|_| ()));
    for secret in [&b""[..], b"bidao", world.token().as_bytes()] {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
        mac.update(text.as_bytes());
        let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        assert_eq!(world.answer(&forged), "unauthenticated");
    }
}

#[test]
fn a_token_for_another_audience_issuer_or_purpose_is_refused() {
    let world = World::new();
    for (name, value) in [("aud", "others"), ("iss", "others"), ("sub", "0123")] {
        let claims = world.claims(|claims| claims[name] = json!(value));
        assert_eq!(world.answer(&world.signed_by_the_server(claims)), "unauthenticated", "{name}");
    }
    let key = world.app.key();
    assert_eq!(world.answer(&proof(&world.app, &key, ROUTE)), "unauthenticated", "a proof is no token");
    assert_eq!(part(&world.token(), 0)["typ"], "at+jwt");
}

#[test]
fn a_changed_token_is_refused() {
    let world = World::new();
    let token = world.token();
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[1] =
        URL_SAFE_NO_PAD.encode(world.claims(|claims| claims["exp"] = json!(9_999_999_999_i64)).to_string());
    assert_eq!(world.answer(&parts.join(".")), "unauthenticated");
    for changed in [format!("{token}."), format!("{token}.{token}"), token.replace('.', " "), String::new()] {
        assert_eq!(world.answer(&changed), "unauthenticated", "{changed}");
    }
}

#[test]
fn a_token_ends_to_the_second_and_a_clock_set_back_does_not_make_it_longer() {
    let world = World::new();
    world.app.clock.advance(ACCESS_SECONDS * 1000 - 1);
    assert_eq!(world.answer(&world.token()), "");
    world.app.clock.advance(1);
    assert_eq!(world.answer(&world.token()), "token_expired");
}

#[test]
fn a_stolen_access_token_is_no_session_and_dies_with_the_one_it_was_stolen_from() {
    let world = World::new();
    let stolen = world.token();
    let thief = world.app.key();
    let kept = refresh(&world.app, &stolen, Some(&proof(&world.app, &thief, "/api/v1/sessions/refresh")));
    assert_eq!(kept.code(), "unauthenticated", "it buys no new one");
    assert_eq!(world.person.desk.send("DELETE", "/api/v1/sessions/current", &[], &[]).status, 204);
    assert_eq!(world.answer(&stolen), "unauthenticated");
}

#[test]
fn a_token_is_taken_from_its_header_and_nowhere_else() {
    let world = World::new();
    let token = world.token();
    let asked =
        |path: &str, headers: &[(&str, &str)]| world.app.anyone.send("GET", path, headers, &[]).code();
    for path in [format!("{ROUTE}?access_token={token}"), format!("{ROUTE}?token={token}")] {
        assert_eq!(asked(&path, &[]), "unauthenticated");
    }
    for name in ["access_token", "token", "session"] {
        assert_eq!(asked(ROUTE, &[("cookie", &format!("{name}={token}"))]), "unauthenticated");
    }
    assert_eq!(asked(ROUTE, &[("authorization", &format!("Basic {token}"))]), "unauthenticated");
}

#[test]
fn no_answer_sets_a_cookie_or_opens_itself_to_another_origin() {
    let world = World::new();
    let foreign = [("origin", "https://elsewhere.example"), ("access-control-request-method", "POST")];
    for method in ["GET", "POST", "OPTIONS"] {
        for path in ["/", "/desk/", "/healthz", ROUTE, "/api/v1/sessions", "/openapi.json"] {
            let answer = world.person.desk.send(method, path, &foreign, &[]);
            for name in ["set-cookie", "access-control-allow-origin", "access-control-allow-credentials"] {
                assert_eq!(answer.header(name), None, "{method} {path}");
            }
        }
    }
}
