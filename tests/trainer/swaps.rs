//! The model is swapped many times while customers talk (`SWAPS` says how often): no turn fails, every message gets its one
//! answer, and what was understood is what the model named in the record understands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::support::{Carrier, Chat, Host, journal};
use super::{SENTENCE, answer, trainer};

const CONTACTS: usize = 8;
/// Taught as a question of the knowledge, so that an answer takes both halves of a model.
const QUESTION: &str = "卡片泡水里了咋整";
/// Ends what the sentence before began, and the patience that it cost.
const CANCEL: &str = "取消";

#[test]
fn swaps_under_load_fail_no_turn_and_mix_none() {
    let swaps = std::env::var("SWAPS").map_or(30, |text| text.parse::<usize>().unwrap());
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let carrier = Carrier::start();
    let host = Host::start(data, &carrier.url()).unwrap();
    let label = |meaning: &[&str], text: &str| {
        let arguments = [&["label", "--text", text, "--locale", "zh-CN"], meaning].concat();
        trainer(&host, data, &arguments).unwrap();
    };
    label(&["--intent", "change-plan"], SENTENCE);
    label(&["--article", "sim-damaged"], QUESTION);
    trainer(&host, data, &["publish", "--who", "anna"]).unwrap();

    let stop = AtomicBool::new(false);
    let sessions: Vec<(String, usize)> = std::thread::scope(|scope| {
        let talk = || {
            let mut chat = Chat::open(host.address, "zh-CN").unwrap();
            let mut said = 0;
            while !stop.load(Ordering::Relaxed) {
                for text in [SENTENCE, CANCEL, QUESTION, CANCEL] {
                    answer(&mut chat, text);
                    said += 1;
                }
            }
            (chat.session, said)
        };
        let contacts: Vec<_> = (0..CONTACTS).map(|_| scope.spawn(talk)).collect();
        for swap in 0..swaps {
            let version = if swap % 2 == 0 { "0" } else { "1" };
            trainer(&host, data, &["rollback", version, "--who", "anna"]).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        let ended = contacts.into_iter().map(|contact| contact.join().unwrap());
        ended.collect()
    });
    assert!(host.stop().unwrap().success());

    let mut decisions: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut turns: Vec<(u64, String)> = Vec::new();
    for (session, said) in &sessions {
        let mut answered = 0;
        for record in journal(data, session).unwrap() {
            for step in record["steps"].as_array().unwrap() {
                assert!(step["outcome"]["replied"].is_object(), "{step:#}");
            }
            let Some(text) = record["said"][0]["text"].as_str() else {
                continue;
            };
            answered += 1;
            let model = record["model"].as_str().unwrap();
            turns.push((record["at"].as_u64().unwrap(), model.to_owned()));
            if text != CANCEL {
                let decision = record["decision"].clone();
                let decision = format!("{} {}", decision["action"], decision["reason"]);
                let key = (text.to_owned(), model.to_owned());
                decisions.entry(key).or_default().insert(decision);
            }
        }
        assert_eq!(answered, *said, "every message has one turn");
    }
    let models: BTreeSet<&String> = turns.iter().map(|(_, model)| model).collect();
    assert_eq!(models.len(), 2, "{models:?}");
    turns.sort_unstable();
    let swapped = turns.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    let swapped = swapped.count();
    assert!(
        swapped > swaps / 2,
        "only {swapped} swaps fell between turns"
    );
    println!(
        "{} turns, {swapped} of {swaps} swaps between them",
        turns.len()
    );
    for ((text, model), decided) in &decisions {
        assert_eq!(decided.len(), 1, "{text} by {model}: {decided:?}");
    }
    for text in [SENTENCE, QUESTION] {
        let of_text = decisions.iter().filter(|((said, _), _)| said == text);
        let different: BTreeSet<_> = of_text.flat_map(|(_, decided)| decided).collect();
        assert_eq!(different.len(), 2, "both models say the same of {text}");
    }
}
