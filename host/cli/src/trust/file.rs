//! The file in which a host keeps what it trusts. It may be edited by hand.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
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

    /// Changes what is trusted, unless that is refused. Of several commands at a time each waits for the one before.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Trust) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if let Some(directory) = self.0.parent() {
            std::fs::create_dir_all(directory)
                .with_context(|| format!("cannot make {}", directory.display()))?;
        }
        // From reading to writing: what another command wrote in between would be lost.
        let _lock = self.lock()?;
        let mut trust = self.read()?;
        change(&mut trust)?;
        secret::replace(&self.0, trust.to_file()?.as_bytes())
    }

    /// The lock of those who change the file; it is open again when this is dropped, also when the command dies. It stands beside the
    /// file, which is replaced by each change, and stays there: whoever removed it would lock out nobody.
    fn lock(&self) -> anyhow::Result<File> {
        let path = self.0.with_added_extension("lock");
        let locked = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .and_then(|file| file.lock().map(|()| file));
        locked.with_context(|| {
            format!(
                "{}: cannot lock {}, so that nothing was changed",
                ErrorCode::BadTrustFile,
                path.display()
            )
        })
    }
}
