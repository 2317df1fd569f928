//! The shape of the telecom pack's data: plans, example sentences, knowledge, provinces and conversations.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../examples/generate_plans.rs"]
#[expect(dead_code, reason = "`main` is for the example")]
mod generate_plans;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use carrier_api::{Catalogue, PROVINCES, Plan};

const INTENTS: [&str; 4] = ["plan-inquiry", "usage", "plan-recommend", "change-plan"];
const LOCALES: [&str; 2] = ["zh-CN", "en-US"];

fn pack(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../plugins/telecom")
        .join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(pack(path)).unwrap()
}

/// The rows below the header, cut at tabs, with line numbers for messages.
fn tsv<const COLUMNS: usize>(path: &str, header: &str) -> Vec<(String, [String; COLUMNS])> {
    let text = read(path);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header), "{path}");
    lines
        .zip(2..)
        .map(|(line, number)| {
            let place = format!("{path}:{number}");
            let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            assert!(
                cells.iter().all(|cell| cell.trim() == cell),
                "{place}: spaces around a cell"
            );
            let cells = cells
                .try_into()
                .unwrap_or_else(|cells: Vec<_>| panic!("{place}: {} cells", cells.len()));
            (place, cells)
        })
        .collect()
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn the_table_of_plans_is_what_the_generator_writes() {
    let mut written = Vec::new();
    generate_plans::write_plans(&mut written).unwrap();
    assert!(
        String::from_utf8(written).unwrap() == read("data/plans.csv"),
        "run the generator again; see data/README.md"
    );
}

#[test]
fn plans_are_many_in_every_province_and_plausible() {
    let text = read("data/plans.csv");
    assert!(text.len() < 2_000_000);
    let catalogue = Catalogue::from_csv(&text).unwrap();
    assert!(catalogue.plans().len() >= 10_000);
    let mut names = HashSet::new();
    for plan in catalogue.plans() {
        assert!(
            names.insert(&plan.name_zh) && names.insert(&plan.name_en),
            "{}: name used twice",
            plan.plan_id
        );
        assert!(
            (500..=100_000).contains(&plan.price.0),
            "{}: {}",
            plan.plan_id,
            plan.price
        );
        assert!(plan.data_gb > 0 && plan.voice_min > 0, "{}", plan.plan_id);
        assert!(
            plan.contract_months <= plan.validity_months,
            "{}",
            plan.plan_id
        );
        assert!(
            ["4G", "5G"].contains(&plan.network.as_str()),
            "{}",
            plan.plan_id
        );
    }
    for province in &PROVINCES {
        let plans: Vec<&Plan> = catalogue.of_province(province.id).collect();
        assert!(plans.len() >= 300, "{}", province.id);
        assert!(
            plans
                .iter()
                .all(|plan| plan.plan_id.starts_with(&format!("{}-", province.code)))
        );
        let audiences: HashSet<_> = plans.iter().map(|plan| plan.audience).collect();
        assert_eq!(audiences.len(), 5, "{}", province.id);
    }
}

#[test]
fn who_pays_more_in_a_family_does_not_get_less() {
    let catalogue = Catalogue::from_csv(&read("data/plans.csv")).unwrap();
    let mut families: HashMap<(String, String, String), Vec<&Plan>> = HashMap::new();
    for plan in catalogue.plans() {
        // "Zhijiang Enjoy 5G 128 Data 24-month": brand, family, network, list price, mix and contract.
        let words: Vec<&str> = plan.name_en.split(' ').collect();
        let family = words.get(..3).unwrap().join(" ");
        let variant = words.get(4..).unwrap().join(" ");
        families
            .entry((plan.province.clone(), family, variant))
            .or_default()
            .push(plan);
    }
    for (family, mut plans) in families {
        plans.sort_by_key(|plan| plan.price);
        assert!(plans.is_sorted_by_key(|plan| plan.data_gb), "{family:?}");
        assert!(plans.is_sorted_by_key(|plan| plan.voice_min), "{family:?}");
        assert!(plans.is_sorted_by(|a, b| a.price < b.price), "{family:?}");
    }
}

#[test]
fn example_sentences_are_enough_and_belong_to_one_intent() {
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    let mut seen = HashMap::new();
    for (place, [intent, locale, text]) in tsv("language/examples.tsv", "intent\tlocale\ttext") {
        assert!(INTENTS.contains(&intent.as_str()), "{place}: {intent}");
        assert!(LOCALES.contains(&locale.as_str()), "{place}: {locale}");
        assert!(!text.is_empty(), "{place}");
        if let Some(other) = seen.insert(text.to_lowercase(), place.clone()) {
            panic!("{place} says the same as {other}");
        }
        *counts.entry((intent, locale)).or_default() += 1;
    }
    for intent in INTENTS {
        for locale in LOCALES {
            let count = counts
                .get(&(intent.to_owned(), locale.to_owned()))
                .copied()
                .unwrap_or(0);
            assert!(count >= 60, "{intent} {locale}: {count}");
        }
    }
}

