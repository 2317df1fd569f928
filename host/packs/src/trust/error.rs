//! Why a pack is not trusted.

use jackfield_core::ErrorCode;

use crate::PackError;

/// Why a pack, a key or the trust file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// A rule of trust was broken.
    #[error("{code}: {what}\n  why: {}\n  fix: {}", .code.summary(), .code.help())]
    Refused {
        /// The rule.
        code: ErrorCode,
        /// What broke it.
        what: String,
    },
    /// The archive itself is not sound. Only reached when its signatures are.
    #[error(transparent)]
    Pack(#[from] PackError),
}

impl TrustError {
    /// A broken rule.
    pub(crate) fn new(code: ErrorCode, what: impl Into<String>) -> Self {
        Self::Refused {
            code,
            what: what.into(),
        }
    }

    /// The code that the documentation explains.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Pack(error) => error.code(),
        }
    }
}
