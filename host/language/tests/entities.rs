//! Sentences with the entities they hold, from `entities/*.tsv`: people can read and extend these files.
//!
//! A line is a text, a tab, and what is found in it, separated by ` | `: `kind=value@span`, with `[role]` at the end when there is
//! one. A line without entities has nothing after the tab. Lines that begin with `#` are titles. Now is Sunday,
//! 22 November 2026, 15:00 in Shanghai.

#![allow(clippy::unwrap_used, reason = "tests")]

use jackfield_language::{Model, ParseContext, Training};

const NOW_MS: u64 = 1_795_330_800_000;

/// Kinds that are about the whole text or shown beside another kind, and have tests of their own.
const ASIDE: &[&str] = &["yes-no", "code"];

fn found(model: &Model, text: &str, locale: &str) -> String {
    let context = ParseContext {
        now_ms: NOW_MS,
        time_zone: "Asia/Shanghai",
        locale,
    };
    let utterance = model.parse(text, &context);
    let shown = utterance
        .entities
        .iter()
        .filter(|entity| !ASIDE.contains(&entity.kind.as_str()))
        .map(|entity| {
            let span = &utterance.text[entity.start as usize..entity.end as usize];
            assert_eq!(span, entity.heard, "{text}");
            let role = entity.role.as_ref().map(|role| format!("[{role}]"));
            format!(
                "{}={}@{span}{}",
                entity.kind,
                entity.value,
                role.unwrap_or_default()
            )
        });
    shown.collect::<Vec<_>>().join(" | ")
}

fn table(file: &str, locale: &str, least: usize) {
    let model = Model::train(&Training::default()).unwrap();
    let rows: Vec<(&str, &str)> = file
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap_or((line, "")))
        .collect();
    assert!(rows.len() >= least, "only {} cases", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, found(&model, text, locale), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(text, found, expected)| {
            format!("{text}\n    found    {found}\n    expected {expected}")
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn chinese() {
    table(include_str!("entities/zh.tsv"), "zh-CN", 250);
}

#[test]
fn english() {
    table(include_str!("entities/en.tsv"), "en-US", 250);
}

#[test]
fn more_chinese() {
    table(include_str!("entities/more-zh.tsv"), "zh-CN", 100);
}

#[test]
fn more_english() {
    table(include_str!("entities/more-en.tsv"), "en-US", 100);
}

/// What customers of operators, lenders, insurers and shops say.
#[test]
fn field_chinese() {
    table(include_str!("entities/field-zh.tsv"), "zh-CN", 390);
}

#[test]
fn field_english() {
    table(include_str!("entities/field-en.tsv"), "en-US", 380);
}
