//! Keys: one data key per contact, wrapped with the master key in fixed slots of one file. Destroying a slot
//! makes everything about the contact unreadable, in the journal, the index, snapshots and backups of them.
//!
//! A record must not be durable before the key that seals it. So that newcomers need no sync of their own, keys are
//! made ahead of their contacts, ids included. Who took one is first known from the journal alone; it is noted in the
//! file before the index may know more than that.

mod ahead;
mod contacts;
mod slot;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jackfield_core::{ContactId, TenantId};
use parking_lot::Mutex;
use sha2::Sha256;
use zeroize::Zeroizing;

use self::ahead::{Ahead, Ready};
use self::contacts::{Contacts, Found};
use self::slot::{BYTES, Filed, TAKE};
use crate::StoreError;
use crate::disk::{Disk, File, Open, read_exact};
use crate::error::{damaged, failed};
use crate::seal::{self, Key};

/// The file grows by so many zero slots at once, 1 MiB, before they are needed: a sync that need not change the
/// file's length is a fast one.
const GROWTH: u64 = 8192;

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
    contacts: Contacts,
    ahead: Mutex<Ahead>,
    next_slot: AtomicU32,
    /// Slots of contacts that found no key made ahead, not written yet.
    unwritten: Mutex<Vec<(u32, [u8; BYTES])>>,
    /// Whether some tenant has few keys ahead.
    short: AtomicBool,
    /// Slots that the file has room for. Locked while it grows.
    room: Mutex<()>,
    slots: AtomicU64,
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
            contacts: Contacts::default(),
            ahead: Mutex::default(),
            next_slot: AtomicU32::new(1),
            unwritten: Mutex::default(),
            short: AtomicBool::new(true),
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
        let slots = content.as_chunks::<BYTES>().0;
        // An empty file, or one whose first slot was never synced: nothing can have used it.
        if slots.first().is_none_or(|slot| slot == &[0; BYTES]) {
            let nobody = ContactId::from_bytes([0; 16]);
            let head = slot::encode(
                Filed::Head,
                None,
                nobody,
                Some(&self.wrap(nobody, &self.host)),
            );
            self.file
                .write_at(&head, 0)
                .and_then(|()| self.file.sync())
                .map_err(failed("write the contacts' keys"))?;
            return disk
                .sync_dir(directory)
                .map_err(failed("sync the directory of keys"));
        }
        let mut ahead = self.ahead.lock();
        for (number, bytes) in (0..).zip(slots) {
            if bytes == &[0; BYTES] {
                continue;
            }
            self.next_slot.store(number + 1, Ordering::Relaxed);
            let Some(slot) = slot::decode(bytes) else {
                // Torn by a crash before it was synced, so no record uses it; else the record's reader reports it.
                continue;
            };
            let key = || self.unwrap(slot.contact, slot.wrapped);
            if slot.filed == Filed::Head {
                key()?;
                continue;
            }
            let contact = slot.contact;
            let tenant = TenantId::new(slot.tenant)
                .map_err(|error| damaged(&self.path, place(number), error.to_string()))?;
            match slot.filed {
                Filed::Ahead => {
                    let (key, slot) = (key()?, number);
                    ahead.add(&tenant, [Ready { contact, key, slot }]);
                }
                Filed::Erased => self.contacts.add(&tenant, contact, None, number),
                _ => self.contacts.add(&tenant, contact, Some(key()?), number),
            }
        }
        Ok(())
    }

    fn wrap(&self, contact: ContactId, key: &Key) -> Vec<u8> {
        seal::seal(&self.master, contact.as_bytes(), &key[..])
    }

    fn unwrap(&self, contact: ContactId, wrapped: &[u8]) -> Result<Key, StoreError> {
        let opened = seal::open(&self.master, contact.as_bytes(), wrapped).map(Zeroizing::new);
        let key = opened.and_then(|key| <[u8; 32]>::try_from(&key[..]).ok());
        key.map(Zeroizing::new).ok_or_else(|| {
            StoreError::Failed(
                format!(
                    "the master key does not open {}; give the key this directory was made with",
                    self.path.display()
                )
                .into(),
            )
        })
    }

    /// Makes a new contact. When no key was made ahead, its key must be [written](Self::write) before a record that
    /// uses it.
    pub(crate) fn create(&self, tenant: &TenantId) -> ContactId {
        let (taken, few) = self.ahead.lock().take(tenant);
        if few {
            self.short.store(true, Ordering::Release);
        }
        if let Some(Ready { contact, key, slot }) = taken {
            self.contacts.add(tenant, contact, Some(key), slot);
            return contact;
        }
        let (contact, key) = (ContactId::new(), seal::random_key());
        let wrapped = self.wrap(contact, &key);
        let bytes = slot::encode(Filed::Live, Some(tenant), contact, Some(&wrapped));
        let slot = self.next_slot.fetch_add(1, Ordering::Relaxed);
        self.contacts.add(tenant, contact, Some(key), slot);
        self.unwritten.lock().push((slot, bytes));
        contact
    }

    /// Makes the keys that were created so far durable. Says whether there were any.
    pub(crate) fn write(&self) -> std::io::Result<bool> {
        let slots = std::mem::take(&mut *self.unwritten.lock());
        let Some((last, _)) = slots.last() else {
            return Ok(false);
        };
        self.reach(u64::from(*last) + 1)?;
        for (number, slot) in &slots {
            self.file.write_at(slot, place(*number))?;
        }
        self.file.sync()?;
        Ok(true)
    }

    /// Whether keys should be [made ahead](Self::make_ahead).
    pub(crate) fn is_short(&self) -> bool {
        self.short.load(Ordering::Acquire)
    }

    /// Makes keys for contacts that will come, where there are few.
    pub(crate) fn make_ahead(&self) -> std::io::Result<()> {
        self.short.store(false, Ordering::Release);
        loop {
            let Some((tenant, missing)) = self.ahead.lock().short() else {
                return Ok(());
            };
            self.make(&tenant, missing)?;
        }
    }

    fn make(&self, tenant: &TenantId, number: usize) -> std::io::Result<()> {
        let slots = u32::try_from(number).unwrap_or(u32::MAX);
        let first = self.next_slot.fetch_add(slots, Ordering::Relaxed);
        let mut keys = Vec::with_capacity(number);
        let mut bytes = Vec::with_capacity(number * BYTES);
        for slot in (first..).take(number) {
            let (contact, key) = (ContactId::new(), seal::random_key());
            let wrapped = self.wrap(contact, &key);
            let written = slot::encode(Filed::Ahead, Some(tenant), contact, Some(&wrapped));
            bytes.extend_from_slice(&written);
            keys.push(Ready { contact, key, slot });
        }
        self.reach(u64::from(first) + number as u64 + GROWTH / 2)?;
        self.file.write_at(&bytes, place(first))?;
        self.file.sync()?;
        // Only what is durable may be taken.
        self.ahead.lock().add(tenant, keys);
        Ok(())
    }

    /// The journal has records of this contact: when its key was made ahead, nobody else may get it.
    pub(crate) fn was_taken(&self, tenant: &TenantId, contact: ContactId) {
        if self.contacts.look(contact) == Found::Nobody
            && let Some(Ready { key, slot, .. }) = self.ahead.lock().take_this(tenant, contact)
        {
            self.contacts.add(tenant, contact, Some(key), slot);
        }
    }

    /// Notes durably which keys that were made ahead were taken. What must not forget it may be written only then.
    pub(crate) fn note_taken(&self) -> std::io::Result<()> {
        let taken = self.ahead.lock().newly_taken();
        if taken.is_empty() {
            return Ok(());
        }
        let (offset, byte) = TAKE;
        for slot in taken {
            self.file.write_at(&byte, place(slot) + offset)?;
        }
        self.file.sync()
    }

    /// Makes the file longer when it has not so many slots.
    fn reach(&self, slots: u64) -> std::io::Result<()> {
        if self.slots.load(Ordering::Acquire) >= slots {
            return Ok(());
        }
        let _growing = self.room.lock();
        let mut room = self.file.len()?.div_ceil(BYTES as u64);
        if room < slots {
            let zeros = vec![0; (slots - room + GROWTH) as usize * BYTES];
            self.file.write_at(&zeros, room * BYTES as u64)?;
            self.file.sync()?;
            room = slots + GROWTH;
        }
        self.slots.store(room, Ordering::Release);
        Ok(())
    }

    /// The contact's key.
    pub(crate) fn get(&self, contact: ContactId) -> Result<Key, StoreError> {
        match self.contacts.key(contact) {
            Found::Here(key) => Ok(key),
            Found::Erased => Err(StoreError::Erased),
            Found::Nobody => {
                let detail = format!("the key of contact {contact} is missing");
                Err(damaged(&self.path, 0, detail))
            }
        }
    }

    /// Whether the contact was erased.
    pub(crate) fn is_erased(&self, contact: ContactId) -> bool {
        self.contacts.look(contact) == Found::Erased
    }

    /// Whether the contact is one of this tenant and not erased.
    pub(crate) fn is_live(&self, tenant: &TenantId, contact: ContactId) -> bool {
        let place = self.contacts.place(contact);
        self.contacts.look(contact) == Found::Here(()) && place.is_some_and(|(_, of)| of == *tenant)
    }

    /// The key for records that belong to no contact.
    pub(crate) fn host(&self) -> &Key {
        &self.host
    }

    /// Forgets a contact's key in memory. It is gone for good after [`destroy`](Self::destroy).
    pub(crate) fn forget(&self, contact: ContactId) {
        self.contacts.forget(contact);
    }

    /// Overwrites the contact's key on disk, durably.
    pub(crate) fn destroy(&self, contact: ContactId) -> std::io::Result<()> {
        self.forget(contact);
        // A key that was made and never written must not be written afterwards.
        self.write()?;
        let Some((slot, tenant)) = self.contacts.place(contact) else {
            return Ok(());
        };
        let bytes = slot::encode(Filed::Erased, Some(&tenant), contact, None);
        self.file.write_at(&bytes, place(slot))?;
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
        std::array::from_fn(|at| full[at])
    }
}

