//! Reading an archive that may come from anyone.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use jackfield_core::{ErrorCode, Limits};

use super::{
    CENTRAL_SIGNATURE, DATE, DEFLATE, END, END_SIGNATURE, LOCAL_HEADER, LOCAL_SIGNATURE, MADE_BY,
    MODE,
};
use super::{MOST_ENTRIES, NEEDS, unsafe_name};
use crate::Problem;

/// Inflated bytes per compressed byte. Text and code stay below 30.
const HIGHEST_RATIO: usize = 100;
/// Inflated bytes that every entry may have, whatever the ratio: tiny files compress oddly.
const ALWAYS_ALLOWED: usize = 4096;

/// The directory of an archive, checked, with the entries still compressed.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    entries: BTreeMap<String, Entry<'a>>,
    /// Bytes that all entries together may still inflate to.
    budget: usize,
    limit: usize,
}

#[derive(Debug)]
struct Entry<'a> {
    compressed: &'a [u8],
    size: usize,
    crc: u32,
}

impl<'a> Archive<'a> {
    /// Reads the directory and checks the whole structure.
    ///
    /// # Errors
    /// The first rule that the archive breaks.
    pub(crate) fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self, Problem> {
        if bytes.len() > limits.pack {
            return Err(too_large(
                format!("the archive has {} bytes", bytes.len()),
                limits.pack,
            ));
        }
        let (count, mut directory, start) = end(bytes)?;
        let mut entries = BTreeMap::new();
        let mut folded = BTreeSet::new();
        let mut offset = 0;
        for _ in 0..count {
            let (name, entry, next) = entry(&mut directory, bytes, offset)?;
            if !folded.insert(name.to_ascii_lowercase()) {
                return Err(bad(
                    format!("`{name}` stands twice in the archive"),
                    "names differ by more than upper and lower case",
                ));
            }
            entries.insert(name, entry);
            offset = next;
        }
        if !directory.is_empty() || offset != start {
            return Err(bad(
                "the archive contains bytes that no entry accounts for",
                "nothing may hide between the entries",
            ));
        }
        Ok(Self {
            entries,
            budget: limits.pack,
            limit: limits.pack,
        })
    }

    /// The names of the entries, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Inflates an entry; `None` when there is none of this name.
    ///
    /// # Errors
    /// The rule that the entry breaks. Bytes are counted as they come, whatever the headers say.
    pub(crate) fn extract(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let Some(entry) = self.entries.get(name) else {
            return Ok(None);
        };
        let by_ratio = entry
            .compressed
            .len()
            .saturating_mul(HIGHEST_RATIO)
            .saturating_add(ALWAYS_ALLOWED);
        let allowed = by_ratio.min(self.budget);
        let mut decoder = DeflateDecoder::new(entry.compressed);
        let mut content = Vec::new();
        let read = decoder
            .by_ref()
            .take(allowed as u64 + 1)
            .read_to_end(&mut content);
        if let Err(error) = read {
            return Err(bad(
                format!("`{name}` cannot be inflated: {error}"),
                "the archive is damaged",
            ));
        }
        if content.len() > allowed {
            return Err(if allowed < by_ratio {
                too_large(
                    "the files of the archive together are larger than the limit",
                    self.limit,
                )
            } else {
                let why = format!(
                    "at most {HIGHEST_RATIO} bytes may come from one byte, or a small archive could fill the memory"
                );
                bad(
                    format!("`{name}` inflates to more than {allowed} bytes"),
                    why,
                )
            });
        }
        if decoder.total_in() != entry.compressed.len() as u64 {
            return Err(bad(
                format!("`{name}` is followed by bytes that do not belong to it"),
                "nothing may hide between the entries",
            ));
        }
        if content.len() != entry.size || crc32fast::hash(&content) != entry.crc {
            return Err(bad(
                format!("`{name}` does not match its size and checksum"),
                "the archive is damaged",
            ));
        }
        self.budget -= content.len();
        Ok(Some(content))
    }
}

/// The end of the archive: how many entries, the bytes of the directory and where it starts.
fn end(bytes: &[u8]) -> Result<(usize, &[u8], usize), Problem> {
    let damaged = || {
        let why = "an archive ends with its directory, and nothing stands before or after it";
        bad(
            "the archive is cut off, or something is attached to it, or it is no archive",
            why,
        )
    };
    let (body, mut end) = bytes
        .len()
        .checked_sub(END)
        .and_then(|at| bytes.split_at_checked(at))
        .ok_or_else(damaged)?;
    let fields = (|| {
        let signature = word(&mut end)?;
        let disks = (half(&mut end)?, half(&mut end)?);
        let counts = (half(&mut end)?, half(&mut end)?);
        let (size, start) = (word(&mut end)? as usize, word(&mut end)? as usize);
        let comment = half(&mut end)?;
        let sound =
            signature == END_SIGNATURE && disks == (0, 0) && counts.0 == counts.1 && comment == 0;
        sound.then_some((usize::from(counts.0), size, start))
    })();
    let (count, size, start) = fields.ok_or_else(damaged)?;
    if count > MOST_ENTRIES {
        return Err(bad(
            format!("the archive has {count} entries"),
            format!("at most {MOST_ENTRIES} are allowed"),
        ));
    }
    let directory = body
        .get(start..)
        .filter(|directory| directory.len() == size)
        .ok_or_else(damaged)?;
    Ok((count, directory, start))
}

