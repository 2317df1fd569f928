//! A key vouches for an archive once, as one or the other.

use jackfield_core::ErrorCode;

use super::trust::{Person, sidecar};
use crate::samples;
use crate::trust::Role;

#[test]
fn a_key_that_signed_in_one_role_does_not_sign_in_the_other() {
    let (one, two) = (Person::new(), Person::new());
    let archive = samples::archive(&samples::entries());
    let signed = sidecar([
        one.sign(&archive, Role::Publisher),
        two.sign(&archive, Role::Reviewer),
    ]);
    let may = |who: &Person, role| signed.may_sign(who.public.id(), role);
    for (who, other) in [(&one, Role::Reviewer), (&two, Role::Publisher)] {
        let refused = may(who, other).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadKeyFile);
    }
    // Again in the same role, or for the first time.
    assert_eq!(may(&one, Role::Publisher), Ok(()));
    assert_eq!(may(&two, Role::Reviewer), Ok(()));
    assert_eq!(may(&Person::new(), Role::Reviewer), Ok(()));
}
