//! Reviewers' signatures that are kept when others are handed in.

use jackfield_core::Digest;

use super::trust::{Person, TODAY, sidecar, statement, trusting};
use crate::samples;
use crate::trust::{Revocation, Role, Sidecar, Signature};

fn archive() -> Vec<u8> {
    samples::archive(&samples::entries())
}

fn keys(sidecar: &Sidecar) -> Vec<String> {
    let signatures = sidecar.signatures().iter();
    signatures
        .map(|signature| signature.key().to_string())
        .collect()
}

#[test]
fn a_reviewers_signature_over_the_same_bytes_is_kept() {
    let (acme, rita, foreign) = (Person::new(), Person::new(), Person::new());
    let archive = archive();
    let by_acme = || acme.sign(&archive, Role::Publisher);
    let by_rita = || rita.sign(&archive, Role::Reviewer);
    let id = |person: &Person| person.public.id().to_string();
    let trust = trusting([acme.trusted(Role::Publisher), rita.trusted(Role::Reviewer)]);
    let kept = sidecar([by_acme(), by_rita(), foreign.sign(&archive, Role::Reviewer)]);
    let merged = |new: Sidecar, trust| keys(&new.with_reviewers_of(&kept, &archive, trust, TODAY));

    assert_eq!(merged(sidecar([by_acme()]), &trust), [id(&acme), id(&rita)]);
    // Nobody stands in it twice, and whoever vouches as a publisher only is not carried over.
    let both = sidecar([by_acme(), by_rita()]);
    assert_eq!(merged(both, &trust), [id(&acme), id(&rita)]);
    let other = sidecar([foreign.sign(&archive, Role::Publisher)]);
    assert_eq!(merged(other, &trust), [id(&foreign), id(&rita)]);

    // What does not count is left behind: revoked, or of other bytes.
    let mut without = trust.clone();
    without.revoked.push(Revocation {
        key: Some(rita.public.id()),
        pack: None,
        reason: "left".to_owned(),
    });
    assert_eq!(merged(sidecar([by_acme()]), &without), [id(&acme)]);
    let mut said = statement(&archive, Role::Reviewer);
    said.digest = Digest::of(b"others");
    let wrong = sidecar([Signature::make(&rita.secret, &archive, &said).unwrap()]);
    let new = sidecar([by_acme()]);
    let merged = new.with_reviewers_of(&wrong, &archive, &trust, TODAY);
    assert_eq!(keys(&merged), [id(&acme)]);
}
