//! JSON Schemas of private states.
//!
//! A schema comes from the pack and is applied by the host to every state, so a small schema must not be able to
//! make the host work for long. Three things could: patterns that backtrack (the pattern engine does not), remote
//! references (refused), and references that multiply. So references are followed here once, may not come back to
//! where they started, and the schema may have only so many parts when each reference is replaced by what it names.

use std::collections::BTreeMap;

use jackfield_core::manifest::Manifest;
use jackfield_core::{ErrorCode, FlowName};
use jsonschema::PatternOptions;
use serde_json::Value;

use super::{Files, text};
use crate::problem::Report;
use crate::{Place, Problem};

/// Bytes of a schema.
const LONGEST: usize = 64 * 1024;
/// How deep a schema may be nested.
const DEEPEST: usize = 64;
/// References that lead to references.
const LONGEST_CHAIN: usize = 16;
/// Parts of a schema when every reference is replaced by what it names.
const MOST_PARTS: usize = 20_000;
/// Memory of one compiled pattern, bytes.
const PATTERN_SIZE: usize = 256 * 1024;

/// Reads the schemas that the manifest names.
pub(super) fn read(
    manifest: &Manifest,
    files: &Files,
    report: &mut Report,
) -> BTreeMap<FlowName, Value> {
    let mut schemas = BTreeMap::new();
    for (flow, spec) in &manifest.flows {
        let Some(path) = &spec.state_schema else {
            continue;
        };
        let Some(text) = text(path, files, report) else {
            continue;
        };
        if let Some(schema) = report.keep(schema(text, path)) {
            schemas.insert(flow.clone(), schema);
        }
    }
    schemas
}

fn schema(text: &str, path: &str) -> Result<Value, Problem> {
    if text.len() > LONGEST {
        return Err(bad(
            format!("the schema has {} bytes", text.len()),
            "shorten it",
            Place::new(path, 1, 1),
        ));
    }
    let schema: Value = serde_json::from_str(text).map_err(|error| {
        let place = Place::new(path, error.line().max(1), error.column().max(1));
        bad(format!("this is not JSON: {error}"), "mend the line", place)
    })?;
    let refuse = |what: String, fix: &str, word: &str| {
        let offset = text.find(word).unwrap_or_default();
        bad(what, fix, Place::of_offset(path, text, offset))
    };
    let mut walk = Walk {
        root: &schema,
        known: BTreeMap::new(),
        open: Vec::new(),
    };
    match walk.parts(&schema, 0) {
        Ok(parts) if parts <= MOST_PARTS => {}
        Ok(_) => {
            return Err(refuse(
                "its references multiply too much".to_owned(),
                "refer to fewer parts",
                "$ref",
            ));
        }
        Err(Refused::Deep) => {
            return Err(refuse(
                "the schema is nested too deeply".to_owned(),
                "flatten it",
                "{",
            ));
        }
        Err(Refused::Keyword(keyword)) => {
            let what = format!("`{keyword}` is not allowed");
            return Err(refuse(
                what,
                "refer with \"$ref\": \"#/$defs/…\" only",
                &format!("\"{keyword}\""),
            ));
        }
        Err(Refused::Reference(target)) => {
            let what = format!(
                "the reference `{target}` leads nowhere, outside of this file, or back to itself"
            );
            return Err(refuse(
                what,
                "refer to a part of this file that does not refer back",
                &target,
            ));
        }
    }
    let patterns = PatternOptions::regex()
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE);
    let options = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .offline()
        .with_pattern_options(patterns);
    match options.build(&schema) {
        Ok(_) => Ok(schema),
        Err(error) => Err(refuse(
            format!("this is not a JSON Schema: {error}"),
            "mend it; look-around in patterns is not available",
            "{",
        )),
    }
}

enum Refused {
    Deep,
    Keyword(String),
    Reference(String),
}

/// Counts the parts of a schema with references followed.
struct Walk<'s> {
    root: &'s Value,
    /// Parts behind each reference.
    known: BTreeMap<&'s str, usize>,
    /// References that are being followed.
    open: Vec<&'s str>,
}

impl<'s> Walk<'s> {
    fn parts(&mut self, node: &'s Value, depth: usize) -> Result<usize, Refused> {
        if depth > DEEPEST || self.open.len() > LONGEST_CHAIN {
            return Err(Refused::Deep);
        }
        let mut parts = 1_usize;
        match node {
            Value::Array(items) => {
                for item in items {
                    parts = parts.saturating_add(self.parts(item, depth + 1)?);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    if let "$id" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" | "$recursiveRef"
                    | "$vocabulary" = key.as_str()
                    {
                        return Err(Refused::Keyword(key.clone()));
                    }
                    let more = match value.as_str() {
                        Some(target) if key == "$ref" => self.follow(target)?,
                        _ => self.parts(value, depth + 1)?,
                    };
                    parts = parts.saturating_add(more);
                }
            }
            _ => {}
        }
        Ok(parts)
    }

    fn follow(&mut self, target: &'s str) -> Result<usize, Refused> {
        if let Some(parts) = self.known.get(target) {
            return Ok(*parts);
        }
        let wrong = || Refused::Reference(target.to_owned());
        let node = target
            .strip_prefix('#')
            // Escaped names are read in more than one way.
            .filter(|pointer| !pointer.contains(['%', '~']))
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(wrong)?;
        if self.open.contains(&target) {
            return Err(wrong());
        }
        self.open.push(target);
        let parts = self.parts(node, 0)?;
        self.open.pop();
        self.known.insert(target, parts);
        Ok(parts)
    }
}

fn bad(what: impl Into<String>, fix: impl Into<String>, place: Place) -> Problem {
    Problem::new(
        ErrorCode::BadSchema,
        what,
        "the host applies the schema to every state, so it must be small and complete in itself",
        fix,
    )
    .at(place)
}
