//! Compiled components on disk. Compiled code is native code: whoever can change a file here could run
//! anything in this process, so each file carries a MAC over its name and content.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jackfield_core::ErrorCode;
use rand::Rng as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::SandboxError;

const KEY_FILE: &str = "cache.key";
const KEY: usize = 32;
const TAG: usize = 32;

/// A directory of compiled components, with the key of their MACs.
pub(super) struct Cache {
    directory: PathBuf,
    key: Zeroizing<[u8; KEY]>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl Cache {
    /// Opens the directory, making it and its key when they are not there.
    pub(super) fn open(directory: PathBuf) -> Result<Self, SandboxError> {
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |error| SandboxError::Cache { path, error }
        };
        std::fs::create_dir_all(&directory).map_err(failed(&directory))?;
        let file = directory.join(KEY_FILE);
        let key = key(&directory, &file).map_err(failed(&file))?;
        Ok(Self { directory, key })
    }

    /// The content that was put under `name`, when it is there and was not changed.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.directory.join(name);
        let mut bytes = std::fs::read(&path).ok()?;
        let verified = bytes.len().checked_sub(TAG).is_some_and(|end| {
            let (content, tag) = bytes.split_at(end);
            self.mac(name, content).verify_slice(tag).is_ok()
        });
        if !verified {
            tracing::warn!(
                code = ErrorCode::CompileCacheRefused.as_str(),
                path = %path.display(),
                "{}; {}",
                ErrorCode::CompileCacheRefused.summary(),
                ErrorCode::CompileCacheRefused.help()
            );
            metrics::counter!("jackfield_sandbox_cache_refused_total").increment(1);
            return None;
        }
        bytes.truncate(bytes.len() - TAG);
        Some(bytes)
    }

    /// Keeps `content` under `name`. A cache that cannot be written costs time, nothing else, so failing is
    /// only logged.
    pub(super) fn put(&self, name: &str, content: &[u8]) {
        let tag = self.mac(name, content).finalize().into_bytes();
        let path = self.directory.join(name);
        let written = write_whole(&self.directory, &path, &[content, &tag]);
        if let Err(error) = written {
            tracing::warn!(path = %path.display(), %error, "a compiled component could not be kept");
        }
    }

    /// The name is part of it: a file renamed to stand for another component is refused.
    fn mac(&self, name: &str, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = match Hmac::<Sha256>::new_from_slice(self.key.as_slice()) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes keys of any length"),
        };
        mac.update(&(name.len() as u64).to_be_bytes());
        mac.update(name.as_bytes());
        mac.update(content);
        mac
    }
}

/// Reads the key, or makes one. Two processes that start at the same time end up with the same key, because
/// only one of them can link its file to the name.
fn key(directory: &Path, path: &Path) -> std::io::Result<Zeroizing<[u8; KEY]>> {
    for _ in 0..2 {
        match File::open(path) {
            Ok(mut file) => {
                if file.metadata()?.permissions().mode() & 0o077 != 0 {
                    file.set_permissions(Permissions::from_mode(0o600))?;
                }
                let mut key = Zeroizing::new([0; KEY]);
                file.read_exact(key.as_mut_slice())?;
                return Ok(key);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut key = Zeroizing::new([0; KEY]);
                rand::rng().fill_bytes(key.as_mut_slice());
                let temporary = temporary(directory);
                write(&temporary, &[key.as_slice()])?;
                let linked = std::fs::hard_link(&temporary, path);
                std::fs::remove_file(&temporary)?;
                match linked {
                    Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                        return Err(error);
                    }
                    _ => {}
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(std::io::Error::other("the key file appears and disappears"))
}

/// Readers see the whole file or none.
fn write_whole(directory: &Path, path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let temporary = temporary(directory);
    write(&temporary, parts)
        .and_then(|()| std::fs::rename(&temporary, path))
        .inspect_err(|_| {
            // It may not even be there.
            let _ = std::fs::remove_file(&temporary);
        })
}

fn write(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    file.sync_all()
}

fn temporary(directory: &Path) -> PathBuf {
    directory.join(format!(".{:016x}.tmp", rand::rng().next_u64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_or_renamed_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path().to_owned()).unwrap();
        cache.put("a", b"code");
        assert_eq!(cache.get("a").as_deref(), Some(&b"code"[..]));
        assert_eq!(cache.get("b"), None);

        std::fs::copy(directory.path().join("a"), directory.path().join("b")).unwrap();
        assert_eq!(cache.get("b"), None, "a file under another name");

        let mut bytes = std::fs::read(directory.path().join("a")).unwrap();
        bytes[0] ^= 1;
        std::fs::write(directory.path().join("a"), &bytes).unwrap();
        assert_eq!(cache.get("a"), None, "one bit changed");
        std::fs::write(directory.path().join("a"), b"short").unwrap();
        assert_eq!(cache.get("a"), None, "truncated");
    }

    #[test]
    fn the_key_is_kept_and_private() {
        let directory = tempfile::tempdir().unwrap();
        Cache::open(directory.path().to_owned())
            .unwrap()
            .put("a", b"code");
        let again = Cache::open(directory.path().to_owned()).unwrap();
        assert_eq!(again.get("a").as_deref(), Some(&b"code"[..]));
        let mode = std::fs::metadata(directory.path().join(KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
