//! How many of a hundred new conversations a version is tried on.

use serde_json::json;

use super::support::{Carrier, Host, Operator, post, versioned};

#[test]
fn more_than_all_conversations_are_refused_and_not_taken_for_all() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let one = operator.version("one", |text| versioned(text, "1.0.0"));
    let two = operator.version("two", |text| versioned(text, "1.1.0"));
    operator.does_on(&host, &["pack", "install", &one, "--grant"]);
    let seen = operator.does_on(&host, &["pack", "install", &two, "--dry-run", "--json"]);
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    let token = std::fs::read_to_string(operator.data().join("admin.token")).unwrap();
    let on = |share: u64| {
        let wish = json!({ "digest": seen["digest"], "by": "zoe", "canary": { "share": share } });
        post(host.address, "/api/v1/versions", Some(token.trim()), &wish).unwrap()
    };
    for share in [101, 255, 256] {
        let (status, said) = on(share);
        assert_eq!(status, 400, "{share}: {said}");
        assert_eq!(operator.entry(&host)["canary"], json!(null));
    }
    assert_eq!(on(100).0, 200);
    assert_eq!(operator.entry(&host)["canary"]["share"], 100);
}
