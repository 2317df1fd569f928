//! What can be set for a file or a question.

use crate::knowledge::scope::Scope;
use crate::knowledge::table::not_a_scope;

#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) locale: String,
    /// Line that says it.
    pub(super) locale_line: usize,
    pub(super) scope: Scope,
    /// Dates, with the lines that say them.
    pub(super) from: Option<(usize, String)>,
    pub(super) until: Option<(usize, String)>,
    pub(super) time_zone: String,
}

pub(super) const SETTINGS: [&str; 5] =
    ["locale", "scope", "valid from", "valid until", "time zone"];

/// A line like `locale: zh-CN`. The colon may be the Chinese one, and letters may be capitals.
pub(super) fn setting(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once([':', '：'])?;
    let key = key.trim().to_ascii_lowercase();
    let fits = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == ' ');
    fits.then_some((key, value.trim()))
}

impl Settings {
    pub(super) fn set(&mut self, line: usize, (key, value): (&str, &str)) -> Result<(), String> {
        match key {
            "locale" => {
                value.clone_into(&mut self.locale);
                self.locale_line = line;
            }
            "scope" => self.scope = Scope::read(value).ok_or_else(|| not_a_scope(value))?,
            "valid from" => self.from = Some((line, value.to_owned())),
            "valid until" => self.until = Some((line, value.to_owned())),
            "time zone" => value.clone_into(&mut self.time_zone),
            _ => return Err(format!("`{key}` is not one of: {}", SETTINGS.join(", "))),
        }
        Ok(())
    }
}
