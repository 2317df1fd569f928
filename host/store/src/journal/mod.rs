//! The journal: append-only segments of checksummed, chained records. It is the truth.

mod body;
mod header;
mod scan;
mod segments;
mod writer;

pub(crate) use body::{open_body, seal_body};
pub(crate) use header::Header;
pub(crate) use scan::{Raw, Scan};
pub(crate) use segments::Segments;
pub(crate) use writer::{Draft, Queue, Writer, make_room};
