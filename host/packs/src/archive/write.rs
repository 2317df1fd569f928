//! Writing an archive.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{
    CENTRAL_SIGNATURE, DATE, DEFLATE, END_SIGNATURE, LOCAL_SIGNATURE, MADE_BY, MODE, NEEDS,
};

/// The archive of `files` by name. The same files give the same bytes.
///
/// # Errors
/// When a size or a count does not fit a zip file, or a name is not one that an archive may contain.
pub(crate) fn write(files: &BTreeMap<&str, &[u8]>) -> io::Result<Vec<u8>> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        if let Some(rule) = super::unsafe_name(name) {
            return Err(io::Error::other(format!("{name}: {rule}")));
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(content)?;
        let compressed = encoder.finish()?;

        // What the entry and the directory both say.
        let mut header = Vec::new();
        for half in [NEEDS, 0, DEFLATE, 0, DATE] {
            header.extend(half.to_le_bytes());
        }
        for word in [
            crc32fast::hash(content),
            size(compressed.len())?,
            size(content.len())?,
        ] {
            header.extend(word.to_le_bytes());
        }
        for half in [short(name.len())?, 0] {
            header.extend(half.to_le_bytes());
        }

        directory.extend(CENTRAL_SIGNATURE.to_le_bytes());
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&header);
        directory.extend([0; 6]); // no comment, disk 0, no internal attributes
        directory.extend(MODE.to_le_bytes());
        directory.extend(size(archive.len())?.to_le_bytes());
        directory.extend(name.as_bytes());

        archive.extend(LOCAL_SIGNATURE.to_le_bytes());
        archive.extend(&header);
        archive.extend(name.as_bytes());
        archive.extend(&compressed);
    }
    let start = size(archive.len())?;
    let count = short(files.len())?;
    archive.extend(&directory);
    archive.extend(END_SIGNATURE.to_le_bytes());
    for half in [0, 0, count, count] {
        archive.extend(half.to_le_bytes());
    }
    for word in [size(directory.len())?, start] {
        archive.extend(word.to_le_bytes());
    }
    archive.extend(0_u16.to_le_bytes());
    Ok(archive)
}

fn size(bytes: usize) -> io::Result<u32> {
    u32::try_from(bytes).map_err(io::Error::other)
}

fn short(count: usize) -> io::Result<u16> {
    u16::try_from(count).map_err(io::Error::other)
}
