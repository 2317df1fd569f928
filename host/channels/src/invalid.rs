//! Why bytes from the wire are not a message.

use jackfield_core::ErrorCode;

use crate::LONGEST_TEXT;

/// Why bytes from the wire are not a message. Nothing of the message itself is in the text, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not JSON, or not of the expected shape.
    #[error(
        "the body is not the JSON object that this address takes (line {line}, column {column})"
    )]
    Json {
        /// Line of the first problem, from 1.
        line: usize,
        /// Column of the first problem, from 1.
        column: usize,
    },
    /// A field is missing or breaks its rule.
    #[error("`{field}` {rule}")]
    Field {
        /// The field.
        field: &'static str,
        /// The rule it breaks.
        rule: &'static str,
    },
}

impl Invalid {
    /// The code users meet.
    pub fn code(&self) -> ErrorCode {
        ErrorCode::BadRequest
    }

    pub(crate) fn field(field: &'static str, rule: &'static str) -> Self {
        Self::Field { field, rule }
    }
}

impl From<serde_json::Error> for Invalid {
    fn from(error: serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// Trims a text and checks its length.
pub(crate) fn text(field: &'static str, text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::field(field, "must not be empty"));
    }
    // Bytes first: counting characters of a text that cannot fit is work for nothing.
    if text.len() > LONGEST_TEXT * 4 || text.chars().count() > LONGEST_TEXT {
        return Err(Invalid::field(field, "must have at most 4,000 characters"));
    }
    Ok(text.to_owned())
}

/// Checks that a locale at least looks like BCP 47; whether the host speaks it is decided later.
pub(crate) fn locale(text: String) -> Result<String, Invalid> {
    let shaped = (2..=35).contains(&text.len())
        && text.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    if shaped {
        Ok(text)
    } else {
        Err(Invalid::field(
            "locale",
            "must be a BCP 47 tag such as `zh-CN`",
        ))
    }
}
