//! Writing much without anybody noticing: a sync of the journal waits behind whatever the disk was given before it.

use std::io;
use std::time::Instant;

use super::File;

/// A piece of a long file is at most so long.
pub(crate) const PIECE: usize = 256 * 1024;
/// After each the disk is left alone for as long as it took, so many times.
const REST: u32 = 2;

/// Writes a piece of a long file and makes it durable; rests afterwards unless there is a `hurry`.
pub(crate) fn write_gently(
    file: &dyn File,
    piece: &[u8],
    offset: u64,
    hurry: bool,
) -> io::Result<()> {
    let began = Instant::now();
    file.write_at(piece, offset)?;
    file.sync()?;
    if !hurry {
        std::thread::sleep(REST * began.elapsed());
    }
    Ok(())
}
