//! A conversation as it is written down.

use std::path::Path;

use crate::line::Line;

/// Monday morning in the first week of 2026: what a conversation says of `tomorrow` is the same whenever it is held.
const USUAL_NOW: &str = "2026-01-05T09:00:00+08:00";

/// One conversation to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What it is about; empty when it does not say.
    pub title: String,
    /// The locale that the channel knows for the contact.
    pub locale: String,
    /// When it begins: milliseconds since 1970.
    pub now: u64,
    /// Its lines, each with its number in the file.
    pub lines: Vec<(usize, Line)>,
}

/// Why a file is no conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}; {fix}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

impl ScriptError {
    pub(crate) fn new(line: usize, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
            fix: fix.into(),
        }
    }
}

impl Script {
    /// Reads a file, and what it names beside it.
    ///
    /// # Errors
    /// The first line that means nothing, or names a file that cannot be read.
    pub fn read(path: &Path) -> Result<Self, ScriptError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            ScriptError::new(
                1,
                format!("it cannot be read: {error}"),
                "make it a readable file in UTF-8",
            )
        })?;
        let mut script = Self::parse(&text)?;
        for (number, line) in &mut script.lines {
            if let Line::BackEnd(declared) = line {
                declared.fetch(|name| beside(path, name)).map_err(|what| {
                    ScriptError::new(
                        *number,
                        what,
                        "name a file in the folder of the conversation: `200 @plan.json`",
                    )
                })?;
            }
        }
        Ok(script)
    }

    /// Reads a file: a header of `name=value` lines, an empty line, then the conversation. Lines that begin with `#` and empty
    /// lines mean nothing.
    ///
    /// # Errors
    /// The first line that means nothing.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut script = Self {
            title: String::new(),
            locale: String::new(),
            now: instant(USUAL_NOW).unwrap_or_default(),
            lines: Vec::new(),
        };
        let mut lines = text.lines().map(str::trim).zip(1..);
        for (line, number) in lines.by_ref() {
            if line.is_empty() {
                break;
            }
            if !line.starts_with('#') {
                script.header(line, number)?;
            }
        }
        if script.locale.is_empty() {
            return Err(ScriptError::new(
                1,
                "it does not say in which language it is",
                "begin with a line such as locale=en-US, and put an empty line after the header",
            ));
        }
        for (line, number) in lines {
            if !line.is_empty() && !line.starts_with('#') {
                script.lines.push((number, Line::parse(line, number)?));
            }
        }
        if script.lines.is_empty() {
            let fix = "put an empty line after the header, then lines such as `User: hello` and `Bot: Hello`";
            return Err(ScriptError::new(1, "nobody says anything", fix));
        }
        Ok(script)
    }

    fn header(&mut self, line: &str, number: usize) -> Result<(), ScriptError> {
        let fix = "the header has lines such as locale=en-US, title=Books a visit or now=2026-01-05T09:00:00+08:00, and ends with an empty line";
        let Some((name, value)) = line.split_once('=') else {
            return Err(ScriptError::new(
                number,
                format!("`{line}` is not name=value"),
                fix,
            ));
        };
        match name.trim() {
            "locale" => value.trim().clone_into(&mut self.locale),
            "title" => value.trim().clone_into(&mut self.title),
            "now" => {
                self.now = instant(value.trim()).ok_or_else(|| {
                    ScriptError::new(number, format!("`{value}` is no moment"), fix)
                })?;
            }
            // The words that begin the lines of the two, for tools of others; always the same here.
            "user" | "bot" => {}
            other => {
                return Err(ScriptError::new(
                    number,
                    format!("the header has no `{other}`"),
                    fix,
                ));
            }
        }
        Ok(())
    }
}

/// The content of a file in the folder of another one.
fn beside(path: &Path, name: &str) -> Result<String, String> {
    if name.contains(['/', '\\']) {
        return Err(format!("`{name}` is not in this folder"));
    }
    std::fs::read_to_string(path.with_file_name(name))
        .map_err(|error| format!("`{name}` cannot be read: {error}"))
}

fn instant(text: &str) -> Option<u64> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(instant.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (usize, String) {
        let error = Script::parse(text).unwrap_err();
        (error.line, error.what)
    }

    #[test]
    fn what_means_nothing_is_named_with_its_line() {
        let (line, what) = wrong("locale=en-US\n\nUser: hello\nBot Hello\n");
        assert_eq!(
            (line, what.as_str()),
            (4, "`Bot Hello` is no line of a conversation")
        );
        assert_eq!(wrong("locale=en-US\nlocal=x\n\nUser: hello\n").0, 2);
        assert_eq!(wrong("locale=en-US\nnow=tomorrow\n\nUser: hello\n").0, 2);
        assert_eq!(
            wrong("title=x\n\nUser: hello\n").1,
            "it does not say in which language it is"
        );
        assert_eq!(wrong("locale=en-US\n").1, "nobody says anything");
        assert_eq!(wrong("locale=en-US\n\nUser: hi\nAfter: soon\n").0, 4);
        assert_eq!(
            wrong("locale=en-US\n\nBack-end LOOK */x: 200 ok\nUser: hi\n").0,
            3
        );
    }

    #[test]
    fn a_conversation_is_read_with_its_moment() {
        let script = Script::parse(
            "# A comment\nlocale=en-US\nnow=2026-03-01T00:00:00Z\n\nUser: hello\n\n# Another\nBot: Hello\n",
        )
        .unwrap();
        assert_eq!(script.now, 1_772_323_200_000);
        let numbers: Vec<usize> = script.lines.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [5, 8]);
    }
}
