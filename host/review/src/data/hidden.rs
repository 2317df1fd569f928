//! Characters that a reviewer does not see.

use jackfield_core::is_hidden;

use super::Text;
use crate::finding::Findings;

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    let mut before = ' ';
    for (offset, character) in text.text.char_indices() {
        // A byte order mark at the start, and joined emoji, are usual.
        let usual = (character == '\u{feff}' && offset == 0)
            || (character == '\u{200d}' && !before.is_ascii() && !before.is_alphabetic());
        before = character;
        let control = character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        if usual || !(is_hidden(character) || control) {
            continue;
        }
        findings.add(
            "R05.10",
            Some(text.place(offset)),
            format!(
                "the hidden character U+{:04X} stands in the text",
                u32::from(character)
            ),
        );
        if findings.is_full("R05.10") {
            return;
        }
    }
}
