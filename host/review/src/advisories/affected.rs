//! Whether a version is affected: the evaluation that the OSV format describes.

use semver::Version;

use super::entry::{Affected, Event, Range};

/// Whether one of the ranges or the list has the version. Ranges count where versions are semantic ones, which those of crates.io and
/// npm are; for others the databases list each version.
pub(super) fn affects(affected: &Affected, version: &str) -> bool {
    let listed = affected.versions.iter().any(|listed| listed == version);
    listed
        || Version::parse(version).is_ok_and(|version| {
            let mut ranges = affected.ranges.iter();
            ranges.any(|range| range.kind != "GIT" && within(range, &version))
        })
}

fn within(range: &Range, version: &Version) -> bool {
    let mut events: Vec<(Version, &Event)> = range
        .events
        .iter()
        .filter_map(|event| Some((at(event)?, event)))
        .collect();
    events.sort_by(|a, b| a.0.cmp(&b.0));
    let mut affected = false;
    for (at, event) in events {
        match event {
            Event::Introduced(_) if *version >= at => affected = true,
            Event::Fixed(_) if *version >= at => affected = false,
            Event::LastAffected(_) if *version > at => affected = false,
            _ => {}
        }
    }
    affected
}

/// The version of an event.
fn at(event: &Event) -> Option<Version> {
    let (Event::Introduced(text)
    | Event::Fixed(text)
    | Event::LastAffected(text)
    | Event::Limit(text)) = event;
    // Before everything, pre-releases of 0.0.0 included.
    let text = if text == "0" { "0.0.0-0" } else { text };
    Version::parse(text).ok()
}
