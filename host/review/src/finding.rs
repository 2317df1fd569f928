//! What was found.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rule::Severity;
use crate::rules;

/// Findings that are kept of one rule.
const MOST: usize = 12;
/// Times that a rule is found broken, until nobody looks any more.
const ENOUGH: usize = 60;
/// The longest message, characters.
const LONGEST: usize = 400;

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file in the pack, or the flow.
    pub file: String,
    /// Line from 1, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Place {
    /// A whole file, or a flow.
    pub(crate) fn file(file: &str) -> Self {
        Self {
            file: shown(file, 200),
            line: None,
        }
    }

    /// A line of a file.
    pub(crate) fn line(file: &str, line: usize) -> Self {
        Self {
            line: Some(line),
            ..Self::file(file)
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule: `R05.4`.
    pub rule: &'static str,
    /// What it means for the verdict.
    pub severity: Severity,
    /// What was found. Control characters and invisible ones are escaped.
    pub message: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Collects findings: each once, and a bounded number of each rule.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Vec<Finding>,
    counts: BTreeMap<&'static str, usize>,
    /// How often a rule was found broken, the same again included.
    attempts: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// Notes a finding of the rule `id`.
    pub(crate) fn add(&mut self, id: &'static str, place: Option<Place>, message: impl AsRef<str>) {
        let severity = rules::find(id).map_or(Severity::Error, |rule| rule.severity);
        let message = shown(message.as_ref(), LONGEST);
        let finding = Finding {
            rule: id,
            severity,
            message,
            place,
        };
        *self.attempts.entry(id).or_default() += 1;
        if self.kept.contains(&finding) {
            return;
        }
        let count = self.counts.entry(id).or_default();
        *count += 1;
        if *count <= MOST {
            self.kept.push(finding);
        }
    }

    /// Whether enough was found of this rule: whoever looks for more stops here, for finding the place of one costs time.
    pub(crate) fn is_full(&self, id: &str) -> bool {
        let at_least =
            |counts: &BTreeMap<_, _>, most| counts.get(id).is_some_and(|count| *count >= most);
        at_least(&self.counts, MOST) || at_least(&self.attempts, ENOUGH)
    }

    /// All findings in the order of the rules.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        for (id, count) in std::mem::take(&mut self.counts) {
            if count > MOST {
                let severity = rules::find(id).map_or(Severity::Error, |rule| rule.severity);
                self.kept.push(Finding {
                    rule: id,
                    severity,
                    message: format!("and {} more of this rule", count - MOST),
                    place: None,
                });
            }
        }
        let order = |id: &str| rules::RULES.iter().position(|rule| rule.id == id);
        // Stable: what was found first stays first within its rule.
        self.kept.sort_by_key(|finding| order(finding.rule));
        self.kept
    }
}

/// A text that may be shown: bounded, on one line, with nothing that a terminal or a reader would not see.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count >= most {
            out.push('…');
            break;
        }
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if character.is_control() || jackfield_core::is_hidden(character) => {
                out.extend(character.escape_unicode());
            }
            _ => out.push(character),
        }
    }
    out
}
