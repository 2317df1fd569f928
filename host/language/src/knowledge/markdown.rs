//! Articles in Markdown, as business staff write them:
//!
//! ```markdown
//! ---
//! locale: en-US
//! scope: department:loans
//! valid from: 2026-03-01
//! valid until: 2026-05-31
//! time zone: Asia/Shanghai
//! ---
//!
//! # Early repayment
//!
//! ## Can I repay early? {#repay-early}
//! - May I pay off my loan before the end?
//! - is there a fee for early repayment
//!
//! Yes, at any time and without a fee.
//!
//! ### spoken
//! Yes. You can repay at any time, and it costs nothing.
//!
//! ### short
//! Yes, free of charge.
//! ```
//!
//! What stands between the `---` lines holds for the whole file; the same lines directly under a question hold for that question. The
//! list under a question has similar questions. Without `{#id}` the id is made from the question, so that it changes with it.

use sha2::{Digest as _, Sha256};

use super::article::Article;
use super::base::MOST_ARTICLES;
use super::dates::{End, moment};
use super::scope::Scope;
use super::table::not_a_scope;
use super::{check_size, wrong};
use crate::{LanguageError, normalise};

/// Reads articles from Markdown, each with the line of its question; the form is described above. `name` stands in the errors.
///
/// # Errors
///
/// [`LanguageError::Table`] with the line, when a setting is unknown or wrong, or a question has no answer.
pub fn read_markdown(name: &str, text: &str) -> Result<Vec<(usize, Article)>, LanguageError> {
    check_size(name, text)?;
    let mut reader = Reader {
        name,
        settings: Settings::default(),
        articles: Vec::new(),
        open: None,
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = (1..).zip(text.lines().map(str::trim_end)).peekable();
    if lines.next_if(|(_, line)| *line == "---").is_some() {
        loop {
            match lines.next() {
                Some((_, "---")) => break,
                Some((_, line)) if line.trim().is_empty() => {}
                Some((number, line)) => {
                    let setting = setting(line).ok_or_else(|| {
                        wrong(name, number, "the line is not a setting like `locale: zh-CN`, and no `---` ends the settings above")
                    })?;
                    reader
                        .settings
                        .set(number, setting)
                        .map_err(|p| wrong(name, number, p))?;
                }
                None => return Err(wrong(name, 1, "no second `---` ends the settings")),
            }
        }
    }
    for (number, line) in lines {
        reader.line(number, line)?;
    }
    reader.close()?;
    Ok(reader.articles)
}

/// What can be set for a file or a question.
#[derive(Debug, Clone, Default)]
struct Settings {
    locale: String,
    scope: Scope,
    /// Dates, with the lines that say them.
    from: Option<(usize, String)>,
    until: Option<(usize, String)>,
    time_zone: String,
}

const SETTINGS: [&str; 5] = ["locale", "scope", "valid from", "valid until", "time zone"];

fn setting(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim();
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == ' '))
        .then_some((key, value.trim()))
}

impl Settings {
    fn set(&mut self, line: usize, (key, value): (&str, &str)) -> Result<(), String> {
        match key {
            "locale" => value.clone_into(&mut self.locale),
            "scope" => self.scope = Scope::read(value).ok_or_else(|| not_a_scope(value))?,
            "valid from" => self.from = Some((line, value.to_owned())),
            "valid until" => self.until = Some((line, value.to_owned())),
            "time zone" => value.clone_into(&mut self.time_zone),
            _ => return Err(format!("`{key}` is not one of: {}", SETTINGS.join(", "))),
        }
        Ok(())
    }
}

/// Where the lines of an article belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Directly under the question: settings and similar questions.
    Head,
    Answer,
    Spoken,
    Short,
}

/// An article that is being read.
struct Open {
    line: usize,
    article: Article,
    settings: Settings,
    place: Place,
}

