use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn accepts(schema: &Value, state: &str) -> bool {
    Rule::of(schema).unwrap().accepts(state)
}

#[test]
fn what_a_schema_of_a_flow_says_is_understood() {
    let schema = json!({
        "$schema": DIALECT,
        "title": "State",
        "type": "object",
        "additionalProperties": false,
        "required": ["stage"],
        "properties": {
            "stage": {"type": "string", "enum": ["asked", "done"]},
            "phone": {"type": ["string", "null"], "maxLength": 4},
            "plan": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/plan"}]},
            "tries": {"type": "integer", "minimum": 0, "maximum": 9},
            "notes": {"type": "array", "items": {"type": "string"}, "maxItems": 2}
        },
        "$defs": {"plan": {"type": "object", "additionalProperties": {"type": "number"}}}
    });
    for valid in [
        r#"{"stage":"asked"}"#,
        r#"{"stage":"done","phone":null,"plan":null,"tries":9,"notes":["a","b"]}"#,
        r#"{"stage":"\u0064one","phone":"张三李四","plan":{"a":1,"b":1.5}}"#,
        r#"{"stage":"asked","stage":"done"}"#,
    ] {
        assert!(accepts(&schema, valid), "{valid}");
    }
    for doubtful in [
        r#"{}"#,
        r#"[]"#,
        r#"{"stage":"lost"}"#,
        r#"{"stage":"lost","stage":"done"}"#,
        r#"{"stage":"done","other":1}"#,
        r#"{"stage":"done","phone":"12345"}"#,
        r#"{"stage":"done","plan":{"a":"1"}}"#,
        r#"{"stage":"done","tries":-1}"#,
        r#"{"stage":"done","tries":10}"#,
        r#"{"stage":"done","notes":["a","b","c"]}"#,
        r#"{"stage":"done"} {}"#,
        r#"{"stage":"done""#,
    ] {
        assert!(!accepts(&schema, doubtful), "{doubtful}");
    }
}

#[test]
fn schemas_that_say_more_are_left_to_the_validator() {
    for more in [
        json!({"pattern": "^a"}),
        json!({"not": {}}),
        json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
        json!({"anyOf": [{"type": "null"}, {"type": "object"}], "maxLength": 1}),
        json!({"enum": [1]}),
        json!({"minimum": 0.5}),
        json!({"required": ["a"]}),
        json!({"properties": {"a": {"if": true}}}),
        json!({"$ref": "#/$defs/a", "maxLength": 1, "$defs": {"a": true}}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}),
        json!(false),
    ] {
        assert!(Rule::of(&more).is_none(), "{more}");
    }
}

#[test]
fn references_do_not_blow_a_rule_up() {
    let word = "x".repeat(20_000);
    let many = |target: &str| -> Map<String, Value> {
        let member = json!({ "$ref": target });
        (0..20).map(|n| (n.to_string(), member.clone())).collect()
    };
    let schema = json!({
        "properties": many("#/$defs/d"),
        "$defs": {"d": {"properties": many("#/$defs/e")}, "e": {"enum": [word]}}
    });
    assert!(Rule::of(&schema).is_none());
}

/// Schemas out of the keywords that are understood, in any mixture.
fn schemas() -> impl Strategy<Value = Value> {
    let types = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!({"enum": ["a", null, "bc"]})),
        Just(json!({"enum": ["", "字"]})),
        Just(json!({"type": ["string", "integer"], "enum": ["a", null]})),
        prop::sample::subsequence(types.to_vec(), 1..3).prop_map(|types| json!({"type": types})),
        (0..3_u8, 0..3_u8).prop_map(|(least, most)| json!({"minLength": least, "maxLength": most})),
        (-2..2_i8, -2..3_i8).prop_map(|(least, most)| json!({"minimum": least, "maximum": most})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let member = (prop::sample::select(vec!["a", "b", "字"]), inner.clone());
        let members = prop::collection::vec(member, 0..3);
        prop_oneof![
            (inner.clone(), 0..3_u8)
                .prop_map(|(item, most)| json!({"items": item, "maxItems": most})),
            inner
                .clone()
                .prop_map(|other| json!({"anyOf": [{"type": "null"}, other]})),
            inner
                .clone()
                .prop_map(|other| json!({"additionalProperties": other})),
            (members, any::<bool>(), any::<bool>()).prop_map(|(members, open, required)| {
                let properties: Map<_, _> = members
                    .into_iter()
                    .map(|(name, rule)| (name.to_owned(), rule))
                    .collect();
                let names: Vec<_> = properties.keys().filter(|_| required).cloned().collect();
                json!({"properties": properties, "required": names, "additionalProperties": open})
            }),
        ]
    })
}

fn states() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3..4_i8).prop_map(Value::from),
        prop::sample::select(vec![0.5, 1.0, -2.0, 1e30]).prop_map(Value::from),
        Just(json!(u64::MAX)),
        prop::sample::select(vec!["", "a", "bc", "字", "字字字"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let members = prop::collection::vec(
            (
                prop::sample::select(vec!["a", "b", "字", "x"]),
                inner.clone(),
            ),
            0..4,
        );
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Map<_, _>>()
                    .into()
            }),
        ]
    })
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Yes is never said where the validator says no; and the validator's yes is only missed for numbers with a
    /// point.
    #[test]
    fn the_short_way_agrees_with_the_validator(schema in schemas(), state in states()) {
        let valid = jsonschema::validator_for(&schema).unwrap().is_valid(&state);
        let plain = accepts(&schema, &state.to_string());
        prop_assert!(valid || !plain, "{schema} {state}");
        prop_assert!(plain || !valid || has_fraction(&state), "{schema} {state}");

        let referring = json!({"properties": {"a": {"$ref": "#/$defs/s"}}, "$defs": {"s": schema}});
        prop_assert_eq!(accepts(&referring, &json!({"a": state}).to_string()), plain);
    }
}
