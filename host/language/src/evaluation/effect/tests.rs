use super::*;
use crate::{Example, OutOfScope};

fn training(examples: &[(&str, &str)]) -> Training {
    let examples = examples.iter().map(|(intent, text)| Example {
        intent: (*intent).to_owned(),
        locale: "en-US".to_owned(),
        text: (*text).to_owned(),
    });
    Training {
        examples: examples.collect(),
        ..Training::default()
    }
}

fn before() -> Training {
    let mut rows = Vec::new();
    let things = [
        "bill",
        "invoice",
        "statement",
        "receipt",
        "payment",
        "charge",
    ];
    let ways = ["show me my", "where is my", "i need the", "send me my last"];
    let rows_of = |intent: &'static str, ways: [&str; 4]| {
        ways.map(|way| things.map(|thing| (intent, format!("{way} {thing}"))))
    };
    rows.extend(rows_of("bill", ways).into_iter().flatten());
    let lost = [
        "i lost the card of my",
        "block the card for my",
        "someone stole the card for the",
        "my card is gone, stop the",
    ];
    rows.extend(rows_of("lost-card", lost).into_iter().flatten());
    let rows: Vec<(&str, &str)> = rows.iter().map(|(i, t)| (*i, t.as_str())).collect();
    training(&rows)
}

#[test]
fn nothing_changed_changes_nothing() {
    let same = effect(&before(), &before()).unwrap();
    assert_eq!(same.before, same.after);
    assert!(same.gained.is_empty() && same.lost.is_empty() && same.newly_confused.is_empty());
    assert!(same.after.accuracy > 0.8, "{same:?}");
    assert_eq!(same.after.oos_recall, None);
    assert_eq!((same.after.sentences, same.after.out_of_scope), (48, 0));
    assert_eq!(
        same.after.accuracy,
        same.after.right as f64 / same.after.sentences as f64
    );
}

#[test]
fn good_labels_gain_and_bad_labels_lose_what_they_touch() {
    let mut good = before();
    let roaming = [
        "can i use my phone abroad",
        "will my phone work abroad",
        "use the phone abroad in spain",
        "does my phone work abroad in france",
        "phone abroad, how",
        "my phone abroad does not work",
    ];
    for text in roaming {
        good.examples.push(Example {
            intent: "roaming".into(),
            locale: "en-US".into(),
            text: text.into(),
        });
    }
    for text in [
        "what is the weather like",
        "weather tomorrow",
        "how is the weather in paris",
        "the weather today",
    ] {
        good.out_of_scope.push(OutOfScope {
            locale: "en-US".into(),
            text: text.into(),
        });
    }
    let report = effect(&before(), &good).unwrap();
    let gained: Vec<&str> = report.gained.iter().map(|c| c.text.as_str()).collect();
    assert!(gained.contains(&"will my phone work abroad"), "{report:#?}");
    assert!(report.after.accuracy > report.before.accuracy);
    let (first, after) = (report.before, report.after);
    assert_eq!((after.sentences, after.out_of_scope), (54, 4));
    assert_eq!(first.sentences, 54, "the same sentences are read by both");
    assert_eq!(after.oos_recall, Some(after.noticed as f64 / 4.0));
    let net = report.gained.len() as i64 - report.lost.len() as i64;
    let rise = |figures: Figures| (figures.right + figures.noticed) as i64;
    assert_eq!(rise(after) - rise(first), net, "{report:#?}");
    assert_eq!(report, effect(&before(), &good).unwrap(), "the same again");

    let mut bad = before();
    for example in bad
        .examples
        .iter_mut()
        .filter(|e| e.text.starts_with("show me my"))
    {
        example.intent = "lost-card".into();
    }
    for text in [
        "show me the bill",
        "show me a bill please",
        "show me this bill",
    ] {
        bad.examples.push(Example {
            intent: "bill".into(),
            locale: "en-US".into(),
            text: text.into(),
        });
    }
    let report = effect(&before(), &bad).unwrap();
    assert!(!report.lost.is_empty(), "{report:#?}");
    assert!(
        report
            .newly_confused
            .iter()
            .any(|c| c.expected == "bill" && c.got == "lost-card" && c.of == 21),
        "{report:#?}"
    );
}

#[test]
fn empty_training_has_an_effect_of_nothing() {
    let nothing = effect(&Training::default(), &Training::default()).unwrap();
    assert_eq!(nothing.after.accuracy, 0.0);
    let first = effect(&Training::default(), &before()).unwrap();
    assert_eq!(first.before.accuracy, 0.0);
    assert!(first.after.accuracy > 0.8);
}
