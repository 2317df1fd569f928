//! Why a part of a turn failed.

use jackfield_core::{ErrorCode, Fault};
use jackfield_store::StoreError;

/// Why a plug-in's part of a turn failed. The turn itself goes on, with an apology.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The flow said so.
    Flow(Fault),
    /// A limit or rule of the host ended it.
    Stopped { code: ErrorCode, detail: String },
    /// The store could not be read.
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
