//! `/openapi.json` from the route table: OpenAPI 3.1, whose schemas are JSON Schema 2020-12.

use bidao_schema::api::problem::Problem;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Body, Route, table};
use crate::domain::access::Who;

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
    let status = if matches!(route.gives, Body::Nothing) { "204" } else { "200" };
    let mut operation = json!({
        "summary": route.about,
        "parameters": parameters(route),
        "responses": {
            status: {"description": "As asked", "content": content(route.gives, generator)},
            "default": {"description": "A problem (RFC 9457)",
                        "content": {"application/problem+json": {"schema": problem}}},
        },
    });
    if !matches!(route.takes, Body::Nothing) {
        operation["requestBody"] = json!({"required": true, "content": content(route.takes, generator)});
    }
    if route.who != Who::Anyone {
        operation["security"] = json!([{"bearer": []}]);
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    parameters.extend(route.query.iter().map(|parameter| {
        json!({"name": parameter.name, "in": "query", "required": parameter.required,
               "description": parameter.about, "schema": {"type": "string"}})
    }));
    parameters
}

fn content(body: Body, generator: &mut SchemaGenerator) -> Value {
    match body {
        Body::Nothing => json!({}),
        Body::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Body::Media(media) => json!({media: {}}),
    }
}
