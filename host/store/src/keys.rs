//! Keys: one data key per contact, wrapped with the master key in fixed slots of one file. Destroying a slot
//! makes everything about the contact unreadable, in the journal, the index, snapshots and backups of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jackfield_core::{ContactId, TenantId};
use parking_lot::{Mutex, RwLock};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::disk::{Disk, File, Open, read_exact};
use crate::error::{damaged, failed};
use crate::seal::{self, Key, OVERHEAD};

const SLOT: usize = 128;
/// The file grows by so many zero slots at once, 1 MiB, before they are needed: a sync that need not change the
/// file's length is a fast one.
const GROWTH: u64 = 8192;
const MAGIC: &[u8; 4] = b"JFK1";
const HEAD: u8 = 0;
const LIVE: u8 = 1;
const ERASED: u8 = 2;
/// Magic, state and version, then tenant, contact, wrapped key, and at the end of the slot its checksum.
const TENANT: usize = 8;
const CONTACT: usize = 32;
const WRAPPED: usize = 48;
const CHECKSUM: usize = SLOT - 4;

/// All keys of a store.
#[derive(Debug)]
pub(crate) struct Keyring {
    path: PathBuf,
    file: Arc<dyn File>,
    master: Key,
    /// For the names of index entries, so that they say nothing without the master key.
    names: Key,
    /// For records that belong to no contact.
    host: Key,
    contacts: RwLock<Contacts>,
    /// Slots made and not written yet.
    unwritten: Mutex<Vec<(u32, [u8; SLOT])>>,
    /// Slots that the file has room for. Locked while it grows.
    room: Mutex<()>,
    slots: AtomicU64,
}

#[derive(Debug, Default)]
struct Contacts {
    by_id: HashMap<ContactId, Contact>,
    tenants: Vec<TenantId>,
    next_slot: u32,
}

#[derive(Debug)]
struct Contact {
    /// `None`: erased.
    key: Option<Key>,
    slot: u32,
    tenant: u32,
}

impl Keyring {
    /// Opens the keys in `directory`; makes a file for them, and a master key where none is given and none is there.
    pub(crate) fn open(
        disk: &dyn Disk,
        directory: &Path,
        master: Option<&[u8; 32]>,
    ) -> Result<Self, StoreError> {
        disk.create_dir(directory)
            .map_err(failed("make the directory of keys"))?;
        let master = match master {
            Some(bytes) => Zeroizing::new(*bytes),
            None => master_key(disk, directory)?,
        };
        let path = directory.join("contacts.keys");
        let file = disk
            .open(&path, Open::OrCreate)
            .map_err(failed("open the contacts' keys"))?;
        let derive = |info: &[u8]| {
            let mut key = Zeroizing::new([0; 32]);
            Hkdf::<Sha256>::new(None, &master[..])
                .expand(info, &mut key[..])
                .map(|()| key)
        };
        let too_long = |_| StoreError::Failed("a derived key is too long".into());
        let (names, host) = (
            derive(b"names").map_err(too_long)?,
            derive(b"host").map_err(too_long)?,
        );
        let keyring = Self {
            path,
            file,
            names,
            host,
            master,
            contacts: RwLock::default(),
            unwritten: Mutex::default(),
            room: Mutex::default(),
            slots: AtomicU64::new(0),
        };
        keyring.read(disk, directory)?;
        Ok(keyring)
    }

