//! Keys in the form of minisign.

use std::fmt;
use std::str::FromStr;

use jackfield_core::ErrorCode;
use minisign::{KeyPair, PublicKeyBox, SecretKeyBox, SignatureBox};
use serde::{Deserialize, Serialize};

use super::{Statement, TrustError};

/// A key's id: 16 hexadecimal digits, as minisign prints it. It finds a key and proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(u64);

impl KeyId {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.first_chunk().copied().unwrap_or_default();
        Self(u64::from_le_bytes(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

impl FromStr for KeyId {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, TrustError> {
        let hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = u64::from_str_radix(text, 16).ok().filter(|_| hex);
        id.map(Self).ok_or_else(|| {
            unusable(format!(
                "`{text}` is no key id, which has 16 hexadecimal digits"
            ))
        })
    }
}

impl TryFrom<String> for KeyId {
    type Error = TrustError;

    fn try_from(text: String) -> Result<Self, TrustError> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

/// A public key: 56 characters of base64, the second line of a `.pub` file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(minisign::PublicKey);

impl PublicKey {
    /// The key's id.
    pub fn id(&self) -> KeyId {
        KeyId::of(self.0.keynum())
    }

    /// Whether this key made the signature over exactly these bytes, and over what the signature says.
    pub(crate) fn made(&self, signature: &SignatureBox, bytes: &[u8]) -> bool {
        let bytes = std::io::Cursor::new(bytes);
        minisign::verify(&self.0, signature, bytes, true, false, false).is_ok()
    }

    /// The key as a file that minisign reads.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when it cannot be written down.
    pub fn to_file(&self) -> Result<String, TrustError> {
        Ok(self.0.to_box().map_err(broken)?.into_string())
    }
}

impl FromStr for PublicKey {
    type Err = TrustError;

    /// Reads a line of base64, or a whole `.pub` file.
    fn from_str(text: &str) -> Result<Self, TrustError> {
        let text = text.trim();
        let key = match text.lines().count() {
            1 => minisign::PublicKey::from_base64(text),
            _ => PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key),
        };
        key.map(Self).map_err(|error| {
            unusable(format!(
                "this is no public key of minisign, which begins with RW: {error}"
            ))
        })
    }
}

impl TryFrom<String> for PublicKey {
    type Error = TrustError;

    fn try_from(text: String) -> Result<Self, TrustError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_base64())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

/// A secret key that can sign. It never shows itself.
pub struct SigningKey(minisign::SecretKey);

impl SigningKey {
    /// A new key, and the file to keep it in: encrypted when there is a password.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when the system has no randomness or no memory for it.
    pub fn generate(password: Option<String>) -> Result<(PublicKey, String), TrustError> {
        let pair = match password {
            Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
            None => KeyPair::generate_unencrypted_keypair(),
        };
        let KeyPair { pk, sk } = pair.map_err(broken)?;
        let public = PublicKey(pk);
        let comment = format!("secret key {} of jackfield", public.id());
        let file = sk.to_box(Some(&comment)).map_err(broken)?;
        Ok((public, file.into_string()))
    }

    /// Whether the file's key is encrypted, so that it takes a password.
    pub fn is_encrypted(file: &str) -> bool {
        SecretKeyBox::from_string(file)
            .and_then(SecretKeyBox::into_unencrypted_secret_key)
            .is_err()
    }

    /// Reads a secret key's file.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when it is no key, or the password is not its.
    pub fn read(file: &str, password: Option<String>) -> Result<Self, TrustError> {
        let boxed = SecretKeyBox::from_string(file).map_err(broken)?;
        let key = match password {
            Some(password) => boxed.into_secret_key(Some(password)),
            None => boxed.into_unencrypted_secret_key(),
        };
        key.map(Self).map_err(broken)
    }

    /// The public half.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when the key is damaged.
    pub fn public(&self) -> Result<PublicKey, TrustError> {
        minisign::PublicKey::from_secret_key(&self.0)
            .map(PublicKey)
            .map_err(broken)
    }

    /// Signs the bytes of an archive, with what the signature is to say.
    ///
    /// # Errors
    /// [`ErrorCode::BadKeyFile`] when the key cannot sign.
    pub(crate) fn sign(
        &self,
        archive: &[u8],
        statement: &Statement,
    ) -> Result<SignatureBox, TrustError> {
        let said = statement.to_string();
        let comment = format!("signature of {}", KeyId::of(self.0.keynum()));
        minisign::sign(None, &self.0, archive, Some(&said), Some(&comment)).map_err(broken)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", KeyId::of(self.0.keynum()))
    }
}

fn broken(error: minisign::PError) -> TrustError {
    unusable(error.to_string())
}

fn unusable(what: String) -> TrustError {
    TrustError::new(ErrorCode::BadKeyFile, what)
}
