//! A directory of archives, with their signatures beside them.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use jackfield_core::{ErrorCode, Limits, PackId};
use jackfield_packs::{Facts, contents};
use semver::Version;

use crate::error::{RegistryError, Result};
use crate::files::{beside, replace};
use crate::index::{FILE, Index};
use crate::release::{Damaged, Listing, Place, Release};
use crate::source::{LONGEST_SIDECAR, text_of_sidecar};
use crate::wanted::Wanted;

/// How the names of archives end.
const ENDING: &str = "jfpack";
/// Archives that are looked at.
const MOST: usize = 10_000;

/// The releases of a pack, by the archives themselves: an index in the directory is for others.
pub(crate) fn releases(dir: &Path, pack: &PackId, wanted: &Wanted) -> Result<Listing> {
    let is_wanted = |id: &str, version: &Version| id == pack.as_str() && wanted.matches(version);
    let mut listing = scan(dir, is_wanted)?;
    listing
        .releases
        .retain(|release| release.pack == *pack && wanted.matches(&release.version));
    listing.sorted()
}

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING)
}

/// Reads the archives. One that is named like a pack's version is read only when that one is looked for.
fn scan(dir: &Path, looked_for: impl Fn(&str, &Version) -> bool) -> Result<Listing> {
    let broken = |error| unreadable(dir, &error);
    let mut listing = Listing::default();
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        // Anything else, such as a pipe, might never end.
        if is_archive(&path) && path.is_file() {
            files.push(path);
        }
        if files.len() > MOST {
            let what = format!("{} has more than {MOST} archives", dir.display());
            return Err(RegistryError::new(ErrorCode::BadListing, what));
        }
    }
    files.sort();
    for path in files {
        let names = named(&path);
        if !names.is_empty() && !names.iter().any(|(id, version)| looked_for(id, version)) {
            continue;
        }
        let named_like = names
            .into_iter()
            .find(|(id, version)| looked_for(id, version))
            .map(|(_, version)| version);
        let limits = Limits::default();
        let archive = read(&path, limits.pack as u64)?;
        // Each file in it has a checksum: damage that leaves the manifest alone is damage too.
        let facts = Facts::read(&archive, &limits)
            .and_then(|facts| contents(&archive, &limits).map(|_| facts));
        match (facts, named_like) {
            (Ok(facts), _) => {
                listing
                    .releases
                    .push(Release::of(&facts, &archive, Place::File(path)))
            }
            (Err(error), Some(version)) => listing.damaged.push(Damaged {
                version,
                why: first_line(&error.to_string()),
                file: path,
            }),
            (Err(error), None) => listing
                .notes
                .push(format!("{} is passed over: {error}", path.display())),
        }
    }
    Ok(listing)
}

/// What is wrong, without what a publisher could do about it: whoever lists packs is somebody else.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The packs and versions that a file may be named after: both may have hyphens.
fn named(path: &Path) -> Vec<(&str, Version)> {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let split = |(at, _)| {
        let version = Version::parse(stem.get(at + 1..)?).ok()?;
        Some((stem.get(..at)?, version))
    };
    stem.match_indices('-').filter_map(split).collect()
}

/// The bytes of an archive and its signatures.
pub(crate) fn fetch(path: &Path, size: u64) -> Result<(Vec<u8>, Option<String>)> {
    let signatures = beside(path);
    let sidecar = match signatures.exists() {
        true => Some(text_of_sidecar(read(&signatures, LONGEST_SIDECAR)?)?),
        false => None,
    };
    Ok((read(path, size)?, sidecar))
}

/// Puts an archive and its signatures into the directory, and writes its index.
pub(crate) fn publish(
    dir: &Path,
    facts: &Facts,
    archive: &[u8],
    sidecar: Option<&str>,
) -> Result<Release> {
    let (id, version) = (&facts.id, &facts.version);
    if is_archive(dir) {
        let what = format!(
            "{} is the name of an archive, and a directory is asked for",
            dir.display()
        );
        return Err(RegistryError::new(ErrorCode::BadSource, what));
    }
    fs::create_dir_all(dir).map_err(|error| unreadable(dir, &error))?;
    let path = dir.join(format!("{id}-{version}.{ENDING}"));
    let release = Release::of(facts, archive, Place::File(path.clone()));
    let before = releases(dir, id, &Wanted::exactly(version.clone()))?;
    if let Some(before) = before.releases.first() {
        before.same_bytes(&release)?;
    }
    let write = |path: &Path, content: &[u8]| {
        replace(path, content).map_err(|error| unreadable(path, &error))
    };
    if before.releases.is_empty() {
        write(&path, archive)?;
    }
    let path = before
        .releases
        .first()
        .map_or(&path, |before| match &before.place {
            Place::File(file) => file,
            _ => &path,
        });
    if let Some(sidecar) = sidecar {
        write(&beside(path), sidecar.as_bytes())?;
    }
    write(&dir.join(FILE), index(dir)?.text().as_bytes())?;
    Ok(release)
}

fn index(dir: &Path) -> Result<Index> {
    let mut all = scan(dir, |_, _| true)?.releases;
    all.sort_by(|a, b| (&a.pack, &a.version).cmp(&(&b.pack, &b.version)));
    let name = |release: &Release| match &release.place {
        Place::File(path) => path.file_name()?.to_str().map(str::to_owned),
        _ => None,
    };
    Ok(Index::new(
        all.iter()
            .filter_map(|release| Some((release, name(release)?))),
    ))
}

/// A whole file of at most so many bytes.
fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    if path.exists() && !path.is_file() {
        let what = format!("{} is no file", path.display());
        return Err(RegistryError::new(ErrorCode::BadSource, what));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let read = file.take(most + 1).read_to_end(&mut content);
    read.map_err(|error| unreadable(path, &error))?;
    if content.len() as u64 > most {
        let what = format!("{} has more than {most} bytes", path.display());
        return Err(RegistryError::new(ErrorCode::BadListing, what));
    }
    Ok(content)
}

fn unreadable(path: &Path, error: &std::io::Error) -> RegistryError {
    RegistryError::new(ErrorCode::BadSource, format!("{}: {error}", path.display()))
}