struct Reader<'n> {
    name: &'n str,
    settings: Settings,
    /// With the lines of their questions.
    articles: Vec<(usize, Article)>,
    open: Option<Open>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) -> Result<(), LanguageError> {
        if let Some(heading) = line.strip_prefix("## ") {
            self.close()?;
            return self.question(number, heading.trim());
        }
        let name = self.name;
        let Some(open) = &mut self.open else {
            // Titles and remarks before the first question.
            return Ok(());
        };
        if line.starts_with("# ") {
            return self.close();
        }
        if let Some(variant) = line.strip_prefix("### ") {
            open.place = match variant.trim().to_lowercase().as_str() {
                "spoken" | "语音" => Place::Spoken,
                "short" | "短" => Place::Short,
                other => {
                    return Err(wrong(
                        name,
                        number,
                        format!("`{other}` is not a variant: write `### spoken` or `### short`"),
                    ));
                }
            };
            return Ok(());
        }
        if open.place == Place::Head {
            if line.is_empty() {
                return Ok(());
            }
            let item = ["- ", "* ", "+ "]
                .iter()
                .find_map(|sign| line.trim_start().strip_prefix(sign));
            if let Some(similar) = item {
                open.article.questions.push(similar.trim().to_owned());
                return Ok(());
            }
            if let Some(setting) = setting(line).filter(|(key, _)| SETTINGS.contains(key)) {
                return open
                    .settings
                    .set(number, setting)
                    .map_err(|p| wrong(name, number, p));
            }
            open.place = Place::Answer;
        }
        let text = match open.place {
            Place::Head | Place::Answer => &mut open.article.answer,
            Place::Spoken => open.article.spoken.get_or_insert_default(),
            Place::Short => open.article.short.get_or_insert_default(),
        };
        text.push_str(line);
        text.push('\n');
        Ok(())
    }

    fn question(&mut self, number: usize, heading: &str) -> Result<(), LanguageError> {
        let (question, id) = match heading.strip_suffix('}').and_then(|h| h.rsplit_once("{#")) {
            Some((question, id)) => (question.trim(), id.trim().to_owned()),
            None => (heading, made_id(heading)),
        };
        if normalise(question).is_empty() {
            return Err(wrong(self.name, number, "the question is empty"));
        }
        if self.articles.len() == MOST_ARTICLES {
            return Err(wrong(
                self.name,
                number,
                format!("there are more than {MOST_ARTICLES} articles"),
            ));
        }
        self.open = Some(Open {
            line: number,
            article: Article {
                id,
                questions: vec![question.to_owned()],
                ..Article::default()
            },
            settings: self.settings.clone(),
            place: Place::Head,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), LanguageError> {
        let Some(Open {
            line,
            mut article,
            settings,
            ..
        }) = self.open.take()
        else {
            return Ok(());
        };
        let bad = |problem: String| wrong(self.name, line, problem);
        let date = |said: &Option<(usize, String)>, end| {
            let read = |(line, text): &(usize, String)| {
                moment(text, &settings.time_zone, end).map_err(|p| wrong(self.name, *line, p))
            };
            said.as_ref().map(read).transpose()
        };
        article.validity.from_ms = date(&settings.from, End::From)?;
        article.validity.until_ms = date(&settings.until, End::Until)?;
        article.locale = settings.locale;
        article.scope = settings.scope;
        article.answer = article.answer.trim().to_owned();
        for variant in [&mut article.spoken, &mut article.short] {
            *variant = variant
                .take()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty());
        }
        if article.locale.is_empty() {
            return Err(bad("it is not said which language this is: write `locale: zh-CN` between `---` lines at the top".to_owned()));
        }
        if article.answer.is_empty() {
            return Err(bad("the question has no answer".to_owned()));
        }
        if let Some(problem) = article.problem() {
            return Err(bad(problem));
        }
        self.articles.push((line, article));
        Ok(())
    }
}

fn made_id(question: &str) -> String {
    let digest = Sha256::digest(normalise(question));
    let hex: String = digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("q-{hex}")
}
