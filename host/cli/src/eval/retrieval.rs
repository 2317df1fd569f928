use std::path::PathBuf;
use std::sync::Arc;

use jackfield_language::SentenceEncoder;
use jackfield_language::evaluation::{evaluate_retrieval, read_articles, read_queries};
use serde::Serialize;

use super::figures::{peak_mib, rounded};
use super::{encoder, read};

/// Search a knowledge base with questions whose article is known.
///
/// The knowledge base has the columns `id` and `question` or `answer`, queries have `question` and `id`, separated by tabs, under a heading.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The articles
    #[arg(long)]
    kb: PathBuf,
    /// Questions to search with
    #[arg(long)]
    queries: PathBuf,
    /// Questions to learn from how answers are ordered
    #[arg(long)]
    dev: Option<PathBuf>,
    /// Folder of a sentence encoder (model.safetensors, tokenizer, config.json)
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Questions that are shown with what came first instead
    #[arg(long, default_value_t = 0)]
    missed: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    recall_at_1: f64,
    recall_at_5: f64,
    mrr: f64,
    p50_us: f64,
    index_s: f64,
    learn_s: f64,
    peak_mib: f64,
    articles: usize,
    queries: usize,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let name = |file: &PathBuf| file.display().to_string();
    let articles = read_articles(&name(&args.kb), &read(&args.kb)?)?;
    let queries = read_queries(&name(&args.queries), &read(&args.queries)?)?;
    let dev = args
        .dev
        .as_ref()
        .map(|file| Ok::<_, anyhow::Error>(read_queries(&name(file), &read(file)?)?));
    let encoder = encoder(args.encoder.as_ref())?;
    let encoder = encoder.map(|encoder| Arc::new(encoder) as Arc<dyn SentenceEncoder>);
    let report = evaluate_retrieval(&articles, &queries, dev.transpose()?.as_deref(), encoder)?;
    let figures = Figures {
        recall_at_1: rounded(report.recall_at_1),
        recall_at_5: rounded(report.recall_at_5),
        mrr: rounded(report.mrr),
        p50_us: report.p50_us.round(),
        index_s: rounded(report.index_s),
        learn_s: rounded(report.learn_s),
        peak_mib: peak_mib().round(),
        articles: articles.len(),
        queries: queries.len(),
    };
    if args.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(());
    }
    println!(
        "{} articles, {} questions",
        figures.articles, figures.queries
    );
    println!(
        "  the right article first {:.4}, among the first five {:.4}, mean reciprocal rank {:.4}",
        figures.recall_at_1, figures.recall_at_5, figures.mrr
    );
    println!(
        "  indexed in {:.2} s, half of the searches take less than {:.0} µs, {:.0} MiB at most",
        figures.index_s, figures.p50_us, figures.peak_mib
    );
    let missed = report.queries.iter().filter(|query| query.place != Some(1));
    for query in missed.take(args.missed) {
        let first = query.first.as_deref().unwrap_or("nothing");
        println!(
            "  {} should find {}, finds {first} at {:.2}",
            query.query, query.right, query.score
        );
    }
    Ok(())
}
