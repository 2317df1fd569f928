//! Reads a file line by line.

use sha2::{Digest as _, Sha256};

use super::Markdown;
use super::marks::{Heading, asks, heading, is_numbered, item};
use super::open::{Open, Place};
use super::settings::{SETTINGS, Settings, setting};
use crate::knowledge::article::Article;
use crate::knowledge::base::MOST_ARTICLES;
use crate::knowledge::wrong;
use crate::{LanguageError, normalise};

/// A title that no question came after yet.
struct Title {
    line: usize,
    words: String,
    /// Whether a remark under it was noted.
    noted: bool,
}

pub(super) struct Reader<'n> {
    name: &'n str,
    pub(super) settings: Settings,
    read: Markdown,
    open: Option<Open>,
    title: Option<Title>,
    /// Line at which a comment began that has not ended.
    comment: Option<usize>,
}

impl<'n> Reader<'n> {
    pub(super) fn new(name: &'n str) -> Self {
        Self {
            name,
            settings: Settings::default(),
            read: Markdown::default(),
            open: None,
            title: None,
            comment: None,
        }
    }

    /// What the file says, after its last line.
    pub(super) fn finish(mut self) -> Result<Markdown, LanguageError> {
        self.close()?;
        match self.comment {
            Some(line) => Err(wrong(self.name, line, "no `-->` ends the comment")),
            None => Ok(self.read),
        }
    }

    pub(super) fn line(&mut self, number: usize, line: &str) -> Result<(), LanguageError> {
        if self.is_comment(number, line) {
            return Ok(());
        }
        match heading(line) {
            Some(Heading {
                level: 1,
                is_spaced: true,
                words,
            }) => {
                self.close()?;
                return self.titled(number, words);
            }
            Some(Heading {
                level: 1, words, ..
            }) if words.starts_with(char::is_alphabetic) => {
                let problem = format!(
                    "`#{words}` may be a title or a part of the answer: write `# {words}` for a title, `## {words}` for a question"
                );
                return Err(wrong(self.name, number, problem));
            }
            Some(Heading {
                level: 2, words, ..
            }) => {
                self.close()?;
                self.title = None;
                return self.question(number, words);
            }
            Some(Heading {
                level: 3, words, ..
            }) if self.open.is_some() => {
                return self.variant(number, words);
            }
            _ => {}
        }
        match self.open {
            Some(_) => self.words(number, line),
            None => self.remark(number, line),
        }
    }

    /// Whether the line is part of a comment, which stands on lines of its own.
    fn is_comment(&mut self, number: usize, line: &str) -> bool {
        let begins = line.trim_start().starts_with("<!--");
        if begins && self.comment.is_none() {
            self.comment = Some(number);
        }
        let inside = self.comment.is_some();
        if inside && line.contains("-->") {
            self.comment = None;
        }
        inside
    }

    fn titled(&mut self, number: usize, words: &str) -> Result<(), LanguageError> {
        self.title = Some(Title {
            line: number,
            words: words.to_owned(),
            noted: false,
        });
        match words.contains("{#") {
            true => Err(self.not_a_question()),
            false => Ok(()),
        }
    }

    /// A line that belongs to no question.
    fn remark(&mut self, number: usize, line: &str) -> Result<(), LanguageError> {
        if line.is_empty() {
            return Ok(());
        }
        let Some(title) = &mut self.title else {
            // Before the first title.
            if self.read.remarks.is_empty() {
                self.read.remarks.push(number);
            }
            return Ok(());
        };
        if asks(&title.words) || item(line).is_some() {
            return Err(self.not_a_question());
        }
        if !std::mem::replace(&mut title.noted, true) {
            self.read.remarks.push(number);
        }
        Ok(())
    }

    /// Says that a title has what only a question can have.
    fn not_a_question(&self) -> LanguageError {
        let (line, words) = match &self.title {
            Some(title) => (title.line, title.words.as_str()),
            None => (1, ""),
        };
        let problem = format!(
            "`# {words}` is a title, and customers are told nothing that stands under it: write `## {words}` when it is a question"
        );
        wrong(self.name, line, problem)
    }

    fn variant(&mut self, number: usize, words: &str) -> Result<(), LanguageError> {
        let place = match words.to_lowercase().as_str() {
            "spoken" | "语音" => Place::Spoken,
            "short" | "短" => Place::Short,
            other => {
                let problem =
                    format!("`{other}` is not a variant: write `### spoken` or `### short`");
                return Err(wrong(self.name, number, problem));
            }
        };
        if let Some(open) = &mut self.open {
            open.place = place;
        }
        Ok(())
    }

    /// A line of an article.
    fn words(&mut self, number: usize, line: &str) -> Result<(), LanguageError> {
        let name = self.name;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.place == Place::Head {
            let after_gap = std::mem::replace(&mut open.after_gap, line.is_empty());
            if line.is_empty() {
                return Ok(());
            }
            if let Some(similar) = item(line) {
                open.article.questions.push(similar.to_owned());
                open.questions.push(number);
                return Ok(());
            }
            if let Some((key, value)) =
                setting(line).filter(|(key, _)| SETTINGS.contains(&key.as_str()))
            {
                return open
                    .settings
                    .set(number, (&key, value))
                    .map_err(|p| wrong(name, number, p));
            }
            // After other ways to ask, and a gap, it can only be the answer.
            let follows = after_gap && open.questions.len() > 1;
            if is_numbered(line) && !follows {
                let problem = "a numbered list here may be other ways to ask or the answer: begin other ways to ask with `- `, and an answer with a sentence";
                return Err(wrong(name, number, problem));
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
        if self.read.articles.len() == MOST_ARTICLES {
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
            questions: vec![number],
            settings: self.settings.clone(),
            place: Place::Head,
            after_gap: false,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), LanguageError> {
        if let Some(open) = self.open.take() {
            self.read.articles.push(open.finish(self.name)?);
        }
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
