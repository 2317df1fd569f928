//! What the trainer answers, for people.

use serde_json::Value;

pub(super) use self::meanings::{keep_with, meanings};

mod meanings;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or(0)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// `intent change-plan`, `out-of-scope`.
fn label(label: &Value) -> String {
    match label.as_object().and_then(|label| label.iter().next()) {
        Some((kind, name)) => format!("{kind} {}", name.as_str().unwrap_or_default()),
        None => label.as_str().unwrap_or_default().to_owned(),
    }
}

fn readings(entry: &Value) -> String {
    let readings = list(entry, "readings").map(|reading| {
        let confidence = reading["confidence"].as_f64().unwrap_or(0.0);
        format!("{} {confidence:.2}", text(reading, "intent"))
    });
    readings.take(3).collect::<Vec<_>>().join(", ")
}

fn line(entry: &Value) {
    let labelled = match (&entry["draft"], &entry["published"]) {
        (Value::Null, Value::Null) => String::new(),
        (Value::Null, published) => format!("  = {}", label(published)),
        (draft, _) => format!("  → {}", label(draft)),
    };
    println!(
        "{}  {:>5}×  {:<14}  {}{labelled}  [{}]",
        text(entry, "id"),
        number(entry, "count"),
        text(entry, "why"),
        text(entry, "text"),
        readings(entry)
    );
}

/// How many there are beside those shown.
fn more(answer: &Value, shown: usize) {
    let total = number(answer, "total");
    if total > shown as u64 {
        println!("… and {} more; --limit shows them", total - shown as u64);
    }
}

pub(super) fn entries(answer: &Value) {
    let shown = list(answer, "entries").inspect(|entry| line(entry)).count();
    if shown == 0 {
        println!("Nothing waits for a label.");
    }
    more(answer, shown);
}

pub(super) fn groups(answer: &Value) {
    let mut shown = 0;
    for group in list(answer, "groups") {
        shown += 1;
        let representative = &group["representative"];
        println!(
            "{}  {} sentences, said {}×",
            text(representative, "id"),
            list(group, "members").count(),
            number(group, "count")
        );
        for sentence in list(group, "texts").filter_map(Value::as_str) {
            println!("    {sentence}");
        }
    }
    if shown == 0 {
        println!("Nothing waits for a label.");
    }
    more(answer, shown);
}

pub(super) fn entry(entry: &Value) {
    line(entry);
    println!("  locale    {}", text(entry, "locale"));
    for reading in list(entry, "readings") {
        let confidence = reading["confidence"].as_f64().unwrap_or(0.0);
        println!("  reading   {} at {confidence:.2}", text(reading, "intent"));
    }
    for session in list(entry, "sessions").filter_map(Value::as_str) {
        println!("  session   jackfield journal show {session}");
    }
}

pub(super) fn draft(draft: &Value) {
    let mut labels = 0;
    for labelled in list(draft, "labels") {
        labels += 1;
        let sentence = labelled["text"].as_str().unwrap_or("(has left the list)");
        println!(
            "{}  {sentence}  → {}",
            text(labelled, "id"),
            label(&labelled["label"])
        );
    }
    match labels {
        0 => println!("The draft is empty."),
        _ => println!(
            "{labels} labels, on top of version {}; `jackfield trainer effect` measures them, `publish` teaches them.",
            number(draft, "base")
        ),
    }
    warnings(draft);
}

fn warnings(answer: &Value) {
    for warning in list(answer, "warnings") {
        println!("{}: {}", text(warning, "code"), text(warning, "message"));
    }
}

pub(super) fn effect(answer: &Value) {
    let effect = &answer["effect"];
    // A share of how many, so that nobody takes one sentence of ten for a tenth of the customers.
    let counted = |name: &str, part: &str, whole: &str| {
        let side = |side: &str| {
            let (part, whole) = (number(&effect[side], part), number(&effect[side], whole));
            match whole {
                0 => "none to measure".to_owned(),
                _ => format!(
                    "{part} of {whole} ({:.1} %)",
                    part as f64 * 100.0 / whole as f64
                ),
            }
        };
        println!(
            "  {name:<22} {:>22}  →  {:>22}",
            side("before"),
            side("after")
        );
    };
    println!(
        "{} labels on top of version {}, measured on {} sentences, each read by a model that had not seen it:",
        number(answer, "labels"),
        number(answer, "base"),
        number(&effect["after"], "sentences") + number(&effect["after"], "out_of_scope")
    );
    counted("understood right", "right", "sentences");
    let f1 = |side: &str| format!("{:.3}", effect[side]["macro_f1"].as_f64().unwrap_or(0.0));
    println!(
        "  {:<22} {:>22}  →  {:>22}",
        "macro F1",
        f1("before"),
        f1("after")
    );
    counted("out of scope noticed", "noticed", "out_of_scope");
    let intent = |changed: &Value, key: &str| changed[key].as_str().unwrap_or("nothing").to_owned();
    for (key, heading) in [
        ("gained", "understood now"),
        ("lost", "no longer understood"),
    ] {
        let changes: Vec<&Value> = list(effect, key).collect();
        if changes.is_empty() {
            continue;
        }
        println!("{heading} ({}):", changes.len());
        for changed in changes {
            println!(
                "    {}  {}: {} → {}",
                text(changed, "text"),
                intent(changed, "expected"),
                intent(changed, "before"),
                intent(changed, "after")
            );
        }
    }
    for pair in list(effect, "newly_confused") {
        println!(
            "{} is taken for {} more often: {} of {} sentences before, now {}:",
            text(pair, "expected"),
            text(pair, "got"),
            number(pair, "before"),
            number(pair, "of"),
            list(pair, "sentences").count()
        );
        for sentence in list(pair, "sentences").filter_map(Value::as_str) {
            println!("    {sentence}");
        }
    }
    without_effect(answer);
    warnings(answer);
}

fn without_effect(answer: &Value) {
    let ids: Vec<&str> = list(answer, "without_effect")
        .filter_map(Value::as_str)
        .collect();
    if !ids.is_empty() {
        println!(
            "Without effect, because no installed pack has their intent or article: {}",
            ids.join(", ")
        );
    }
}

pub(super) fn published(answer: &Value) {
    println!(
        "Version {} is taught: {} sentences. `jackfield trainer rollback {}` goes back.",
        number(answer, "number"),
        number(answer, "sentences"),
        number(answer, "number").saturating_sub(1)
    );
    without_effect(answer);
}

/// Milliseconds since 1970, as a date and a time in UTC.
fn when(ms: u64) -> String {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
        .unwrap_or_default()
}

fn about(version: &Value) -> String {
    let restores = version["restores"].as_u64();
    let restores = restores.map_or(String::new(), |to| format!("  (back to {to})"));
    format!(
        "{:>4}  {}  {}{restores}  {}",
        number(version, "number"),
        when(number(version, "at")),
        text(version, "who"),
        text(version, "note")
    )
}

pub(super) fn history(answer: &Value) {
    let current = number(answer, "current");
    for version in list(answer, "versions") {
        let mark = if number(version, "number") == current {
            '*'
        } else {
            ' '
        };
        println!("{mark}{}", about(version));
    }
    for damaged in list(answer, "damaged") {
        println!(" {damaged:>4}  damaged, cannot be used");
    }
    if current == 0 {
        println!("Version 0 counts: what the packs teach by themselves.");
    }
}

pub(super) fn version(version: &Value) {
    println!("{}", about(version));
    for (id, correction) in version["corrections"].as_object().into_iter().flatten() {
        println!(
            "{id}  {}  = {}",
            text(correction, "text"),
            label(&correction["label"])
        );
    }
}
