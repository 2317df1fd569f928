//! Why the store refuses something.

use std::path::PathBuf;
use std::sync::Arc;

use jackfield_core::{ErrorCode, ImpossibleChange, ImpossibleKey, PackId};

/// Why the store refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The change was made for a state that is gone: another turn was committed first, the timer fired already,
    /// the request was answered already. Nothing was changed.
    #[error("stale: {0}")]
    Stale(&'static str),
    /// Storage that the turn read has changed since. Nothing was changed; run the turn again.
    #[error("the storage of pack {0} changed since the turn read it")]
    Conflict(PackId),
    /// There is no such session in this tenant.
    #[error("{}: {}", ErrorCode::SessionNotFound, ErrorCode::SessionNotFound.summary())]
    UnknownSession,
    /// The contact was erased.
    #[error("{}: {}", ErrorCode::KeyDestroyed, ErrorCode::KeyDestroyed.summary())]
    Erased,
    /// The change of a pack makes no sense as things stand. Nothing was changed.
    #[error("{}: {}: {}", ErrorCode::ImpossibleChange, ErrorCode::ImpossibleChange.summary(), .0)]
    Impossible(ImpossibleChange),
    /// The change of an API key makes no sense as things stand. Nothing was changed.
    #[error("{}: {}", key_code(*.0), .0)]
    ImpossibleKey(ImpossibleKey),
    /// The disk is nearly full. Clears by itself when space was freed.
    #[error("{}: {}", ErrorCode::StoreFull, ErrorCode::StoreFull.summary())]
    Full,
    /// Reading or writing failed. The store takes no more changes in this process.
    #[error("{}: {}: {}", ErrorCode::StoreFailed, ErrorCode::StoreFailed.summary(), .0)]
    Failed(Arc<str>),
    /// Another process has this data directory open.
    #[error("{}: {}: {}; {}", ErrorCode::StoreLocked, ErrorCode::StoreLocked.summary(), .0.display(), ErrorCode::StoreLocked.help())]
    Locked(PathBuf),
    /// There is nothing to read here: this is missing.
    #[error("{}: {}: there is no {}; {}", ErrorCode::NoData, ErrorCode::NoData.summary(), .0.display(), ErrorCode::NoData.help())]
    NoData(PathBuf),
    /// The data directory has a format of a newer version.
    #[error("{}: {} (format {found}, this version knows {known})", ErrorCode::StoreTooNew, ErrorCode::StoreTooNew.summary())]
    TooNew {
        /// The format found.
        found: u32,
        /// The newest format this version knows.
        known: u32,
    },
    /// Bytes that were durable do not match their checksum or cannot be read.
    #[error("{}: {} at offset {offset}: {detail}", ErrorCode::JournalDamaged, .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Offset in the file, bytes.
        offset: u64,
        /// What is wrong.
        detail: String,
    },
}

impl StoreError {
    /// The code users see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Impossible(_) => ErrorCode::ImpossibleChange,
            Self::ImpossibleKey(why) => key_code(*why),
            Self::Stale(_) | Self::Conflict(_) => ErrorCode::Internal,
            Self::UnknownSession => ErrorCode::SessionNotFound,
            Self::Erased => ErrorCode::KeyDestroyed,
            Self::Full => ErrorCode::StoreFull,
            Self::Failed(_) => ErrorCode::StoreFailed,
            Self::Locked(_) => ErrorCode::StoreLocked,
            Self::NoData(_) => ErrorCode::NoData,
            Self::TooNew { .. } => ErrorCode::StoreTooNew,
            Self::Damaged { .. } => ErrorCode::JournalDamaged,
        }
    }
}

fn key_code(why: ImpossibleKey) -> ErrorCode {
    match why {
        ImpossibleKey::Unknown => ErrorCode::UnknownKey,
        ImpossibleKey::TooMany => ErrorCode::TooManyKeys,
        ImpossibleKey::Taken => ErrorCode::Internal,
    }
}

/// Makes an I/O error one of the store: what could not be done, and why.
pub(crate) fn failed<E: std::fmt::Display>(doing: &'static str) -> impl Fn(E) -> StoreError {
    move |error| StoreError::Failed(format!("cannot {doing}: {error}").into())
}

/// Says that durable bytes are not what was written.
pub(crate) fn damaged(file: &std::path::Path, offset: u64, detail: String) -> StoreError {
    StoreError::Damaged {
        file: file.to_owned(),
        offset,
        detail,
    }
}
