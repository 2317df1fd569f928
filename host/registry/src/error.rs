//! Why a pack does not come from a source.

use jackfield_core::{ErrorCode, is_hidden};
use jackfield_packs::PackError;

/// Characters of a text that others had a hand in.
const LONGEST: usize = 4_000;

/// Why nothing was listed, fetched or published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// A rule of this crate was broken.
    #[error("{code}: {what}\n  why: {}\n  fix: {}", .code.summary(), .code.help())]
    Refused {
        /// The rule.
        code: ErrorCode,
        /// What broke it.
        what: String,
    },
    /// The archive that should be published is not sound.
    #[error(transparent)]
    Pack(#[from] PackError),
}

impl RegistryError {
    pub(crate) fn new(code: ErrorCode, what: impl Into<String>) -> Self {
        let what = plain(&what.into());
        Self::Refused { code, what }
    }

    /// The code that the documentation explains.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Pack(error) => error.code(),
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, RegistryError>;

/// A text that others had a hand in, without what could move the cursor or turn the reading direction.
pub(crate) fn plain(text: &str) -> String {
    let hidden = |c: char| (c.is_control() && c != '\n') || is_hidden(c);
    text.chars().filter(|c| !hidden(*c)).take(LONGEST).collect()
}
