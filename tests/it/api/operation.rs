//! What the operator's tools ask.

use bidao_schema::api::person::Role;
use bidao_tests::app::{VILLAGE, on_both};
use serde_json::json;

#[test]
fn a_fresh_server_is_alive_and_ready() {
    on_both(|app| {
        assert_eq!(app.anyone.get("/healthz").status, 200);
        let said = app.anyone.get("/readyz").ok();
        assert_eq!(said["ready"], true);
        let parts: Vec<_> =
            said["parts"].as_array().expect("parts").iter().map(|part| &part["name"]).collect();
        assert_eq!(parts, ["database", "files", "space", "clock"]);
        assert_eq!((&said["parts"][0]["state"], &said["parts"][1]["state"]), (&"ok".into(), &"ok".into()));
    });
}

#[test]
fn every_answer_names_its_request() {
    on_both(|app| {
        let answer = app.anyone.get("/api/v1/reviews");
        assert_eq!(answer.code(), "unauthenticated");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.header("x-request-id"), answer.json()["request_id"].as_str());
    });
}

#[test]
fn a_known_path_with_another_method_says_so() {
    on_both(|app| {
        let answer = app.anyone.send("DELETE", "/healthz", &[], &[]);
        assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"));
        assert_eq!(answer.header("allow"), Some("GET"));
        let files = app.anyone.send("PUT", "/api/v1/files", &[], &[]);
        assert_eq!((files.status, files.header("allow")), (405, Some("OPTIONS, POST")));
    });
}

#[test]
fn whoever_is_not_logged_in_hears_how_to() {
    on_both(|app| {
        let answer = app.anyone.get("/api/v1/reference");
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
    });
}

#[test]
fn a_body_that_is_too_large_or_no_json_says_so_by_its_own_code() {
    on_both(|app| {
        let post = |media, body: &[u8]| {
            let answer = app.anyone.send("POST", "/api/v1/sessions", &[("content-type", media)], body);
            (answer.status, answer.code())
        };
        let most = bidao_server::http::extract::JSON_BYTES;
        let padded = |size: usize| [&b"{}"[..], &b" ".repeat(size - 2)].concat();
        assert_eq!(post("application/json", &padded(most)), (400, "invalid".into()));
        assert_eq!(post("application/json", &padded(most + 1)), (413, "too_large".into()));
        assert_eq!(post("text/plain", b"{}"), (415, "unsupported_media_type".into()));
    });
}

#[test]
fn a_path_that_is_no_text_names_nothing() {
    on_both(|app| {
        let person = app.person("队长", Role::TeamLeader, VILLAGE);
        let answer = person.desk.get("/api/v1/records/%ff%fe");
        assert_eq!((answer.status, answer.code()), (404, "not_found".into()));
    });
}

#[test]
fn the_description_names_every_refusal_and_leaves_none_to_a_default() {
    on_both(|app| {
        let document = app.anyone.get("/openapi.json").ok();
        let codes = |method: &str, path: &str, status: &str| {
            document["paths"][path][method]["responses"][status]["content"]["application/problem+json"]["schema"]
                ["allOf"][1]["properties"]["code"]["enum"]
                .clone()
        };
        assert_eq!(codes("get", "/api/v1/records/{id}", "404"), json!(["not_found"]));
        assert_eq!(codes("post", "/api/v1/relocations", "409"), json!(["stale"]));
        assert_eq!(codes("post", "/api/v1/sync", "426"), json!(["unsupported_version"]));
        assert_eq!(codes("get", "/api/v1/reviews", "401"), json!(["unauthenticated", "token_expired"]));
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                assert!(operation["responses"]["default"].is_null(), "{method} {path}");
            }
        }
    });
}

#[test]
fn the_description_lists_every_route_of_the_table() {
    on_both(|app| {
        let document = app.anyone.get("/openapi.json").ok();
        for route in bidao_server::routes::table() {
            let method = route.method.as_str().to_lowercase();
            assert!(document["paths"][route.path][&method].is_object(), "{method} {} is missing", route.path);
        }
    });
}

#[test]
fn metrics_count_requests_without_naming_records() {
    on_both(|app| {
        let _ = app.anyone.get("/healthz");
        let text = String::from_utf8(app.anyone.get("/metrics").body).expect("text");
        assert!(
            text.contains(r#"bidao_requests_total{method="GET",route="/healthz",status="200"}"#),
            "{text}"
        );
    });
}
