use std::path::PathBuf;

use anyhow::Context as _;
use jackfield_language::evaluation::{
    IntentReport, IntentSets, Labelled, cross_validate, evaluate_intents, interval,
};
use jackfield_language::{Example, Training};
use serde::Serialize;

use super::figures::{peak_mib, rounded};
use super::report::{self, About};
use super::{as_encoder, encoder, labelled, sentences};
use crate::learnt;

/// Learn from sentences with labels and measure on others.
///
/// Files are lines of `text`, a tab and `label` under a heading:
///
///     text<TAB>label
///     I lost my card<TAB>lost-card
///
/// or lines of JSON objects, {"text": "I lost my card", "label": "lost-card"}, or a pack's own examples (intent, locale, text). Further
/// columns are passed over. Files of sentences no label fits have the same form; their labels are not looked at. Without `--test`, parts
/// of the training sentences are left out in turn and measured on.
///
/// With `--json`, shares are from 0 to 1; `oos_recall` is null when no sentences out of scope were given.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Sentences to learn from
    #[arg(long, required_unless_present = "pack")]
    train: Option<PathBuf>,
    /// Learn from the examples of a pack's source directory instead
    #[arg(long, conflicts_with = "train")]
    pack: Vec<PathBuf>,
    /// Sentences to measure on [default: parts of the training sentences, in turn]
    #[arg(long)]
    test: Option<PathBuf>,
    /// Sentences to fit confidences and the threshold on [default: training sentences that are left out]
    #[arg(long, requires = "test")]
    valid: Option<PathBuf>,
    /// Sentences no label fits, for the threshold
    #[arg(long, requires = "test")]
    oos_valid: Option<PathBuf>,
    /// Sentences no label fits, to measure on
    #[arg(long, requires = "test")]
    oos_test: Option<PathBuf>,
    /// Folder of a sentence encoder (model.safetensors, tokenizer, config.json)
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Into how many parts the training sentences are divided without `--test`
    #[arg(long, default_value = "5", value_parser = folds)]
    folds: usize,
    /// Write a page with plots and what is confused
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    accuracy: f64,
    macro_f1: f64,
    ece: f64,
    in_scope_accuracy: f64,
    oos_recall: Option<f64>,
    threshold: f64,
    train_s: f64,
    p50_us: f64,
    peak_mib: f64,
    sentences: usize,
    unseen: usize,
    unseen_accuracy: f64,
}

/// A number of parts that leaves something to learn from and something to measure on.
fn folds(text: &str) -> Result<usize, String> {
    let parts = text.parse().ok().filter(|parts| (2..=100).contains(parts));
    parts.ok_or_else(|| "write a number from 2 to 100".to_owned())
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let train = training(&args)?;
    let learnt = taught(&args, &train)?;
    let encoder = encoder(args.encoder.as_ref())?;
    let encoder = as_encoder(&encoder);
    let train_sentences = train.len();
    let learnt = learnt.version(encoder);
    let measured = match &args.test {
        Some(test) => {
            let optional = |file: &Option<PathBuf>| file.as_deref().map(sentences).transpose();
            let sets = IntentSets {
                test: labelled(test)?,
                valid: args
                    .valid
                    .as_deref()
                    .map(labelled)
                    .transpose()?
                    .unwrap_or_default(),
                oos_valid: optional(&args.oos_valid)?.unwrap_or_default(),
                oos_test: optional(&args.oos_test)?.unwrap_or_default(),
                train,
            };
            evaluate_intents(&sets, encoder)?
        }
        None => cross_validate(&train, args.folds, encoder)?,
    };
    let figures = figures(&measured);
    if let Some(file) = &args.report {
        let about = about(&args, train_sentences, learnt);
        std::fs::write(file, report::page(&measured, &about)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&figures)?);
    } else {
        print(&figures, &measured);
    }
    Ok(())
}

