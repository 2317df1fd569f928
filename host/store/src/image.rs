//! Images: what the index holds under a key. Each is absolute, never a difference, so that writing one again,
//! or an older one and then all newer ones, ends in the same state.

use std::collections::BTreeMap;
use std::sync::Arc;

use jackfield_core::{
    Address, ApiKey, ContactId, EntryId, KeyId, NamedValue, OutboxEntry, PackEntry, PackId,
    Position, Session, SessionId, TenantId,
};
use minicbor::{Decode, Encode};

use crate::keys::Keyring;
use crate::{OutboxItem, StoreError, seal};

/// A key of the index: what kind, whose, which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(Box<[u8]>);

/// First bytes of keys.
pub(crate) mod kind {
    pub(crate) const SESSION: u8 = b's';
    pub(crate) const TIMERS: u8 = b't';
    pub(crate) const MARK: u8 = b'i';
    pub(crate) const DIRECTORY: u8 = b'd';
    pub(crate) const PENDING: u8 = b'q';
    pub(crate) const OUTBOX: u8 = b'o';
    pub(crate) const STORAGE: u8 = b'p';
    pub(crate) const COUNTERS: u8 = b'c';
    pub(crate) const ATTRIBUTES: u8 = b'a';
    pub(crate) const REGISTERED: u8 = b'r';
    pub(crate) const API_KEY: u8 = b'k';
}

impl Key {
    fn new(kind: u8, tenant: &TenantId, parts: &[&[u8]]) -> Self {
        let tenant = tenant.as_str().as_bytes();
        let mut key = Vec::with_capacity(
            2 + tenant.len() + parts.iter().map(|part| part.len()).sum::<usize>(),
        );
        key.extend_from_slice(&[kind, tenant.len() as u8]);
        key.extend_from_slice(tenant);
        parts.iter().for_each(|part| key.extend_from_slice(part));
        Self(key.into())
    }

    pub(crate) fn session(tenant: &TenantId, session: SessionId) -> Self {
        Self::new(kind::SESSION, tenant, &[session.as_bytes()])
    }

    pub(crate) fn timers(tenant: &TenantId, session: SessionId) -> Self {
        Self::new(kind::TIMERS, tenant, &[session.as_bytes()])
    }

    pub(crate) fn mark(tenant: &TenantId, mark: &[u8; 16]) -> Self {
        Self::new(kind::MARK, tenant, &[mark])
    }

    pub(crate) fn directory(tenant: &TenantId, address: &[u8; 16]) -> Self {
        Self::new(kind::DIRECTORY, tenant, &[address])
    }

    pub(crate) fn pending(tenant: &TenantId, position: Position) -> Self {
        Self::new(kind::PENDING, tenant, &[&position.0.to_be_bytes()])
    }

    pub(crate) fn outbox(tenant: &TenantId, session: SessionId, entry: EntryId) -> Self {
        let (turn, step, index) = (
            entry.turn.to_be_bytes(),
            entry.step.to_be_bytes(),
            entry.index.to_be_bytes(),
        );
        Self::new(
            kind::OUTBOX,
            tenant,
            &[session.as_bytes(), &turn, &step, &index],
        )
    }

    pub(crate) fn storage(tenant: &TenantId, contact: ContactId, pack: &PackId) -> Self {
        Self::new(
            kind::STORAGE,
            tenant,
            &[contact.as_bytes(), pack.as_str().as_bytes()],
        )
    }

    pub(crate) fn counters(tenant: &TenantId, pack: &PackId) -> Self {
        Self::new(kind::COUNTERS, tenant, &[pack.as_str().as_bytes()])
    }

    pub(crate) fn registered(tenant: &TenantId, pack: &PackId) -> Self {
        Self::new(kind::REGISTERED, tenant, &[pack.as_str().as_bytes()])
    }

    pub(crate) fn api_key(tenant: &TenantId, id: &KeyId) -> Self {
        Self::new(kind::API_KEY, tenant, &[id.as_str().as_bytes()])
    }

