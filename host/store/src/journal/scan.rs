//! Reads a journal in order and finds its end.

use std::sync::Arc;

use jackfield_core::Digest;

use super::header::{self, HEADER, Header};
use super::segments::Segments;
use crate::StoreError;

/// Bytes that are read at once.
const CHUNK: usize = 1024 * 1024;
static ZEROS: [u8; 4096] = [0; 4096];

/// A record as it stands in the journal.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) header: Header,
    pub(crate) hash: Digest,
    /// The sealed body.
    pub(crate) body: Vec<u8>,
}

/// Records from a position on, each checked against its checksum, its place and the chain.
#[derive(Debug)]
pub(crate) struct Scan {
    segments: Arc<Segments>,
    /// Where the next record starts.
    position: u64,
    /// Nothing from here on is read.
    limit: u64,
    /// Hash of the record before, once there is one.
    chain: Option<Digest>,
    buffer: Vec<u8>,
    /// Position of the buffer's first byte.
    buffered: u64,
}

/// What stands at a position.
enum Found {
    Record(Box<Raw>),
    /// Nothing, or something torn: what is wrong with it.
    Nothing(String),
}

impl Scan {
    /// From `position`, where a record starts, up to `limit`.
    pub(crate) fn new(segments: Arc<Segments>, position: u64, limit: u64) -> Self {
        Self {
            segments,
            position,
            limit,
            chain: None,
            buffer: Vec::new(),
            buffered: position,
        }
    }

    /// Where the next record starts.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next record; `None` at the limit, or where no further intact record follows.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what is broken here had been durable.
    pub(crate) fn next(&mut self) -> Result<Option<Raw>, StoreError> {
        if self.position >= self.limit {
            return Ok(None);
        }
        match self.find(self.position)? {
            Found::Record(raw) => {
                let follows = |chain: Digest| chain == raw.header.previous_hash;
                if !self.chain.is_none_or(follows) {
                    let detail = "the record does not continue the chain";
                    return Err(self.segments.damaged(self.position, detail));
                }
                self.chain = Some(raw.hash);
                self.position += raw.header.record_bytes();
                Ok(Some(*raw))
            }
            Found::Nothing(_) if self.limit == u64::MAX && !self.was_durable()? => Ok(None),
            Found::Nothing(detail) => Err(self.segments.damaged(self.position, &detail)),
        }
    }

    /// At least `bytes` bytes from `position` on, fewer only behind the last segment.
    fn fill(&mut self, position: u64, bytes: usize) -> Result<&[u8], StoreError> {
        let held = position
            .checked_sub(self.buffered)
            .map(|skip| skip as usize);
        let held = held.filter(|skip| self.buffer.len() >= skip.saturating_add(bytes));
        let skip = match held {
            Some(skip) => skip,
            None => {
                let left = self.limit.saturating_sub(position);
                let ahead = CHUNK.min(usize::try_from(left).unwrap_or(CHUNK));
                self.buffer.resize(bytes.max(ahead), 0);
                let read = self.segments.read(position, &mut self.buffer)?;
                self.buffer.truncate(read);
                self.buffered = position;
                0
            }
        };
        Ok(self.buffer.get(skip..).unwrap_or_default())
    }

    fn find(&mut self, position: u64) -> Result<Found, StoreError> {
        let nothing = |why: &str| Ok(Found::Nothing(why.to_owned()));
        let Some(bytes) = self
            .fill(position, HEADER)?
            .first_chunk::<HEADER>()
            .copied()
        else {
            return nothing("the record is cut off");
        };
        let header = match Header::decode(&bytes) {
            Ok(header) if header.position == position => header,
            Ok(_) => return nothing("the record belongs elsewhere"),
            Err(error) => return nothing(&error.to_string()),
        };
        let length = header.record_bytes() as usize;
        let Some(body) = self.fill(position, length)?.get(HEADER..length) else {
            return nothing("the record is cut off");
        };
        if !header::verify(&bytes, body) {
            return nothing("the record does not match its checksum");
        }
        let body = body.to_vec();
        Ok(Found::Record(Box::new(Raw {
            hash: header::hash(&bytes),
            header,
            body,
        })))
    }

    /// Whether what is broken at the current position had been durable: then an intact record further on says so.
    /// Without one, it is the torn end of a group that nobody was told of.
    fn was_durable(&mut self) -> Result<bool, StoreError> {
        let broken = self.position;
        let mut position = broken + 1;
        loop {
            let window = self.fill(position, CHUNK)?;
            if window.len() < HEADER {
                return Ok(false);
            }
            let step = (window.len() - HEADER + 1) as u64;
            // Most of what follows the end is the zeros of segments to come: a comparison of memory passes them fast.
            if window
                .chunks(ZEROS.len())
                .all(|part| ZEROS.starts_with(part))
            {
                position += step;
                continue;
            }
            // A header starts with its magic and carries its own position: nothing else looks like it.
            let candidates: Vec<u64> = (position..)
                .zip(window.windows(20))
                .filter(|(at, bytes)| {
                    bytes.starts_with(b"JFR1") && bytes.ends_with(&at.to_le_bytes())
                })
                .map(|(at, _)| at)
                .collect();
            for candidate in candidates {
                if let Found::Record(raw) = self.find(candidate)?
                    && raw.header.durable > broken
                {
                    return Ok(true);
                }
            }
            position += step;
        }
    }
}
