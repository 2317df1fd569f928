//! State schemas of packs. They are as hostile as the code: one can be written that refers to a server, that
//! never ends, or that takes hours for a small state. So a schema is checked before it is compiled: no
//! references out of it, none that lead back to where they came from, and a bound on what it expands to.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::PatternOptions;
use serde_json::Value;

use crate::tree::{Tree, Trees};

mod plain;

/// The largest schema, bytes of JSON.
const LARGEST: usize = 64 << 10;
/// The deepest schema.
const DEEPEST: usize = 64;
/// The most JSON values a schema may have when all its references are written out. Together with the bound on
/// a state's size this bounds the time of a check.
const MOST_RULES: u64 = 20_000;
/// The most rules times values that are checked for one state.
const MOST_CHECKS: u64 = 4_000_000;
/// The largest compiled pattern, bytes.
const LARGEST_PATTERN: usize = 256 << 10;

/// A schema that is safe to use.
#[derive(Debug)]
pub(crate) struct Schema {
    validator: jsonschema::Validator<Trees>,
    rules: u64,
    plain: Option<plain::Rule>,
}

impl Schema {
    pub(crate) fn new(schema: &Value) -> Result<Self, String> {
        let size = serde_json::to_string(schema)
            .map_err(|error| error.to_string())?
            .len();
        if size > LARGEST {
            return Err(format!("it has {size} bytes, the limit is {LARGEST}"));
        }
        let rules = Expansion {
            root: schema,
            known: BTreeMap::new(),
            open: BTreeSet::new(),
        }
        .rules(schema, 0)?;
        let validator = jsonschema::options_for::<Trees>()
            .with_pattern_options(
                PatternOptions::regex()
                    .size_limit(LARGEST_PATTERN)
                    .dfa_size_limit(LARGEST_PATTERN),
            )
            .should_validate_formats(false)
            .build(schema)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            validator,
            rules,
            plain: plain::Rule::of(schema),
        })
    }

    /// Whether a state is surely valid JSON and valid against the schema. Cheap, and right for most states; of the
    /// others [`Schema::check`] tells.
    pub(crate) fn surely_accepts(&self, state: &str) -> bool {
        self.plain.as_ref().is_some_and(|rule| rule.accepts(state))
    }

    /// Checks a state that has at most `values` JSON values.
    pub(crate) fn check(&self, state: &Tree<'_>, values: usize) -> Result<(), String> {
        let checks = self.rules.saturating_mul(values as u64);
        if checks > MOST_CHECKS {
            return Err(format!(
                "a schema of {} rules cannot be checked against a state of up to {values} values within its limit",
                self.rules
            ));
        }
        // Most states are valid, and finding that out is cheaper than finding out what is wrong.
        if self.validator.is_valid(state) {
            return Ok(());
        }
        self.validator.validate(state).map_err(|error| {
            let place = error.instance_path().to_string();
            if place.is_empty() {
                error.to_string()
            } else {
                format!("at {place}: {error}")
            }
        })
    }
}

/// Counts the rules of a schema with its references written out.
struct Expansion<'a> {
    root: &'a Value,
    /// Rules below each target of a reference.
    known: BTreeMap<&'a str, u64>,
    /// References that are being followed.
    open: BTreeSet<&'a str>,
}

