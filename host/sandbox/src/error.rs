//! Why a sandbox could not be made, or a component not loaded.

use jackfield_core::ErrorCode;

/// The sandbox itself could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The WebAssembly engine refused its settings or could not reserve its memory.
    #[error("the WebAssembly engine cannot start: {0}")]
    Engine(String),
    /// The cache directory or its key cannot be used.
    #[error("the cache of compiled components cannot be used: {path}: {error}")]
    Cache {
        /// The file or directory.
        path: String,
        /// What went wrong.
        error: std::io::Error,
    },
}

impl SandboxError {
    /// The code users see.
    pub fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

/// A component was refused. The message says what, why and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// A core module, not a component.
    #[error(
        "the file is a core WebAssembly module, not a component: build it with `jackfield pack build`, which wraps it"
    )]
    CoreModule,
    /// Truncated, damaged, or using WebAssembly features that are switched off.
    #[error("the component is not valid: {0}")]
    BadComponent(String),
    /// It imports functions of a capability that was not granted.
    #[error(
        "the component imports `{import}`, which is not granted. Request it in pack.toml:\n\n{manifest}\n\n\
         and have {grantor} grant it"
    )]
    UngrantedImport {
        /// The imported interface, with its version.
        import: String,
        /// The capability's name.
        capability: String,
        /// The lines of `pack.toml` that would request it.
        manifest: String,
        /// Who can grant it.
        grantor: &'static str,
    },
    /// It imports something that is no capability of this host.
    #[error(
        "the component imports `{import}`, which no host of this version offers ({offered}). {hint}"
    )]
    UnknownImport {
        /// The import.
        import: String,
        /// What this host offers.
        offered: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// It does not export a flow interface that this host knows.
    #[error(
        "the component exports {have}, but this host runs {need}: rebuild the pack with an SDK of that version"
    )]
    MissingExport {
        /// What the component exports.
        have: String,
        /// What this host knows.
        need: String,
    },
    /// It names an interface of this host and means other types by it.
    #[error("the component's `{interface}` does not have the types of this host's: {detail}")]
    WrongTypes {
        /// The interface.
        interface: String,
        /// The difference.
        detail: String,
    },
    /// Larger than the limit.
    #[error("the component has {bytes} bytes, more than its limit of {limit}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The compiler failed, or did not finish within its limits.
    #[error("the component could not be compiled: {0}")]
    CompileFailed(String),
    /// A state schema is not allowed.
    #[error("the state schema of flow `{flow}` is not allowed: {detail}")]
    BadSchema {
        /// The flow.
        flow: String,
        /// Why.
        detail: String,
    },
}

impl LoadError {
    /// The code users see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::CoreModule => ErrorCode::CoreModule,
            Self::BadComponent(_) => ErrorCode::BadComponent,
            Self::UngrantedImport { .. } => ErrorCode::UngrantedImport,
            Self::UnknownImport { .. } => ErrorCode::UnknownImport,
            Self::MissingExport { .. } | Self::WrongTypes { .. } => ErrorCode::MissingExport,
            Self::TooLarge { .. } => ErrorCode::ComponentTooLarge,
            Self::CompileFailed(_) => ErrorCode::CompileFailed,
            Self::BadSchema { .. } => ErrorCode::BadSchema,
        }
    }
}
