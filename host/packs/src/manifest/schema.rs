//! The published schema of `pack.toml`, applied with messages for people.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::document::{Document, bad, child};
use super::suggest::nearest;
use crate::problem::{Problem, Report};

/// The JSON Schema (draft 2020-12) of `pack.toml`. Editors can use it; [`read_manifest`](crate::read_manifest) does.
pub const SCHEMA: &str = include_str!("../../../../docs/pack.schema.json");

/// The schema, and what checks it. `None` would mean that the file in `docs/` is not a schema; a test forbids it.
static COMPILED: LazyLock<Option<(Value, Validator)>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).ok()?;
    let options = jsonschema::options()
        .offline()
        .with_pattern_options(PatternOptions::regex());
    let validator = options.build(&schema).ok()?;
    Some((schema, validator))
});

/// Reports whatever in `document` breaks the schema. Returns the JSON pointers of keys that nothing knows, so that
/// the rest can be judged; `None` when there is too much of something for that.
pub(super) fn check(document: &Document, report: &mut Report) -> Option<Vec<String>> {
    let Some((schema, validator)) = COMPILED.as_ref() else {
        report.error(bad(
            "the schema of pack.toml is damaged",
            "the host was built wrongly",
            "report it",
        ));
        return None;
    };
    let mut unknown_keys = Some(Vec::new());
    for error in validator.iter_errors(&document.value) {
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let pointers = unexpected
                    .iter()
                    .map(|key| child(error.instance_path().as_str(), key));
                unknown_keys
                    .iter_mut()
                    .for_each(|keys| keys.extend(pointers.clone()));
            }
            ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MaxProperties { .. } => {
                unknown_keys = None
            }
            _ => {}
        }
        explain(document, schema, &error, report);
        if report.is_full() {
            return None;
        }
    }
    unknown_keys
}

fn explain(document: &Document, schema: &Value, error: &ValidationError<'_>, report: &mut Report) {
    let pointer = error.instance_path().as_str();
    let keyword = error.schema_path().as_str();
    let node = keyword
        .rfind('/')
        .and_then(|cut| schema.pointer(keyword.get(..cut)?));
    let rule = described(node).or_else(|| described_by_parents(schema, pointer));
    let rule = rule.unwrap_or("the schema in docs/pack.schema.json asks for it");
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let known = || {
        node.and_then(|node| node.get("properties"))
            .and_then(Value::as_object)
    };
    let shown = error.instance().to_string();

    let here = |what: String, fix: &str| bad(what, rule, fix).at(document.value(pointer));
    let holder = |what: String, fix: &str| bad(what, rule, fix).at(document.key(pointer));
    let problem: Problem = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let names: Vec<&str> = known()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.as_str())
                .collect();
            for key in unexpected {
                if report.is_full() {
                    return;
                }
                let fix = match nearest(key, &names) {
                    Some(name) => format!("write `{name}`"),
                    None => format!("remove it, or write one of {}", list(names.iter().copied())),
                };
                let problem = bad(
                    format!("unknown key `{key}`"),
                    "a key that nothing reads is a mistake",
                    fix,
                );
                report.error(problem.at(document.key(&child(pointer, key))));
            }
            return;
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let rule = described(known().and_then(|known| known.get(key))).unwrap_or(rule);
            bad(format!("`{key}` is missing"), rule, format!("add `{key}`"))
                .at(document.key(pointer))
        }
        ValidationErrorKind::PropertyNames { error } => {
            let key = error.instance().as_str().unwrap_or_default();
            let problem = bad(
                format!("`{key}` is not a name that can stand here"),
                rule,
                "write another name",
            );
            problem.at(document.key(&child(pointer, key)))
        }
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => list(kinds.iter().map(|kind| kind.to_string())),
            };
            let what = format!(
                "`{name}` is {}, which is not of type {wanted}",
                shorten(&shown)
            );
            let fix = match wanted.as_str() {
                "string" => "put it into quotes",
                "integer" => "write a whole number without quotes",
                "boolean" => "write true or false without quotes",
                "array" => "put it into square brackets",
                _ => "make it a table",
            };
            here(what, fix)
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<&str> = options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let fix = match error
                .instance()
                .as_str()
                .and_then(|given| nearest(given, &options))
            {
                Some(option) => format!("write \"{option}\""),
                None => format!("write one of {}", list(options.iter().copied())),
            };
            here(format!("`{name}` is {}", shorten(&shown)), &fix)
        }
        ValidationErrorKind::UniqueItems => holder(
            format!("`{name}` lists something twice"),
            "remove the repetition",
        ),
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
            holder(format!("`{name}` is empty"), "add at least one")
        }
        ValidationErrorKind::MaxItems { limit } | ValidationErrorKind::MaxProperties { limit } => {
            holder(
                format!("`{name}` has more than {limit} entries"),
                "remove some",
            )
        }
        ValidationErrorKind::Minimum { limit } => here(
            format!("{shown} is too small"),
            &format!("write {limit} or more"),
        ),
        ValidationErrorKind::Maximum { limit } => here(
            format!("{shown} is too large"),
            &format!("write {limit} or less"),
        ),
        ValidationErrorKind::MaxLength { limit } => here(
            format!("the text is longer than {limit} characters"),
            "shorten it",
        ),
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::MinLength { .. } => here(
            format!("{} cannot stand here", shorten(&shown)),
            "write it in this form",
        ),
        _ => here(error.to_string(), "look at docs/pack.schema.json"),
    };
    report.error(problem);
}

fn described(node: Option<&Value>) -> Option<&str> {
    node?.get("description")?.as_str()
}

/// The description of the property that `pointer` leads to, or of the nearest one above it: what a `$ref` leads
/// to is often described only where it is used.
fn described_by_parents<'s>(schema: &'s Value, pointer: &str) -> Option<&'s str> {
    let mut node = schema;
    let mut found = None;
    for key in pointer.split('/').skip(1) {
        let next = node.get("properties").and_then(|known| known.get(key));
        node = next
            .or_else(|| node.get("additionalProperties"))
            .or_else(|| node.get("items"))?;
        found = described(Some(node)).or(found);
        if let Some(target) = node
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix('#'))
        {
            node = schema.pointer(target)?;
        }
    }
    found
}

fn list<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    names
        .map(|name| format!("`{}`", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// At most 60 characters of a value that the message repeats.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}
