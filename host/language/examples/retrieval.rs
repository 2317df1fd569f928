//! How well articles are found: `retrieval KB.tsv QUERIES.tsv [DEV.tsv]`, or `retrieval --cross KB.tsv DEV.tsv` for a
//! five-fold cross-validation on the development queries; `--thresholds KB.tsv DEV.tsv` for what answers at a threshold are worth.
//! The environment variable `ENCODER` names the folder of a sentence encoder.

use std::fs::read_to_string;
use std::path::Path;
use std::sync::Arc;

use jackfield_language::evaluation::{
    RetrievalReport, evaluate_retrieval, read_articles, read_queries,
};
use jackfield_language::knowledge::{Change, KnowledgeBase, KnowledgeSettings, Search, Variant};

use jackfield_language::{BertEncoder, SentenceEncoder};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--cross", kb, dev] => cross(kb, dev),
        ["--thresholds", kb, dev] => thresholds(kb, dev),
        [kb, queries] => run(kb, queries, None),
        [kb, queries, dev] => run(kb, queries, Some(dev)),
        _ => Err("usage: retrieval KB.tsv QUERIES.tsv [DEV.tsv] | --cross KB.tsv DEV.tsv | --thresholds KB.tsv DEV.tsv".into()),
    }
}

/// The encoder in the folder that the environment variable `ENCODER` names.
fn encoder() -> Result<Option<Arc<dyn SentenceEncoder>>> {
    Ok(match std::env::var_os("ENCODER") {
        Some(folder) => Some(Arc::new(BertEncoder::load(Path::new(&folder))?)),
        None => None,
    })
}

fn run(kb: &str, queries: &str, dev: Option<&str>) -> Result<()> {
    let articles = read_articles(kb, &read_to_string(kb)?)?;
    let queries = read_queries(queries, &read_to_string(queries)?)?;
    let dev = dev
        .map(|dev| Ok::<_, Box<dyn std::error::Error>>(read_queries(dev, &read_to_string(dev)?)?))
        .transpose()?;
    show(&evaluate_retrieval(
        &articles,
        &queries,
        dev.as_deref(),
        None,
    )?);
    Ok(())
}

fn show(report: &RetrievalReport) {
    println!(
        "recall@1 {:.3}  recall@5 {:.3}  MRR {:.3}  p50 {:.0} us  index {:.2} s  learn {:.2} s  ({} queries)",
        report.recall_at_1,
        report.recall_at_5,
        report.mrr,
        report.p50_us,
        report.index_s,
        report.learn_s,
        report.queries.len(),
    );
}

/// Each fold by what was learned from the others; queries of one article stay together.
fn cross(kb: &str, dev: &str) -> Result<()> {
    const FOLDS: usize = 5;
    let encoder = encoder()?;
    let articles = read_articles(kb, &read_to_string(kb)?)?;
    let queries = read_queries(dev, &read_to_string(dev)?)?;
    let fold = |id: &str| {
        id.bytes()
            .fold(7_usize, |sum, b| sum * 31 % 10_007 + usize::from(b))
            % FOLDS
    };
    let plain = evaluate_retrieval(&articles, &queries, None, encoder.clone())?;
    print!("built-in weights:  ");
    show(&plain);
    let mut all: Option<RetrievalReport> = None;
    for held in 0..FOLDS {
        let (test, train): (Vec<_>, Vec<_>) = queries
            .iter()
            .cloned()
            .partition(|(_, id)| fold(id) == held);
        let report = evaluate_retrieval(&articles, &test, Some(&train), encoder.clone())?;
        match &mut all {
            None => all = Some(report),
            Some(all) => {
                let (a, b) = (all.queries.len() as f64, report.queries.len() as f64);
                let mean = |x: f64, y: f64| (x * a + y * b) / (a + b);
                all.recall_at_1 = mean(all.recall_at_1, report.recall_at_1);
                all.recall_at_5 = mean(all.recall_at_5, report.recall_at_5);
                all.mrr = mean(all.mrr, report.mrr);
                all.queries.extend(report.queries);
            }
        }
    }
    if let Some(all) = all {
        print!("learned, 5 folds:  ");
        show(&all);
    }
    Ok(())
}
/// What answers at a threshold are worth: the share of them that is right, and the share of questions that get one although
/// their article was taken away.
fn thresholds(kb: &str, dev: &str) -> Result<()> {
    let articles = read_articles(kb, &read_to_string(kb)?)?;
    let queries = read_queries(dev, &read_to_string(dev)?)?;
    let report = evaluate_retrieval(&articles, &queries, None, None)?;
    let base = KnowledgeBase::new(articles.clone(), KnowledgeSettings::default())?;
    let mut without = Vec::new();
    for (query, right) in &queries {
        let Some(article) = articles.iter().find(|article| article.id == *right) else {
            continue;
        };
        let (id, locale) = (article.id.clone(), article.locale.clone());
        let snapshot = base.publish(vec![Change::Remove {
            id,
            locale: locale.clone(),
            pack: None,
        }])?;
        let found = snapshot.search(&Search {
            query,
            locale: &locale,
            limit: 1,
            scopes: &[],
            now_ms: None,
            variant: Variant::Text,
        });
        without.push(found.first().map_or(0.0, |answer| answer.score));
        base.publish(vec![Change::Publish(article.clone())])?;
    }
    println!("threshold  answered  right of these  answered without the article");
    for threshold in (3..19).map(|step| step as f32 * 0.05) {
        let given: Vec<_> = report
            .queries
            .iter()
            .filter(|q| q.score >= threshold)
            .collect();
        let right = given.iter().filter(|q| q.place == Some(1)).count();
        let wrong = without.iter().filter(|score| **score >= threshold).count();
        let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
        println!(
            "{threshold:.2}       {:.3}     {:.3}           {:.3}",
            share(given.len(), report.queries.len()),
            share(right, given.len()),
            share(wrong, without.len()),
        );
    }
    Ok(())
}
