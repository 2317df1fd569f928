//! Measures the model on TSV files.
//!
//! `quality intents TRAIN TEST [OOS]`: files of `text, label`; OOS holds sentences no label fits.
//! `quality knowledge KB QUERIES`: `id, question` and `question, id`.
//! `quality say EXAMPLES KNOWLEDGE TEXT…`: the files of a pack (`intent, locale, text` and `id, locale, question, answer`), and what each text means.
//! `quality speed`: time to parse a sentence with 600 examples.

use std::collections::HashMap;
use std::time::Instant;

use jackfield_language::{ANSWER_THRESHOLD, Article, Example, Model, ParseContext, Training};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["intents", train, test] => intents(train, test, None),
        ["intents", train, test, oos] => intents(train, test, Some(oos)),
        ["knowledge", kb, queries] => knowledge(kb, queries),
        ["say", examples, articles, texts @ ..] => say(examples, articles, texts),
        ["speed"] => speed(),
        _ => Err("usage: quality intents TRAIN TEST [OOS] | knowledge KB QUERIES | say EXAMPLES KNOWLEDGE TEXT… | speed".into()),
    }
}

const CONTEXT: ParseContext<'_> = ParseContext {
    now_ms: 1_795_000_000_000,
    time_zone: "Asia/Shanghai",
    locale: "zh-CN",
};

fn rows(path: &str) -> Result<Vec<(String, String)>, std::io::Error> {
    let text = std::fs::read_to_string(path)?;
    let pair = |line: &str| {
        line.split_once('\t')
            .map(|(a, b)| (a.to_owned(), b.trim().to_owned()))
    };
    Ok(text.lines().skip(1).filter_map(pair).collect())
}

fn intents(train: &str, test: &str, oos: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    let examples = rows(train)?
        .into_iter()
        .map(|(text, intent)| Example {
            intent,
            locale: "en-US".into(),
            text,
        })
        .collect();
    let start = Instant::now();
    let model = Model::train(&Training {
        examples,
        ..Training::default()
    })?;
    let trained = start.elapsed();
    let test = rows(test)?;
    let (mut right, mut accepted, mut accepted_right) = (0, 0, 0);
    let mut bins: Vec<(f32, bool)> = Vec::new();
    let start = Instant::now();
    for (text, intent) in &test {
        let parsed = model.parse(text, &CONTEXT);
        let best = parsed
            .intent
            .as_ref()
            .or(parsed.alternatives.first().map(|a| &a.intent));
        let confidence = if parsed.intent.is_some() {
            parsed.confidence
        } else {
            parsed.alternatives.first().map_or(0.0, |a| a.confidence)
        };
        let hit = best == Some(intent);
        right += usize::from(hit);
        accepted += usize::from(parsed.intent.is_some());
        accepted_right += usize::from(parsed.intent.as_ref() == Some(intent));
        bins.push((confidence, hit));
    }
    let parse_us = start.elapsed().as_secs_f64() * 1e6 / test.len().max(1) as f64;
    bins.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ece: f32 = bins
        .chunks(bins.len().div_ceil(10).max(1))
        .map(|bin| {
            let n = bin.len() as f32;
            let confidence = bin.iter().map(|b| b.0).sum::<f32>() / n;
            let accuracy = bin.iter().filter(|b| b.1).count() as f32 / n;
            (confidence - accuracy).abs() * n / bins.len() as f32
        })
        .sum();
    let n = test.len() as f64;
    println!(
        "best reading right {:.3} (with an alternative below 0.1 counted wrong); ECE {ece:.3}",
        right as f64 / n
    );
    println!(
        "at the threshold: accepted {:.3}, accepted and right {:.3}",
        accepted as f64 / n,
        accepted_right as f64 / n
    );
    if let Some(oos) = oos {
        let oos = rows(oos)?;
        let refused = oos
            .iter()
            .filter(|(text, _)| model.parse(text, &CONTEXT).intent.is_none())
            .count();
        println!(
            "out of scope refused {:.3}",
            refused as f64 / oos.len() as f64
        );
    }
    println!("trained in {trained:.2?}, {parse_us:.1} µs a sentence");
    Ok(())
}

fn knowledge(kb: &str, queries: &str) -> Result<(), Box<dyn std::error::Error>> {
    let articles = rows(kb)?
        .into_iter()
        .map(|(id, question)| Article {
            id,
            locale: "zh-CN".into(),
            questions: vec![question.clone()],
            answer: question,
            ..Article::default()
        })
        .collect();
    let start = Instant::now();
    let model = Model::train(&Training {
        articles,
        ..Training::default()
    })?;
    let trained = start.elapsed();
    let queries = rows(queries)?;
    let start = Instant::now();
    let mut ranks: HashMap<usize, usize> = HashMap::new();
    // Score and rightness of the best answer, and the score of the best wrong one: what a question that no article answers gets.
    let mut best = Vec::new();
    for (question, id) in &queries {
        let found = model.search(question, "zh-CN", 5);
        if let Some(rank) = found.iter().position(|answer| answer.id == *id) {
            *ranks.entry(rank).or_default() += 1;
        }
        let wrong = found
            .iter()
            .find(|answer| answer.id != *id)
            .map_or(0.0, |answer| answer.score);
        best.push((
            found.first().map_or(0.0, |answer| answer.score),
            found.first().is_some_and(|answer| answer.id == *id),
            wrong,
        ));
    }
    let per_query = start.elapsed().as_secs_f64() * 1e6 / queries.len().max(1) as f64;
    let n = queries.len() as f64;
    let top5: usize = ranks.values().sum();
    println!(
        "recall@1 {:.3}, recall@5 {:.3}",
        ranks.get(&0).copied().unwrap_or(0) as f64 / n,
        top5 as f64 / n
    );
    for threshold in [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, ANSWER_THRESHOLD] {
        let given = best
            .iter()
            .filter(|(score, ..)| *score >= threshold)
            .count();
        let right = best
            .iter()
            .filter(|(score, right, _)| *score >= threshold && *right)
            .count();
        let unanswerable = best
            .iter()
            .filter(|(.., wrong)| *wrong >= threshold)
            .count();
        println!(
            "from {threshold:.2}: answers {:.3}, right of these {:.3}, answers what it cannot {:.3}",
            given as f64 / n,
            right as f64 / given.max(1) as f64,
            unanswerable as f64 / n
        );
    }
    println!("trained in {trained:.2?}, {per_query:.1} µs a query");
    Ok(())
}

