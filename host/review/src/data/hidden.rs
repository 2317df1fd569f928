//! Characters that a reviewer does not see.

use super::Text;
use crate::finding::Findings;

/// Whether a character cannot be seen or changes the direction of what stands around it.
pub(crate) fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

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
