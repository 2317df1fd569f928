//! Why the engine refuses something.

use std::time::Duration;

use jackfield_core::ErrorCode;
use jackfield_store::StoreError;

/// Why an inbound event was not accepted, or a question about a session not answered.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Too many messages of the session wait.
    #[error("{}: {}", ErrorCode::MailboxFull, ErrorCode::MailboxFull.summary())]
    MailboxFull,
    /// The host is shutting down.
    #[error("{}: {}", ErrorCode::Draining, ErrorCode::Draining.summary())]
    Draining,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EngineError {
    /// The code users see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::MailboxFull => ErrorCode::MailboxFull,
            Self::Draining => ErrorCode::Draining,
            Self::Store(error) => error.code(),
        }
    }

    /// How long to wait before trying again, when that makes sense.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::MailboxFull | Self::Draining => Some(Duration::from_secs(1)),
            Self::Store(_) => {
                (self.code() == ErrorCode::StoreFull).then_some(Duration::from_secs(30))
            }
        }
    }
}