    pub(crate) fn attributes(tenant: &TenantId, contact: ContactId) -> Self {
        Self::new(kind::ATTRIBUTES, tenant, &[contact.as_bytes()])
    }

    /// A key read from the index.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn kind(&self) -> u8 {
        self.0.first().copied().unwrap_or_default()
    }
}

/// What stands under a key. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Image {
    Session(Arc<StoredSession>),
    Timers(Arc<Timers>),
    Mark(Mark),
    Directory(Directory),
    Pending(Arc<PendingMark>),
    Outbox(Arc<StoredItem>),
    Storage(Arc<Storage>),
    Counters(Arc<PackCounters>),
    Registered(Arc<Registered>),
    ApiKey(Arc<KeptKey>),
    Attributes(Arc<Attributes>),
}

/// A session, and where its last turn stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredSession {
    pub(crate) session: Arc<Session>,
    pub(crate) last: Option<Position>,
}

/// Timers of a session that come due by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Timers {
    #[n(0)]
    pub(crate) tenant: TenantId,
    #[n(1)]
    pub(crate) session: SessionId,
    #[n(2)]
    pub(crate) contact: ContactId,
    /// When each is due, and its id.
    #[n(3)]
    pub(crate) timers: Vec<(u64, u64)>,
}

/// Where the event with a message id was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Mark {
    #[n(0)]
    pub(crate) position: Position,
    #[n(1)]
    pub(crate) session: SessionId,
    #[n(2)]
    pub(crate) contact: ContactId,
    /// Milliseconds since 1970.
    #[n(3)]
    pub(crate) at: u64,
    /// Where the record ends: the mark is durable when the journal is up to here.
    #[n(4)]
    pub(crate) end: u64,
}

/// Who is behind an address, and the last session there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Directory {
    #[n(0)]
    pub(crate) contact: ContactId,
    #[n(1)]
    pub(crate) session: SessionId,
}

/// An event that waits to be handled.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PendingMark {
    #[n(0)]
    pub(crate) tenant: TenantId,
    #[n(1)]
    pub(crate) session: SessionId,
    #[n(2)]
    pub(crate) contact: ContactId,
    #[n(3)]
    pub(crate) position: Position,
    /// The timer that came due with it.
    #[n(4)]
    pub(crate) timer: Option<u64>,
    /// Turns started for it.
    #[n(5)]
    pub(crate) started: u32,
}

/// An open outbox entry.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(crate) struct StoredItem {
    #[n(0)]
    pub(crate) position: Position,
    #[n(1)]
    pub(crate) tenant: TenantId,
    #[n(2)]
    pub(crate) session: SessionId,
    #[n(3)]
    pub(crate) contact: ContactId,
    #[n(4)]
    pub(crate) address: Address,
    #[n(5)]
    pub(crate) entry: OutboxEntry,
}

impl StoredItem {
    pub(crate) fn public(&self) -> OutboxItem {
        let Self {
            position: _,
            tenant,
            session,
            contact,
            address,
            entry,
        } = self.clone();
        OutboxItem {
            tenant,
            session,
            contact,
            address,
            entry,
        }
    }
}

/// What a pack stored for a contact.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Storage {
    #[n(0)]
    pub(crate) contact: ContactId,
    #[n(1)]
    pub(crate) version: u64,
    #[cbor(n(2), with = "shared")]
    pub(crate) values: Arc<BTreeMap<String, String>>,
}

/// Counters of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PackCounters {
    #[n(0)]
    pub(crate) tenant: TenantId,
    #[n(1)]
    pub(crate) pack: PackId,
    /// Additions of records before this position are in.
    #[n(2)]
    pub(crate) up_to: u64,
    #[cbor(n(3), with = "shared")]
    pub(crate) values: Arc<BTreeMap<String, i64>>,
}

