//! A place that packs come from.

use std::fmt;
use std::path::PathBuf;

use jackfield_core::{ErrorCode, Limits, PackId};
use jackfield_packs::{Facts, Pack};
use url::Url;

use crate::access::Access;
use crate::error::{RegistryError, Result};
use crate::index::IndexServer;
use crate::oci::Registry;
use crate::release::{Listing, Place, Release};
use crate::wanted::Wanted;
use crate::{directory, web};

/// Bytes of the signatures of an archive.
pub(crate) const LONGEST_SIDECAR: u64 = 64 << 10;

/// A place that packs come from.
#[derive(Debug)]
pub struct Source {
    text: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Directory(PathBuf),
    Index(IndexServer),
    Registry(Box<Registry>),
}

impl Source {
    /// Reads a directory's path, `https://…` of an index, or `oci://HOST[:PORT]/NAMESPACE`. Plain http is spoken with this machine only.
    ///
    /// # Errors
    /// [`ErrorCode::BadSource`] when it is none of these.
    pub fn new(text: &str, access: Option<Access>) -> Result<Self> {
        let bad =
            |what: &str| RegistryError::new(ErrorCode::BadSource, format!("`{text}`: {what}"));
        let kind = match text.split_once("://") {
            None => Kind::Directory(text.into()),
            Some(("oci", rest)) => Kind::Registry(Box::new(
                Registry::new(rest, access).map_err(|error| bad(&error))?,
            )),
            Some(("https" | "http", _)) => {
                let url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
                if !web::is_safe(&url) {
                    return Err(bad("plain http is spoken with this machine only"));
                }
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(bad("a password does not belong into an address"));
                }
                Kind::Index(IndexServer::new(url)?)
            }
            Some(_) => return Err(bad("an address begins with https:// or oci://")),
        };
        let text = text.to_owned();
        Ok(Self { text, kind })
    }

    /// The releases of a pack that are asked for, the newest first.
    ///
    /// # Errors
    /// [`RegistryError`] when the source cannot be asked, or lists what cannot be.
    pub async fn releases(&self, pack: &PackId, wanted: &Wanted) -> Result<Listing> {
        match &self.kind {
            Kind::Directory(dir) => directory::releases(dir, pack, wanted),
            Kind::Index(index) => index.releases(pack, wanted).await,
            Kind::Registry(registry) => registry.releases(pack, wanted).await,
        }
    }

    /// The bytes of a release and of its signatures, as they come.
    pub(crate) async fn bytes(&self, release: &Release) -> Result<(Vec<u8>, Option<String>)> {
        match (&self.kind, &release.place) {
            (Kind::Directory(_), Place::File(path)) => directory::fetch(path, release.size),
            (Kind::Index(index), Place::Url(url)) => index.fetch(url, release.size).await,
            (Kind::Registry(registry), Place::Blobs(sidecar)) => {
                registry.fetch(release, *sidecar).await
            }
            _ => Err(RegistryError::new(
                ErrorCode::NoRelease,
                "another source listed this release",
            )),
        }
    }

    /// Publishes an archive with its signatures. A version that is there with the same bytes is given these signatures.
    ///
    /// # Errors
    /// [`ErrorCode::AlreadyPublished`] when it is there with other bytes; [`RegistryError`] when it is not sound, or cannot be
    /// published here.
    pub async fn publish(&self, archive: Vec<u8>, sidecar: Option<String>) -> Result<Release> {
        let limits = Limits::default();
        Pack::open(&archive, &limits)?;
        let facts = Facts::read(&archive, &limits)?;
        match &self.kind {
            Kind::Directory(dir) => directory::publish(dir, &facts, &archive, sidecar.as_deref()),
            Kind::Registry(registry) => registry.publish(&facts, archive, sidecar).await,
            Kind::Index(_) => {
                let what =
                    format!("{self} is only read; publish to the directory that it is served from");
                Err(RegistryError::new(ErrorCode::BadSource, what))
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Release {
    /// Refuses to be published again with other bytes.
    pub(crate) fn same_bytes(&self, other: &Self) -> Result<()> {
        if self.digest == other.digest {
            return Ok(());
        }
        let what = format!(
            "{} {} is there with sha256 {}",
            self.pack, self.version, self.digest
        );
        Err(RegistryError::new(ErrorCode::AlreadyPublished, what))
    }
}

/// The signatures' text.
pub(crate) fn text_of_sidecar(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| RegistryError::new(ErrorCode::BadListing, "the signatures are no text"))
}
