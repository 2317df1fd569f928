//! A slot of the file of keys: 128 bytes for one contact.

use jackfield_core::{ContactId, TenantId};

use crate::seal::OVERHEAD;

/// Bytes of a slot.
pub(super) const BYTES: usize = 128;

const MAGIC: &[u8; 4] = b"JFK1";
/// Magic, state, version and whether it was taken, then tenant, contact, wrapped key, and at the end its checksum.
const STATE: usize = 4;
const VERSION: usize = 5;
const TAKEN: usize = 6;
const TENANT: usize = 8;
const CONTACT: usize = 32;
const WRAPPED: usize = 48;
const CHECKSUM: usize = BYTES - 4;

/// Where the one byte stands that [`Filed::Ahead`] turns into a contact's, and that byte. The checksum leaves it out: it
/// is written alone, so no crash can tear it from the rest.
pub(super) const TAKE: (u64, [u8; 1]) = (TAKEN as u64, [1]);

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filed {
    /// The first slot: who cannot open it has another master key.
    Head,
    /// A contact's key.
    Live,
    /// A contact's key was here.
    Erased,
    /// A key that was made before its contact came.
    Ahead,
    /// Such a key, and now it is a contact's.
    Taken,
}

/// A slot that was read.
#[derive(Debug)]
pub(super) struct Slot<'b> {
    pub(super) filed: Filed,
    /// Empty in the first slot.
    pub(super) tenant: &'b str,
    pub(super) contact: ContactId,
    pub(super) wrapped: &'b [u8],
}

/// The bytes of a slot; without a key when the contact was erased.
pub(super) fn encode(
    filed: Filed,
    tenant: Option<&TenantId>,
    contact: ContactId,
    wrapped: Option<&[u8]>,
) -> [u8; BYTES] {
    let mut slot = [0; BYTES];
    slot[..STATE].copy_from_slice(MAGIC);
    slot[STATE] = match filed {
        Filed::Head => 0,
        Filed::Live => 1,
        Filed::Erased => 2,
        Filed::Ahead | Filed::Taken => 3,
    };
    slot[VERSION] = 1;
    if let Some(tenant) = tenant {
        slot[TENANT..][..tenant.as_str().len()].copy_from_slice(tenant.as_str().as_bytes());
    }
    slot[CONTACT..WRAPPED].copy_from_slice(contact.as_bytes());
    if let Some(wrapped) = wrapped {
        slot[WRAPPED..][..wrapped.len()].copy_from_slice(wrapped);
    }
    let checksum = crc32fast::hash(&slot[..CHECKSUM]);
    slot[CHECKSUM..].copy_from_slice(&checksum.to_le_bytes());
    slot[TAKEN] = u8::from(filed == Filed::Taken);
    slot
}

/// Reads a slot; `None` when a crash has torn it, or nothing was written there.
pub(super) fn decode(bytes: &[u8; BYTES]) -> Option<Slot<'_>> {
    let mut summed = *bytes;
    summed[TAKEN] = 0;
    let checksum = crc32fast::hash(&summed[..CHECKSUM]).to_le_bytes();
    if &bytes[..STATE] != MAGIC || checksum != bytes[CHECKSUM..] {
        return None;
    }
    let filed = match (bytes[STATE], bytes[TAKEN]) {
        (0, _) => Filed::Head,
        (1, _) => Filed::Live,
        (3, 0) => Filed::Ahead,
        (3, _) => Filed::Taken,
        _ => Filed::Erased,
    };
    let tenant = std::str::from_utf8(&bytes[TENANT..CONTACT]).unwrap_or_default();
    Some(Slot {
        filed,
        tenant: tenant.trim_end_matches('\0'),
        contact: ContactId::from_bytes(std::array::from_fn(|at| bytes[CONTACT + at])),
        wrapped: &bytes[WRAPPED..WRAPPED + 32 + OVERHEAD],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_taken_by_one_byte_and_torn_by_any_other() {
        let contact = ContactId::new();
        let tenant = TenantId::new("default").unwrap();
        let wrapped = [7; 32 + OVERHEAD];
        let mut slot = encode(Filed::Ahead, Some(&tenant), contact, Some(&wrapped));
        assert_eq!(decode(&slot).unwrap().filed, Filed::Ahead);
        let (at, byte) = TAKE;
        slot[at as usize] = byte[0];
        let read = decode(&slot).unwrap();
        assert_eq!(
            (read.filed, read.tenant, read.contact, read.wrapped),
            (Filed::Taken, "default", contact, &wrapped[..])
        );
        assert_eq!(
            slot,
            encode(Filed::Taken, Some(&tenant), contact, Some(&wrapped))
        );
        for at in (0..BYTES).filter(|at| *at != TAKEN) {
            let mut torn = slot;
            torn[at] ^= 1;
            assert!(decode(&torn).is_none(), "byte {at}");
        }
    }
}
