use std::path::PathBuf;

use jackfield_core::ErrorCode;
use jackfield_language::LanguageError;

use crate::EntryId;

/// Why the trainer did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum TrainerError {
    /// No such sentence is on the list.
    #[error("`{0}` is no sentence on the list")]
    UnknownEntry(String),
    /// No installed pack has this intent.
    #[error("no installed pack has the intent `{intent}`; {known}")]
    UnknownIntent {
        /// What was asked for.
        intent: String,
        /// What there is.
        known: String,
    },
    /// No installed pack has this article, or not in the language of the sentence.
    #[error("no installed pack has the article `{article}`{place}; {known}")]
    UnknownArticle {
        /// What was asked for.
        article: String,
        /// Where it is missing, after a space, when it is there in another language.
        place: String,
        /// What there is.
        known: String,
    },
    /// No installed pack speaks this locale.
    #[error("no installed pack speaks `{locale}`; {known}")]
    UnknownLocale {
        /// What was asked for.
        locale: String,
        /// What there is.
        known: String,
    },
    /// The words do not tell which language they are.
    #[error("the words do not tell which language “{text}” is; {known}")]
    UnclearLocale {
        /// The sentence.
        text: String,
        /// What there is.
        known: String,
    },
    /// A sentence without words.
    #[error("the sentence has no words, or nothing but numbers and addresses")]
    NoWords,
    /// There is nothing to publish.
    #[error("the draft is empty")]
    NothingToPublish,
    /// There is no such version.
    #[error("there is no version {0}")]
    UnknownVersion(u64),
    /// A file is not what was written.
    #[error("{path}: {problem}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The corrections cannot be learnt.
    #[error(transparent)]
    Language(#[from] LanguageError),
}

impl TrainerError {
    /// The code under which the documentation explains it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownEntry(_) => ErrorCode::NotOnTheList,
            Self::UnknownIntent { .. } | Self::UnknownArticle { .. } => ErrorCode::UnknownMeaning,
            Self::UnknownLocale { .. } | Self::UnclearLocale { .. } => ErrorCode::UnknownLocale,
            Self::NoWords => ErrorCode::BadRequest,
            Self::NothingToPublish => ErrorCode::NothingToPublish,
            Self::UnknownVersion(_) => ErrorCode::UnknownVersion,
            Self::Damaged { .. } => ErrorCode::CorrectionsDamaged,
            Self::File { .. } => ErrorCode::TrainerFailed,
            Self::Language(error) => error.code(),
        }
    }
}

impl From<EntryId> for TrainerError {
    fn from(id: EntryId) -> Self {
        Self::UnknownEntry(id.to_string())
    }
}
