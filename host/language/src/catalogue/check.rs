//! Reads Fluent source from outside. The parser and the renderer call themselves for nested expressions, so nesting is bounded
//! before anything is parsed.

use fluent_bundle::FluentResource;

use super::Source;
use crate::LanguageError;

/// Longest source in bytes.
const LONGEST_SOURCE: usize = 256 * 1024;
/// Deepest nesting of placeables; people write one or two.
const DEEPEST: usize = 16;
/// Deepest nesting of calls within a placeable, and most arguments in one outermost placeable.
const DEEPEST_CALL: usize = 4;
const MOST_ARGUMENTS: usize = 32;
/// Most digits after a point: more overflow the plural rules.
const MOST_DECIMALS: usize = 12;

/// Parses a source, or says which line is wrong.
pub(super) fn parse(source: &Source) -> Result<FluentResource, LanguageError> {
    let wrong = |line, problem: String| LanguageError::Catalogue {
        name: source.name.clone(),
        line,
        problem,
    };
    if source.text.len() > LONGEST_SOURCE {
        return Err(wrong(
            1,
            format!("the file is longer than {LONGEST_SOURCE} bytes"),
        ));
    }
    nesting(&source.text).map_err(|(line, problem)| wrong(line, problem.to_owned()))?;
    FluentResource::try_new(source.text.clone()).map_err(|(_, errors)| match errors.first() {
        // The parser gives up where it misses something, which may be lines after the message starts: name that too.
        Some(error) => {
            let entry = error
                .slice
                .as_ref()
                .and_then(|slice| source.text.get(slice.clone()))
                .and_then(|slice| slice.split(['=', '\n']).next());
            let within = entry
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(|id| format!("in `{id}`: "))
                .unwrap_or_default();
            wrong(
                line_at(&source.text, error.pos.start),
                format!("{within}{}", error.kind),
            )
        }
        None => wrong(1, "it is not Fluent".to_owned()),
    })
}

/// Counts open braces and parentheses, never fewer than the parser nests. Text in quotes may hold closing ones that the parser does
/// not see, so what looks like a string literal only ever opens.
fn nesting(text: &str) -> Result<(), (usize, &'static str)> {
    let mut braces = 0_usize;
    let mut parentheses = 0_usize;
    let mut arguments = 0_usize;
    for (number, line) in text.lines().enumerate() {
        if starts_entry(line) {
            braces = 0;
            parentheses = 0;
        }
        let mut quoted = false;
        let mut before = ' ';
        let mut escaped = false;
        let mut decimals = 0;
        for c in line.chars() {
            decimals = match c {
                '.' => 1,
                '0'..='9' if decimals > 0 => decimals + 1,
                _ => 0,
            };
            match c {
                '{' => {
                    if braces == 0 {
                        arguments = 0;
                    }
                    braces += 1;
                    parentheses = 0;
                }
                '}' if !quoted => {
                    braces = braces.saturating_sub(1);
                    parentheses = 0;
                }
                '(' if braces > 0 => parentheses += 1,
                ')' if !quoted => parentheses = parentheses.saturating_sub(1),
                ',' if parentheses > 0 => arguments += 1,
                '"' if !quoted => quoted = matches!(before, '{' | '(' | ',' | ':'),
                '"' if !escaped => quoted = false,
                _ => {}
            }
            escaped = c == '\\' && !escaped;
            if !c.is_whitespace() {
                before = c;
            }
            if braces > DEEPEST || parentheses > DEEPEST_CALL {
                return Err((number + 1, "expressions are nested too deeply"));
            }
            if arguments > MOST_ARGUMENTS {
                return Err((number + 1, "a call has too many arguments"));
            }
            if decimals > MOST_DECIMALS {
                return Err((number + 1, "a number has too many decimals"));
            }
        }
    }
    Ok(())
}

/// Whether a line is `identifier =`: inside an expression that is an error to the parser, so nesting ends here.
fn starts_entry(line: &str) -> bool {
    let name = line.strip_prefix('-').unwrap_or(line);
    let end = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(name.len());
    let (identifier, rest) = name.split_at(end);
    identifier.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.trim_start_matches(' ').starts_with('=')
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// The last line on which the message `id` starts.
pub(super) fn last_line_of(text: &str, id: &str) -> usize {
    let starts = |line: &str| {
        let line = line.strip_prefix('-').unwrap_or(line);
        line.strip_prefix(id)
            .is_some_and(|rest| rest.trim_start_matches(' ').starts_with('='))
    };
    1 + text
        .lines()
        .enumerate()
        .filter(|(_, line)| starts(line))
        .last()
        .map_or(0, |(number, _)| number)
}
