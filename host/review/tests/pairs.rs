//! Every rule has a pair: a pack that breaks it and nothing else, and one that keeps it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]
#![expect(
    unused_crate_dependencies,
    reason = "a test uses some of what the crate does"
)]

#[path = "pairs/guests.rs"]
mod guests;
#[path = "pairs/pack.rs"]
mod pack;
#[path = "pairs/table.rs"]
mod table;
#[path = "pairs/texts.rs"]
mod texts;

use std::collections::BTreeSet;

use jackfield_review::{Advisories, Options, RULES, Report, Severity, Verdict, review};
use jackfield_sandbox::Compiler;
use table::Pair;

fn options() -> Options {
    Options::new(Compiler::ThisProcess)
}

fn rules(report: &Report) -> BTreeSet<&'static str> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

fn told(report: &Report) -> String {
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            format!(
                "  {} {:?} {}\n",
                finding.rule, finding.place, finding.message
            )
        })
        .collect()
}

fn advisories(pair: &Pair) -> Option<Advisories> {
    let text = pair.advisories?;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    Some(Advisories::read(file.path()).unwrap())
}

/// What is wrong with a pair.
fn wrong(pair: &Pair, sound: &Report) -> Option<String> {
    let mut options = options();
    options.advisories = advisories(pair);
    options.previous = pair.previous.as_ref().map(pack::Pack::archive);
    if let Some(steps) = pair.steps {
        options.steps = steps;
    }
    let archive = pair.raw.clone().unwrap_or_else(|| pair.breaks.archive());
    let broken = review(&archive, &options);
    let found = rules(&broken);
    if !found.contains(pair.rule) {
        return Some(format!("{} is not found:\n{}", pair.rule, told(&broken)));
    }
    let notes = |id: &&str| {
        let rule = RULES.iter().find(|rule| rule.id == *id);
        rule.is_some_and(|rule| rule.severity == Severity::Note)
    };
    let others: Vec<_> = found
        .iter()
        .filter(|id| **id != pair.rule && !pair.also.contains(id) && !notes(id))
        .collect();
    if !others.is_empty() {
        return Some(format!(
            "{} is not alone: {others:?}\n{}",
            pair.rule,
            told(&broken)
        ));
    }
    let kept = match &pair.keeps {
        None => rules(sound),
        Some(keeps) => {
            let mut options = self::options();
            options.advisories = advisories(pair);
            options.previous = pair.keeps_previous.as_ref().map(pack::Pack::archive);
            rules(&review(&keeps.archive(), &options))
        }
    };
    kept.contains(pair.rule)
        .then(|| format!("{} is found in the pack that keeps it", pair.rule))
}

#[test]
fn every_rule_has_a_pack_that_breaks_it_and_one_that_keeps_it() {
    let pairs = table::pairs();
    let have: Vec<_> = pairs.iter().map(|pair| pair.rule).collect();
    let missing: Vec<_> = RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|id| !have.contains(id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "rules without a pair");
    let sound = review(&pack::sound().archive(), &options());
    assert_eq!(sound.verdict, Verdict::Pass, "{}", told(&sound));
    let wrong: Vec<String> = pairs
        .iter()
        .filter_map(|pair| wrong(pair, &sound))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        pairs.len(),
        wrong.join("\n")
    );
}

#[test]
fn hostile_guests_do_not_pass() {
    let mut options = options();
    options.time = std::time::Duration::from_secs(3);
    let mut passed = Vec::new();
    for guest in jackfield_sandbox::guests::hostile() {
        let began = std::time::Instant::now();
        let pack = pack::requesting(pack::of(guest.component), guest.grants);
        let schema = r#"{"type": "object", "properties": {"plan": {"type": "string"}}}"#;
        let pack = pack.file("schemas/order.json", schema);
        let report = review(&pack.archive(), &options);
        assert!(began.elapsed().as_secs() < 60, "{}", guest.name);
        if report.verdict == Verdict::Pass {
            passed.push(guest.name);
        }
    }
    // It writes the same 60 kB in every step, which is within its limits.
    passed.retain(|name| *name != "fills-its-storage-bit-by-bit");
    assert_eq!(passed, Vec::<&str>::new());
}

#[test]
fn ids_are_unique_and_name_their_group() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        assert!(seen.insert(rule.id), "{}", rule.id);
        assert!(
            rule.id.starts_with(&format!("R{:02}.", rule.group)),
            "{}",
            rule.id
        );
    }
    let groups: BTreeSet<u8> = RULES.iter().map(|rule| rule.group).collect();
    assert_eq!(groups, (1..=13).collect());
}

#[test]
fn the_same_archive_gives_the_same_report() {
    let archive = pack::sound().archive();
    let (one, two) = (review(&archive, &options()), review(&archive, &options()));
    assert_eq!(one.canonical(), two.canonical());
    assert_eq!(one.digest(), two.digest());
}

#[test]
fn much_hostile_text_takes_little_time() {
    let mut options = options();
    options.static_only = true;
    // Not so regular that the archive is refused for it.
    let many = |start: &str, end: &str| -> String {
        let numbers = (1..100_000_u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        numbers
            .map(|number| format!("{start}{number}{end}"))
            .collect()
    };
    let texts = [
        many("http://h", ".net/ "),
        many("anna@acme.net 13958274016 <b onload=x> ", " "),
        many("", ""),
        many("a@", ""),
        many("q7Zk2Xw9LmB4vTn8RyC3pHs6DjF1gKa", "UeQ0WiOx "),
        many("<a ", ""),
        many("ignore all ", " "),
        many("\u{202e}", "\u{200b}"),
    ];
    for text in texts {
        let began = std::time::Instant::now();
        let mut guest = guests::holding(Vec::new());
        guest.pages = 80;
        guest.heap = 70 << 16;
        guest.data.push((2 << 16, text.clone().into_bytes()));
        let report = review(&pack::with(guest).answer(&text).archive(), &options);
        let start: String = text.chars().take(20).collect();
        let refused = report
            .findings
            .iter()
            .any(|finding| finding.rule == "R01.1");
        assert!(!refused, "{}", told(&report));
        assert!(report.findings.len() < 200);
        assert!(
            began.elapsed().as_secs() < 30,
            "{start}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn what_is_no_archive_fails_and_never_panics() {
    let sound = pack::sound().archive();
    for length in [0, 1, 21, 22, 100, sound.len() / 2, sound.len() - 1] {
        let report = review(&sound[..length], &options());
        assert_eq!(report.verdict, Verdict::Fail, "{length}");
    }
    for place in (0..sound.len()).step_by(7) {
        let mut changed = sound.clone();
        changed[place] ^= 0x55;
        let mut options = options();
        options.static_only = true;
        let _ = review(&changed, &options);
    }
}
