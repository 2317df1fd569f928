//! A newest version whose archive is damaged.

use serde_json::Value;

use super::support::{Carrier, Host, TELECOM};
use super::{current, publisher};

#[test]
fn an_older_version_is_not_installed_in_place_of_a_damaged_one() {
    let operator = publisher("shelf", &["1.0.0", "1.1.0"]);
    let file = format!("{TELECOM}-1.1.0.jfpack");
    let path = operator.home.path().join("shelf").join(&file);
    let mut archive = std::fs::read(&path).unwrap();
    let middle = archive.len() / 2;
    archive[middle] ^= 1;
    std::fs::write(&path, archive).unwrap();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();

    let install = ["pack", "install", TELECOM, "--from", "shelf", "--grant"];
    let said = operator.may_not_on(&host, &install);
    assert!(
        said.contains("JF-REG-011") && said.contains(&file),
        "{said}"
    );
    assert!(said.contains("an older version in full"), "{said}");
    let versions = ["pack", "versions", TELECOM, "--from", "shelf"];
    let listed = operator.does(&versions);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].starts_with("1.1.0 ") && lines[0].contains("DAMAGED"),
        "{listed}"
    );
    assert!(lines[0].contains(&file), "{listed}");
    assert!(
        !listed.contains("what `jackfield pack install` takes"),
        "{listed}"
    );
    let listed = operator.does(&[&versions[..], &["--json"]].concat());
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert!(listed[1]["damaged"].is_string(), "{listed}");

    let exact = format!("{TELECOM}@1.0.0");
    operator.does_on(
        &host,
        &["pack", "install", &exact, "--from", "shelf", "--grant"],
    );
    assert_eq!(current(&operator, &host).0, "1.0.0");
}
