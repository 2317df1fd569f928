//! An OCI registry: a repository for each pack, a tag for each version.
//!
//! `oci-client` signs in, pushes, and pulls archives. It reads lists and manifests of any length, so these are read here, within bounds.

mod artifact;
mod client;
mod session;
mod tags;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use jackfield_core::{Digest, ErrorCode, PackId};
use jackfield_packs::Facts;
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciImageManifest};
use oci_client::{Client, Reference, RegistryOperation};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, HeaderValue};
use semver::Version;
use url::Url;

use crate::access::Access;
use crate::error::{RegistryError, Result};
use crate::release::{Listing, Release};
use crate::source::{LONGEST_SIDECAR, text_of_sidecar};
use crate::wanted::Wanted;
use crate::web::{self, Most, Web, unexpected};
use session::Session;

/// Versions of which the manifests are read.
const MOST_VERSIONS: usize = 50;
/// Manifests that are asked for at a time.
const AT_ONCE: usize = 8;
/// Bytes of a manifest.
const LONGEST_MANIFEST: u64 = 256 << 10;

/// An OCI registry, and the namespace of the packs in it.
pub(crate) struct Registry {
    /// The server's address.
    server: Url,
    /// Host and port.
    host: String,
    namespace: String,
    access: Option<Access>,
    web: Web,
    client: Client,
}

impl Registry {
    /// The registry at `HOST[:PORT]/NAMESPACE`; the namespace may be empty.
    pub(crate) fn new(text: &str, access: Option<Access>) -> std::result::Result<Self, String> {
        let (host, namespace) = text.split_once('/').unwrap_or((text, ""));
        let namespace = namespace.trim_end_matches('/');
        let address = |scheme: &str| {
            Url::parse(&format!("{scheme}://{host}/")).map_err(|error| error.to_string())
        };
        let mut server = address("https")?;
        if web::is_loopback(&server) {
            server = address("http")?;
        }
        if host.contains(['@', '?', '#', '\\']) {
            return Err("after oci:// stands a host, and nothing to sign in with".to_owned());
        }
        // The name of the longest repository there can be, but for its pack.
        let sample = format!("localhost/{}com.example:1", prefix(namespace));
        Reference::try_from(sample).map_err(|error| format!("the namespace: {error}"))?;
        let web = Web::new(&server).map_err(|error| error.to_string())?;
        let client = client::new(&server).map_err(|error| error.to_string())?;
        Ok(Self {
            server,
            host: host.to_owned(),
            namespace: namespace.to_owned(),
            access,
            web,
            client,
        })
    }

    /// The versions that are asked for, by the manifests of their tags.
    pub(crate) async fn releases(&self, pack: &PackId, wanted: &Wanted) -> Result<Listing> {
        let session = Session::begin(self, pack, RegistryOperation::Pull).await?;
        let mut listing = Listing::default();
        let mut versions = tags::versions(self, &session).await?;
        versions.retain(|version| wanted.matches(version));
        versions.sort_by(|a, b| b.cmp(a));
        if versions.len() > MOST_VERSIONS {
            listing.notes.push(format!(
                "of {} versions the newest {MOST_VERSIONS} are looked at",
                versions.len()
            ));
            versions.truncate(MOST_VERSIONS);
        }
        let read = versions.into_iter().map(|version| {
            let session = &session;
            async move {
                self.manifest(session, &version)
                    .await
                    .map(|manifest| (manifest, version))
            }
        });
        let read: Vec<(Option<OciImageManifest>, Version)> = futures_util::stream::iter(read)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (manifest, version) in read {
            let release = manifest.ok_or_else(|| "it is gone".to_owned());
            match release.and_then(|manifest| artifact::release(pack, &version, &manifest)) {
                Ok(release) => listing.releases.push(release),
                Err(why) => listing
                    .notes
                    .push(format!("{pack} {version} is passed over: {why}")),
            }
        }
        listing.sorted()
    }