fn say(examples: &str, articles: &str, texts: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let read = |path: &str| -> Result<Vec<Vec<String>>, std::io::Error> {
        Ok(std::fs::read_to_string(path)?
            .lines()
            .skip(1)
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect())
    };
    let mut training = Training::default();
    for row in read(examples)? {
        if let [intent, locale, text, ..] = row.as_slice() {
            training.examples.push(Example {
                intent: intent.clone(),
                locale: locale.clone(),
                text: text.clone(),
            });
        }
    }
    for row in read(articles)? {
        if let [id, locale, question, answer, ..] = row.as_slice() {
            match training
                .articles
                .iter_mut()
                .find(|article| article.id == *id && article.locale == *locale)
            {
                Some(article) => article.questions.push(question.clone()),
                None => training.articles.push(Article {
                    id: id.clone(),
                    locale: locale.clone(),
                    questions: vec![question.clone()],
                    answer: answer.clone(),
                    ..Article::default()
                }),
            }
        }
    }
    let model = Model::train(&training)?;
    for text in texts {
        let parsed = model.parse(text, &CONTEXT);
        let others: Vec<_> = parsed
            .alternatives
            .iter()
            .map(|a| format!("{} {:.2}", a.intent, a.confidence))
            .collect();
        let entities: Vec<_> = parsed
            .entities
            .iter()
            .map(|e| format!("{}={}", e.kind, e.value))
            .collect();
        let locale = model
            .detect_locale(text, CONTEXT.locale)
            .unwrap_or(CONTEXT.locale);
        let answers: Vec<_> = model
            .search(text, locale, 2)
            .iter()
            .map(|a| format!("{} {:.2}", a.id, a.score))
            .collect();
        println!(
            "{text}\n    {} {:.2}  others {others:?}  entities {entities:?}  answers {answers:?}",
            parsed.intent.as_deref().unwrap_or("–"),
            parsed.confidence
        );
    }
    Ok(())
}

/// 600 made-up examples of 30 intents, and sentences like those people write.
fn speed() -> Result<(), Box<dyn std::error::Error>> {
    let things = [
        "套餐",
        "流量",
        "话费",
        "宽带",
        "账单",
        "积分",
        "roaming",
        "data pack",
        "bill",
        "balance",
        "plan",
        "SIM card",
        "voicemail",
        "5G",
        "发票",
    ];
    let asks_zh = [
        "我想查一下我的{}",
        "{}还剩多少",
        "怎么办理{}",
        "请问{}多少钱一个月",
        "帮我取消{}",
        "我的{}有问题",
        "{}什么时候到期",
        "能不能换一个{}",
        "最近有什么{}优惠",
        "给我推荐一个{}",
    ];
    let asks_en = [
        "what is my {}",
        "how do I cancel my {}",
        "I want to change my {} please",
        "how much does the {} cost per month",
        "when does my {} expire",
        "there is a problem with my {}",
        "can you recommend a {}",
        "please check the {} for me",
        "is there a discount on {}",
        "activate {} for my number",
    ];
    let mut examples = Vec::new();
    for (n, thing) in things.iter().enumerate() {
        for (m, (zh, en)) in asks_zh.iter().zip(asks_en).enumerate() {
            for extra in ["", if m % 2 == 0 { "，谢谢" } else { " 现在" }] {
                examples.push(Example {
                    intent: format!("intent-{}", (n * 2 + m % 2) % 30),
                    locale: "zh-CN".into(),
                    text: zh.replace("{}", thing) + extra,
                });
                examples.push(Example {
                    intent: format!("intent-{}", (n * 2 + m % 2) % 30),
                    locale: "en-US".into(),
                    text: en.replace("{}", thing) + extra,
                });
            }
        }
    }
    let start = Instant::now();
    let count = examples.len();
    let model = Model::train(&Training {
        examples,
        ..Training::default()
    })?;
    println!("{count} examples trained in {:.2?}", start.elapsed());
    let long = "流量还剩多少，1 2-3 how much is 128元 ".repeat(400);
    for text in [
        long.as_str(),
        "我想把现在的套餐换成每月128元的，下个月生效可以吗",
        "你好，流量还剩多少",
        "could you please tell me how much data I have left this month",
        "cancel my data pack",
        "13812345678",
        "好的",
    ] {
        // The fastest of many short batches is what it takes when nothing else runs on the core.
        let (batches, rounds) = (200, if text.len() > 1_000 { 2 } else { 100_u32 });
        let fastest = (0..batches)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..rounds {
                    std::hint::black_box(model.parse(std::hint::black_box(text), &CONTEXT));
                }
                start.elapsed() / rounds
            })
            .min()
            .unwrap_or_default();
        let shown: String = text.chars().take(60).collect();
        println!(
            "{:6.1} µs  {shown} ({} bytes)",
            fastest.as_secs_f64() * 1e6,
            text.len()
        );
    }
    Ok(())
}
