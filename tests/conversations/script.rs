//! Reads `.chat` files; their format is described in `plugins/telecom/conversations/README.md`.

use std::path::{Path, PathBuf};

use carrier_api::{Mode, Only, Setting};

/// One conversation to hold.
#[derive(Debug)]
pub(crate) struct Script {
    /// Name of the file without its ending.
    pub(crate) name: String,
    pub(crate) locale: String,
    /// How the operator behaves; `None`: as it should.
    pub(crate) backend: Option<Setting>,
    /// How it may end.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) lines: Vec<Line>,
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Resolved,
    Answered,
    Cancelled,
    Handoff,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    /// The customer writes.
    Says(String),
    /// The customer taps: a position from 1, or a label.
    Taps(String),
    /// The customer enters the one-time code.
    Code,
    /// Some message must contain these parts in this order.
    Hears(Vec<String>),
    /// At least one of these words must stand in the messages.
    HearsAny(Vec<String>),
    /// None of these words may stand in the messages that came.
    HearsNone(Vec<String>),
}

/// All scripts of a folder, by name.
pub(crate) fn read_all(folder: &Path) -> Vec<Script> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "chat"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Script {
    let text = std::fs::read_to_string(path).unwrap();
    parse(&path.file_stem().unwrap().to_string_lossy(), &text)
        .unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()))
}

pub(crate) fn parse(name: &str, text: &str) -> Result<Script, String> {
    let (head, body) = text
        .split_once("\n\n")
        .ok_or("no empty line after the header")?;
    let mut script = Script {
        name: name.to_owned(),
        locale: String::new(),
        backend: None,
        outcomes: Vec::new(),
        lines: Vec::new(),
    };
    for line in head.lines() {
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| format!("`{line}` is not name=value"))?;
        match key {
            "locale" => value.clone_into(&mut script.locale),
            "backend" => script.backend = backend(value)?,
            "outcome" => {
                script.outcomes = value.split('|').map(outcome).collect::<Result<_, _>>()?
            }
            "user" | "bot" | "title" => {}
            _ => return Err(format!("unknown header `{key}`")),
        }
    }
    for line in body
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        script.lines.push(
            parse_line(line).ok_or_else(|| format!("`{line}` is no line of a conversation"))?,
        );
    }
    if script.locale.is_empty() || script.outcomes.is_empty() {
        return Err("locale= or outcome= is missing".to_owned());
    }
    Ok(script)
}

fn parse_line(line: &str) -> Option<Line> {
    let parts = |text: &str, at: char| text.split(at).map(|part| part.trim().to_owned()).collect();
    if let Some(rest) = line.strip_prefix("User") {
        let (kind, text) = rest.split_at_checked(1)?;
        let text = text.trim().to_owned();
        return match kind {
            ":" => Some(Line::Says(text)),
            ">" => Some(Line::Taps(text)),
            "#" if text == "code" => Some(Line::Code),
            _ => None,
        };
    }
    let (kind, text) = line.strip_prefix("Bot")?.split_at_checked(1)?;
    match kind {
        ":" => Some(Line::Hears(parts(text, '*'))),
        "~" => Some(Line::HearsAny(parts(text, '|'))),
        "!" => Some(Line::HearsNone(parts(text, '|'))),
        _ => None,
    }
}

fn outcome(word: &str) -> Result<Outcome, String> {
    match word {
        "resolved" => Ok(Outcome::Resolved),
        "answered" => Ok(Outcome::Answered),
        "cancelled" => Ok(Outcome::Cancelled),
        "handoff" => Ok(Outcome::Handoff),
        _ => Err(format!("unknown outcome `{word}`")),
    }
}

fn backend(value: &str) -> Result<Option<Setting>, String> {
    let (mode, only) = value.split_once(' ').unwrap_or((value, "all"));
    let mode = match mode {
        "normal" => return Ok(None),
        "slow" => Mode::Slow,
        "fail" => Mode::Fail,
        "timeout" => Mode::Timeout,
        "later" => Mode::Later,
        "flaky" => Mode::Flaky,
        _ => return Err(format!("unknown backend `{mode}`")),
    };
    let only = match only {
        "all" => Only::All,
        "reads" => Only::Reads,
        "changes" => Only::Changes,
        _ => return Err(format!("`{only}` is neither `reads` nor `changes`")),
    };
    Ok(Some(Setting {
        mode,
        only,
        ..Setting::default()
    }))
}
