//! Versions that were taken back: what the audit says of it, and of installing one again.

use super::support::{Carrier, Host, Operator, TELECOM, versioned};

#[test]
fn decisions_name_versions_and_a_version_that_was_taken_back_is_not_installed_unnoticed() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let one = operator.version("one", |text| versioned(text, "1.0.0"));
    let two = operator.version("two", |text| versioned(text, "1.1.0"));
    let zoe = ["--by", "zoe"];
    let does = |arguments: &[&str]| operator.does_on(&host, &[arguments, &zoe].concat());
    does(&["pack", "install", &one, "--grant"]);
    let (done, _, said) = operator.tries_on(&host, &["pack", "install", &two, "--canary", "50"]);
    assert!(done && !said.contains("warning"), "{said}");
    does(&["pack", "promote", TELECOM]);
    does(&["pack", "rollback", TELECOM, "--reason", "wrong prices"]);
    let audit = operator.audit();
    let last: Vec<&str> = audit.lines().rev().take(2).collect();
    let back =
        format!("zoe (operator token)  {TELECOM}: rolled back from 1.1.0 to 1.0.0 (wrong prices)");
    assert!(last[0].ends_with(&back), "{audit}");
    let promoted = format!("{TELECOM}: promoted from 1.0.0 to 1.1.0");
    assert!(last[1].ends_with(&promoted), "{audit}");

    let (done, _, said) = operator.tries_on(&host, &["pack", "install", &two]);
    assert!(done, "{said}");
    assert!(
        said.contains("warning") && said.contains("1.1.0 was taken back on 20"),
        "{said}"
    );
    assert!(
        said.contains("by zoe (operator token): wrong prices"),
        "{said}"
    );
    assert_eq!(operator.entry(&host)["current"]["version"], "1.1.0");
}
