//! Who vouches for a pack, and whether that is enough.
//!
//! A pack is signed as it is: every signature is one of minisign (Ed25519 over the BLAKE2b hash of the whole
//! archive), so standard tools verify it. All signatures of a pack stand in one file beside it, the [`Sidecar`], the
//! publisher's first. [`Trust`] is what the operator believes: keys with what each may sign, how many reviewers must
//! agree, and what is revoked. [`SignedPack::open`] looks at the signatures before it looks into the archive, and at
//! the same bytes.

mod error;
mod keys;
mod scope;
mod sidecar;
mod signed;
mod statement;
mod store;

pub use error::TrustError;
pub use keys::{KeyId, PublicKey, SigningKey};
pub use scope::PackPattern;
pub use sidecar::{Sidecar, Signature};
pub use signed::{Provenance, SignedPack, Signer};
pub use statement::{Role, Statement};
pub use store::{Policy, Revocation, Trust, TrustedKey};

/// What is added to an archive's name to name its sidecar.
pub const SIDECAR_ENDING: &str = "minisig";
