//! `/openapi.json` from the route table: OpenAPI 3.1, whose schemas are JSON Schema 2020-12.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use bidao_schema::api::problem::{Problem, ProblemCode};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Body, Route, table};
use crate::domain::access::Who;
use crate::http::problem::{PROBLEM_JSON, status_of};

/// The description of the API.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = SchemaGenerator::new(settings);
    let problem = generator.subschema_for::<Problem>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for route in table() {
        let described = operation(&route, &problem, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Bidao", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    })
}

fn operation(route: &Route, problem: &Value, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": route.about,
        "parameters": parameters(route),
        "responses": responses(route, problem, generator),
    });
    if !matches!(route.takes, Body::Nothing) {
        operation["requestBody"] = json!({"required": true, "content": content(route.takes, generator)});
    }
    if route.who != Who::Anyone {
        operation["security"] = json!([{"bearer": []}]);
    }
    match route.who {
        Who::Device => operation["x-device"] = true.into(),
        Who::Roles(roles) => operation["x-roles"] = json!(roles),
        Who::Anyone | Who::Account => {}
    }
    operation
}

fn responses(route: &Route, problem: &Value, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let by_content = if matches!(route.gives, Body::Nothing) { 204 } else { 200 };
    let done = route.besides.done.unwrap_or(by_content).to_string();
    let mut responses = Map::new();
    responses.insert(done, json!({"description": "As asked", "content": content(route.gives, generator)}));
    if route.besides.cached {
        responses.insert("304".into(), json!({"description": "What If-None-Match names is what there is"}));
    }
    let mut by_status: BTreeMap<u16, BTreeSet<ProblemCode>> = BTreeMap::new();
    for code in refusals(route) {
        by_status.entry(status_of(code).0.as_u16()).or_default().insert(code);
    }
    for (status, codes) in by_status {
        let titles: Vec<&str> = codes.iter().map(|code| status_of(*code).1).collect();
        let schema = json!({"allOf": [problem, {"properties": {"code": {"enum": codes}}}]});
        responses.insert(status.to_string(), refusal(route, &titles.join("; "), &schema));
    }
    responses.insert("5XX".into(), refusal(route, "A fault of the server, or it is not ready", problem));
    responses
}

/// The answer to HEAD has no content (RFC 9110 §9.3.2).
fn refusal(route: &Route, description: &str, schema: &Value) -> Value {
    if route.method == Method::HEAD {
        return json!({"description": description});
    }
    json!({"description": description, "content": {PROBLEM_JSON: {"schema": schema}}})
}

/// Why a route may refuse: what follows from who may call and what goes in, and what its row names besides.
fn refusals(route: &Route) -> Vec<ProblemCode> {
    use ProblemCode as C;
    let mut codes = route.besides.refuses.to_vec();
    codes.push(C::RateLimited);
    if route.who != Who::Anyone {
        codes.extend([C::Unauthenticated, C::TokenExpired, C::DeviceRevoked]);
    }
    if matches!(route.who, Who::Device | Who::Roles(_)) {
        codes.push(C::Forbidden);
    }
    if !matches!(route.takes, Body::Nothing) {
        codes.extend([C::Invalid, C::TooLarge, C::UnsupportedMediaType, C::Timeout]);
    }
    if !route.query.is_empty() || !route.besides.headers.is_empty() {
        codes.push(C::Invalid);
    }
    if route.path.contains('{') {
        codes.push(C::NotFound);
    }
    codes
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": shape(name)}))
        .collect();
    for (place, named) in [("query", route.query), ("header", route.besides.headers)] {
        parameters.extend(named.iter().map(|parameter| {
            json!({"name": parameter.name, "in": place, "required": parameter.required,
                   "description": parameter.about, "schema": shape(parameter.name)})
        }));
    }
    parameters
}

/// What values a parameter of this name takes; a word means the same on every route.
fn shape(name: &str) -> Value {
    match name {
        "area" => json!({"type": "string", "pattern": "^[0-9]{12}$"}),
        "household" | "person" => json!({"type": "string", "pattern": "^[0-9a-f]{32}$"}),
        "month" => json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}),
        "sha256" | "digest" => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "variant" => json!({"type": "string", "enum": ["view", "thumbnail", "signature"]}),
        "rule" => json!({"type": "string", "enum": ["r1", "r2", "r3"]}),
        "complete" => json!({"type": "string", "enum": ["0", "1", "2", "3", "4", "5"]}),
        "overdue" => json!({"type": "string", "enum": ["true", "false"]}),
        "Upload-Length" | "Upload-Offset" => json!({"type": "string", "pattern": "^[0-9]{1,18}$"}),
        "Tus-Resumable" => json!({"type": "string", "enum": ["1.0.0"]}),
        _ => json!({"type": "string"}),
    }
}

fn content(body: Body, generator: &mut SchemaGenerator) -> Value {
    match body {
        Body::Nothing => json!({}),
        Body::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Body::Media(media) => json!({media: {}}),
    }
}