impl<'a> Expansion<'a> {
    fn rules(&mut self, value: &'a Value, depth: usize) -> Result<u64, String> {
        if depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} deep"));
        }
        let mut rules = 1;
        match value {
            Value::Array(items) => {
                for item in items {
                    rules += self.rules(item, depth + 1)?;
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    rules += match (name.as_str(), member) {
                        ("$ref", Value::String(target)) => self.target(target, depth)?,
                        (
                            "$dynamicRef" | "$recursiveRef" | "$dynamicAnchor" | "$recursiveAnchor",
                            Value::String(_) | Value::Bool(_),
                        ) => {
                            return Err(format!("`{name}` is not supported"));
                        }
                        ("$id" | "id" | "$anchor", Value::String(_))
                            if name != "id" && depth > 0 =>
                        {
                            return Err(format!("`{name}` inside the schema is not supported"));
                        }
                        ("uniqueItems", Value::Bool(true)) => {
                            return Err("`uniqueItems` is not supported".to_owned());
                        }
                        _ => self.rules(member, depth + 1)?,
                    };
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        if rules > MOST_RULES {
            return Err(format!(
                "with its references written out it has more than {MOST_RULES} rules"
            ));
        }
        Ok(rules)
    }

    fn target(&mut self, target: &'a str, depth: usize) -> Result<u64, String> {
        if let Some(rules) = self.known.get(target) {
            return Ok(*rules);
        }
        // Escaped names are read in more than one way: what is counted here must be what is checked later.
        let pointer = target.strip_prefix('#').filter(|rest| {
            (rest.is_empty() || rest.starts_with('/')) && !rest.contains(['%', '~'])
        });
        let pointer = pointer.ok_or_else(|| {
            format!("`$ref` to `{target}`: only references inside the schema are allowed, to names without `%` and `~` (`#/$defs/name`)")
        })?;
        let root = self.root;
        let found = root
            .pointer(pointer)
            .ok_or_else(|| format!("`$ref` to `{target}`, which does not exist"))?;
        if !self.open.insert(target) {
            return Err(format!(
                "`$ref` to `{target}` leads back to itself; state schemas cannot be recursive"
            ));
        }
        let rules = self.rules(found, depth + 1)?;
        self.open.remove(target);
        self.known.insert(target, rules);
        Ok(rules)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(schema: &Schema, state: &Value, values: usize) -> Result<(), String> {
        let text = state.to_string();
        schema.check(&serde_json::from_str(&text).unwrap(), values)
    }

    fn refused(schema: &Value) -> String {
        Schema::new(schema).unwrap_err()
    }

    #[test]
    fn an_honest_schema_accepts_and_refuses() {
        let schema = Schema::new(&json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {"plan": {"$ref": "#/$defs/plan"}, "old": {"$ref": "#/$defs/plan"}},
            "required": ["plan"],
            "$defs": {"plan": {"type": "string", "pattern": "^[a-z0-9-]+$"}}
        }))
        .unwrap();
        assert!(check(&schema, &json!({"plan": "g-50"}), 3).is_ok());
        assert!(
            check(&schema, &json!({"plan": "G 50"}), 3)
                .unwrap_err()
                .contains("/plan")
        );
        assert!(check(&schema, &json!({}), 1).is_err());
    }

    #[test]
    fn references_out_of_the_schema_are_refused() {
        for target in [
            "https://example.com/x.json",
            "file:///etc/passwd",
            "other.json#/a",
            "#anchor",
            "#/$defs/%61",
            "#/$defs/~01",
        ] {
            assert!(refused(&json!({"$ref": target})).contains(target));
        }
    }

    #[test]
    fn schemas_that_never_end_are_refused() {
        assert!(refused(&json!({"$ref": "#"})).contains("recursive"));
        assert!(refused(&json!({"allOf": [{"$ref": "#"}]})).contains("recursive"));
        assert!(refused(&json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}))
            .contains("recursive"));
        assert!(refused(&json!({"$dynamicRef": "#x"})).contains("$dynamicRef"));
    }

    #[test]
    fn schemas_that_explode_are_refused() {
        let mut defs = serde_json::Map::new();
        for level in 0..15 {
            let next = format!("#/$defs/d{}", level + 1);
            defs.insert(
                format!("d{level}"),
                json!({"allOf": [{"$ref": next}, {"$ref": next}]}),
            );
        }
        defs.insert("d15".to_owned(), json!({"type": "string"}));
        assert!(refused(&json!({"$ref": "#/$defs/d0", "$defs": defs})).contains("rules"));
    }

    #[test]
    fn patterns_cannot_backtrack_or_grow() {
        assert!(Schema::new(&json!({"pattern": "(a+)+$"})).is_ok());
        assert!(Schema::new(&json!({"pattern": "(?=x)y"})).is_err());
        assert!(Schema::new(&json!({"pattern": "(((a{1,200}){1,200}){1,200})"})).is_err());
    }

    #[test]
    fn large_states_are_not_checked_against_large_schemas() {
        let schema = Schema::new(&json!({"enum": (0..10_000).collect::<Vec<_>>()})).unwrap();
        assert!(check(&schema, &json!(1), 1).is_ok());
        assert!(check(&schema, &json!([1]), 10_000).is_err());
    }
}
