//! The fixed header of a record. All numbers are little-endian.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | magic `JFR1` |
//! | 4 | 4 | length of the sealed body |
//! | 8 | 1 | kind |
//! | 9 | 1 | version of the format |
//! | 10 | 2 | flags |
//! | 12 | 8 | position: offset of this record in the whole journal |
//! | 20 | 8 | everything before this position was durable when the record was written |
//! | 28 | 8 | milliseconds since 1970 |
//! | 36 | 8 | turn |
//! | 44 | 8 | position of the session's committed turn before this one, or all ones |
//! | 52 | 24 | tenant, padded with zeros |
//! | 76 | 16 | session |
//! | 92 | 16 | contact |
//! | 108 | 16 | keyed name of channel account and message id |
//! | 124 | 32 | SHA-256 of the sealed body |
//! | 156 | 32 | SHA-256 of the first 188 bytes of the header before this one |
//! | 188 | 4 | CRC-32 of the 188 bytes above and the sealed body |

use jackfield_core::{ContactId, Digest, Position, SessionId, TenantId};

use crate::{RecordHeader, RecordKind};

/// Bytes of a header.
pub(crate) const HEADER: usize = 192;
const MAGIC: &[u8; 4] = b"JFR1";
const VERSION: u8 = 1;
const CHECKSUM: usize = HEADER - 4;
/// The record made the session it belongs to.
const OPENED: u16 = 1;

/// A header. What depends on the neighbours in the journal is filled in by the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: RecordKind,
    /// The record made the session it belongs to.
    pub(crate) opened: bool,
    pub(crate) position: u64,
    pub(crate) durable: u64,
    pub(crate) at: u64,
    pub(crate) turn: u64,
    pub(crate) previous_turn: Option<Position>,
    pub(crate) tenant: TenantId,
    pub(crate) session: SessionId,
    pub(crate) contact: ContactId,
    pub(crate) mark: [u8; 16],
    pub(crate) body_bytes: u32,
    pub(crate) body_digest: Digest,
    pub(crate) previous_hash: Digest,
}

/// Why bytes are not a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadHeader {
    #[error("the record has no header")]
    Magic,
    #[error("the record has a format or kind of a newer version")]
    Newer,
    #[error("the record is torn or damaged")]
    Damaged,
}

impl Header {
    /// A header for a record of a tenant, session and contact; the rest is zero.
    pub(crate) fn new(
        kind: RecordKind,
        tenant: &TenantId,
        session: SessionId,
        contact: ContactId,
    ) -> Self {
        Self {
            kind,
            opened: false,
            position: 0,
            durable: 0,
            at: 0,
            turn: 0,
            previous_turn: None,
            tenant: tenant.clone(),
            session,
            contact,
            mark: [0; 16],
            body_bytes: 0,
            body_digest: Digest([0; 32]),
            previous_hash: Digest([0; 32]),
        }
    }

