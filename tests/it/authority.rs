//! The authority matrix: every route of the table is called by nobody, by every role, from a desk and
//! from a phone, and lets through exactly those the table names. A new route is in it by being in the table.

use bidao_schema::api::person::Role;
use bidao_server::domain::access::Who;
use bidao_server::routes::{self, Route};
use bidao_tests::app::{DISTRICT, TOWNSHIP, TestApp, VILLAGE, on_both};
use bidao_tests::client::Client;

const ROLES: [(Role, &str); 8] = [
    (Role::DistrictLeader, VILLAGE),
    (Role::DeptHead, VILLAGE),
    (Role::TeamMember, VILLAGE),
    (Role::TeamLeader, VILLAGE),
    (Role::TownOffice, TOWNSHIP),
    (Role::AlleviationOffice, DISTRICT),
    (Role::OrgDepartment, DISTRICT),
    (Role::SysAdmin, DISTRICT),
];

/// Whether the table lets a role through, from a phone or not.
fn admitted(who: Who, role: Role, phone: bool) -> bool {
    match who {
        Who::Anyone | Who::Account => true,
        Who::Device => phone,
        Who::Roles(roles) => roles.contains(&role),
    }
}

/// Calls a route with well-formed paths and an empty body; what counts is who is let through.
fn call(client: &Client, route: &Route) -> (u16, String) {
    let path: Vec<String> = route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "0".repeat(32) } else { part.to_owned() })
        .collect();
    let answer =
        client.send(route.method.as_str(), &path.join("/"), &[("content-type", "application/json")], b"{}");
    // The answer to HEAD has no body; its status says which refusal it is.
    let code = match (route.method.as_str(), answer.status) {
        ("HEAD", 401) => "unauthenticated".into(),
        ("HEAD", 403) => "forbidden".into(),
        _ => answer.code(),
    };
    (answer.status, code)
}

/// A stream never ends: it is asked only where it must refuse.
fn is_stream(route: &Route) -> bool {
    route.path == "/api/v1/events"
}

#[test]
fn nobody_without_a_token_gets_past_a_guarded_route() {
    on_both(|app| {
        for route in routes::table() {
            let (status, code) = call(&app.anyone, &route);
            let guarded = route.who != Who::Anyone;
            assert_eq!(
                code == "unauthenticated",
                guarded,
                "{} {}: {status} {code}",
                route.method,
                route.path
            );
        }
    });
}

#[test]
fn every_role_gets_exactly_where_the_table_lets_it() {
    on_both(|app| {
        for (role, area) in ROLES {
            let person = app.person("某人", role, area);
            let phone = app.phone(&person);
            for route in routes::table() {
                // Logging out would end the session the next calls need.
                if route.who == Who::Anyone || route.path == "/api/v1/sessions/current" {
                    continue;
                }
                for (client, from_phone) in [(&person.desk, false), (&phone.client, true)] {
                    let expected = admitted(route.who, role, from_phone);
                    if is_stream(&route) && expected {
                        continue;
                    }
                    let (status, code) = call(client, &route);
                    // A handler may refuse a made-up object as forbidden only behind the table's own check.
                    let refused_by_table = status == 403 && code == "forbidden";
                    if expected {
                        assert_ne!(code, "unauthenticated", "{role:?} {} {}", route.method, route.path);
                        assert!(status < 500, "{role:?} {} {}: {status}", route.method, route.path);
                    } else {
                        assert!(
                            refused_by_table,
                            "{role:?} {} {}: {status} {code}",
                            route.method, route.path
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn a_token_of_another_server_opens_nothing() {
    let (here, elsewhere) = (TestApp::sqlite(), TestApp::sqlite());
    // Both servers draw the same random numbers; a different draw makes a different key.
    let _ = elsewhere.app.ctx.id();
    let person = elsewhere.person("外人", Role::AlleviationOffice, DISTRICT);
    let forged = bidao_server::domain::session::Claims::new(&person.id, "x", elsewhere.app.ctx.now());
    let token = elsewhere.app.keys.sign(&forged).expect("sign");
    let answer = here.anyone.with_token(token).get("/api/v1/reference");
    assert_eq!(answer.code(), "unauthenticated");
}

#[test]
fn an_access_token_ends_after_fifteen_minutes() {
    on_both(|app| {
        let person = app.person("队员", Role::TeamMember, VILLAGE);
        app.clock.advance(15 * bidao_tests::clock::MINUTE - 1000);
        assert_ne!(person.desk.get("/api/v1/reference").code(), "token_expired");
        app.clock.advance(1000);
        assert_eq!(person.desk.get("/api/v1/reference").code(), "token_expired");
    });
}
