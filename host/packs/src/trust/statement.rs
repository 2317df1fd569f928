//! What a signature says, besides belonging to the bytes. It is signed too.

use std::collections::BTreeMap;
use std::fmt;

use jackfield_core::manifest::PackInfo;
use jackfield_core::{Digest, ErrorCode};
use serde::{Deserialize, Serialize};

use super::TrustError;

/// In which role somebody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Made the pack, and answers for it.
    Publisher,
    /// Reviewed the pack, and would have it installed.
    Reviewer,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Publisher => "publisher",
            Self::Reviewer => "reviewer",
        })
    }
}

/// What a signature says: words of the form `name=value`, in the place where minisign has its trusted comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// In which role it was made.
    pub role: Role,
    /// The pack's id.
    pub pack: String,
    /// The pack's version.
    pub version: String,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// When, seconds since 1970.
    pub at: i64,
    /// SHA-256 of the review's report, when it is a reviewer's.
    pub report: Option<Digest>,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            role,
            pack,
            version,
            digest,
            at,
            report,
        } = self;
        write!(
            f,
            "role={role} pack={pack} version={version} sha256={digest} timestamp={at}"
        )?;
        match report {
            Some(report) => write!(f, " report={report}"),
            None => Ok(()),
        }
    }
}

/// The words of a trusted comment that say something about a pack. Those of other tools say nothing.
pub(super) struct Claims<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Claims<'a> {
    pub(super) fn read(comment: &'a str) -> Self {
        Self(
            comment
                .split_whitespace()
                .filter_map(|word| word.split_once('='))
                .collect(),
        )
    }

    /// The role that is claimed.
    pub(super) fn role(&self) -> Option<&'a str> {
        self.0.get("role").copied()
    }

    /// Refuses claims that are not true of who signed and what was signed.
    pub(super) fn hold(
        &self,
        role: Role,
        pack: Option<&PackInfo>,
        digest: Digest,
    ) -> Result<(), TrustError> {
        let (role, digest) = (role.to_string(), digest.to_string());
        let mut facts = vec![("role", role.as_str()), ("sha256", digest.as_str())];
        if let Some(pack) = pack {
            facts.extend([
                ("pack", pack.id.as_str()),
                ("version", pack.version.as_str()),
            ]);
        }
        for (name, fact) in facts {
            if let Some(claim) = self.0.get(name).filter(|claim| **claim != fact) {
                let claim = claim.escape_debug();
                let what = match name {
                    "role" => format!(
                        "the signature was made as a {claim}, and its key is trusted as a {fact}"
                    ),
                    _ => format!("the signature says {name}={claim}, and it is {fact}"),
                };
                return Err(TrustError::new(ErrorCode::SignatureContradicts, what));
            }
        }
        Ok(())
    }
}
