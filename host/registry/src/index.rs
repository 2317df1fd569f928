//! An index: one document on a web server that lists archives beside it.

use jackfield_core::{Digest, ErrorCode, Limits, PackId};
use jackfield_packs::trust::SIDECAR_ENDING;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use semver::Version;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{RegistryError, Result};
use crate::release::{Listing, Place, Release, needs};
use crate::source::{LONGEST_SIDECAR, text_of_sidecar};
use crate::wanted::Wanted;
use crate::web::{Most, Web, unexpected};

/// The name of the document in a directory.
pub(crate) const FILE: &str = "index.json";
/// The form that is written and read.
const FORM: u32 = 1;
/// Bytes of the document.
const LONGEST: u64 = 8 << 20;
/// Releases in it.
const MOST: usize = 20_000;

/// The document.
#[derive(Serialize, Deserialize)]
pub(crate) struct Index {
    version: u32,
    packs: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    pack: PackId,
    version: Version,
    digest: Digest,
    size: u64,
    needs: Vec<String>,
    /// The archive, relative to the document; its signatures stand beside it.
    file: String,
}

impl Index {
    /// The document of releases in files with these names.
    pub(crate) fn new<'a>(releases: impl IntoIterator<Item = (&'a Release, String)>) -> Self {
        let entry = |(release, file): (&Release, String)| Entry {
            pack: release.pack.clone(),
            version: release.version.clone(),
            digest: release.digest,
            size: release.size,
            needs: release.needs.iter().cloned().collect(),
            file,
        };
        Self {
            version: FORM,
            packs: releases.into_iter().map(entry).collect(),
        }
    }

    /// The document as it is written.
    pub(crate) fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }
}

/// An index on a web server.
#[derive(Debug)]
pub(crate) struct IndexServer {
    url: Url,
    web: Web,
}

impl IndexServer {
    /// The index at this address, or in this directory of a web server.
    pub(crate) fn new(mut url: Url) -> Result<Self> {
        if url.path().ends_with('/') {
            url = url
                .join(FILE)
                .map_err(|error| bad(&url, error.to_string()))?;
        }
        let web = Web::new(&url)?;
        Ok(Self { url, web })
    }

    pub(crate) async fn releases(&self, pack: &PackId, wanted: &Wanted) -> Result<Listing> {
        let answer = self
            .web
            .get(
                &self.url,
                HeaderMap::new(),
                Most(LONGEST, ErrorCode::BadListing),
            )
            .await?;
        if !answer.status.is_success() {
            return Err(unexpected(&self.url, answer.status));
        }
        let bad = |what: String| bad(&self.url, what);
        let form =
            serde_json::from_slice::<Form>(&answer.body).map_err(|error| bad(error.to_string()))?;
        if form.version != FORM {
            return Err(bad(format!(
                "it is of form {}, and this host reads form {FORM}",
                form.version
            )));
        }
        let index = serde_json::from_slice::<Index>(&answer.body)
            .map_err(|error| bad(error.to_string()))?;
        if index.packs.len() > MOST {
            return Err(bad(format!("it lists more than {MOST} versions")));
        }
        let mut listing = Listing::default();
        for entry in index.packs {
            if entry.pack == *pack && wanted.matches(&entry.version) {
                let what = format!("the entry of {pack} {} is not sound", entry.version);
                listing
                    .releases
                    .push(self.release(entry).ok_or_else(|| bad(what))?);
            }
        }
        listing.sorted()
    }

    fn release(&self, entry: Entry) -> Option<Release> {
        let sound = entry.size <= Limits::default().pack as u64 && is_below(&entry.file);
        let url = sound.then(|| self.url.join(&entry.file).ok())??;
        Some(Release {
            needs: needs(entry.needs.iter().map(String::as_str))?,
            pack: entry.pack,
            version: entry.version,
            digest: entry.digest,
            size: entry.size,
            place: Place::Url(url),
        })
    }

    /// The bytes of an archive, as long as it is listed, and its signatures.
    pub(crate) async fn fetch(
        &self,
        archive: &Url,
        size: u64,
    ) -> Result<(Vec<u8>, Option<String>)> {
        let answer = self
            .web
            .get(
                archive,
                HeaderMap::new(),
                Most(size, ErrorCode::ListingContradicts),
            )
            .await?;
        if !answer.status.is_success() {
            return Err(unexpected(archive, answer.status));
        }
        let mut signatures = archive.clone();
        signatures.set_path(&format!("{}.{SIDECAR_ENDING}", archive.path()));
        let found = self
            .web
            .get(
                &signatures,
                HeaderMap::new(),
                Most(LONGEST_SIDECAR, ErrorCode::BadListing),
            )
            .await?;
        let sidecar = match found.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => None,
            status if status.is_success() => Some(text_of_sidecar(found.body)?),
            status => return Err(unexpected(&signatures, status)),
        };
        Ok((answer.body, sidecar))
    }
}

/// What is read of a document first: a newer form may differ in everything else.
#[derive(Deserialize)]
struct Form {
    version: u32,
}

/// Whether this is the path of a file below the document: not an address of something else.
fn is_below(path: &str) -> bool {
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.+".contains(c))
    };
    path.len() <= 300 && path.split('/').all(sound)
}

fn bad(url: &Url, what: String) -> RegistryError {
    RegistryError::new(
        ErrorCode::BadListing,
        format!("{url} is no index of packs: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_names_files_below_it() {
        assert!(is_below("com.acme.plans-1.0.0+7.jfpack") && is_below("acme/plans.jfpack"));
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a//b",
            "https://x/y",
            "//x/y",
            "a?b",
            "a%2fb",
            ".x",
            "a\\b",
        ] {
            assert!(!is_below(path), "{path}");
        }
    }
}
