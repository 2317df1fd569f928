//! What a pack is granted: nothing that it does not ask for, and it is told who granted what.

use super::support::{Carrier, Host, Operator, TELECOM};

#[test]
fn what_nobody_asks_for_is_not_granted_and_it_is_told_who_granted_the_rest() {
    let operator = Operator::new();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    let pack = operator.version("pack", |text| text);
    let all = operator.does(&["pack", "grants", &pack]);
    let write = |name: &str, text: String| {
        std::fs::write(operator.home.path().join(name), text).unwrap();
    };
    let misspelt = all.replace("http to carrier-base", "http to carier-base");
    write("misspelt.toml", misspelt);
    let install = ["pack", "install", &pack, "--by", "anna", "--grants"];
    let said = operator.may_not_on(&host, &[&install[..], &["misspelt.toml"]].concat());
    let both = ["`http to carier-base`", "`http to carrier-base`"];
    let tells =
        |said: &str| said.contains("JF-PCK-015") && both.iter().all(|line| said.contains(line));
    assert!(tells(&said), "{said}");
    write("less.toml", all.replace("    \"verify verified\",\n", ""));
    operator.does_on(&host, &[&install[..], &["less.toml"]].concat());

    let said = operator.may_not_on(&host, &["pack", "grant", TELECOM, "http to carier-base"]);
    assert!(tells(&said), "{said}");
    let of = |line: &str| {
        let told = operator.does_on(&host, &["pack", "grants", TELECOM]);
        let mut lines = told.lines().filter(|told| told.contains(line));
        lines.next().unwrap_or_default().to_owned()
    };
    assert_eq!(of("carier-base"), "");
    let verify = of("verify verified");
    assert!(
        verify.contains("not granted") && verify.contains("one-time code"),
        "{verify}"
    );
    operator.does_on(
        &host,
        &["pack", "grant", TELECOM, "verify verified", "--by", "zoe"],
    );
    let verify = of("verify verified");
    assert!(verify.ends_with("by zoe (operator token)"), "{verify}");
    assert!(
        of("tables").ends_with("by anna (operator token)"),
        "{}",
        of("tables")
    );
    let said = operator.may_not_on(&host, &["pack", "grants", "com.example.other"]);
    assert!(said.contains("JF-PCK-013"), "{said}");
}
