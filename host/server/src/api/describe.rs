//! The operations in the words of OpenAPI 3.1.

use serde_json::{Map, Value, json};

use super::{Content, Door, Method, Operation};

/// What goes in and comes out, by name.
const SCHEMAS: &str = include_str!("schemas.json");

/// The whole description.
pub(super) fn document(operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[method(operation.method)] = described(operation);
    }
    let schemas = serde_json::from_str::<Value>(SCHEMAS).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jackfield",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A host for customer-service bots. Who operates it sends an API key (`jackfield apikey new`) or the operator's token. \
                            Times are milliseconds since 1970 unless said otherwise.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": bearer("An API key, `jfk_ID_SECRET`, or the operator's token, which may do everything"),
                "contact": bearer("The token that opening a conversation answered"),
                "rest": bearer("The secret of the REST channel; a host on loopback may have none"),
            },
        },
    })
}

fn bearer(description: &str) -> Value {
    json!({ "type": "http", "scheme": "bearer", "description": description })
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Delete => "delete",
    }
}

fn described(operation: &Operation) -> Value {
    let mut told = json!({
        "operationId": name(operation),
        "tags": [tag(operation.path)],
        "summary": operation.summary,
        "security": match operation.door {
            Door::Open => json!([]),
            Door::Contact => json!([{ "contact": [] }]),
            Door::Rest => json!([{ "rest": [] }, {}]),
            Door::Right(_) => json!([{ "key": [] }]),
        },
        "responses": responses(operation),
    });
    if let Door::Right(right) = operation.door {
        told["description"] = format!("Needs the role {}.", right.needs()).into();
        told["x-roles"] = right.roles().iter().map(|role| role.as_str()).collect();
    }
    let parameters: Vec<Value> = in_path(operation.path)
        .chain(operation.query.iter().map(|(name, kind, what)| {
            json!({ "name": name, "in": "query", "schema": { "type": kind }, "description": what })
        }))
        .collect();
    if !parameters.is_empty() {
        told["parameters"] = parameters.into();
    }
    if let Some(content) = content(operation.takes) {
        let required = !matches!(operation.takes, Content::MaybeJson(_));
        told["requestBody"] = json!({ "required": required, "content": content });
    }
    told
}

fn responses(operation: &Operation) -> Value {
    let refused = |what: &str| {
        let error = content(Content::Json("Error"));
        json!({ "description": what, "content": error })
    };
    let mut done = json!({ "description": "It was done" });
    if let Some(content) = content(operation.answers) {
        done["content"] = content;
    }
    let mut responses = json!({ "default": refused("It was refused: the code says why, and docs/errors.md what to do") });
    responses[operation.status.to_string()] = done;
    if operation.door != Door::Open {
        responses["401"] = refused("The key or token is missing or wrong, or counts no more");
    }
    if matches!(operation.door, Door::Right(_)) {
        responses["403"] = refused("The key's role may not do this");
    }
    responses
}

fn content(content: Content) -> Option<Value> {
    Some(match content {
        Content::Nothing => return None,
        Content::Json(name) | Content::MaybeJson(name) => {
            let schema = format!("#/components/schemas/{name}");
            json!({ "application/json": { "schema": { "$ref": schema } } })
        }
        Content::Bytes => json!({ "application/octet-stream": {} }),
        Content::Text(kind) => {
            let mut text = Map::new();
            text.insert(kind.to_owned(), json!({ "schema": { "type": "string" } }));
            text.into()
        }
    })
}

/// The parts of a path that stand for something.
fn in_path(path: &str) -> impl Iterator<Item = Value> + '_ {
    path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let (schema, what) = match name {
            "pack" => (json!({ "type": "string" }), "Id of a pack, such as `com.example.plans`"),
            "digest" => (json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }), "SHA-256 of an archive"),
            "number" => (json!({ "type": "integer", "minimum": 0 }), "Number of a version"),
            _ => (json!({ "type": "string" }), "As it was given out"),
        };
        Some(json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": what }))
    })
}

/// The parts of a path that tell operations apart.
fn words(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter(|part| !matches!(*part, "" | "api" | "v1"))
}

/// What belongs together.
fn tag(path: &str) -> &str {
    words(path).next().unwrap_or_default()
}

/// A name that generators of clients can use: `postPacksPackPromote`.
fn name(operation: &Operation) -> String {
    let mut name = method(operation.method).to_owned();
    for word in words(operation.path).flat_map(|part| part.split(['-', '.', '{', '}'])) {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    name
}
