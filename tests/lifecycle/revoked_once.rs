//! What is revoked says so, with the reason of that day.

use super::support::Operator;

#[test]
fn what_is_revoked_keeps_its_reason_and_says_so_wherever_it_is_listed() {
    let operator = Operator::new();
    let list = || operator.does(&["trust", "list", "--data", "data"]);
    let id = list().split(' ').next().unwrap().to_owned();
    let revoke = ["trust", "revoke", &id, "--data", "data", "--reason"];
    let said = operator.may_not(&[&revoke[..], &[" "]].concat());
    assert!(said.contains("say why"), "{said}");
    assert!(!list().contains("REVOKED"), "{}", list());
    for (reason, answer) in [
        ("stolen in May", "is revoked; a running host"),
        (
            "tidying up",
            "is revoked already, and stays so: stolen in May",
        ),
    ] {
        let said = operator.does(&[&revoke[..], &[reason]].concat());
        assert!(said.contains(answer), "{said}");
    }
    let listed = list();
    let key = listed.lines().next().unwrap();
    assert!(
        key.starts_with(&format!("{id} publisher Acme")) && key.ends_with("REVOKED: stolen in May"),
        "{listed}"
    );
    assert!(!listed.contains("tidying"), "{listed}");

    // A misspelt directory trusts nobody, and that is no answer to who asks about a host.
    for command in [
        &["trust", "list", "--data", "dta"][..],
        &["trust", "revoke", &id, "--reason", "x", "--data", "dta"],
    ] {
        let said = operator.may_not(command);
        assert!(
            said.contains("JF-STO-007") && said.contains("dta"),
            "{said}"
        );
    }
    assert!(!operator.home.path().join("dta").exists());
}