    /// The manifest of a version; none when there is no such tag.
    async fn manifest(
        &self,
        session: &Session,
        version: &Version,
    ) -> Result<Option<OciImageManifest>> {
        let url = session.url(&format!("manifests/{}", artifact::tag(version)))?;
        let mut headers = session.headers();
        headers.insert(ACCEPT, HeaderValue::from_static(OCI_IMAGE_MEDIA_TYPE));
        let answer = self
            .web
            .get(&url, headers, Most(LONGEST_MANIFEST, ErrorCode::BadListing))
            .await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(unexpected(&url, answer.status));
        }
        let manifest = serde_json::from_slice(&answer.body).map_err(|error| {
            RegistryError::new(
                ErrorCode::BadListing,
                format!("{url} is no manifest: {error}"),
            )
        })?;
        Ok(Some(manifest))
    }

    /// The bytes of a release and of its signatures.
    pub(crate) async fn fetch(
        &self,
        release: &Release,
        sidecar: Option<(Digest, u64)>,
    ) -> Result<(Vec<u8>, Option<String>)> {
        let session = Session::begin(self, &release.pack, RegistryOperation::Pull).await?;
        let archive = self.blob(&session, release.digest, release.size).await?;
        let sidecar = match sidecar {
            Some((digest, size)) => {
                Some(text_of_sidecar(self.blob(&session, digest, size).await?)?)
            }
            None => None,
        };
        Ok((archive, sidecar))
    }

    /// A blob of exactly this size.
    async fn blob(&self, session: &Session, digest: Digest, size: u64) -> Result<Vec<u8>> {
        let digest = format!("sha256:{digest}");
        // It may be kept elsewhere. This finds out whether the way there may be taken; the client itself takes any.
        let url = session.url(&format!("blobs/{digest}"))?;
        let status = self.web.status(&url, session.headers()).await?;
        if !status.is_success() {
            return Err(unexpected(&url, status));
        }
        let image = session.image(&artifact::tag(&Version::new(0, 0, 0)));
        let pulled = async {
            let mut stream = self
                .client
                .pull_blob_stream(&image, digest.as_str())
                .await?;
            let mut content = Vec::new();
            while let Some(chunk) = stream.try_next().await? {
                content.extend_from_slice(&chunk);
                if content.len() as u64 > size {
                    break;
                }
            }
            Ok(content)
        };
        let content = self.in_time(web::patience(size), pulled).await?;
        if content.len() as u64 != size {
            let what = format!("{url} has other than the {size} bytes that are listed");
            return Err(RegistryError::new(ErrorCode::ListingContradicts, what));
        }
        Ok(content)
    }

    /// Pushes an archive and its signatures under the tag of its version.
    pub(crate) async fn publish(
        &self,
        facts: &Facts,
        archive: Vec<u8>,
        sidecar: Option<String>,
    ) -> Result<Release> {
        let session = Session::begin(self, &facts.id, RegistryOperation::Push).await?;
        let signed = sidecar.is_some();
        let artifact = artifact::Artifact::new(facts, Bytes::from(archive), sidecar);
        let release = artifact::release(&facts.id, &facts.version, &artifact.manifest)
            .map_err(|why| RegistryError::new(ErrorCode::BadSource, why))?;
        if let Some(before) = self.manifest(&session, &facts.version).await? {
            let before = artifact::release(&facts.id, &facts.version, &before).map_err(|why| {
                let (id, version) = (&facts.id, &facts.version);
                let what = format!("the tag of {id} {version} is something else: {why}");
                RegistryError::new(ErrorCode::AlreadyPublished, what)
            })?;
            before.same_bytes(&release)?;
            if !signed {
                return Ok(before);
            }
        }
        let image = session.image(&artifact::tag(&facts.version));
        let auth = self.auth();
        let pushed = self.client.push(
            &image,
            &artifact.layers,
            artifact.config,
            &auth,
            Some(artifact.manifest),
        );
        let size = release.size + LONGEST_SIDECAR;
        self.in_time(web::patience(size), pushed).await?;
        Ok(release)
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registry({}{})", self.server, self.namespace)
    }
}

/// What goes before a pack in the name of its repository.
fn prefix(namespace: &str) -> String {
    match namespace.is_empty() {
        true => String::new(),
        false => format!("{namespace}/"),
    }
}