/// Where a slot begins in the file.
fn place(slot: u32) -> u64 {
    u64::from(slot) * BYTES as u64
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::disk::ForgetfulDisk;

    fn open(disk: &ForgetfulDisk) -> Keyring {
        Keyring::open(&disk.boot(), Path::new("/keys"), Some(&[7; 32])).unwrap()
    }

    #[test]
    fn a_key_made_ahead_needs_no_sync_and_is_taken_once() {
        let disk = ForgetfulDisk::default();
        let tenant = TenantId::default();
        let keys = open(&disk);
        keys.create(&tenant);
        assert!(keys.write().unwrap(), "the first had no key ahead");
        assert!(keys.is_short());
        keys.make_ahead().unwrap();
        assert!(!keys.is_short());
        let noted = keys.create(&tenant);
        keys.note_taken().unwrap();
        let unnoted = keys.create(&tenant);
        assert!(!keys.write().unwrap(), "these were durable before");
        let key = keys.get(unnoted).unwrap();
        disk.crash(1);

        // Of one the file knows that it was taken, of the other the journal.
        let keys = open(&disk);
        keys.get(noted).unwrap();
        assert!(keys.get(unnoted).is_err(), "nobody's yet");
        keys.was_taken(&tenant, unnoted);
        assert_eq!(keys.get(unnoted).unwrap(), key);
        keys.note_taken().unwrap();
        let keys = open(&disk);
        keys.get(unnoted).unwrap();
        let mut given = HashSet::from([noted, unnoted]);
        for _ in 0..1000 {
            assert!(given.insert(keys.create(&tenant)), "a key was given twice");
        }
    }
}
