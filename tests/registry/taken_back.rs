//! A version that was taken back does not come back by itself: only who names it has it again.

use super::support::{Carrier, Host, TELECOM};
use super::{current, publisher};

/// The command that installs this from the shelf.
fn install(what: &str) -> [&str; 5] {
    ["pack", "install", what, "--from", "shelf"]
}

#[test]
fn a_version_that_was_taken_back_is_installed_again_only_by_its_name() {
    let operator = publisher("shelf", &["1.0.0", "1.1.0"]);
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let (old, new) = (format!("{TELECOM}@1.0.0"), format!("{TELECOM}@1.1.0"));
    operator.does_on(&host, &[&install(&old)[..], &["--grant"]].concat());
    let lock = ["--lock", "packs.lock"];
    operator.does_on(&host, &[&install(TELECOM)[..], &lock].concat());
    let back = ["pack", "rollback", TELECOM, "--reason", "wrong prices"];
    operator.does_on(&host, &[&back[..], &["--by", "zoe"]].concat());

    // The nightly job, whoever asks for the newest, and whoever asks for the newest of some.
    let range = format!("{TELECOM}@^1.0");
    let nightly = ["pack", "install", "--locked", "packs.lock"];
    for nobody_names_it in [&nightly[..], &install(TELECOM), &install(&range)] {
        let (done, said, refused) = operator.tries_on(&host, nobody_names_it);
        assert!(!done, "{nobody_names_it:?}: {said}");
        for told in [
            "JF-PCK-011",
            "1.1.0 was taken back on 20",
            "by zoe (operator token): wrong prices",
            &format!("pack install {new} --from"),
        ] {
            assert!(refused.contains(told), "{told}: {refused}");
        }
        // What is refused is not shown at length first.
        assert_eq!(said, "");
        assert_eq!(current(&operator, &host).0, "1.0.0");
    }

    let (done, _, said) = operator.tries_on(&host, &install(&new));
    assert!(
        done && said.contains("warning") && said.contains("was taken back"),
        "{said}"
    );
    assert_eq!(current(&operator, &host).0, "1.1.0");
    // What is in use was not taken back, whatever was once.
    let said = operator.does_on(&host, &nightly);
    assert!(said.contains("1.1.0 is installed already"), "{said}");
}
