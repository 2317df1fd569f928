//! Whether a version is affected: the evaluation that the OSV format describes.

use semver::Version;

use super::entry::{Affected, Event, Range};

/// Whether one of the ranges or the list has the version. Ranges count where versions are semantic ones, which those of crates.io and
/// npm are; for others the databases list each version.
pub(super) fn affects(affected: &Affected, version: &str) -> bool {
    let listed = affected.versions.iter().any(|listed| listed == version);
    listed
        || Version::parse(version).is_ok_and(|version| {
            let ranges = affected.ranges.iter();
            let mut ranges = ranges.filter(|range| range.kind != "GIT");
            ranges.any(|range| {
                within(range, &version)
                    || (affected.versions.is_empty() && within_unknown(range, &version))
            })
        })
}

fn within(range: &Range, version: &Version) -> bool {
    // A version of mending that cannot be read mends nothing.
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
            _ if mends(event, &at, version) => affected = false,
            _ => {}
        }
    }
    affected
}

/// Whether a weakness came in a version that cannot be read, and this one may have it: it was there from the beginning then, until what
/// the range names next mends it.
fn within_unknown(range: &Range, version: &Version) -> bool {
    let mut unknown = false;
    for event in &range.events {
        match (event, at(event)) {
            (Event::Introduced(_), None) => unknown = true,
            (event, Some(at)) if mends(event, &at, version) => unknown = false,
            // Mended later than this version.
            (Event::Fixed(_) | Event::LastAffected(_), Some(_)) if unknown => return true,
            _ => {}
        }
    }
    unknown
}

/// Whether the version is one in which an event has mended the weakness.
fn mends(event: &Event, at: &Version, version: &Version) -> bool {
    match event {
        Event::Fixed(_) => version >= at,
        Event::LastAffected(_) => version > at,
        Event::Introduced(_) | Event::Limit(_) => false,
    }
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
