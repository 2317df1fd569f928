//! The description of the API: whole, and of the form that it says.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;

use crate::client::{options, start};
use crate::fake::FakeHost;
use crate::operators::Fake;

/// Every place in a document.
fn everything<'d>(value: &'d Value, found: &mut Vec<&'d Value>) {
    found.push(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| everything(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| everything(field, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_whole() {
    let server = start(FakeHost::echo(), Arc::new(Fake::default()).served()).await;
    let answer = server.get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");

    // What is referred to is there, and what is there is referred to.
    let mut places = Vec::new();
    everything(&document, &mut places);
    let named: BTreeSet<&str> = places
        .iter()
        .filter_map(|place| {
            place["$ref"]
                .as_str()?
                .strip_prefix("#/components/schemas/")
        })
        .collect();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let there: BTreeSet<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(named, there);
    for name in there {
        let mut schema = document.clone();
        schema["$ref"] = format!("#/components/schemas/{name}").into();
        jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let in_path: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for (method, operation) in methods.as_object().unwrap() {
            let told = format!("{method} {path}");
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{told}: {name} is another one's name");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{told}");
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let declared: BTreeSet<&str> = parameters
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(declared, in_path, "{told}");
            let may_be_refused = !operation["security"].as_array().unwrap().is_empty();
            let responses = &operation["responses"];
            assert_eq!(responses["401"].is_object(), may_be_refused, "{told}");
            let roles = operation["x-roles"].as_array();
            assert_eq!(responses["403"].is_object(), roles.is_some(), "{told}");
            for role in roles.into_iter().flatten() {
                let words = operation["description"].as_str().unwrap();
                assert!(words.contains(role.as_str().unwrap()), "{told}: {words}");
            }
        }
    }
    assert!(names.contains("postPacksPackPromote"), "{names:?}");
}

#[tokio::test]
async fn only_what_is_there_is_described() {
    let mut without = options();
    without.rasa = jackfield_server::RasaAccess::Off;
    let server = start(FakeHost::echo(), without).await;
    let document = server.get("/api/v1/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    let paths: Vec<&str> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/api/v1/openapi.json",
        "/callbacks/{token}/{name}",
        "/chat/api/events",
        "/chat/api/messages",
        "/chat/api/sessions",
        "/live",
        "/ready",
    ];
    assert_eq!(BTreeSet::from_iter(paths), BTreeSet::from(expected));
}