/// What operators decided about a pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Registered {
    #[n(0)]
    pub(crate) tenant: TenantId,
    #[n(1)]
    pub(crate) pack: PackId,
    #[cbor(n(2), with = "shared")]
    pub(crate) entry: Arc<PackEntry>,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct KeptKey {
    #[n(0)]
    pub(crate) tenant: TenantId,
    #[cbor(n(1), with = "shared")]
    pub(crate) key: Arc<ApiKey>,
}

/// Attributes of a contact, by name.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(crate) struct Attributes {
    #[n(0)]
    pub(crate) contact: ContactId,
    #[n(1)]
    pub(crate) values: BTreeMap<String, NamedValue>,
}

/// Version of the encoding of images.
const FORMAT: u8 = 1;
/// Format and checksum.
const PREFIX: usize = 5;

impl Image {
    /// Roughly how many bytes of memory it costs.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Session(stored) => {
                let session = &stored.session;
                let frames = session.frames.iter().map(|frame| {
                    let slots = frame.slots.len() * 120;
                    let prompt = frame
                        .prompt
                        .as_ref()
                        .map_or(0, |p| p.text.len() + p.choices.len() * 80 + 120);
                    500 + frame.state.as_ref().map_or(0, String::len)
                        + slots
                        + prompt
                        + frame.choice_ids.len() * 40
                });
                600 + frames.sum::<usize>() + session.timers.len() * 80
            }
            Self::Storage(storage) => {
                200 + storage
                    .values
                    .iter()
                    .map(|(k, v)| k.len() + v.len() + 80)
                    .sum::<usize>()
            }
            Self::Attributes(attributes) => 200 + attributes.values.len() * 160,
            Self::Outbox(item) => 600 + item.entry.request.body.as_ref().map_or(0, String::len),
            Self::Counters(counters) => 200 + counters.values.len() * 80,
            Self::Registered(registered) => 400 + registered.entry.earlier.len() * 120,
            Self::ApiKey(_) => 400,
            Self::Timers(_) | Self::Mark(_) | Self::Directory(_) | Self::Pending(_) => 200,
        }
    }

    /// The contact whose key seals it; `None` when nothing in it is the contact's.
    pub(crate) fn sealed_for(&self) -> Option<ContactId> {
        match self {
            Self::Session(stored) => Some(stored.session.contact),
            Self::Storage(storage) => Some(storage.contact),
            Self::Attributes(attributes) => Some(attributes.contact),
            Self::Outbox(item) => Some(item.contact),
            Self::Timers(_)
            | Self::Mark(_)
            | Self::Directory(_)
            | Self::Pending(_)
            | Self::Counters(_)
            | Self::Registered(_)
            | Self::ApiKey(_) => None,
        }
    }

    /// Format, checksum, then the encoded image: for what is sealed the contact, then the sealed text. Of a
    /// contact that was erased only that much remains: that there was something.
    pub(crate) fn encode(&self, keys: &Keyring, key: &Key) -> Result<Vec<u8>, StoreError> {
        let plain = match self {
            Self::Session(stored) => cbor(&(stored.last, &*stored.session)),
            Self::Timers(timers) => cbor(&**timers),
            Self::Mark(mark) => cbor(mark),
            Self::Directory(directory) => cbor(directory),
            Self::Pending(pending) => cbor(&**pending),
            Self::Outbox(item) => cbor(&**item),
            Self::Storage(storage) => cbor(&**storage),
            Self::Counters(counters) => cbor(&**counters),
            Self::Registered(registered) => cbor(&**registered),
            Self::ApiKey(kept) => cbor(&**kept),
            Self::Attributes(attributes) => cbor(&**attributes),
        }?;
        let mut bytes = vec![FORMAT, 0, 0, 0, 0];
        match self.sealed_for() {
            Some(contact) => {
                bytes.extend_from_slice(contact.as_bytes());
                match keys.get(contact) {
                    Ok(data_key) => {
                        bytes.extend_from_slice(&seal::seal(&data_key, key.as_bytes(), &plain))
                    }
                    Err(StoreError::Erased) => {}
                    Err(error) => return Err(error),
                }
            }
            None => bytes.extend_from_slice(&plain),
        }
        let checksum = crc32fast::hash(bytes.get(PREFIX..).unwrap_or_default());
        bytes
            .iter_mut()
            .skip(1)
            .zip(checksum.to_le_bytes())
            .for_each(|(to, from)| *to = from);
        Ok(bytes)
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`StoreError::Erased`]; [`StoreError::Failed`] when the index holds something else than was put there.
    pub(crate) fn decode(keys: &Keyring, key: &Key, bytes: &[u8]) -> Result<Self, StoreError> {
        let (prefix, payload) = bytes
            .split_first_chunk::<PREFIX>()
            .ok_or_else(|| unreadable("is too short"))?;
        let [format, checksum @ ..] = *prefix;
        if format != FORMAT || crc32fast::hash(payload).to_le_bytes() != checksum {
            return Err(unreadable("does not match its checksum"));
        }
        let kind = key.kind();
        let opened;
        let plain = match kind {
            kind::SESSION | kind::STORAGE | kind::ATTRIBUTES | kind::OUTBOX => {
                let (contact, sealed) = payload
                    .split_first_chunk::<16>()
                    .ok_or_else(|| unreadable("is too short"))?;
                let data_key = keys.get(ContactId::from_bytes(*contact))?;
                opened = seal::open(&data_key, key.as_bytes(), sealed)
                    .ok_or_else(|| unreadable("does not open"))?;
                &opened[..]
            }
            _ => payload,
        };
        Ok(match kind {
            kind::SESSION => {
                let (last, session) = uncbor(plain)?;
                Self::Session(Arc::new(StoredSession {
                    session: Arc::new(session),
                    last,
                }))
            }
            kind::TIMERS => Self::Timers(Arc::new(uncbor(plain)?)),
            kind::MARK => Self::Mark(uncbor(plain)?),
            kind::DIRECTORY => Self::Directory(uncbor(plain)?),
            kind::PENDING => Self::Pending(Arc::new(uncbor(plain)?)),
            kind::OUTBOX => Self::Outbox(Arc::new(uncbor(plain)?)),
            kind::STORAGE => Self::Storage(Arc::new(uncbor(plain)?)),
            kind::COUNTERS => Self::Counters(Arc::new(uncbor(plain)?)),
            kind::REGISTERED => Self::Registered(Arc::new(uncbor(plain)?)),
            kind::API_KEY => Self::ApiKey(Arc::new(uncbor(plain)?)),
            kind::ATTRIBUTES => Self::Attributes(Arc::new(uncbor(plain)?)),
            _ => return Err(unreadable("has an unknown kind")),
        })
    }
}

fn unreadable(why: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(
        format!("an entry of the index {why}; move the `sled` directory aside and start again")
            .into(),
    )
}

/// Encodes into a fresh buffer.
pub(crate) fn cbor<T: Encode<()>>(value: &T) -> Result<Vec<u8>, StoreError> {
    minicbor::to_vec(value).map_err(crate::error::failed("encode a record"))
}

fn uncbor<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, StoreError> {
    minicbor::decode(bytes).map_err(unreadable)
}

/// CBOR of what stands behind an [`Arc`].
mod shared {
    use std::sync::Arc;

    use minicbor::decode::Error;
    use minicbor::encode::{Error as EncodeError, Write};
    use minicbor::{Decode, Decoder, Encode, Encoder};

    pub(super) fn encode<C, T: Encode<C>, W: Write>(
        value: &Arc<T>,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        value.as_ref().encode(encoder, context)
    }

    pub(super) fn decode<'b, C, T: Decode<'b, C>>(
        decoder: &mut Decoder<'b>,
        context: &mut C,
    ) -> Result<Arc<T>, Error> {
        T::decode(decoder, context).map(Arc::new)
    }
}
