//! The `.jfpack` archive: a zip file of exactly one shape.
//!
//! A zip file says most things twice, and readers that believe different halves see different files. So there is
//! one shape only, which [`write()`] writes and [`Archive::read`] insists on: entries one after the other in the order
//! of the directory, no gaps, no extra fields, no comments, every field of an entry's own header repeated in the
//! directory, nothing before and nothing after. Ordinary zip tools can read it.

use std::collections::BTreeMap;

use jackfield_core::{ErrorCode, Limits};

use crate::{PackError, Problem};

mod names;
mod read;
mod write;

pub(crate) use names::unsafe_name;
pub(crate) use read::Archive;
pub(crate) use write::write;

/// The files of a sound archive, whatever stands in them: for who wants to look at a pack that cannot be opened.
///
/// # Errors
/// [`PackError`] with the rule that the archive breaks.
pub fn contents(bytes: &[u8], limits: &Limits) -> Result<BTreeMap<String, Vec<u8>>, PackError> {
    let mut archive = Archive::read(bytes, limits)?;
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let mut files = BTreeMap::new();
    for name in names {
        if let Some(content) = archive.extract(&name)? {
            files.insert(name, content);
        }
    }
    Ok(files)
}

/// The manifest's name in an archive.
pub(crate) const MANIFEST: &str = "pack.toml";
/// The component's name in an archive.
pub(crate) const COMPONENT: &str = "plugin.wasm";

/// Entries of one archive.
const MOST_ENTRIES: usize = 512;
/// First bytes of an entry.
const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
/// First bytes of a line of the directory.
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
/// First bytes of the end.
const END_SIGNATURE: u32 = 0x0605_4b50;
/// Bytes of an entry's header before its name.
pub(crate) const LOCAL_HEADER: usize = 30;
/// Bytes of the end, which has no comment.
pub(crate) const END: usize = 22;
/// Made by version 2.0 on a system with Unix permissions.
const MADE_BY: u16 = 3 << 8 | 20;
/// Needs version 2.0 to extract.
const NEEDS: u16 = 20;
/// The compression method: always deflate.
const DEFLATE: u16 = 8;
/// 1980-01-01 in the form of MS-DOS, the earliest date there is; the time is 0.
const DATE: u16 = 1 << 5 | 1;
/// A regular file that everyone may read, in the upper half of the external attributes.
const MODE: u32 = 0o100_644 << 16;

/// An entry that every pack has.
pub(crate) fn required(archive: &mut Archive<'_>, name: &str) -> Result<Vec<u8>, Problem> {
    archive.extract(name)?.ok_or_else(|| {
        broken(
            format!("{name} is missing"),
            "every pack has a manifest and a component",
        )
    })
}

/// An archive that is not what every pack is.
pub(crate) fn broken(what: impl Into<String>, why: impl Into<String>) -> Problem {
    Problem::new(
        ErrorCode::BadArchive,
        what,
        why,
        "build it again with `jackfield pack build`",
    )
}