    fn read(&self, disk: &dyn Disk, directory: &Path) -> Result<(), StoreError> {
        let reading = "read the contacts' keys";
        let bytes = self.file.len().map_err(failed(reading))?;
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let content = read_exact(&*self.file, 0, bytes).map_err(failed(reading))?;
        let slots = content.as_chunks::<SLOT>().0;
        // An empty file, or one whose first slot was never synced: nothing can have used it.
        if slots.first().is_none_or(|slot| slot == &[0; SLOT]) {
            self.contacts.write().next_slot = 1;
            let head = self.slot(HEAD, None, ContactId::from_bytes([0; 16]), Some(&self.host));
            self.file
                .write_at(&head, 0)
                .and_then(|()| self.file.sync())
                .map_err(failed("write the contacts' keys"))?;
            return disk
                .sync_dir(directory)
                .map_err(failed("sync the directory of keys"));
        }
        let mut contacts = self.contacts.write();
        for (number, slot) in (0..).zip(slots) {
            if slot == &[0; SLOT] {
                continue;
            }
            contacts.next_slot = number + 1;
            if !checks(slot) {
                // Torn by a crash before it was synced, so no record uses it; else the record's reader reports it.
                continue;
            }
            let id = ContactId::from_bytes(part(slot, CONTACT));
            let wrapped = &slot[WRAPPED..WRAPPED + 32 + OVERHEAD];
            let unwrap = || {
                let key = seal::open(&self.master, id.as_bytes(), wrapped).map(Zeroizing::new)?;
                <[u8; 32]>::try_from(&key[..]).ok().map(Zeroizing::new)
            };
            let wrong = || {
                StoreError::Failed(
                format!("the master key does not open {}; give the key this directory was made with", self.path.display()).into(),
            )
            };
            let key = match slot[4] {
                HEAD => {
                    unwrap().ok_or_else(wrong)?;
                    continue;
                }
                LIVE => Some(unwrap().ok_or_else(wrong)?),
                _ => None,
            };
            let tenant = std::str::from_utf8(&slot[TENANT..CONTACT])
                .unwrap_or_default()
                .trim_end_matches('\0');
            let tenant = TenantId::new(tenant).map_err(|error| {
                damaged(
                    &self.path,
                    u64::from(number) * SLOT as u64,
                    error.to_string(),
                )
            })?;
            let tenant = contacts.intern(&tenant);
            contacts.by_id.insert(
                id,
                Contact {
                    key,
                    slot: number,
                    tenant,
                },
            );
        }
        Ok(())
    }

    fn slot(
        &self,
        state: u8,
        tenant: Option<&TenantId>,
        contact: ContactId,
        key: Option<&Key>,
    ) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        slot[..4].copy_from_slice(MAGIC);
        slot[4] = state;
        slot[5] = 1;
        if let Some(tenant) = tenant {
            slot[TENANT..][..tenant.as_str().len()].copy_from_slice(tenant.as_str().as_bytes());
        }
        slot[CONTACT..WRAPPED].copy_from_slice(contact.as_bytes());
        if let Some(key) = key {
            let wrapped = seal::seal(&self.master, contact.as_bytes(), &key[..]);
            slot[WRAPPED..][..wrapped.len()].copy_from_slice(&wrapped);
        }
        let checksum = crc32fast::hash(&slot[..CHECKSUM]);
        slot[CHECKSUM..].copy_from_slice(&checksum.to_le_bytes());
        slot
    }

    /// Makes a key for a new contact. It must be [written](Self::write) before a record that uses it.
    pub(crate) fn create(&self, tenant: &TenantId, contact: ContactId) -> Key {
        let key = seal::random_key();
        let bytes = self.slot(LIVE, Some(tenant), contact, Some(&key));
        let mut contacts = self.contacts.write();
        let slot = contacts.next_slot;
        contacts.next_slot += 1;
        let tenant = contacts.intern(tenant);
        contacts.by_id.insert(
            contact,
            Contact {
                key: Some(key.clone()),
                slot,
                tenant,
            },
        );
        self.unwritten.lock().push((slot, bytes));
        key
    }

    /// Makes the keys that were created so far durable. Says whether there were any.
    pub(crate) fn write(&self) -> std::io::Result<bool> {
        let slots = std::mem::take(&mut *self.unwritten.lock());
        let Some((last, _)) = slots.last() else {
            return Ok(false);
        };
        self.reach(u64::from(*last) + 1)?;
        for (number, slot) in &slots {
            self.file.write_at(slot, u64::from(*number) * SLOT as u64)?;
        }
        self.file.sync()?;
        Ok(true)
    }

    /// Makes room for the next keys before they are needed.
    pub(crate) fn make_room(&self) -> std::io::Result<()> {
        let next = u64::from(self.contacts.read().next_slot);
        self.reach(next + GROWTH / 2)
    }

    /// Makes the file longer when it has not so many slots.
    fn reach(&self, slots: u64) -> std::io::Result<()> {
        if self.slots.load(Ordering::Acquire) >= slots {
            return Ok(());
        }
        let _growing = self.room.lock();
        let mut room = self.file.len()?.div_ceil(SLOT as u64);
        if room < slots {
            let zeros = vec![0; (slots - room + GROWTH) as usize * SLOT];
            self.file.write_at(&zeros, room * SLOT as u64)?;
            self.file.sync()?;
            room = slots + GROWTH;
        }
        self.slots.store(room, Ordering::Release);
        Ok(())
    }

    /// The contact's key.
    pub(crate) fn get(&self, contact: ContactId) -> Result<Key, StoreError> {
        let contacts = self.contacts.read();
        let found = contacts.by_id.get(&contact);
        let found = found.ok_or_else(|| {
            damaged(
                &self.path,
                0,
                format!("the key of contact {contact} is missing"),
            )
        })?;
        found.key.clone().ok_or(StoreError::Erased)
    }

    /// Whether the contact was erased.
    pub(crate) fn is_erased(&self, contact: ContactId) -> bool {
        self.contacts
            .read()
            .by_id
            .get(&contact)
            .is_some_and(|found| found.key.is_none())
    }

    /// Whether the contact is one of this tenant and not erased.
    pub(crate) fn is_live(&self, tenant: &TenantId, contact: ContactId) -> bool {
        let contacts = self.contacts.read();
        let found = contacts
            .by_id
            .get(&contact)
            .filter(|found| found.key.is_some());
        found.is_some_and(|found| contacts.tenants.get(found.tenant as usize) == Some(tenant))
    }

    /// The key for records that belong to no contact.
    pub(crate) fn host(&self) -> &Key {
        &self.host
    }

    /// Forgets a contact's key in memory. It is gone for good after [`destroy`](Self::destroy).
    pub(crate) fn forget(&self, contact: ContactId) {
        if let Some(found) = self.contacts.write().by_id.get_mut(&contact) {
            found.key = None;
        }
    }

    /// Overwrites the contact's key on disk, durably.
    pub(crate) fn destroy(&self, contact: ContactId) -> std::io::Result<()> {
        self.forget(contact);
        // A key that was made and never written must not be written afterwards.
        self.write()?;
        let (slot, bytes) = {
            let contacts = self.contacts.read();
            let Some(found) = contacts.by_id.get(&contact) else {
                return Ok(());
            };
            let tenant = contacts.tenants.get(found.tenant as usize);
            (found.slot, self.slot(ERASED, tenant, contact, None))
        };
        self.file.write_at(&bytes, u64::from(slot) * SLOT as u64)?;
        self.file.sync()
    }

    /// A name for an index entry: says nothing about `parts` to who has not the master key.
    pub(crate) fn name(&self, parts: [&str; 3]) -> [u8; 16] {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.names[..]) else {
            return [0; 16];
        };
        for text in parts {
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text.as_bytes());
        }
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        part(&full, 0)
    }
}

