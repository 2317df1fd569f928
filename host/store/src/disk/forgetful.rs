//! A disk in memory that loses at a crash what was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{Disk, File, Open};

/// A disk that remembers across [`crash`](Self::crash) only what was synced, plus, at random, part of what was not.
#[derive(Debug, Clone, Default)]
pub(crate) struct ForgetfulDisk {
    shared: Arc<Shared>,
    /// The life that this handle was made in: after the next crash nothing can be done with it.
    life: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// Names as programs see them, and as a crash leaves them.
    names: Mutex<(Names, Names)>,
    directories: Mutex<BTreeSet<PathBuf>>,
    /// Handles of an earlier life are dead.
    life: AtomicU64,
    syncs_lie: AtomicBool,
    fail_syncs: AtomicBool,
}

type Names = BTreeMap<PathBuf, Arc<Inode>>;

#[derive(Debug, Default)]
struct Inode {
    data: Mutex<Data>,
}

#[derive(Debug, Default)]
struct Data {
    live: Vec<u8>,
    synced: Vec<u8>,
    /// What was written since the last sync, in order.
    unsynced: Vec<Write>,
}

#[derive(Debug)]
struct Write {
    offset: usize,
    bytes: Vec<u8>,
}

/// Writes, and fills up with zeros before where there was nothing.
fn put(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}

impl ForgetfulDisk {
    /// From now on syncs do nothing and say they did.
    pub(crate) fn take_syncs_out(&self) {
        self.shared.syncs_lie.store(true, Ordering::SeqCst);
    }

    /// From now on syncs fail.
    pub(crate) fn fail_syncs(&self) {
        self.shared.fail_syncs.store(true, Ordering::SeqCst);
    }

    /// Another handle, for a program that starts now.
    pub(crate) fn boot(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            life: self.shared.life.load(Ordering::SeqCst),
        }
    }

    /// The power goes. What was synced stays; of the rest, each file keeps all, nothing, or of each write the
    /// beginning, the end or nothing: pages reach the disk in any order.
    pub(crate) fn crash(&self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        // With the names locked no name changes while files are looked at.
        let mut names = self.shared.names.lock();
        self.shared.life.fetch_add(1, Ordering::SeqCst);
        let (live, durable) = &mut *names;
        for inode in live.values().chain(durable.values()) {
            let mut data = inode.data.lock();
            let Data {
                live,
                synced,
                unsynced,
            } = &mut *data;
            let fate = random.random_range(0..3);
            for Write { offset, bytes } in unsynced.drain(..) {
                let cut = random.random_range(0..=bytes.len());
                match (fate, random.random_range(0..3)) {
                    (0, _) => {}
                    (1, _) => put(synced, offset, &bytes),
                    (_, 0) => put(synced, offset, &bytes[..cut]),
                    (_, 1) => put(synced, offset + cut, &bytes[cut..]),
                    _ => {}
                }
            }
            live.clone_from(synced);
        }
        *live = durable.clone();
    }

    /// Flips one bit of a file, durably.
    pub(crate) fn flip(&self, path: &Path, offset: usize) {
        let inode = self.shared.names.lock().0[path].clone();
        let mut data = inode.data.lock();
        data.live[offset] ^= 1;
        data.synced[offset] ^= 1;
    }

    /// Another disk with the same content, all of it durable.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::default();
        let names = self.shared.names.lock();
        let inodes = names.0.iter().map(|(path, inode)| {
            let live = inode.data.lock().live.clone();
            (
                path.clone(),
                Arc::new(Inode {
                    data: Mutex::new(Data {
                        synced: live.clone(),
                        live,
                        unsynced: Vec::new(),
                    }),
                }),
            )
        });
        let inodes: BTreeMap<_, _> = inodes.collect();
        *copy.shared.names.lock() = (inodes.clone(), inodes);
        copy
    }
}

impl Shared {
    fn alive(&self, life: u64) -> io::Result<()> {
        if self.life.load(Ordering::SeqCst) == life {
            Ok(())
        } else {
            Err(io::Error::other("the power is gone"))
        }
    }

    fn sync_result(&self) -> io::Result<()> {
        if self.fail_syncs.load(Ordering::SeqCst) {
            Err(io::Error::other("sync failed"))
        } else {
            Ok(())
        }
    }
}

impl Disk for ForgetfulDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.shared.directories.lock().insert(path.to_owned());
        Ok(())
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let names = self.shared.names.lock();
        self.shared.alive(self.life)?;
        let inside = names
            .0
            .keys()
            .filter(|path| path.parent() == Some(directory));
        Ok(inside
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect())
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let mut names = self.shared.names.lock();
        self.shared.alive(self.life)?;
        let inode = match (names.0.get(path), how) {
            (Some(inode), _) => inode.clone(),
            (None, Open::Existing) => return Err(io::ErrorKind::NotFound.into()),
            (None, Open::OrCreate) => {
                let inode = Arc::new(Inode::default());
                names.0.insert(path.to_owned(), inode.clone());
                inode
            }
        };
        Ok(Arc::new(ForgetfulFile {
            shared: self.shared.clone(),
            life: self.life,
            inode,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut names = self.shared.names.lock();
        self.shared.alive(self.life)?;
        let inode = names.0.remove(from).ok_or(io::ErrorKind::NotFound)?;
        names.0.insert(to.to_owned(), inode);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut names = self.shared.names.lock();
        self.shared.alive(self.life)?;
        let removed = names.0.remove(path);
        removed.map(|_| ()).ok_or(io::ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, directory: &Path) -> io::Result<()> {
        self.shared.sync_result()?;
        if self.shared.syncs_lie.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut names = self.shared.names.lock();
        self.shared.alive(self.life)?;
        let (live, durable) = &mut *names;
        durable.retain(|path, _| path.parent() != Some(directory));
        let inside = live
            .iter()
            .filter(|(path, _)| path.parent() == Some(directory));
        durable.extend(inside.map(|(path, inode)| (path.clone(), inode.clone())));
        Ok(())
    }

    fn space(&self, _: &Path) -> io::Result<(u64, u64)> {
        Ok((u64::MAX, u64::MAX))
    }
}

#[derive(Debug)]
struct ForgetfulFile {
    shared: Arc<Shared>,
    life: u64,
    inode: Arc<Inode>,
}

impl File for ForgetfulFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let data = self.inode.data.lock();
        self.shared.alive(self.life)?;
        let rest = data.live.get(offset as usize..).unwrap_or_default();
        let bytes = rest.len().min(buffer.len());
        buffer[..bytes].copy_from_slice(&rest[..bytes]);
        Ok(bytes)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.shared.alive(self.life)?;
        let offset = offset as usize;
        put(&mut data.live, offset, bytes);
        data.unsynced.push(Write {
            offset,
            bytes: bytes.to_vec(),
        });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.shared.alive(self.life)?;
        self.shared.sync_result()?;
        if !self.shared.syncs_lie.load(Ordering::SeqCst) {
            let Data {
                synced, unsynced, ..
            } = &mut *data;
            for Write { offset, bytes } in unsynced.drain(..) {
                put(synced, offset, &bytes);
            }
        }
        Ok(())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.shared.alive(self.life)?;
        let bytes = bytes as usize;
        data.live.resize(bytes, 0);
        data.synced.truncate(bytes);
        data.unsynced
            .retain(|write| write.offset + write.bytes.len() <= bytes);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        self.shared.alive(self.life)?;
        Ok(self.inode.data.lock().live.len() as u64)
    }
}
