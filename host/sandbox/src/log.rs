//! Log lines of one step, within their limit.

use crate::step::{LogLevel, LogLine};
use crate::stop::escape_into;

/// Collects lines until the limit is met and counts what is dropped after that.
#[derive(Debug)]
pub(crate) struct LogBuffer {
    lines: Vec<LogLine>,
    left: usize,
    dropped: u64,
}

impl LogBuffer {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            lines: Vec::new(),
            left: limit,
            dropped: 0,
        }
    }

    /// As much of a line as can fit; escapes may leave room for less.
    pub(crate) fn prefix<'a>(&self, message: &'a str) -> &'a str {
        &message[..message.floor_char_boundary(self.left)]
    }

    /// Keeps as much of the line as fits; the limit is for the text as it is kept, escapes included.
    pub(crate) fn write(&mut self, level: LogLevel, message: &str) {
        let mut text = String::with_capacity(message.len().min(self.left));
        let mut kept = 0;
        for character in message.chars() {
            let before = text.len();
            escape_into(&mut text, character);
            if text.len() > self.left {
                text.truncate(before);
                break;
            }
            kept += character.len_utf8();
        }
        self.left -= text.len();
        self.dropped += (message.len() - kept) as u64;
        if !text.is_empty() || message.is_empty() {
            self.lines.push(LogLine { level, text });
        }
    }

    /// The lines, and how many bytes were dropped.
    pub(crate) fn finish(self) -> (Vec<LogLine>, u64) {
        (self.lines, self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_dropped_and_counted() {
        let mut log = LogBuffer::new(8);
        log.write(LogLevel::Info, "12345");
        log.write(LogLevel::Info, "6789");
        log.write(LogLevel::Warn, "x");
        let (lines, dropped) = log.finish();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["12345", "678"]);
        assert_eq!(dropped, 2);
    }

    #[test]
    fn control_characters_cannot_reach_a_terminal() {
        let mut log = LogBuffer::new(100);
        log.write(LogLevel::Info, "a\u{1b}[2J\nforged line\u{202e}");
        let (lines, _) = log.finish();
        assert_eq!(lines[0].text, "a\\u{1b}[2J\\nforged line\\u{202e}");
    }
}
