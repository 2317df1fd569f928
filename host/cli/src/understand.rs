//! `jackfield understand`: why one sentence is understood as it is, and what the bot would do.

mod would;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::ensure;
use jackfield_core::{Entity, ErrorCode, language_of};
use jackfield_engine::Reader;
use jackfield_language::knowledge::{Asker, End, Scope, moment};
use jackfield_language::{Explanation, Model, ParseContext, SentenceEncoder};
use serde_json::json;

use self::would::would;
use crate::eval;
use crate::learnt::Packs;

/// Explain how one sentence is understood: intents, what decided, entities, knowledge, and what the bot would do.
///
/// What it would do is said for a sentence that begins a conversation, with what the packs teach by themselves. What staff have published
/// (`jackfield trainer`) is known to the running host only.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The sentence
    sentence: String,
    #[command(flatten)]
    packs: Packs,
    /// Folder of a sentence encoder
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// Language of the conversation [default: that of the sentence]
    #[arg(long)]
    locale: Option<String>,
    /// The day, or moment, at which it is said, like 2026-03-01 or "2026-03-01 09:30" [default: now]
    #[arg(long)]
    date: Option<String>,
    /// Time zone of the contact, for dates
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
    /// Show articles of this scope too, like pack:com.example.shop; may be repeated
    #[arg(long = "scope", value_parser = scope)]
    scopes: Vec<Scope>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Articles that are shown.
const ARTICLES: usize = 3;

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    let surroundings = ErrorCode::UnknownSurroundings;
    ensure!(
        jiff::tz::TimeZone::get(&args.time_zone).is_ok(),
        "{surroundings}: there is no time zone `{}`; write one like Asia/Shanghai or America/New_York",
        args.time_zone
    );
    let encoder = eval::encoder(args.encoder.as_ref())?;
    let encoder = encoder.map(|encoder| Arc::new(encoder) as Arc<dyn SentenceEncoder>);
    let now_ms = match &args.date {
        Some(date) => {
            moment(date, &args.time_zone, End::From).map_err(|p| anyhow::anyhow!("--date: {p}"))?
        }
        None => jackfield_engine::now_ms(),
    };
    let learnt = args.packs.learnt()?;
    if let Some(locale) = &args.locale {
        let known = learnt.locales();
        ensure!(
            known
                .iter()
                .any(|known| language_of(known).eq_ignore_ascii_case(language_of(locale))),
            "{surroundings}: the packs do not speak `{locale}`; take one of {}",
            known.join(", ")
        );
    }
    let model = Model::train_with(&learnt.training, encoder)?;
    let locale = args
        .locale
        .as_deref()
        .or_else(|| model.detect_locale(&args.sentence, "zh-CN"))
        .unwrap_or("zh-CN");
    let context = ParseContext {
        now_ms,
        time_zone: &args.time_zone,
        locale,
    };
    let explained = model.explain(&args.sentence, &context)?;
    let asker = Asker {
        now_ms: Some(now_ms),
        scopes: args.scopes,
        ..Asker::new(locale)
    };
    let articles = model.search(&args.sentence, &asker, ARTICLES);
    let reader = Reader {
        model: &model,
        context,
        asker,
        flows: &learnt.flows,
    };
    let would = would(&reader, &args.sentence);
    if args.json {
        let examples: Vec<_> = explained
            .examples
            .iter()
            .map(|(example, likeness)| json!({"text": example.text, "intent": example.intent, "likeness": likeness}))
            .collect();
        let articles: Vec<_> = articles
            .iter()
            .map(|article| json!({"id": article.id, "question": article.question, "score": article.score}))
            .collect();
        println!(
            "{}",
            json!({
                "utterance": explained.utterance,
                "readings": explained.readings,
                "scope": explained.scope,
                "threshold": explained.threshold,
                "words": explained.words,
                "examples": examples,
                "articles": articles,
                "would": would,
                "model": model.version(),
            })
        );
        return Ok(());
    }
    print(&explained);
    println!("knowledge");
    for article in articles {
        println!(
            "  {:.2}  {}  {}",
            article.score, article.id, article.question
        );
    }
    println!("the bot would {}", would.words);
    println!("  ({}: {})", would.action, would.reason);
    Ok(())
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::read(text).ok_or_else(|| "write pack:ID, department:NAME or province:NAME".to_owned())
}

fn print(explained: &Explanation) {
    match &explained.utterance.intent {
        Some(intent) => println!(
            "intent {intent}, {:.0} % sure",
            explained.utterance.confidence * 100.0
        ),
        None => println!("no intent"),
    }
    let (scope, threshold) = (explained.scope, explained.threshold);
    let about = if scope >= threshold {
        "about something taught"
    } else {
        "about nothing that was taught"
    };
    println!("  {about}: {scope:.2}, from {threshold:.2} on it would be");
    println!("readings");
    for reading in &explained.readings {
        println!("  {:.2}  {}", reading.confidence, reading.intent);
    }
    println!("what decided");
    let mut words = explained.words.clone();
    words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    for (word, effect) in words.iter().take(8) {
        println!("  {effect:+.2}  {word}");
    }
    println!("examples most like it");
    for (example, likeness) in &explained.examples {
        println!("  {likeness:.2}  {} ({})", example.text, example.intent);
    }
    println!("entities");
    for entity in &explained.utterance.entities {
        println!("{}", described(entity));
    }
}

/// A value as people read it: `amount = 128.00 CNY from “128元”, to`.
fn described(entity: &Entity) -> String {
    let role = entity.role.as_deref();
    let role = role.map(|role| format!(", {role}")).unwrap_or_default();
    let Entity {
        kind, value, heard, ..
    } = entity;
    format!("  {kind} = {value} from “{heard}”{role}")
}

#[cfg(test)]
mod tests {
    use jackfield_core::Value;

    use super::*;

    #[test]
    fn values_are_shown_as_people_read_them() {
        let entity = Entity {
            kind: "date".to_owned(),
            value: Value::Text("2026-11-23".to_owned()),
            role: Some("until".to_owned()),
            heard: "by tomorrow".to_owned(),
            start: 0,
            end: 11,
        };
        assert_eq!(
            described(&entity),
            "  date = 2026-11-23 from “by tomorrow”, until"
        );
    }
}
