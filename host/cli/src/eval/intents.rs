use std::path::PathBuf;

use anyhow::Context as _;
use jackfield_language::evaluation::{
    IntentReport, IntentSets, Labelled, cross_validate, evaluate_intents,
};
use serde::Serialize;

use super::figures::{peak_mib, rounded};
use super::{as_encoder, encoder, labelled, report, sentences};

/// Learn from sentences with labels and measure on others.
///
/// Files are lines of `text`, a tab and `label` under a heading, or lines of JSON objects with these fields. Without `--test`, parts of
/// the training sentences are left out in turn and measured on.
#[derive(clap::Args)]
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
    #[arg(long, default_value_t = 5)]
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

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let train = training(&args)?;
    let encoder = encoder(args.encoder.as_ref())?;
    let encoder = as_encoder(&encoder);
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
        std::fs::write(file, report::page(&measured)?)
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
    let mut rows = Vec::new();
    for dir in &args.pack {
        let examples = jackfield_packs::read_training(dir)?.examples;
        rows.extend(examples.into_iter().map(|example| Labelled {
            text: example.text,
            label: example.intent,
        }));
    }
    anyhow::ensure!(!rows.is_empty(), "the packs have no examples");
    Ok(rows)
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
    println!(
        "  accuracy {:.4}, macro-F1 {:.4}",
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
