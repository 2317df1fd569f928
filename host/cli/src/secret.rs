//! Secrets that the host makes for itself at its first start. They stand in files that only its user may read.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use jackfield_server::OperatorToken;

use crate::settings::Admin;

/// Where the operator's token stands in the data directory.
pub(crate) const TOKEN_FILE: &str = "admin.token";

/// The host's own secret.
pub(crate) fn host_secret(data: &Path) -> anyhow::Result<[u8; 32]> {
    let path = data.join("host.secret");
    let bytes = kept(&path, || rand::random::<[u8; 32]>().to_vec())?;
    <[u8; 32]>::try_from(bytes).map_err(|_| anyhow!("{} must hold 32 bytes", path.display()))
}

/// The host's own secret as it stands there; `None` when it was never made.
pub(crate) fn known_secret(data: &Path) -> anyhow::Result<Option<[u8; 32]>> {
    let path = data.join("host.secret");
    match std::fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => {
            let bytes = read.with_context(|| format!("cannot read {}", path.display()))?;
            let secret = <[u8; 32]>::try_from(bytes);
            Ok(Some(secret.map_err(|_| {
                anyhow!("{} must hold 32 bytes", path.display())
            })?))
        }
    }
}

/// The operator's token: from the environment variable that the settings name, or one that the host made.
pub(crate) fn operator_token(admin: &Admin, data: &Path) -> anyhow::Result<OperatorToken> {
    let (text, from) = match &admin.token_env {
        Some(name) => {
            let text = std::env::var(name).with_context(|| {
                format!("the operator's token is read from the environment variable {name}")
            })?;
            (text, name.clone())
        }
        None => {
            let path = data.join(TOKEN_FILE);
            let made = || {
                let (high, low) = rand::random::<(u128, u128)>();
                format!("{high:032x}{low:032x}\n").into_bytes()
            };
            (
                String::from_utf8(kept(&path, made)?)?,
                path.display().to_string(),
            )
        }
    };
    OperatorToken::new(text.trim())
        .with_context(|| format!("the operator's token in {from} is shorter than 16 characters"))
}

/// What the file holds; what is made, when there is no such file.
fn kept(path: &Path, make: impl FnOnce() -> Vec<u8>) -> anyhow::Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read.with_context(|| format!("cannot read {}", path.display())),
    }
    let made = make();
    replace(path, &made)?;
    Ok(made)
}

/// Puts a file in place, whole or not at all. Only its owner may read it.
pub(crate) fn replace(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_added_extension("new");
    let _ = std::fs::remove_file(&partial);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)
        .with_context(|| format!("cannot write {}", partial.display()))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&partial, path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    std::fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}