    /// Appends the encoded header; the checksum over it and `body` too. Gives back the header's hash.
    pub(crate) fn encode(&self, body: &[u8], out: &mut Vec<u8>) -> Digest {
        let start = out.len();
        let mut tenant = [0; 24];
        tenant
            .iter_mut()
            .zip(self.tenant.as_str().bytes())
            .for_each(|(to, from)| *to = from);
        let flags = if self.opened { OPENED } else { 0 };
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.body_bytes.to_le_bytes());
        out.extend_from_slice(&[self.kind as u8, VERSION]);
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&self.position.to_le_bytes());
        out.extend_from_slice(&self.durable.to_le_bytes());
        out.extend_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(&self.turn.to_le_bytes());
        out.extend_from_slice(
            &self
                .previous_turn
                .map_or(u64::MAX, |position| position.0)
                .to_le_bytes(),
        );
        out.extend_from_slice(&tenant);
        out.extend_from_slice(self.session.as_bytes());
        out.extend_from_slice(self.contact.as_bytes());
        out.extend_from_slice(&self.mark);
        out.extend_from_slice(&self.body_digest.0);
        out.extend_from_slice(&self.previous_hash.0);
        let encoded = out.get(start..).unwrap_or_default();
        let hash = Digest::of(encoded);
        let checksum = checksum(encoded, body);
        out.extend_from_slice(&checksum.to_le_bytes());
        hash
    }

    /// Reads a header; its checksum needs the body and is [checked](verify) apart.
    pub(crate) fn decode(bytes: &[u8; HEADER]) -> Result<Self, BadHeader> {
        let mut reader = Reader(bytes);
        if &reader.take::<4>() != MAGIC {
            return Err(BadHeader::Magic);
        }
        let body_bytes = u32::from_le_bytes(reader.take());
        let [kind, version] = reader.take();
        let kind = match kind {
            1 => RecordKind::Accepted,
            2 => RecordKind::Started,
            3 => RecordKind::Committed,
            5 => RecordKind::Admin,
            _ => return Err(BadHeader::Newer),
        };
        if version != VERSION {
            return Err(BadHeader::Newer);
        }
        let flags = u16::from_le_bytes(reader.take());
        let [position, durable, at, turn, previous] =
            std::array::from_fn(|_| u64::from_le_bytes(reader.take()));
        let tenant: [u8; 24] = reader.take();
        let tenant = std::str::from_utf8(&tenant)
            .unwrap_or_default()
            .trim_end_matches('\0');
        let tenant = TenantId::new(tenant).map_err(|_| BadHeader::Damaged)?;
        Ok(Self {
            kind,
            opened: flags & OPENED != 0,
            position,
            durable,
            at,
            turn,
            previous_turn: (previous != u64::MAX).then_some(Position(previous)),
            tenant,
            session: SessionId::from_bytes(reader.take()),
            contact: ContactId::from_bytes(reader.take()),
            mark: reader.take(),
            body_bytes,
            body_digest: Digest(reader.take()),
            previous_hash: Digest(reader.take()),
        })
    }

    /// Bytes of the whole record.
    pub(crate) fn record_bytes(&self) -> u64 {
        HEADER as u64 + u64::from(self.body_bytes)
    }

    /// What the body's seal is bound to.
    pub(crate) fn context(&self) -> Vec<u8> {
        let mut context = Vec::with_capacity(64);
        context.push(self.kind as u8);
        context.push(self.tenant.as_str().len() as u8);
        context.extend_from_slice(self.tenant.as_str().as_bytes());
        context.extend_from_slice(self.session.as_bytes());
        context.extend_from_slice(self.contact.as_bytes());
        context.extend_from_slice(&self.turn.to_le_bytes());
        context
    }

    /// The header as readers of the journal see it.
    pub(crate) fn public(&self, hash: Digest) -> RecordHeader {
        RecordHeader {
            position: Position(self.position),
            body_bytes: self.body_bytes,
            kind: self.kind,
            tenant: self.tenant.clone(),
            session: self.session,
            contact: self.contact,
            turn: self.turn,
            at: self.at,
            previous_turn: self.previous_turn,
            body_digest: self.body_digest,
            previous_hash: self.previous_hash,
            hash,
        }
    }
}

/// The hash that the next record's header carries.
pub(crate) fn hash(bytes: &[u8; HEADER]) -> Digest {
    Digest::of(bytes.get(..CHECKSUM).unwrap_or_default())
}

/// Whether header and body match their checksum.
pub(crate) fn verify(bytes: &[u8; HEADER], body: &[u8]) -> bool {
    let (covered, stored) = bytes.split_at(CHECKSUM);
    checksum(covered, body).to_le_bytes() == stored
}

fn checksum(header: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(body);
    hasher.finalize()
}

/// Takes fields from the front. A header is long enough for all of them; missing bytes would read as zeros.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk::<N>() else {
            return [0; N];
        };
        self.0 = rest;
        *field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_every_flipped_bit_is_noticed() {
        let tenant = TenantId::new("twenty-four-bytes-tenant").unwrap();
        let header = Header {
            opened: true,
            position: 1,
            durable: 2,
            at: 3,
            turn: 4,
            previous_turn: Some(Position(5)),
            mark: [6; 16],
            body_bytes: 4,
            body_digest: Digest([7; 32]),
            previous_hash: Digest([8; 32]),
            ..Header::new(
                RecordKind::Committed,
                &tenant,
                SessionId::new(),
                ContactId::new(),
            )
        };
        let mut bytes = Vec::new();
        let made = header.encode(b"body", &mut bytes);
        let bytes: [u8; HEADER] = bytes.try_into().unwrap();
        assert_eq!(Header::decode(&bytes).unwrap(), header);
        assert_eq!(hash(&bytes), made);
        assert!(verify(&bytes, b"body"));
        assert!(!verify(&bytes, b"bodY"));
        for bit in 0..HEADER * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&flipped, b"body"));
        }
    }
}
