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

    /// The power goes. What was synced stays; of the rest, each file keeps all, nothing, or a torn part of what
    /// was appended.
    pub(crate) fn crash(&self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        self.shared.life.fetch_add(1, Ordering::SeqCst);
        let mut names = self.shared.names.lock();
        let (live, durable) = &mut *names;
        for inode in live.values().chain(durable.values()) {
            let mut data = inode.data.lock();
            let mut kept = data.synced.clone();
            let appended = data.live.get(kept.len()..).unwrap_or_default().to_vec();
            match random.random_range(0..4) {
                0 if !appended.is_empty() => {
                    let part = random.random_range(0..=appended.len());
                    kept.extend_from_slice(&appended[..part]);
                }
                1 if !appended.is_empty() => {
                    // Pages reach the disk in any order: a hole, and something behind it.
                    let hole = random.random_range(0..=appended.len());
                    kept.extend(std::iter::repeat_n(0, hole));
                    kept.extend_from_slice(&appended[hole..]);
                }
                _ => {}
            }
            data.live.clone_from(&kept);
            data.synced = kept;
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
        let inode = match (names.0.get(path), how) {
            (Some(inode), _) => inode.clone(),
            (None, Open::Existing) => return Err(io::ErrorKind::NotFound.into()),
            (None, Open::OrCreate) => {
                let inode = Arc::new(Inode::default());
                names.0.insert(path.to_owned(), inode.clone());
                inode
            }
        };
        let life = self.shared.life.load(Ordering::SeqCst);
        Ok(Arc::new(ForgetfulFile {
            shared: self.shared.clone(),
            life,
            inode,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut names = self.shared.names.lock();
        let inode = names.0.remove(from).ok_or(io::ErrorKind::NotFound)?;
        names.0.insert(to.to_owned(), inode);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.shared
            .names
            .lock()
            .0
            .remove(path)
            .map(|_| ())
            .ok_or(io::ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, directory: &Path) -> io::Result<()> {
        self.shared.sync_result()?;
        if self.shared.syncs_lie.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut names = self.shared.names.lock();
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

impl ForgetfulFile {
    fn alive(&self) -> io::Result<()> {
        let alive = self.shared.life.load(Ordering::SeqCst) == self.life;
        if alive {
            Ok(())
        } else {
            Err(io::Error::other("the power is gone"))
        }
    }
}

impl File for ForgetfulFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let data = self.inode.data.lock();
        self.alive()?;
        let rest = data.live.get(offset as usize..).unwrap_or_default();
        let bytes = rest.len().min(buffer.len());
        buffer[..bytes].copy_from_slice(&rest[..bytes]);
        Ok(bytes)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.alive()?;
        let end = offset as usize + bytes.len();
        if data.live.len() < end {
            data.live.resize(end, 0);
        }
        data.live[offset as usize..end].copy_from_slice(bytes);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.alive()?;
        self.shared.sync_result()?;
        if !self.shared.syncs_lie.load(Ordering::SeqCst) {
            // Only what is new is copied, for files only grow here, but for small ones written in place.
            let known = data.synced.len().min(data.live.len());
            let Data { live, synced } = &mut *data;
            if known > 64 * 1024 {
                synced.truncate(known);
                synced.extend_from_slice(&live[known..]);
            } else {
                synced.clone_from(live);
            }
        }
        Ok(())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        let mut data = self.inode.data.lock();
        self.alive()?;
        data.live.resize(bytes as usize, 0);
        data.synced.truncate(bytes as usize);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        self.alive()?;
        Ok(self.inode.data.lock().live.len() as u64)
    }
}
