//! `jackfield bench knowledge`: a large knowledge base, made of a small real one: how long a search takes, and how soon an
//! article that is published can be found.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, bail};
use jackfield_language::evaluation::{evaluate_retrieval, read_articles, read_queries};
use jackfield_language::knowledge::{Article, Change, KnowledgeBase, KnowledgeSettings};
use serde::Serialize;

/// Articles that are published one by one.
const PUBLISHED: usize = 60;

/// Measure a knowledge base of many articles, recombined from those of a file: searching, publishing, rolling back
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The articles: TSV with the columns `id` and `question` or `answer`
    #[arg(long)]
    kb: PathBuf,
    /// The questions: TSV with the columns `question` and `id`
    #[arg(long)]
    queries: PathBuf,
    /// How many articles
    #[arg(long, default_value_t = 100_000)]
    articles: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    articles: usize,
    index_s: f64,
    search_p50_us: f64,
    publish_p50_s: f64,
    publish_max_s: f64,
    roll_back_s: f64,
}

pub(crate) fn main(args: &Args) -> anyhow::Result<()> {
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path);
        text.with_context(|| format!("cannot read {}", path.display()))
    };
    let name = |path: &PathBuf| path.display().to_string();
    let real = read_articles(&name(&args.kb), &read(&args.kb)?)?;
    let queries = read_queries(&name(&args.queries), &read(&args.queries)?)?;
    if real.is_empty() || queries.is_empty() {
        bail!("there is nothing to measure: no article, or no question");
    }
    let articles = recombined(&real, args.articles);
    let found = evaluate_retrieval(&articles, &queries, None, None)?;
    let base = KnowledgeBase::new(articles, KnowledgeSettings::default())?;
    let mut times = Vec::with_capacity(PUBLISHED);
    for article in real.iter().cycle().take(PUBLISHED) {
        let began = Instant::now();
        base.publish(vec![Change::Publish(article.clone())])?;
        times.push(began.elapsed().as_secs_f64());
    }
    times.sort_unstable_by(f64::total_cmp);
    let versions = base.versions();
    let first = versions.first().context("no version is kept")?;
    let began = Instant::now();
    base.roll_back(first)?;
    let report = Report {
        articles: args.articles,
        index_s: found.index_s,
        search_p50_us: found.p50_us,
        publish_p50_s: times.get(times.len() / 2).copied().unwrap_or_default(),
        publish_max_s: times.last().copied().unwrap_or_default(),
        roll_back_s: began.elapsed().as_secs_f64(),
    };
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!(
        "{} articles, indexed in {:.1} s",
        report.articles, report.index_s
    );
    println!("  search     p50 {:.0} us", report.search_p50_us);
    println!(
        "  publishing one article takes {:.3} s, at most {:.3} s",
        report.publish_p50_s, report.publish_max_s
    );
    println!("  rolling back {:.3} s", report.roll_back_s);
    Ok(())
}

/// So many articles: each has the first half of one real article and the second half of another.
fn recombined(real: &[Article], count: usize) -> Vec<Article> {
    let mix = |a: &str, b: &str| {
        let half = |text: &str| text.chars().count() / 2;
        a.chars()
            .take(half(a))
            .chain(b.chars().skip(half(b)))
            .collect::<String>()
    };
    let all = real.len().max(1);
    (0..count)
        .filter_map(|n| {
            // Every article with itself, then with the next one, then with the one after that, and so on.
            let (a, b) = (real.get(n % all)?, real.get((n + n / all) % all)?);
            let questions = a.questions.iter().zip(&b.questions);
            Some(Article {
                id: format!("S{n}"),
                locale: a.locale.clone(),
                questions: questions.map(|(a, b)| mix(a, b)).collect(),
                answer: mix(&a.answer, &b.answer),
                ..Article::default()
            })
        })
        .collect()
}
