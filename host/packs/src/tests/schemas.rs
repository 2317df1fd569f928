//! Schemas that would make the host work, or reach out.

use jackfield_core::{ErrorCode, Limits};

use crate::Pack;
use crate::samples as sample;

fn refusal(schema: &str) -> String {
    let error = Pack::open(
        &sample::with("schemas/order.json", schema),
        &Limits::default(),
    )
    .unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadSchema, "{error}");
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn ordinary_schemas_are_accepted() {
    let schema = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"step": {"enum": ["a", "b"]}},
        "type": "object", "properties": {"now": {"$ref": "#/$defs/step"}, "next": {"$ref": "#/$defs/step"}}}"##;
    assert!(
        Pack::open(
            &sample::with("schemas/order.json", schema),
            &Limits::default()
        )
        .is_ok()
    );
}

#[test]
fn references_lead_to_this_file_and_not_back() {
    let told = "leads nowhere, outside of this file, or back to itself";
    for (schema, target) in [
        (
            r#"{"$ref": "https://example.com/schema.json"}"#,
            "https://example.com/schema.json",
        ),
        (r#"{"$ref": "file:///etc/passwd"}"#, "file:///etc/passwd"),
        (r##"{"$ref": "#/$defs/absent"}"##, "#/$defs/absent"),
        (r##"{"$ref": "#"}"##, "#"),
        (
            r##"{"$ref": "#/$defs/%61", "$defs": {"%61": true}}"##,
            "#/$defs/%61",
        ),
        (
            r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}}"##,
            "#/$defs/b",
        ),
    ] {
        let text = refusal(schema);
        assert!(
            text.contains(&format!("the reference `{target}` {told}")),
            "{schema}: {text}"
        );
    }
    assert!(
        refusal(r#"{"$id": "https://example.com/", "type": "object"}"#)
            .contains("`$id` is not allowed")
    );
    assert!(refusal(r##"{"$dynamicRef": "#x"}"##).contains("`$dynamicRef` is not allowed"));
}

#[test]
fn references_may_not_multiply() {
    let defs: Vec<_> = (0..14)
        .map(|i| format!(r##""d{i}": {{"allOf": [{{"$ref": "#/$defs/d{n}"}}, {{"$ref": "#/$defs/d{n}"}}]}}"##, n = i + 1))
        .collect();
    let schema = format!(
        r#"{{"$defs": {{{}, "d14": {{"type": "object"}}}}}}"#,
        defs.join(", ")
    );
    assert!(refusal(&schema).contains("its references multiply too much"));
}

#[test]
fn schemas_are_small_flat_and_valid() {
    assert!(refusal("{\"type\": \"objekt\"}").contains("this is not a JSON Schema"));
    assert!(
        refusal("{\n  \"type\": }")
            .starts_with("schemas/order.json:2:11: JF-PCK-009: this is not JSON")
    );
    assert!(
        refusal(&format!(
            "{{\"title\": \"{}\"}}",
            (0..20_000).map(|i| i.to_string()).collect::<String>()
        ))
        .contains("the schema has")
    );
    let deep = format!("{}{}", "{\"not\":".repeat(70) + "{}", "}".repeat(70));
    assert!(refusal(&deep).contains("nested too deeply"));
    // Look-around needs an engine that backtracks.
    assert!(refusal(r#"{"pattern": "(?=x)(a+)+$"}"#).contains("this is not a JSON Schema"));
}
