//! From bytes and signatures to a pack that is trusted.

use jackfield_core::manifest::{Manifest, PackInfo};
use jackfield_core::{Digest, ErrorCode, Limits};
use jiff::civil::Date;
use serde::Serialize;

use super::statement::Claims;
use super::{KeyId, Role, Sidecar, Signature, Trust, TrustError, TrustedKey};
use crate::Pack;

/// A pack that somebody trusted vouches for.
#[derive(Debug)]
pub struct SignedPack {
    /// The pack.
    pub pack: Pack,
    /// Who vouches for it.
    pub provenance: Provenance,
}

/// Who vouches for a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The publisher.
    pub publisher: Signer,
    /// The reviewers.
    pub reviewers: Vec<Signer>,
}

impl Provenance {
    /// Ids of all whose signatures count, the publisher's first.
    pub fn keys(&self) -> Vec<String> {
        std::iter::once(&self.publisher)
            .chain(&self.reviewers)
            .map(|signer| signer.key.to_string())
            .collect()
    }
}

/// Somebody who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The key.
    pub key: KeyId,
    /// Whose it is, in the operator's words.
    pub name: String,
}

impl Signer {
    fn of(key: &TrustedKey) -> Self {
        Self {
            key: key.public.id(),
            name: key.name.clone(),
        }
    }
}

impl SignedPack {
    /// Verifies the signatures of an archive, then opens it, then holds it against the scope of who signed. `today` is
    /// the day on which keys must not have expired.
    ///
    /// # Errors
    /// [`TrustError`] with the first rule that is broken. Nothing of the archive is read before it is known who signed it.
    pub fn open(
        archive: &[u8],
        sidecar: &Sidecar,
        trust: &Trust,
        today: Date,
        limits: &Limits,
    ) -> Result<Self, TrustError> {
        let digest = Digest::of(archive);
        let signed = verified(archive, sidecar, trust, today)?;
        let (publisher, reviewers): (Vec<Verified<'_>>, Vec<Verified<'_>>) = signed
            .into_iter()
            .partition(|signed| signed.key.role == Role::Publisher);
        let Some(publisher) = publisher.first() else {
            let signers: Vec<String> = sidecar
                .signatures()
                .iter()
                .map(|signature| signature.key.to_string())
                .collect();
            let what = format!("it is signed by {}", signers.join(", "));
            return Err(TrustError::new(ErrorCode::UnknownSigner, what));
        };
        let pack = Pack::open(archive, limits)?;
        let info = &pack.manifest.pack;
        publisher.claims(Some(info), digest)?;
        publisher.key.check(&pack.manifest)?;
        let mut agreed = Vec::new();
        for reviewer in &reviewers {
            reviewer.claims(Some(info), digest)?;
            // A reviewer of other packs does no harm, and does not count.
            if reviewer.key.check(&pack.manifest).is_ok() {
                agreed.push(Signer::of(reviewer.key));
            }
        }
        if agreed.len() < trust.policy.reviewers {
            let mut what = format!(
                "{} of the {} reviewers that the policy asks for have signed {} {}",
                agreed.len(),
                trust.policy.reviewers,
                info.id,
                info.version
            );
            // Who knows that somebody signed is told why that was not enough.
            for why in not_counted(sidecar, trust, today, &pack.manifest) {
                what.push_str(&format!("\n  not counted: {why}"));
            }
            return Err(TrustError::new(ErrorCode::NotReviewed, what));
        }
        Ok(Self {
            provenance: Provenance {
                publisher: Signer::of(publisher.key),
                reviewers: agreed,
            },
            pack,
        })
    }
}

/// A signature that a trusted key made over the archive.
struct Verified<'t> {
    key: &'t TrustedKey,
    said: &'t str,
}

impl Verified<'_> {
    fn claims(&self, pack: Option<&PackInfo>, digest: Digest) -> Result<(), TrustError> {
        Claims::read(self.said).hold(self.key.role, pack, digest)
    }
}

/// Signatures that are not counted as a reviewer's, and why. Those of revoked keys are refused before.
fn not_counted(sidecar: &Sidecar, trust: &Trust, today: Date, manifest: &Manifest) -> Vec<String> {
    let why = |signature: &Signature| {
        let id = signature.key;
        let Some(key) = trust.key(id) else {
            return Some(format!("the key {id}, which is not trusted here"));
        };
        let (name, last) = (&key.name, key.expires);
        match (key.role, last) {
            (Role::Publisher, _) => None,
            (Role::Reviewer, Some(last)) if key.is_over(today) => {
                Some(format!("{name} ({id}), whose key expired after {last}"))
            }
            (Role::Reviewer, _) => {
                let outside = key.outside(manifest)?;
                Some(format!("{name} ({id}), who is out of scope: {outside}"))
            }
        }
    };
    sidecar.signatures().iter().filter_map(why).collect()
}

/// The signatures of trusted keys. One that is wrong, revoked or too old is not passed over: somebody relies on it.
fn verified<'t>(
    archive: &[u8],
    sidecar: &'t Sidecar,
    trust: &'t Trust,
    today: Date,
) -> Result<Vec<Verified<'t>>, TrustError> {
    let digest = Digest::of(archive);
    if let Some(revocation) = trust.pack_revoked(digest) {
        let what = format!("the archive {digest} is revoked: {}", revocation.reason);
        return Err(TrustError::new(ErrorCode::Revoked, what));
    }
    let mut found = Vec::new();
    for Signature {
        key: id,
        said,
        made,
    } in sidecar.signatures()
    {
        if let Some(revocation) = trust.key_revoked(*id) {
            let what = format!("the key {id} is revoked: {}", revocation.reason);
            return Err(TrustError::new(ErrorCode::Revoked, what));
        }
        let Some(key) = trust.key(*id) else {
            continue;
        };
        if !key.public.made(made, archive) {
            let what = format!(
                "the signature of {} ({id}) is not one of these {} bytes",
                key.name,
                archive.len()
            );
            return Err(TrustError::new(ErrorCode::BadSignature, what));
        }
        if key.is_over(today) {
            // An expired reviewer only does not count.
            if key.role == Role::Reviewer {
                continue;
            }
            let what = format!("the key {id} of {} has expired", key.name);
            return Err(TrustError::new(ErrorCode::KeyExpired, what));
        }
        let verified = Verified { key, said };
        verified.claims(None, digest)?;
        found.push(verified);
    }
    Ok(found)
}

impl Trust {
    /// Whether this is a trusted reviewer's signature over an archive that counts today.
    pub(super) fn counts_review(
        &self,
        signature: &Signature,
        archive: &[u8],
        digest: Digest,
        today: Date,
    ) -> bool {
        let key = self.key(signature.key);
        key.is_some_and(|key| {
            key.role == Role::Reviewer
                && self.key_revoked(signature.key).is_none()
                && !key.is_over(today)
                && key.public.made(&signature.made, archive)
                && Claims::read(&signature.said)
                    .hold(key.role, None, digest)
                    .is_ok()
        })
    }
}
