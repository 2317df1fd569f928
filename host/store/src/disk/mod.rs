//! The file layer under journal, keys and snapshots: the real one, and for tests one that forgets.

#[cfg(test)]
mod forgetful;
mod gently;
mod read_only;
mod real;

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

#[cfg(test)]
pub(crate) use forgetful::ForgetfulDisk;
pub(crate) use gently::{PIECE, write_gently};
pub(crate) use read_only::ReadOnlyDisk;
pub(crate) use real::RealDisk;

/// Whether a file that is opened must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// It must be there.
    Existing,
    /// It is made when it is not. Its name is durable only after [`Disk::sync_dir`].
    OrCreate,
}

/// Directories and names.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Makes a directory and those above it.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Names of the files in a directory, in no order.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>>;
    /// Opens a file that only its owner may read.
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>>;
    /// Gives a file another name, replacing what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes names made, changed and removed in a directory durable.
    fn sync_dir(&self, directory: &Path) -> io::Result<()>;
    /// Free bytes where `path` is, and the size of the whole, in bytes.
    fn space(&self, path: &Path) -> io::Result<(u64, u64)>;
}

/// One open file. Several threads may read while one writes.
pub(crate) trait File: Debug + Send + Sync {
    /// Reads up to `buffer.len()` bytes; fewer only at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes what was written durable (`fdatasync`). After an error nothing may be assumed of earlier writes.
    fn sync(&self) -> io::Result<()>;
    /// Cuts the file, or fills it up with zeros.
    fn set_len(&self, bytes: u64) -> io::Result<()>;
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
}

/// Reads exactly this many bytes.
pub(crate) fn read_exact(file: &dyn File, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; bytes];
    if file.read_at(&mut buffer, offset)? == bytes {
        Ok(buffer)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
