//! `jackfield train`: learns from packs, and says what is hard to tell apart.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jackfield_language::evaluation::{Labelled, cross_validate};
use jackfield_language::{Example, Model, SentenceEncoder, normalise};
use serde_json::json;

use crate::eval::{self, as_encoder};
use crate::learnt::Packs;

/// Learn from the language data of packs, and say what is hard to tell apart.
///
/// The host does the same by itself when it starts and when data changes. This shows what would come of it: how many examples each intent
/// has, which sentences stand under two intents, and how well the intents are told apart when parts of the examples are left out in turn.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    packs: Packs,
    /// Folder of a sentence encoder
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Fewer examples of an intent in a language teach little.
const FEW: usize = 5;
/// Pairs of intents that are shown.
const PAIRS: usize = 8;

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let training = args.packs.training()?;
    anyhow::ensure!(
        !training.examples.is_empty(),
        "the packs have no examples to learn from"
    );
    let encoder = eval::encoder(args.encoder.as_ref())?;
    let rows: Vec<Labelled> = training
        .examples
        .iter()
        .map(|example| Labelled {
            text: example.text.clone(),
            label: example.intent.clone(),
        })
        .collect();
    let left_out = cross_validate(&rows, 5, as_encoder(&encoder))?;
    let began = Instant::now();
    let encoder = encoder.map(|encoder| Arc::new(encoder) as Arc<dyn SentenceEncoder>);
    let model = Model::train_with(&training, encoder)?;
    let seconds = began.elapsed().as_secs_f64();
    let few = few(&training.examples);
    let twice = under_two_intents(&training.examples);
    if args.json {
        println!(
            "{}",
            json!({
                "model": model.version(),
                "train_s": seconds,
                "examples": training.examples.len(),
                "articles": training.articles.len(),
                "names": training.gazetteers.len(),
                "accuracy": left_out.accuracy,
                "macro_f1": left_out.macro_f1,
                "ece": left_out.ece,
                "few_examples": few,
                "under_two_intents": twice,
            })
        );
        return Ok(());
    }
    println!(
        "model {}: {} examples, {} articles, {} names, learnt in {seconds:.2} s",
        model.version(),
        training.examples.len(),
        training.articles.len(),
        training.gazetteers.len()
    );
    println!(
        "  with a fifth of the examples left out in turn: {:.1} % right, macro-F1 {:.3}, calibration error {:.3}",
        left_out.accuracy * 100.0,
        left_out.macro_f1,
        left_out.ece
    );
    for (intent, locale, number) in &few {
        println!("few examples: {intent} in {locale} has {number}; {FEW} and more teach it");
    }
    for (sentence, intents) in &twice {
        println!(
            "under two intents: “{sentence}” stands under {}",
            intents.join(" and ")
        );
    }
    for confusion in left_out.confusions.iter().take(PAIRS) {
        println!(
            "hard to tell apart: {} taken for {}",
            confusion.expected, confusion.got
        );
        for sentence in confusion.sentences.iter().take(3) {
            println!("    {sentence}");
        }
    }
    Ok(())
}

/// Intents with few examples in a locale, and their number.
fn few(examples: &[Example]) -> Vec<(String, String, usize)> {
    let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for example in examples {
        *numbers
            .entry((&example.intent, &example.locale))
            .or_default() += 1;
    }
    numbers
        .into_iter()
        .filter(|(_, number)| *number < FEW)
        .map(|((intent, locale), number)| (intent.to_owned(), locale.to_owned(), number))
        .collect()
}

/// Sentences that stand under several intents.
fn under_two_intents(examples: &[Example]) -> Vec<(String, Vec<String>)> {
    let mut intents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for example in examples {
        let of_sentence = intents.entry(normalise(&example.text)).or_default();
        if !of_sentence.contains(&example.intent) {
            of_sentence.push(example.intent.clone());
        }
    }
    intents.retain(|_, intents| intents.len() > 1);
    intents.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(intent: &str, text: &str) -> Example {
        Example {
            intent: intent.to_owned(),
            locale: "en-US".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn says_where_the_examples_are_weak() {
        let examples = [
            example("a", "Cancel it"),
            example("b", "cancel  it"),
            example("b", "stop"),
        ];
        let twice = under_two_intents(&examples);
        assert_eq!(
            twice,
            [("cancel it".to_owned(), vec!["a".to_owned(), "b".to_owned()])]
        );
        assert_eq!(few(&examples).len(), 2);
    }
}
