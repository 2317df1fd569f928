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
//!
//! Nothing that may be meant for customers is passed over in silence: what can be read in one way only is read, what can be read in
//! several is refused, and remarks that belong to no question are named. `<!-- … -->` is for nobody.

mod marks;
mod open;
mod reader;
mod settings;
#[cfg(test)]
mod tests;

use self::reader::Reader;
use self::settings::setting;
use super::article::Article;
use super::{check_size, wrong};
use crate::LanguageError;

/// An article, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Line of its question.
    pub line: usize,
    /// Lines of all its questions, in order.
    pub questions: Vec<usize>,
    /// Line that says its locale.
    pub locale: usize,
    /// The article.
    pub article: Article,
}

/// What a file of Markdown says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markdown {
    /// Its articles.
    pub articles: Vec<Written>,
    /// First lines of remarks that belong to no question, so that no customer is told them.
    pub remarks: Vec<usize>,
}

/// Reads articles from Markdown; the form is described above. `name` stands in the errors.
///
/// # Errors
///
/// [`LanguageError::Table`] with the line, when a setting is unknown or wrong, a question has no answer, or a line can be read in
/// several ways.
pub fn read_markdown(name: &str, text: &str) -> Result<Markdown, LanguageError> {
    check_size(name, text)?;
    let mut reader = Reader::new(name);
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
                        .set(number, (&setting.0, setting.1))
                        .map_err(|p| wrong(name, number, p))?;
                }
                None => return Err(wrong(name, 1, "no second `---` ends the settings")),
            }
        }
    }
    for (number, line) in lines {
        reader.line(number, line)?;
    }
    reader.finish()
}