fn training(args: &Args) -> anyhow::Result<Vec<Labelled>> {
    if let Some(file) = &args.train {
        return labelled(file);
    }
    let examples = learnt::training(&args.pack)?.examples.into_iter();
    let rows: Vec<Labelled> = examples
        .map(|example| Labelled {
            text: example.text,
            label: example.intent,
        })
        .collect();
    anyhow::ensure!(!rows.is_empty(), "the packs have no examples");
    Ok(rows)
}

/// What a host would learn: all that the packs teach, or the sentences of a file.
fn taught(args: &Args, train: &[Labelled]) -> anyhow::Result<Training> {
    if args.train.is_none() {
        return learnt::training(&args.pack);
    }
    let examples = train.iter().map(|row| Example {
        intent: row.label.clone(),
        locale: String::new(),
        text: row.text.clone(),
    });
    Ok(Training {
        examples: examples.collect(),
        ..Training::default()
    })
}

/// What the page says of where its figures come from.
fn about(args: &Args, train: usize, model: String) -> About {
    let mut files = Vec::new();
    let mut named = |what, paths: &[PathBuf]| {
        files.extend(paths.iter().map(|path| (what, path.display().to_string())));
    };
    let list = |file: &Option<PathBuf>| file.iter().cloned().collect::<Vec<_>>();
    named("learnt from · 训练", &list(&args.train));
    named("learnt from · 训练", &args.pack);
    named("measured on · 测试", &list(&args.test));
    named("thresholds from · 阈值", &list(&args.valid));
    named(
        "out of scope, thresholds · 超范围，阈值",
        &list(&args.oos_valid),
    );
    named(
        "out of scope, measured on · 超范围，测试",
        &list(&args.oos_test),
    );
    About {
        files,
        train,
        folds: args.test.is_none().then_some(args.folds),
        encoder: args.encoder.as_ref().map(|dir| dir.display().to_string()),
        model,
        at: jiff::Zoned::now().strftime("%Y-%m-%d %H:%M %Z").to_string(),
    }
}

fn figures(report: &IntentReport) -> Figures {
    Figures {
        accuracy: rounded(report.accuracy),
        macro_f1: rounded(report.macro_f1),
        ece: rounded(report.ece),
        in_scope_accuracy: rounded(report.in_scope_accuracy),
        oos_recall: report.oos_recall.map(rounded),
        threshold: rounded(report.threshold.into()),
        train_s: rounded(report.train_s),
        p50_us: report.p50_us.round(),
        peak_mib: peak_mib().round(),
        sentences: report.sentences,
        unseen: report.unseen,
        unseen_accuracy: rounded(report.unseen_accuracy),
    }
}

/// Pairs of labels that are shown in the terminal.
const SHOWN: usize = 12;

fn print(figures: &Figures, report: &IntentReport) {
    println!("{} sentences", figures.sentences);
    let (low, high) = interval(report.accuracy, report.sentences);
    println!(
        "  accuracy {:.4} (with 95 % probability {low:.4} to {high:.4}), macro-F1 {:.4}",
        figures.accuracy, figures.macro_f1
    );
    if figures.unseen < figures.sentences {
        println!(
            "  of the {} that were not learnt word for word {:.4}",
            figures.unseen, figures.unseen_accuracy
        );
    }
    println!("  expected calibration error {:.4}", figures.ece);
    println!(
        "  at threshold {:.3}: in scope and right {:.4}",
        figures.threshold, figures.in_scope_accuracy
    );
    if let Some(recall) = figures.oos_recall {
        println!("    out of scope and known as such {recall:.4}");
    } else {
        println!("    out of scope: not measured; give --oos-test (and --oos-valid)");
    }
    println!(
        "  learnt in {:.1} s, half of the sentences take less than {:.0} µs, {:.0} MiB at most",
        figures.train_s, figures.p50_us, figures.peak_mib
    );
    if !report.confusions.is_empty() {
        println!("most confused:");
    }
    for confusion in report.confusions.iter().take(SHOWN) {
        println!(
            "  {:3} × {} taken for {}",
            confusion.sentences.len(),
            confusion.expected,
            confusion.got
        );
        for sentence in confusion.sentences.iter().take(2) {
            println!("        {sentence}");
        }
    }
}
