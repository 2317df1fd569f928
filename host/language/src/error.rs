use jackfield_core::ErrorCode;

/// Why language data cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// Training data that means nothing, for example an example without an intent.
    #[error("{what} {number}: {problem}")]
    Training {
        /// `example`, `sentence out of scope`, `article` or `gazetteer entry`.
        what: &'static str,
        /// Its position in the training data, from 1.
        number: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A catalogue that is not valid Fluent or breaks a limit.
    #[error("{name}:{line}: {problem}")]
    Catalogue {
        /// Name of the source, as it was given.
        name: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A file of sentences, articles or queries that cannot be read as such.
    #[error("{name}:{line}: {problem}")]
    Table {
        /// Name of the source, as it was given.
        name: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The search engine of the knowledge failed; its data lies in memory, so that this is a lack of it or a fault.
    #[error("the knowledge cannot be indexed: {0}")]
    Engine(String),
    /// A sentence encoder that cannot be loaded or does not compute.
    #[error("sentence encoder, {path}: {problem}; {advice}")]
    Encoder {
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        advice: &'static str,
    },
    /// A locale that is not BCP 47.
    #[error("`{0}` is not a locale like `zh-CN` or `en-US`")]
    Locale(String),
}

impl LanguageError {
    /// The code under which the documentation explains it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Encoder { .. } => ErrorCode::BadEncoder,
            Self::Table { .. } => ErrorCode::BadTable,
            _ => ErrorCode::BadPackData,
        }
    }
}
