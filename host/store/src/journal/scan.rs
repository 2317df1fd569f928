//! Reads a journal in order and finds its end.

use std::sync::Arc;

use jackfield_core::Digest;

use super::header::{self, HEADER, Header};
use super::segments::{Place, Segments};
use crate::StoreError;
use crate::error::{damaged, failed};

/// Bytes that are read at once.
const CHUNK: usize = 1024 * 1024;

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
    /// The segment being read.
    open: Option<Place>,
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
            open: None,
            buffer: Vec::new(),
            buffered: position,
        }
    }

    /// Where the next record starts.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next record; `None` at the limit, or where the last segment holds no further intact record.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what is broken here had been durable.
    pub(crate) fn next(&mut self) -> Result<Option<Raw>, StoreError> {
        if self.position >= self.limit {
            return Ok(None);
        }
        let Place { base, bytes, .. } = self.segment()?;
        match self.find(self.position)? {
            Found::Record(raw) => {
                if self
                    .chain
                    .is_some_and(|chain| chain != raw.header.previous_hash)
                {
                    let detail = "the record does not continue the chain".to_owned();
                    return Err(damaged(
                        &self.segments.path(base),
                        self.position - base,
                        detail,
                    ));
                }
                self.chain = Some(raw.hash);
                self.position += raw.header.record_bytes();
                Ok(Some(*raw))
            }
            Found::Nothing(detail) => {
                let is_last = bytes.is_none();
                if is_last && self.limit == u64::MAX && !self.was_durable()? {
                    return Ok(None);
                }
                Err(damaged(
                    &self.segments.path(base),
                    self.position - base,
                    detail,
                ))
            }
        }
    }

    /// The segment of the current position.
    fn segment(&mut self) -> Result<Place, StoreError> {
        if let Some(open) = &self.open
            && open
                .bytes
                .is_some_and(|bytes| self.position < open.base + bytes)
        {
            return Ok(open.clone());
        }
        // What was the last segment may have a successor by now.
        let place = self.segments.at(self.position)?;
        if self
            .open
            .as_ref()
            .is_none_or(|open| open.base != place.base)
        {
            self.buffer.clear();
        }
        self.open = Some(place.clone());
        Ok(place)
    }

    /// At least `bytes` bytes from `position` on, fewer only at the end of the segment.
    fn fill(&mut self, position: u64, bytes: usize) -> Result<&[u8], StoreError> {
        let Place { base, file, .. } = self.segment()?;
        let held = position
            .checked_sub(self.buffered)
            .map(|skip| skip as usize);
        let held = held.filter(|skip| self.buffer.len() >= skip.saturating_add(bytes));
        let skip = match held {
            Some(skip) => skip,
            None => {
                self.buffer.resize(bytes.max(CHUNK), 0);
                let read = file
                    .read_at(&mut self.buffer, position - base)
                    .map_err(failed("read the journal"))?;
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
            // A header starts with its magic and carries its own position: nothing else looks like it.
            let candidates: Vec<u64> = (position..)
                .zip(window.windows(20))
                .filter(|(at, bytes)| {
                    bytes.starts_with(b"JFR1") && bytes.ends_with(&at.to_le_bytes())
                })
                .map(|(at, _)| at)
                .collect();
            let step = (window.len() - HEADER + 1) as u64;
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
