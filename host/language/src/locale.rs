use crate::ngrams::is_han;

/// English words that say by themselves which language is spoken; other single words stand in Chinese sentences too.
const TELLING: &[&str] = &[
    "hello", "hi", "hey", "help", "yes", "no", "thanks", "thank", "cancel", "agent", "human",
    "english", "stop", "please", "balance", "bill", "what", "how", "why", "goodbye", "bye", "sure",
    "yeah", "nope", "repeat", "back",
];

/// The locale that the script of `text` speaks for, `zh-CN` or `en-US`; `None` when the text says nothing about it.
/// `current` is the locale of the conversation. Chinese characters are weighed against Latin words: two characters make
/// about one word.
pub fn detect(text: &str, current: &str) -> Option<&'static str> {
    let text = || text.chars().take(crate::LONGEST_TEXT);
    // Japanese and Korean are neither.
    if text().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')) {
        return None;
    }
    let han = text().filter(|c| is_han(*c)).count();
    let mut words = 0;
    let mut telling = false;
    let mut word = String::new();
    for c in text().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() && !is_han(c) || (c == '\'' && !word.is_empty()) {
            word.extend(c.to_lowercase());
            continue;
        }
        let counts = word.len() > 1
            && word.chars().all(|c| c.is_ascii_alphabetic() || c == '\'')
            && !matches!(
                word.as_str(),
                "ok" | "okay" | "vip" | "app" | "wifi" | "sim"
            );
        words += usize::from(counts || word == "i");
        telling |= TELLING.contains(&word.as_str());
        word.clear();
    }
    let english_now = current.starts_with("en");
    if han > 0 && han >= 2 * words {
        Some("zh-CN")
    } else if (han == 0 && (words >= 2 || telling || (words == 1 && english_now)))
        || (han > 0 && words >= 3 && words >= 2 * han)
    {
        Some("en-US")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_language_only_when_it_shows() {
        for (text, current, expected) in [
            ("我想查流量", "en-US", Some("zh-CN")),
            ("流量", "en-US", Some("zh-CN")),
            ("查一下 iPhone 15 的套餐", "zh-CN", Some("zh-CN")),
            ("what plan am I on", "zh-CN", Some("en-US")),
            ("hello", "zh-CN", Some("en-US")),
            ("change plan", "zh-CN", Some("en-US")),
            ("I want the 畅享 plan for my family", "zh-CN", Some("en-US")),
            ("5G套餐", "en-US", Some("zh-CN")),
            ("128", "zh-CN", None),
            ("ok", "zh-CN", None),
            ("OK", "en-US", None),
            ("", "zh-CN", None),
            ("iPhone", "zh-CN", None),
            ("plus", "zh-CN", None),
            ("???", "en-US", None),
            ("13812345678", "en-US", None),
            ("👍", "en-US", None),
            ("こんにちは", "zh-CN", None),
            ("change plan 吧", "zh-CN", None),
        ] {
            assert_eq!(detect(text, current), expected, "{text}");
        }
    }
}
