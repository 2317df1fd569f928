//! A pack as an OCI artifact: the archive is one layer, its signatures another, and the annotations say what it is.

use std::collections::BTreeMap;

use bytes::Bytes;
use jackfield_core::{Digest, Limits, PackId};
use jackfield_packs::Facts;
use jackfield_packs::trust::SIDECAR_ENDING;
use oci_client::client::{Config, ImageLayer};
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest};
use semver::Version;

use crate::release::{Place, Release, needs};
use crate::source::LONGEST_SIDECAR;

/// What kind of artifact it is.
const KIND: &str = "application/vnd.jackfield.pack.v1";
/// Its configuration, which is empty: registries that know nothing of kinds of artifacts go by its type.
const CONFIG: &str = "application/vnd.jackfield.pack.config.v1+json";
/// The archive.
const ARCHIVE: &str = "application/vnd.jackfield.pack.archive.v1";
/// The signatures.
const SIGNATURES: &str = "application/vnd.jackfield.pack.signatures.v1";

const ID: &str = "com.jackfield.pack.id";
const VERSION: &str = "com.jackfield.pack.version";
/// Interfaces that it needs, with spaces between them.
const NEEDS: &str = "com.jackfield.pack.needs";
/// The name of the file, for tools that pull files.
const TITLE: &str = "org.opencontainers.image.title";

/// What is pushed.
pub(super) struct Artifact {
    pub(super) layers: Vec<ImageLayer>,
    pub(super) config: Config,
    pub(super) manifest: OciImageManifest,
}

impl Artifact {
    pub(super) fn new(facts: &Facts, archive: Bytes, sidecar: Option<String>) -> Self {
        let name = format!("{}-{}.jfpack", facts.id, facts.version);
        let titled = |name: String| Some(BTreeMap::from([(TITLE.to_owned(), name)]));
        let signatures = sidecar.map(|sidecar| {
            let name = format!("{name}.{SIDECAR_ENDING}");
            ImageLayer::new(sidecar, SIGNATURES.to_owned(), titled(name))
        });
        let mut layers = vec![ImageLayer::new(
            archive,
            ARCHIVE.to_owned(),
            titled(name.clone()),
        )];
        layers.extend(signatures);
        let config = Config::new(Bytes::from_static(b"{}"), CONFIG.to_owned(), None);
        let needs: Vec<&str> = facts.needs.iter().map(String::as_str).collect();
        let says = BTreeMap::from([
            (ID.to_owned(), facts.id.to_string()),
            (VERSION.to_owned(), facts.version.to_string()),
            (NEEDS.to_owned(), needs.join(" ")),
        ]);
        let mut manifest = OciImageManifest::build(&layers, &config, Some(says));
        manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
        manifest.artifact_type = Some(KIND.to_owned());
        Self {
            layers,
            config,
            manifest,
        }
    }
}

/// The release that a manifest describes, or why it describes none.
pub(super) fn release(
    pack: &PackId,
    version: &Version,
    manifest: &OciImageManifest,
) -> Result<Release, String> {
    if manifest.config.media_type != CONFIG {
        return Err("it is no pack".to_owned());
    }
    let says = |name: &str| {
        manifest
            .annotations
            .as_ref()
            .and_then(|all| all.get(name))
            .map(String::as_str)
    };
    if says(ID) != Some(pack.as_str()) || says(VERSION) != Some(version.to_string().as_str()) {
        return Err("its manifest is that of another pack or version".to_owned());
    }
    let needs = needs(says(NEEDS).unwrap_or_default().split_whitespace())
        .ok_or("its manifest names no interfaces that a pack can need")?;
    let layer = |kind: &str, most: u64| -> Result<Option<(Digest, u64)>, String> {
        let mut layers = manifest
            .layers
            .iter()
            .filter(|layer| layer.media_type == kind);
        match (layers.next(), layers.next()) {
            (None, _) => Ok(None),
            (Some(layer), None) => blob(layer, most).map(Some),
            _ => Err(format!("it has several layers of {kind}")),
        }
    };
    let (digest, size) =
        layer(ARCHIVE, Limits::default().pack as u64)?.ok_or("it has no archive")?;
    Ok(Release {
        pack: pack.clone(),
        version: version.clone(),
        digest,
        size,
        needs,
        place: Place::Blobs(layer(SIGNATURES, LONGEST_SIDECAR)?),
    })
}

/// Digest and size of a layer.
fn blob(layer: &OciDescriptor, most: u64) -> Result<(Digest, u64), String> {
    let digest = layer
        .digest
        .strip_prefix("sha256:")
        .and_then(|digits| digits.parse().ok());
    let digest = digest.ok_or("a layer is not named by its SHA-256")?;
    let size = u64::try_from(layer.size).ok().filter(|size| *size <= most);
    let size = size.ok_or_else(|| {
        format!(
            "a layer has {} bytes, and at most {most} are read",
            layer.size
        )
    })?;
    Ok((digest, size))
}

/// The tag of a version. Tags have no `+`, and versions no `_`.
pub(super) fn tag(version: &Version) -> String {
    version.to_string().replace('+', "_")
}

/// The version that a tag stands for.
pub(super) fn version(tag: &str) -> Option<Version> {
    if tag.contains('+') {
        return None;
    }
    Version::parse(&tag.replace('_', "+")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_versions_and_back() {
        for text in ["1.0.0", "1.0.0-rc.1", "1.0.0+7.a", "1.0.0-rc.1+7"] {
            let stands_for = Version::parse(text).unwrap();
            assert_eq!(version(&tag(&stands_for)), Some(stands_for));
        }
        assert_eq!(tag(&Version::parse("1.0.0+7").unwrap()), "1.0.0_7");
        for other in ["latest", "1.0", "1.0.0+7", "sha256-00.sig", "1.0.0_a_b"] {
            assert_eq!(version(other), None, "{other}");
        }
    }
}
