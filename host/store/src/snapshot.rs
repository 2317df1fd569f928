//! Snapshots: all entries of the index as of a position, in one checksummed file. From the newest one and the
//! journal behind it a lost index is made again within a bounded time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::StoreError;
use crate::disk::{Disk, File, Open, PIECE, write_gently};
use crate::error::failed;
use crate::index::{Applied, Change, Index};

const MAGIC: &[u8; 8] = b"JFSNAP01";
/// Snapshots that are kept.
const KEPT: usize = 2;

/// The snapshots in a directory.
#[derive(Debug, Clone)]
pub(crate) struct Snapshots {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
}

impl Snapshots {
    pub(crate) fn open(disk: Arc<dyn Disk>, directory: PathBuf) -> Result<Self, StoreError> {
        disk.create_dir(&directory)
            .map_err(failed("make the directory of snapshots"))?;
        Ok(Self { disk, directory })
    }

    fn path(&self, position: u64) -> PathBuf {
        self.directory.join(format!("{position:020}.snap"))
    }

    /// Positions of the snapshots, newest first.
    pub(crate) fn list(&self) -> Result<Vec<u64>, StoreError> {
        let names = self
            .disk
            .list(&self.directory)
            .map_err(failed("list the snapshots"))?;
        let mut positions: Vec<u64> = names
            .iter()
            .filter_map(|name| name.strip_suffix(".snap")?.parse().ok())
            .collect();
        positions.sort_unstable_by(|a, b| b.cmp(a));
        Ok(positions)
    }

    /// Bytes of the newest snapshot; 0 when there is none.
    pub(crate) fn newest_bytes(&self) -> Result<u64, StoreError> {
        let Some(newest) = self.list()?.first().copied() else {
            return Ok(0);
        };
        let file = self.disk.open(&self.path(newest), Open::Existing);
        file.and_then(|file| file.len())
            .map_err(failed("look at a snapshot"))
    }

    /// Writes a snapshot of the index, which holds the journal up to `applied` and is not changed meanwhile.
    /// Older ones than the newest two go. Gives back its length in bytes.
    pub(crate) fn write(&self, index: &Index, applied: &Applied) -> Result<u64, StoreError> {
        let writing = failed("write a snapshot");
        let target = self.path(applied.position);
        let path = target.with_extension("part");
        let file = self.disk.open(&path, Open::OrCreate).map_err(&writing)?;
        file.set_len(0).map_err(&writing)?;
        let mut out = Out {
            file,
            written: 0,
            checksum: crc32fast::Hasher::new(),
            buffer: MAGIC.to_vec(),
        };
        let head = minicbor::to_vec(applied).map_err(failed("write a snapshot"))?;
        out.entry(b"", &head).map_err(&writing)?;
        for entry in index.raw() {
            let (key, value) = entry?;
            out.entry(&key, &value).map_err(&writing)?;
        }
        let bytes = out.finish().map_err(&writing)?;
        self.disk.rename(&path, &target).map_err(&writing)?;
        self.disk.sync_dir(&self.directory).map_err(&writing)?;
        for old in self.list()?.iter().skip(KEPT) {
            self.disk.remove(&self.path(*old)).map_err(&writing)?;
        }
        Ok(bytes)
    }

    /// Reads the snapshot of a position into a fresh index. The checksum is checked before anything is used.
    ///
    /// # Errors
    /// When it is damaged; the text says how.
    pub(crate) fn read(&self, position: u64) -> Result<Reader, String> {
        let path = self.path(position);
        let file = self
            .disk
            .open(&path, Open::Existing)
            .map_err(|error| error.to_string())?;
        Reader::open(&*file).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Moves a damaged snapshot aside.
    pub(crate) fn set_aside(&self, position: u64) {
        let path = self.path(position);
        let aside = path.with_extension("damaged");
        if let Err(error) = self.disk.rename(&path, &aside) {
            tracing::warn!(%error, file = %path.display(), "cannot move a damaged snapshot aside");
        }
    }

    /// The directory of the snapshots.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

/// A snapshot on its way out.
struct Out {
    file: Arc<dyn File>,
    written: u64,
    checksum: crc32fast::Hasher,
    buffer: Vec<u8>,
}

impl Out {
    fn entry(&mut self, key: &[u8], value: &[u8]) -> std::io::Result<()> {
        self.buffer
            .extend_from_slice(&(key.len() as u32).to_le_bytes());
        self.buffer
            .extend_from_slice(&(value.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(key);
        self.buffer.extend_from_slice(value);
        if self.buffer.len() >= PIECE {
            self.write()
        } else {
            Ok(())
        }
    }

    fn write(&mut self) -> std::io::Result<()> {
        self.checksum.update(&self.buffer);
        write_gently(&*self.file, &self.buffer, self.written, false)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<u64> {
        self.write()?;
        let checksum = std::mem::take(&mut self.checksum).finalize();
        self.buffer.extend_from_slice(&checksum.to_le_bytes());
        self.file.write_at(&self.buffer, self.written)?;
        self.file.sync()?;
        Ok(self.written + self.buffer.len() as u64)
    }
}

/// A snapshot whose checksum is right.
#[derive(Debug)]
pub(crate) struct Reader {
    bytes: Vec<u8>,
    applied: Applied,
    /// Where the entries begin.
    entries: usize,
}

impl Reader {
    fn open(file: &dyn File) -> Result<Self, String> {
        let length = file.len().map_err(|error| error.to_string())?;
        let length = usize::try_from(length).map_err(|error| error.to_string())?;
        let mut bytes =
            crate::disk::read_exact(file, 0, length).map_err(|error| error.to_string())?;
        let (content, checksum) = bytes.split_last_chunk::<4>().ok_or("it is too short")?;
        if crc32fast::hash(content).to_le_bytes() != *checksum || !content.starts_with(MAGIC) {
            return Err("it does not match its checksum".to_owned());
        }
        bytes.truncate(length - 4);
        let (_, head, rest) =
            split(bytes.get(MAGIC.len()..).unwrap_or_default()).ok_or("it has no head")?;
        let applied = minicbor::decode(head).map_err(|error| error.to_string())?;
        let entries = bytes.len() - rest.len();
        Ok(Self {
            applied,
            entries,
            bytes,
        })
    }

    /// How much of the journal it holds.
    pub(crate) fn applied(&self) -> &Applied {
        &self.applied
    }

    /// Puts all entries into an index.
    pub(crate) fn load(&self, change: Change<'_>) -> Result<(), StoreError> {
        let mut rest = self.bytes.get(self.entries..).unwrap_or_default();
        while let Some((key, value, after)) = split(rest) {
            change.put_raw(key, value)?;
            rest = after;
        }
        change.finish(&self.applied)
    }
}

/// Key, value and rest.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (key, rest) = bytes.split_first_chunk::<4>()?;
    let (value, rest) = rest.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key) as usize)?;
    let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value) as usize)?;
    Some((key, value, rest))
}
