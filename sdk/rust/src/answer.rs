//! What a flow's function returns: a reply, or why there is none.

pub use crate::wire::Fault;
use crate::{
    Reply,
    wire::{Failure, StorageError, TableError},
};

/// The answer of a flow to one event. A finished [`Reply`] converts by itself: `step(…)` returns it wrapped.
pub type Answer = Result<Reply, Fault>;

/// Milliseconds after which it makes sense to ask a dependency again when it did not say so itself.
const RETRY_AFTER_MS: u32 = 5_000;

impl Fault {
    /// The pack's own error, in words for its developers.
    pub fn bug(text: impl Into<String>) -> Self {
        Self::Bug(text.into())
    }

    /// The flow cannot serve this; the reason is logged.
    pub fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected(reason.into())
    }

    /// Something the flow needs is down, and asking again now makes no sense.
    pub fn unavailable() -> Self {
        Self::Unavailable(RETRY_AFTER_MS)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TimedOut | Failure::Unreachable(_) => Self::unavailable(),
            Failure::Denied(grant) => Self::Rejected(grant),
            Failure::TooLarge(_) => Self::bug("the response is larger than the host allows"),
            Failure::Invalid(why) => Self::Bug(why),
        }
    }
}

impl From<TableError> for Fault {
    fn from(error: TableError) -> Self {
        let (what, name) = match error {
            TableError::UnknownTable(name) => ("no such table: ", name),
            TableError::UnknownColumn(name) => ("no such column: ", name),
            TableError::WrongType(name) => ("the value has another type than column ", name),
        };
        Self::Bug([what, name.as_str()].concat())
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::InvalidKey(key) => {
                Self::Bug(["not a storage key: ", key.as_str()].concat())
            }
            StorageError::Full => Self::bug("the contact's storage is full"),
        }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(_: serde_json::Error) -> Self {
        Self::bug("JSON of another shape than expected")
    }
}
