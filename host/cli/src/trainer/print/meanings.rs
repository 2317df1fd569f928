use serde_json::Value;

use super::{list, number, text};

/// Keeps the intents and articles in which a word stands.
pub(in super::super) fn keep_with(answer: &mut Value, word: &str) {
    let word = word.to_lowercase();
    for key in ["intents", "articles"] {
        if let Some(meanings) = answer[key].as_array_mut() {
            meanings.retain(|meaning| stands_in(meaning, &word));
        }
    }
}

/// Whether the word stands in one of the texts.
fn stands_in(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(word),
        Value::Array(values) => values.iter().any(|value| stands_in(value, word)),
        Value::Object(fields) => fields.values().any(|value| stands_in(value, word)),
        _ => false,
    }
}

pub(in super::super) fn meanings(answer: &Value) {
    println!("intents, for --intent");
    for intent in list(answer, "intents") {
        let like: Vec<&str> = list(intent, "like").filter_map(Value::as_str).collect();
        println!(
            "  {:<24} {:>4} examples, like “{}”",
            text(intent, "intent"),
            number(intent, "examples"),
            like.join("”, “")
        );
    }
    println!("articles, for --article");
    for article in list(answer, "articles") {
        println!(
            "  {:<24} {:<6} {}",
            text(article, "article"),
            text(article, "locale"),
            text(article, "question")
        );
    }
    let locales: Vec<&str> = list(answer, "locales").filter_map(Value::as_str).collect();
    println!("locales, for --locale: {}", locales.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_for_in_names_and_sentences() {
        let mut answer = serde_json::json!({
            "intents": [{"intent": "usage", "examples": 2, "like": ["流量还剩多少"]}, {"intent": "bill", "like": []}],
            "articles": [{"article": "roaming", "question": "How do I use Usage alerts?"}],
        });
        keep_with(&mut answer, "USAGE");
        assert_eq!(list(&answer, "intents").count(), 1);
        assert_eq!(list(&answer, "articles").count(), 1);
        keep_with(&mut answer, "流量");
        assert_eq!(list(&answer, "intents").count(), 1);
        assert_eq!(list(&answer, "articles").count(), 0);
    }
}
