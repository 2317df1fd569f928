//! Checks of the private state that a flow returns.

use jackfield_core::{ErrorCode, Limits};
use serde::de::IgnoredAny;

use crate::schema::Schema;
use crate::stop::{Stop, printable};

/// Values of a state up to which it is enough to know that they are no more: even the largest schema may be
/// checked against so many.
const FEW: usize = 128;

/// Checks size, depth, JSON and schema, cheapest first: nothing is parsed that is too large or too deep.
pub(crate) fn check(state: &str, schema: Option<&Schema>, limits: &Limits) -> Result<(), Stop> {
    if state.len() > limits.state {
        return Err(Stop::new(
            ErrorCode::StateTooLarge,
            format!(
                "the state has {} bytes, the limit is {}",
                state.len(),
                limits.state
            ),
        ));
    }
    let mut shape = Shape::at_most(state);
    if shape.depth > limits.state_depth || shape.values > FEW {
        shape = Shape::of(state);
    }
    if shape.depth > limits.state_depth {
        return Err(Stop::new(
            ErrorCode::StateNotJson,
            format!(
                "the state is nested {} deep, the limit is {}",
                shape.depth, limits.state_depth
            ),
        ));
    }
    let not_json = |error: serde_json::Error| {
        Stop::new(ErrorCode::StateNotJson, printable(&error.to_string()))
    };
    match schema {
        None => serde_json::from_str::<IgnoredAny>(state)
            .map(|_| ())
            .map_err(not_json),
        Some(schema) if schema.surely_accepts(state) => Ok(()),
        Some(schema) => {
            let value = serde_json::from_str(state).map_err(not_json)?;
            schema
                .check(&value, shape.values)
                .map_err(|problem| Stop::new(ErrorCode::StateBreaksSchema, printable(&problem)))
        }
    }
}

/// Whether `text` is JSON no deeper than `depth`.
pub(crate) fn is_json(text: &str, depth: usize) -> bool {
    Shape::of(text).depth <= depth && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// What one look at the bytes tells about a JSON text. Right for JSON; for anything else it does not matter,
/// because the parser refuses it next.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    /// Deepest nesting of arrays and objects.
    depth: usize,
    /// An upper bound of the number of values.
    values: usize,
}

impl Shape {
    /// A shape that this text does not exceed, at a tenth of the cost: what stands in texts counts as well.
    fn at_most(text: &str) -> Self {
        let (mut opened, mut commas) = (0, 0);
        for byte in text.bytes() {
            // The two brackets differ in one bit.
            opened += usize::from(byte | 0x20 == b'{');
            commas += usize::from(byte == b',');
        }
        Self {
            depth: opened,
            values: 1 + opened + commas,
        }
    }

    fn of(text: &str) -> Self {
        let (mut depth, mut deepest, mut values) = (0_usize, 0, 1_usize);
        let (mut quoted, mut escaped) = (false, false);
        for byte in text.bytes() {
            if quoted {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => quoted = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => quoted = true,
                b'[' | b'{' => {
                    depth += 1;
                    values += 1;
                    deepest = deepest.max(depth);
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' => values += 1,
                _ => {}
            }
        }
        Self {
            depth: deepest,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_do_not_count() {
        assert_eq!(
            Shape::of(r#"{"a":"[[[\"[","b":[1,2]}"#),
            Shape {
                depth: 2,
                values: 5
            }
        );
        assert_eq!(
            Shape::at_most(r#"{"a":"[[[\"[","b":[1,2]}"#),
            Shape {
                depth: 6,
                values: 9
            }
        );
        assert_eq!(
            Shape::of("1"),
            Shape {
                depth: 0,
                values: 1
            }
        );
    }

    #[test]
    fn deep_nesting_is_refused_before_it_is_parsed() {
        let limits = Limits::default();
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(check(&nested(limits.state_depth), None, &limits).is_ok());
        assert_eq!(
            check(&nested(limits.state_depth + 1), None, &limits)
                .unwrap_err()
                .code,
            ErrorCode::StateNotJson
        );
        assert_eq!(
            check("{", None, &limits).unwrap_err().code,
            ErrorCode::StateNotJson
        );
        assert_eq!(
            check("{} {}", None, &limits).unwrap_err().code,
            ErrorCode::StateNotJson
        );
        let large = format!("\"{}\"", "x".repeat(limits.state));
        assert_eq!(
            check(&large, None, &limits).unwrap_err().code,
            ErrorCode::StateTooLarge
        );
    }
}
