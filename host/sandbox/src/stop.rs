//! Why the sandbox ends a step.

use jackfield_core::{ErrorCode, StepOutcome};

/// A limit was met or a rule broken. As an error of a host function it ends the guest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub(crate) struct Stop {
    pub(crate) code: ErrorCode,
    pub(crate) detail: String,
}

impl Stop {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl From<Stop> for StepOutcome {
    fn from(Stop { code, detail }: Stop) -> Self {
        Self::Stopped { code, detail }
    }
}

/// The most bytes of a detail: a backtrace of a few dozen frames.
const LONGEST_DETAIL: usize = 4096;

/// A guest's words made fit for logs and terminals: bounded, without control characters other than line ends.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len().min(LONGEST_DETAIL));
    for character in text.chars() {
        if printable.len() >= LONGEST_DETAIL {
            printable.push('…');
            break;
        }
        if character == '\n' {
            printable.push('\n');
        } else {
            escape_into(&mut printable, character);
        }
    }
    printable
}

/// Adds a character, escaped when a terminal or a log reader could take it for something else: control
/// characters, line and paragraph separators, and marks that change the direction of writing.
pub(crate) fn escape_into(text: &mut String, character: char) {
    let harmful = character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if harmful {
        text.extend(character.escape_default());
    } else {
        text.push(character);
    }
}
