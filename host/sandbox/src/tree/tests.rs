//! What is read is what `serde_json` reads.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// What the tree says a JSON text is, as `serde_json` says it.
fn read(text: &str) -> Value {
    let tree: Tree<'_> = serde_json::from_str(text).unwrap();
    (&tree).to_value().into_owned()
}

#[test]
fn escaped_texts_and_repeated_names_are_read_as_elsewhere() {
    assert_eq!(
        read(r#"{"a\n":"\u00e9","b":1,"b":2}"#),
        json!({"a\n": "é", "b": 2})
    );
    let many: String = (0..100).map(|n| format!(r#""k{}":{n},"#, n % 50)).collect();
    let text = format!("{{{many}\"k0\":-1}}");
    assert_eq!(read(&text), serde_json::from_str::<Value>(&text).unwrap());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 40, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..40).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..40)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_read_as_it_is(value in any_json()) {
        let text = value.to_string();
        prop_assert_eq!(read(&text), serde_json::from_str::<Value>(&text).unwrap());
    }
}