#[test]
fn knowledge_answers_the_same_questions_in_both_languages() {
    let examples: HashSet<String> = tsv("language/examples.tsv", "intent\tlocale\ttext")
        .into_iter()
        .map(|(_, [_, _, text])| text.to_lowercase())
        .collect();
    let mut ids = Vec::new();
    for file_locale in LOCALES {
        let path = format!("language/knowledge.{file_locale}.tsv");
        let mut wordings: BTreeMap<String, usize> = BTreeMap::new();
        let mut questions = HashSet::new();
        for (place, [id, locale, question, answer]) in tsv(&path, "id\tlocale\tquestion\tanswer") {
            assert_eq!(locale, file_locale, "{place}");
            assert!(
                questions.insert(question.to_lowercase()),
                "{place}: asked twice"
            );
            assert!(
                !examples.contains(&question.to_lowercase()),
                "{place}: is an example of an intent, too"
            );
            let count = wordings.entry(id.clone()).or_default();
            *count += 1;
            assert_eq!(
                *count == 1,
                !answer.is_empty(),
                "{place}: the first line of an id has the answer, no other one"
            );
            assert!(
                answer.chars().count() <= 300,
                "{place}: too long to read in a chat"
            );
            assert!(
                answer.is_empty() || has_chinese(&answer) || locale == "en-US",
                "{place}: answer in the wrong language"
            );
        }
        assert!(wordings.len() >= 60, "{path}");
        assert!(
            wordings.values().all(|count| (3..=9).contains(count)),
            "{path}: {wordings:?}"
        );
        ids.push(wordings.into_keys().collect::<BTreeSet<_>>());
    }
    assert_eq!(ids.first(), ids.last());
}

#[test]
fn every_province_has_names_in_both_languages() {
    let mut named = HashSet::new();
    let mut names = HashSet::new();
    for (place, [value, locale, name]) in tsv("language/provinces.tsv", "value\tlocale\tname") {
        assert!(
            PROVINCES.iter().any(|province| province.id == value),
            "{place}: {value}"
        );
        assert_eq!(has_chinese(&name), locale == "zh-CN", "{place}");
        assert!(
            names.insert(name.to_lowercase()),
            "{place}: {name} names two things"
        );
        named.insert((value, locale));
    }
    assert_eq!(named.len(), PROVINCES.len() * LOCALES.len());
}

/// A conversation's file, as far as its shape goes.
struct Chat {
    header: HashMap<String, String>,
    user_lines: usize,
    bot_lines: usize,
}

fn chats(folder: &str) -> Vec<Chat> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(pack(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "chat")
    });
    paths.sort();
    paths.iter().map(|path| chat(path)).collect()
}

fn chat(path: &Path) -> Chat {
    let place = path.display();
    let text = std::fs::read_to_string(path).unwrap();
    let (header, body) = text
        .split_once("\n\n")
        .unwrap_or_else(|| panic!("{place}: no empty line after the header"));
    let header: HashMap<_, _> = header
        .lines()
        .map(|line| {
            line.split_once('=')
                .unwrap_or_else(|| panic!("{place}: `{line}`"))
        })
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for (name, value) in &header {
        let parts: Vec<&str> = value.split(['|', ' ']).collect();
        let allowed = match name.as_str() {
            "locale" => LOCALES.contains(&value.as_str()),
            "user" => value == "User",
            "bot" => value == "Bot",
            "title" => !value.is_empty(),
            "backend" => parts.iter().all(|part| {
                [
                    "normal", "slow", "later", "fail", "timeout", "flaky", "reads", "changes",
                ]
                .contains(part)
            }),
            "outcome" => parts
                .iter()
                .all(|part| ["resolved", "answered", "cancelled", "handoff"].contains(part)),
            _ => false,
        };
        assert!(allowed, "{place}: {name}={value}");
    }
    for name in ["locale", "user", "bot", "outcome"] {
        assert!(header.contains_key(name), "{place}: no {name}");
    }
    let (mut user_lines, mut bot_lines) = (0, 0);
    for line in body
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        match line.split_once(' ') {
            Some(("User:" | "User>", said)) if !said.is_empty() => user_lines += 1,
            Some(("User#", "code")) => user_lines += 1,
            Some(("Bot:" | "Bot~" | "Bot!", expected)) if user_lines > 0 => {
                assert!(
                    expected.split('|').all(|word| !word.is_empty()),
                    "{place}: `{line}`"
                );
                bot_lines += 1;
            }
            _ => panic!("{place}: `{line}`"),
        }
    }
    assert!(user_lines > 0, "{place}");
    Chat {
        header,
        user_lines,
        bot_lines,
    }
}

#[test]
fn conversations_are_well_formed_and_half_in_each_language() {
    for (folder, least) in [("conversations", 12), ("conversations/newcomers", 10)] {
        let chats = chats(folder);
        for locale in LOCALES {
            let count = chats
                .iter()
                .filter(|chat| chat.header.get("locale").is_some_and(|own| own == locale))
                .count();
            assert!(count >= least, "{folder}: {count} in {locale}");
        }
    }
}

#[test]
fn newcomers_are_not_told_what_to_expect() {
    for chat in chats("conversations/newcomers") {
        assert_eq!(chat.bot_lines, 0);
        assert!(chat.user_lines >= 3);
    }
}
