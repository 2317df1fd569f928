//! The file of a pack's signatures.

use std::fmt;
use std::str::FromStr;

use jackfield_core::{Digest, ErrorCode};
use jiff::civil::Date;
use minisign::SignatureBox;

use super::statement::Claims;
use super::{KeyId, Role, SigningKey, Statement, Trust, TrustError};

/// Bytes of a sidecar that are read.
const LONGEST: usize = 64 * 1024;
/// Signatures of one pack.
const MOST: usize = 32;
/// Lines of one signature.
const LINES: usize = 4;
/// Characters of base64 of a signature of 64 bytes.
const SIGNATURE_CHARACTERS: usize = 88;

/// One signature of a pack.
#[derive(Clone)]
pub struct Signature {
    pub(super) key: KeyId,
    pub(super) said: String,
    pub(super) made: SignatureBox,
}

impl Signature {
    /// Signs an archive.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when the key cannot sign.
    pub fn make(
        key: &SigningKey,
        archive: &[u8],
        statement: &Statement,
    ) -> Result<Self, TrustError> {
        let made = key.sign(archive, statement)?;
        Ok(Self {
            key: KeyId::of(made.keynum()),
            said: statement.to_string(),
            made,
        })
    }

    /// The key that it names.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// What it says; to be believed only when the signature is right.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// The role in which it says that it was made, when that is not this one.
    fn in_another_role(&self, role: Role) -> Option<Role> {
        let all = [Role::Publisher, Role::Reviewer];
        let claimed = Claims::read(&self.said).role()?;
        all.into_iter()
            .find(|other| *other != role && other.to_string() == claimed)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({}, {})", self.key, self.said)
    }
}

/// The signatures of a pack, the publisher's first, so that `minisign -V` verifies that one.
#[derive(Debug, Clone, Default)]
pub struct Sidecar(Vec<Signature>);

impl Sidecar {
    /// The signatures, in the order of the file.
    pub fn signatures(&self) -> &[Signature] {
        &self.0
    }

    /// Without the signatures that say that they belong to other bytes than these.
    #[must_use]
    pub fn of(mut self, archive: Digest) -> Self {
        let claim = format!("sha256={archive}");
        let other = |word: &str| word.starts_with("sha256=") && word != claim;
        self.0
            .retain(|signature| !signature.said.split(' ').any(other));
        self
    }

    /// With the signatures of trusted reviewers that another sidecar of this archive has: they vouched for the same bytes, whoever
    /// writes a sidecar next. A signature that does not count today is left behind.
    #[must_use]
    pub fn with_reviewers_of(
        mut self,
        other: &Self,
        archive: &[u8],
        trust: &Trust,
        today: Date,
    ) -> Self {
        let digest = Digest::of(archive);
        for signature in &other.0 {
            let is_new = self.0.iter().all(|own| own.key != signature.key);
            if is_new
                && self.0.len() < MOST
                && trust.counts_review(signature, archive, digest, today)
            {
                self.0.push(signature.clone());
            }
        }
        self
    }

    /// Refuses a key that signed in the other role: it has one signature, so that the earlier one would be gone, and whoever vouches
    /// for their own pack is no reviewer.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`], with what to do.
    pub fn may_sign(&self, key: KeyId, role: Role) -> Result<(), TrustError> {
        let mut earlier = self.0.iter().filter(|signature| signature.key == key);
        let Some(other) = earlier.find_map(|signature| signature.in_another_role(role)) else {
            return Ok(());
        };
        let what = format!(
            "the key {key} signed this archive as a {other} already, and cannot sign it as a {role} too. Nothing was signed; sign with \
             another {role}'s own key. If the earlier signature was made in the wrong role, move the archive's .minisig file away first"
        );
        Err(TrustError::new(ErrorCode::BadKeyFile, what))
    }

    /// Puts a signature in, in place of an earlier one of the same key: at the front, or at the end.
    ///
    /// # Errors
    /// [`ErrorCode::BadSidecar`] when there are too many.
    pub fn put(&mut self, signature: Signature, in_front: bool) -> Result<(), TrustError> {
        self.0.retain(|other| other.key != signature.key);
        if self.0.len() >= MOST {
            return Err(bad(format!("a pack has at most {MOST} signatures")));
        }
        let at = if in_front { 0 } else { self.0.len() };
        self.0.insert(at, signature);
        Ok(())
    }
}

impl FromStr for Sidecar {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, TrustError> {
        if text.len() > LONGEST {
            return Err(bad(format!(
                "it has {} bytes, and at most {LONGEST} are read",
                text.len()
            )));
        }
        let lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() || !lines.len().is_multiple_of(LINES) || lines.len() / LINES > MOST {
            return Err(bad(format!(
                "it has {} lines, and 1 to {MOST} signatures have {LINES} each",
                lines.len()
            )));
        }
        let mut sidecar = Self::default();
        for (at, lines) in lines.chunks(LINES).enumerate() {
            let signature = read(lines).map_err(|why| {
                bad(format!(
                    "the signature at line {} is none: {why}",
                    at * LINES + 1
                ))
            })?;
            if sidecar.0.iter().any(|other| other.key == signature.key) {
                return Err(bad(format!("the key {} signed twice", signature.key)));
            }
            sidecar.0.push(signature);
        }
        Ok(sidecar)
    }
}

/// Reads the lines of one signature. There is one way to write each, so that nothing can be changed unseen.
fn read(lines: &[&str]) -> Result<Signature, String> {
    // What reads the fourth line takes 64 bytes for granted, and passes over more.
    let last = lines.last().copied().unwrap_or_default();
    if last.len() != SIGNATURE_CHARACTERS || !last.ends_with("==") {
        return Err(format!(
            "its fourth line is not the {SIGNATURE_CHARACTERS} characters of 64 bytes"
        ));
    }
    let text = format!("{}\n", lines.join("\n"));
    let made = SignatureBox::from_string(&text).map_err(|error| error.to_string())?;
    if !made.is_prehashed() {
        return Err("it is of the old form; sign with a newer minisign".to_owned());
    }
    let said = made.trusted_comment().map_err(|error| error.to_string())?;
    if made.to_string() != text {
        return Err("it is not written as minisign writes it".to_owned());
    }
    Ok(Signature {
        key: KeyId::of(made.keynum()),
        said,
        made,
    })
}

impl fmt::Display for Sidecar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|signature| f.write_str(&signature.made.to_string()))
    }
}

fn bad(what: String) -> TrustError {
    TrustError::new(ErrorCode::BadSidecar, what)
}
