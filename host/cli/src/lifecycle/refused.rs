//! Why something about a pack was not done.

use jackfield_core::{ErrorCode, ImpossibleChange};
use jackfield_packs::PackError;
use jackfield_packs::trust::TrustError;
use jackfield_sandbox::LoadError;
use jackfield_server::HostError;
use jackfield_store::StoreError;

/// Why something about a pack was not done. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Refused {
    pub(crate) code: ErrorCode,
    what: String,
}

impl Refused {
    pub(crate) fn new(code: ErrorCode, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { code, what }
    }
}

impl From<TrustError> for Refused {
    fn from(error: TrustError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<PackError> for Refused {
    fn from(error: PackError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        if let StoreError::Impossible(change) = error {
            return change.into();
        }
        Self::new(error.code(), error.to_string())
    }
}

impl From<ImpossibleChange> for Refused {
    fn from(error: ImpossibleChange) -> Self {
        Self::new(ErrorCode::ImpossibleChange, error.to_string())
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorCode::Internal, format!("the archives: {error}"))
    }
}

/// What the operator has to mend, such as a setting without a value.
impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(refused) => refused,
            Err(error) => {
                let load = error.downcast_ref::<LoadError>();
                let code = load.map_or(ErrorCode::BadRequest, LoadError::code);
                Self::new(code, format!("{error:#}"))
            }
        }
    }
}

impl From<Refused> for HostError {
    fn from(refused: Refused) -> Self {
        Self::new(refused.code, refused.what)
    }
}
