//! What the operator's tools ask.

use bidao_tests::app::on_both;

#[test]
fn a_fresh_server_is_alive_and_ready() {
    on_both(|app| {
        assert_eq!(app.anyone.get("/healthz").status, 200);
        assert_eq!(app.anyone.get("/readyz").status, 200);
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
