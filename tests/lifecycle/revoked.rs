//! What is no longer trusted is taken out of use, and is said to be; who vouched for a version goes on doing so.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Carrier, Host, Operator, TELECOM};

fn key_id(operator: &Operator, file: &str) -> String {
    let shown = operator.does(&["key", "show", file, "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shown["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_only_version_is_said_to_be_out_of_use_and_why() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let pack = operator.version("pack", |text| text);
    operator.does_on(&host, &["pack", "install", &pack, "--grant"]);
    let id = key_id(&operator, "acme.pub");
    operator.does(&["trust", "revoke", &id, "--reason", "stolen"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !operator.entry(&host)["current"].is_null() {
        assert!(Instant::now() < deadline, "{}", host.log());
    }
    let why = format!("the key {id} is revoked: stolen");
    let listed = operator.does_on(&host, &["pack", "list"]);
    assert!(listed.contains("no version is in use"), "{listed}");
    assert!(listed.contains(&format!("out of use: {why}")), "{listed}");
    let audit = operator.audit();
    let line = audit.lines().last().unwrap();
    let what = format!("host  {TELECOM}: 0.1.0 taken out of use ({why}); no version is in use now");
    assert!(line.ends_with(&what), "{line}");
}

#[test]
fn signatures_of_reviewers_are_not_lost_when_the_publisher_hands_in_its_own_again() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let pack = operator.version("pack", |text| text);
    let home = operator.home.path();
    let of_acme = std::fs::read(home.join("pack.jfpack.minisig")).unwrap();
    operator.trusts_rita();
    let review = ["pack", "review", &pack, "--sign", "rita.key"];
    operator.does(&review);
    let shown = operator.does_on(&host, &["pack", "install", &pack, "--dry-run"]);
    assert!(shown.contains("reviewed by Rita"), "{shown}");

    std::fs::write(home.join("pack.jfpack.minisig"), of_acme).unwrap();
    let shown = operator.does_on(&host, &["pack", "install", &pack, "--dry-run"]);
    assert!(shown.contains("reviewed by Rita"), "{shown}");
    operator.does(&["trust", "policy", "--reviewers", "1"]);
    operator.does_on(&host, &["pack", "install", &pack, "--grant"]);
}
