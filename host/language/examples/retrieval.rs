//! How well articles are found: `retrieval KB.tsv QUERIES.tsv [DEV.tsv]`, or `retrieval --cross KB.tsv DEV.tsv` for a
//! five-fold cross-validation on the development queries.

use std::fs::read_to_string;

use jackfield_language::evaluation::{
    RetrievalReport, evaluate_retrieval, read_articles, read_queries,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--cross", kb, dev] => cross(kb, dev),
        [kb, queries] => run(kb, queries, None),
        [kb, queries, dev] => run(kb, queries, Some(dev)),
        _ => Err("usage: retrieval KB.tsv QUERIES.tsv [DEV.tsv] | --cross KB.tsv DEV.tsv".into()),
    }
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
    let articles = read_articles(kb, &read_to_string(kb)?)?;
    let queries = read_queries(dev, &read_to_string(dev)?)?;
    let fold = |id: &str| {
        id.bytes()
            .fold(7_usize, |sum, b| sum * 31 % 10_007 + usize::from(b))
            % FOLDS
    };
    let plain = evaluate_retrieval(&articles, &queries, None, None)?;
    print!("built-in weights:  ");
    show(&plain);
    let mut all: Option<RetrievalReport> = None;
    for held in 0..FOLDS {
        let (test, train): (Vec<_>, Vec<_>) = queries
            .iter()
            .cloned()
            .partition(|(_, id)| fold(id) == held);
        let report = evaluate_retrieval(&articles, &test, Some(&train), None)?;
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
