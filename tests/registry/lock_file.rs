//! The lock file that `--lock` writes: looked at before anything is installed, and written again by the same command.

use super::support::{Carrier, Host, TELECOM};
use super::{current, publisher};

#[test]
fn a_lock_file_that_cannot_be_written_hinders_the_installation_and_can_be_written_later() {
    let operator = publisher("shelf", &["1.0.0"]);
    let home = operator.home.path();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let install = [
        "pack", "install", TELECOM, "--from", "shelf", "--grant", "--lock",
    ];
    let file = home.join("packs.lock");
    std::fs::write(&file, "nonsense = ").unwrap();
    for lock in ["packs.lock", "nowhere/packs.lock"] {
        let said = operator.may_not_on(&host, &[&install[..], &[lock]].concat());
        assert!(
            said.contains("nothing was installed") && said.contains("JF-REG-005"),
            "{said}"
        );
        assert_eq!(current(&operator, &host).0, "");
    }

    // Installed once without a lock file, or with one that is lost: the same command with --lock writes it.
    std::fs::remove_file(&file).unwrap();
    operator.does_on(&host, &install[..6]);
    let said = operator.does_on(&host, &[&install[..], &["packs.lock"]].concat());
    assert!(said.contains("1.0.0 is installed already"), "{said}");
    let lock = std::fs::read_to_string(&file).unwrap();
    assert!(lock.contains(&current(&operator, &host).1), "{lock}");
    let names: Vec<_> = std::fs::read_dir(home).unwrap().collect();
    let left = |name: &str| name.starts_with("packs.lock.");
    assert!(
        !names
            .iter()
            .any(|entry| left(&entry.as_ref().unwrap().file_name().to_string_lossy()))
    );
}
