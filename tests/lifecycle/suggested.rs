//! The least that a pack needs can be proposed, and granted in place of what it has.

use super::support::{Carrier, Host, Operator, TELECOM};

#[test]
fn what_is_proposed_is_taken_in_place_of_what_is_granted() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let pack = operator.version("pack", |text| text);
    operator.does_on(&host, &["pack", "install", &pack, "--grant"]);

    // Nothing was used yet: what is left is what it cannot start without.
    let proposed = operator.does_on(&host, &["pack", "suggest-grants", TELECOM]);
    for line in [
        "# not used, and it cannot start without: tables",
        "# not used, and left out: verify verified",
    ] {
        assert!(proposed.contains(line), "{line}: {proposed}");
    }
    let write = |name: &str, text: &str| {
        std::fs::write(operator.home.path().join(name), text).unwrap();
    };
    write("least.toml", &proposed);
    let replace = ["pack", "grant", TELECOM, "--grants"];
    let said = operator.does_on(&host, &[&replace[..], &["least.toml"]].concat());
    let granted = operator.entry(&host)["granted"].clone();
    let granted: Vec<&str> = granted
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    assert_eq!(said.lines().collect::<Vec<_>>(), granted);
    assert!(
        granted.contains(&"tables") && !granted.contains(&"verify verified"),
        "{granted:?}"
    );

    write(
        "other.toml",
        &proposed.replace(TELECOM, "com.example.other"),
    );
    let said = operator.may_not_on(&host, &[&replace[..], &["other.toml"]].concat());
    assert!(said.contains("JF-PCK-016"), "{said}");
}
