//! The browser's files, or the page that says how to build them, and what lies beside them.

use bidao_server::http::assets::POLICY;
use bidao_tests::app::TestApp;

#[test]
fn pages_are_served_under_a_strict_policy() {
    let app = TestApp::sqlite();
    for path in ["/", "/desk/"] {
        let page = app.anyone.get(path);
        assert_eq!((page.status, page.header("content-security-policy")), (200, Some(POLICY)), "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
    }
}

#[test]
fn links_into_an_app_lead_to_it_and_missing_files_do_not() {
    let app = TestApp::sqlite();
    let page = app.anyone.send("GET", "/household/12", &[("accept", "text/html,*/*")], &[]);
    assert_eq!(page.status, 200);
    assert_eq!(app.anyone.get("/assets/missing.js").code(), "not_found");
    assert_eq!(app.anyone.send("POST", "/", &[], &[]).code(), "method_not_allowed");
}

#[test]
fn an_unknown_api_path_is_a_problem_even_for_a_browser() {
    let app = TestApp::sqlite();
    let answer = app.anyone.send("GET", "/api/v2/nothing", &[("accept", "text/html")], &[]);
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
}
