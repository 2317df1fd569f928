//! An article while its lines are read.

use super::Written;
use super::settings::Settings;
use crate::LanguageError;
use crate::knowledge::article::Article;
use crate::knowledge::dates::{End, moment};
use crate::knowledge::wrong;

/// Where the lines of an article belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Directly under the question: settings and similar questions.
    Head,
    Answer,
    Spoken,
    Short,
}

/// An article that is being read.
pub(super) struct Open {
    pub(super) line: usize,
    pub(super) questions: Vec<usize>,
    pub(super) article: Article,
    pub(super) settings: Settings,
    pub(super) place: Place,
    /// Whether the line before is empty.
    pub(super) after_gap: bool,
}

impl Open {
    /// The article, when it has what one needs.
    pub(super) fn finish(self, name: &str) -> Result<Written, LanguageError> {
        let Self {
            line,
            questions,
            mut article,
            settings,
            ..
        } = self;
        let bad = |problem: String| wrong(name, line, problem);
        let date = |said: &Option<(usize, String)>, end| {
            let read = |(line, text): &(usize, String)| {
                moment(text, &settings.time_zone, end).map_err(|p| wrong(name, *line, p))
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
        Ok(Written {
            line,
            questions,
            locale: settings.locale_line,
            article,
        })
    }
}
