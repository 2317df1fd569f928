//! Sealing: AES-256-GCM with a random nonce before the text and the tag behind it.

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use zeroize::Zeroizing;

/// A 256-bit key, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

const NONCE: usize = 12;
const TAG: usize = 16;

/// Bytes that sealing adds.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

/// A fresh random key.
pub(crate) fn random_key() -> Key {
    let mut key = Zeroizing::new([0; 32]);
    rand::fill(&mut key[..]);
    key
}

/// Seals `plain`; `context` must be the same when it is opened.
pub(crate) fn seal(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
    let nonce: [u8; NONCE] = rand::random();
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let cipher = Aes256Gcm::new(key.into());
    let (_, text) = sealed.split_at_mut(NONCE);
    // Fails only for texts of more than 64 GiB; an empty tag then never opens.
    let tag = cipher.encrypt_inout_detached(&Nonce::from(nonce), context, text.into());
    if let Ok(tag) = tag {
        sealed.extend_from_slice(&tag);
    }
    sealed
}

/// Opens what [`seal`] made. `None` when key, context or a single bit is another.
pub(crate) fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
    let (text, tag) = rest.split_last_chunk::<TAG>()?;
    let mut plain = text.to_vec();
    let cipher = Aes256Gcm::new(key.into());
    let nonce = Nonce::from(*nonce);
    cipher
        .decrypt_inout_detached(
            &nonce,
            context,
            plain.as_mut_slice().into(),
            &Tag::from(*tag),
        )
        .ok()?;
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_context_and_bits() {
        let (key, other) = (random_key(), random_key());
        let sealed = seal(&key, b"context", b"secret words");
        assert_eq!(open(&key, b"context", &sealed).unwrap(), b"secret words");
        assert_eq!(open(&other, b"context", &sealed), None);
        assert_eq!(open(&key, b"another", &sealed), None);
        for byte in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[byte] ^= 1;
            assert_eq!(open(&key, b"context", &flipped), None);
        }
        assert_ne!(seal(&key, b"", b"same"), seal(&key, b"", b"same"));
    }
}
