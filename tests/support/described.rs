//! A host's own description of its API, held against what it takes and answers.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use serde_json::Value;

use super::http::{get, send};

/// A host that is asked as its description says, and no otherwise.
pub struct Described {
    address: SocketAddr,
    key: String,
    document: Value,
    asked: BTreeSet<String>,
}

impl Described {
    /// The host at this address, asked by who has this key.
    pub fn new(address: SocketAddr, key: &str) -> Self {
        let (status, text) = get(address, "/api/v1/openapi.json").unwrap();
        assert_eq!(status, 200);
        let mut document = serde_json::from_str(&text).unwrap();
        close(&mut document);
        Self {
            address,
            key: key.to_owned(),
            document,
            asked: BTreeSet::new(),
        }
    }

    /// Asks an operation whose address has these parts filled in. What goes in and what comes out must be as it is described.
    pub fn ask(&mut self, method: &str, path: &str, parts: &[&str], body: &[u8]) -> Value {
        let told = format!("{method} {path}");
        let operation = &self.document["paths"][path][method];
        assert!(operation.is_object(), "{told} is not described");
        let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !taken.is_null() {
            let body = serde_json::from_slice(body).unwrap();
            self.check(&told, taken, &body);
        }
        let mut filled = String::new();
        let mut parts = parts.iter();
        for part in path.split('/').skip(1) {
            let part = match part.starts_with('{') {
                true => parts.next().unwrap(),
                false => part,
            };
            filled = format!("{filled}/{part}");
        }
        // What is left over stands behind the address.
        filled.extend(parts.copied());
        let (status, text) = send(
            self.address,
            &method.to_uppercase(),
            &filled,
            Some(&self.key),
            body,
        )
        .unwrap();
        let responses = &operation["responses"];
        let done = &responses[status.to_string()];
        assert!(done.is_object(), "{told}: {status} {text}");
        let given = &done["content"]["application/json"]["schema"];
        let answer = match given.is_null() {
            true => Value::String(text),
            false => {
                let answer = serde_json::from_str(&text).unwrap();
                self.check(&told, given, &answer);
                answer
            }
        };
        self.asked.insert(told);
        answer
    }

    /// Operations that were never asked.
    pub fn unasked(&self) -> Vec<String> {
        let paths = self.document["paths"].as_object().unwrap().iter();
        let all = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        });
        all.filter(|told| !self.asked.contains(told)).collect()
    }

    fn check(&self, told: &str, schema: &Value, value: &Value) {
        let mut whole = self.document.clone();
        whole["$ref"] = schema["$ref"].clone();
        let rules = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap();
        let errors: Vec<String> = rules
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{told}: {errors:#?}\n{value:#}");
    }
}

/// A client must not mind what it does not know; a test does, so that nothing is answered that is not described.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