/// One line of the directory and the entry that must start at `offset`; also where the next one must start.
fn entry<'a>(
    directory: &mut &[u8],
    bytes: &'a [u8],
    offset: usize,
) -> Result<(String, Entry<'a>, usize), Problem> {
    let line = Line::read(directory).ok_or_else(|| {
        bad(
            "the directory of the archive is damaged",
            "every entry has a line of a fixed form",
        )
    })?;
    let name = String::from_utf8_lossy(line.name).into_owned();
    if let Some(rule) = unsafe_name(&name) {
        return Err(bad(
            format!("`{}` may not be the name of an entry", name.escape_debug()),
            rule,
        ));
    }
    let refuse = |what: &str, why: &str| Err(bad(format!("`{name}` {what}"), why));
    if line.flags & 1 != 0 {
        return refuse(
            "is encrypted",
            "a pack must be readable by whoever reviews it",
        );
    }
    match line.attributes >> 16 & 0o170_000 {
        0o100_000 => {}
        0o120_000 => return refuse("is a symbolic link", "a pack contains regular files only"),
        _ => {
            return refuse(
                "is not a regular file",
                "a pack contains regular files only",
            );
        }
    }
    let fixed = line.made_by == MADE_BY
        && line.attributes == MODE
        && line.needs == NEEDS
        && line.flags == 0;
    if !fixed
        || line.method != DEFLATE
        || (line.time, line.date) != (0, DATE)
        || line.extras != [0; 4]
    {
        return refuse(
            "was not written by `jackfield pack build`",
            "an archive has one form only, so that everyone sees the same files in it",
        );
    }
    let same = (|| {
        let mut local = bytes.get(offset..)?;
        let header = local.split_off(..LOCAL_HEADER)?;
        let name = local.split_off(..line.name.len())?;
        let compressed = local.split_off(..line.compressed)?;
        let signature = word(&mut header.get(..4)?)?;
        let same = line.offset == offset
            && signature == LOCAL_SIGNATURE
            && header.get(4..)? == line.header
            && name == line.name;
        same.then_some(compressed)
    })();
    let Some(compressed) = same else {
        return refuse(
            "does not agree with the directory of the archive",
            "an archive must look the same to every reader",
        );
    };
    let next = offset + LOCAL_HEADER + line.name.len() + line.compressed;
    let (size, crc) = (line.size, line.crc);
    Ok((
        name,
        Entry {
            compressed,
            size,
            crc,
        },
        next,
    ))
}

/// One line of the directory.
struct Line<'d> {
    made_by: u16,
    /// The part that the entry's own header repeats.
    header: &'d [u8],
    needs: u16,
    flags: u16,
    method: u16,
    time: u16,
    date: u16,
    crc: u32,
    compressed: usize,
    size: usize,
    /// Lengths of extra field and comment, disk, internal attributes; all must be 0.
    extras: [u16; 4],
    attributes: u32,
    offset: usize,
    name: &'d [u8],
}

impl<'d> Line<'d> {
    fn read(directory: &mut &'d [u8]) -> Option<Self> {
        if word(directory)? != CENTRAL_SIGNATURE {
            return None;
        }
        let made_by = half(directory)?;
        let header = directory.get(..26)?;
        let (needs, flags, method) = (half(directory)?, half(directory)?, half(directory)?);
        let (time, date) = (half(directory)?, half(directory)?);
        let (crc, compressed, size) = (
            word(directory)?,
            word(directory)? as usize,
            word(directory)? as usize,
        );
        let name_length = usize::from(half(directory)?);
        let extra = half(directory)?;
        let (comment, disk, internal) = (half(directory)?, half(directory)?, half(directory)?);
        let (attributes, offset) = (word(directory)?, word(directory)? as usize);
        let name = directory.split_off(..name_length)?;
        let extras = [extra, comment, disk, internal];
        // An extra field or a comment follows the name; skipping it keeps the message about this entry.
        directory.split_off(..usize::from(extra) + usize::from(comment))?;
        Some(Self {
            made_by,
            header,
            needs,
            flags,
            method,
            time,
            date,
            crc,
            compressed,
            size,
            extras,
            attributes,
            offset,
            name,
        })
    }
}

fn half(bytes: &mut &[u8]) -> Option<u16> {
    let taken = bytes.split_off(..2)?;
    Some(u16::from_le_bytes(taken.try_into().ok()?))
}

fn word(bytes: &mut &[u8]) -> Option<u32> {
    let taken = bytes.split_off(..4)?;
    Some(u32::from_le_bytes(taken.try_into().ok()?))
}

fn bad(what: impl Into<String>, why: impl Into<String>) -> Problem {
    Problem::new(
        ErrorCode::BadArchive,
        what,
        why,
        "build it again with `jackfield pack build`",
    )
}

fn too_large(what: impl Into<String>, limit: usize) -> Problem {
    let why = format!("at most {limit} bytes are accepted");
    Problem::new(
        ErrorCode::PackTooLarge,
        what,
        why,
        "ship less data, or ask the operator for a higher ceiling",
    )
}