impl Contacts {
    fn intern(&mut self, tenant: &TenantId) -> u32 {
        let known = self.tenants.iter().position(|known| known == tenant);
        let index = known.unwrap_or_else(|| {
            self.tenants.push(tenant.clone());
            self.tenants.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}

fn checks(slot: &[u8; SLOT]) -> bool {
    &slot[..4] == MAGIC && crc32fast::hash(&slot[..CHECKSUM]).to_le_bytes() == slot[CHECKSUM..]
}

/// Sixteen bytes from `offset`, which the caller has checked.
fn part(bytes: &[u8], offset: usize) -> [u8; 16] {
    std::array::from_fn(|index| bytes.get(offset + index).copied().unwrap_or_default())
}

fn master_key(disk: &dyn Disk, directory: &Path) -> Result<Key, StoreError> {
    let path = directory.join("master.key");
    let reading = failed("read or write the master key");
    let file = disk.open(&path, Open::OrCreate).map_err(&reading)?;
    if file.len().map_err(&reading)? == 32 {
        let bytes = Zeroizing::new(read_exact(&*file, 0, 32).map_err(&reading)?);
        if bytes.iter().any(|byte| *byte != 0) {
            return <[u8; 32]>::try_from(&bytes[..])
                .map(Zeroizing::new)
                .map_err(|_| damaged(&path, 0, "a master key has 32 bytes".into()));
        }
    }
    let key = seal::random_key();
    file.write_at(&key[..], 0)
        .and_then(|()| file.set_len(32))
        .and_then(|()| file.sync())
        .map_err(&reading)?;
    disk.sync_dir(directory).map_err(reading)?;
    Ok(key)
}
