use std::path::{Path, PathBuf};
use std::sync::Arc;

use jackfield_language::evaluation::{
    check_queries, evaluate_retrieval, read_articles, read_queries,
};
use jackfield_language::knowledge::{Scope, Validity};
use jackfield_language::{Article, SentenceEncoder};
use serde::Serialize;

use super::figures::{peak_mib, rounded};
use super::{coded, encoder, read};
use crate::learnt;

/// Search a knowledge base with questions whose article is known.
///
/// The knowledge base is a file of a pack (Markdown; CSV or TSV with id, locale, question, answer), a pack's directory or archive, or a
/// table of two columns with tabs between, under a heading:
///
///     id<TAB>question                (or id<TAB>answer)
///     repay-early<TAB>Can I repay early?
///
/// Dates and scopes of articles are left aside: all are searched. Questions to search with name the article that is right:
///
///     question<TAB>id
///     may I pay off my loan now<TAB>repay-early
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
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

/// The articles of a pack or a file, for everyone and always.
fn articles(kb: &Path) -> anyhow::Result<Vec<Article>> {
    let is_archive = kb.extension().is_some_and(|end| end == "jfpack");
    let mut articles = match kb.is_dir() || is_archive {
        true => learnt::training(&[kb.to_owned()])?.articles,
        false => read_articles(&kb.display().to_string(), &read(kb)?).map_err(coded)?,
    };
    anyhow::ensure!(!articles.is_empty(), "{} has no articles", kb.display());
    for article in &mut articles {
        article.scope = Scope::default();
        article.validity = Validity::default();
    }
    Ok(articles)
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let name = |file: &PathBuf| file.display().to_string();
    let articles = articles(&args.kb)?;
    let queries = |file: &PathBuf| -> anyhow::Result<Vec<(String, String)>> {
        let (name, text) = (name(file), read(file)?);
        let queries = read_queries(&name, &text).map_err(coded)?;
        check_queries(&name, &text, &articles).map_err(coded)?;
        Ok(queries)
    };
    let dev = args.dev.as_ref().map(queries);
    let queries = queries(&args.queries)?;
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
