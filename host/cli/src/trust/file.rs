//! The file in which a host keeps what it trusts. It may be edited by hand.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jackfield_core::ErrorCode;
use jackfield_packs::trust::Trust;

use crate::secret;

/// The file.
pub(crate) struct TrustFile(PathBuf);

impl TrustFile {
    /// That of a data directory.
    pub(crate) fn of(data: &Path) -> Self {
        Self(data.join("trust.toml"))
    }

    /// What is trusted; nothing, while there is no file.
    pub(crate) fn read(&self) -> anyhow::Result<Trust> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Trust::default());
            }
            read => read.with_context(|| {
                format!(
                    "{}: cannot read {}",
                    ErrorCode::BadTrustFile,
                    self.0.display()
                )
            })?,
        };
        Trust::read(&text).with_context(|| self.0.display().to_string())
    }

    /// When it was changed last; `None` while there is none.
    pub(crate) fn changed(&self) -> Option<std::time::SystemTime> {
        std::fs::metadata(&self.0)
            .and_then(|file| file.modified())
            .ok()
    }

    /// Changes what is trusted, unless that is refused.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Trust) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut trust = self.read()?;
        change(&mut trust)?;
        if let Some(directory) = self.0.parent() {
            std::fs::create_dir_all(directory)
                .with_context(|| format!("cannot make {}", directory.display()))?;
        }
        secret::replace(&self.0, trust.to_file()?.as_bytes())
    }
}
