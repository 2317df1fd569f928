//! How a store is opened.

use std::path::PathBuf;

use zeroize::Zeroizing;

const MIB: u64 = 1024 * 1024;

/// How a [`JournalStore`](crate::JournalStore) is opened. The defaults suit a small machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory; made when it is not there.
    pub directory: PathBuf,
    /// The key that wraps the contacts' keys. `None`: `keys/master.key` in the data directory, made at the first start.
    pub master_key: Option<Zeroizing<[u8; 32]>>,
    /// Length of a segment of the journal, bytes. It is filled with zeros before it is used: the journal takes up to
    /// twice this more on the disk than is in it.
    pub segment_bytes: u64,
    /// sled's page cache, bytes.
    pub index_cache_bytes: u64,
    /// Sessions and the like kept in memory after they were written down, bytes.
    pub cache_bytes: usize,
    /// With less free space than this, in bytes, nothing more is accepted.
    pub reserve_bytes: u64,
    /// A snapshot is written when the journal has grown by this many bytes since the last, and by twice its size.
    pub snapshot_bytes: u64,
}

impl Options {
    /// The defaults, in this directory.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            master_key: None,
            segment_bytes: 32 * MIB,
            index_cache_bytes: 16 * MIB,
            cache_bytes: 8 * MIB as usize,
            reserve_bytes: 256 * MIB,
            snapshot_bytes: 64 * MIB,
        }
    }
}
