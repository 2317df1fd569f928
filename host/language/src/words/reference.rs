use crate::normalise;

/// What points at something that was just spoken of.
const POINTING: &[&str] = &["it", "its", "it's", "this", "that", "these", "those"];
const POINTING_ZH: &[&str] = &[
    "这个", "那个", "这款", "那款", "这种", "那种", "它", "这些", "那些",
];
/// … but not when a time follows: `this month` is no thing.
const TIMES: &[&str] = &[
    "month", "week", "year", "time", "morning", "evening", "day", "moment",
];
const TIMES_ZH: &[&str] = &["月", "周", "星期", "礼拜", "年", "时候", "点", "季度"];
/// … nor after these, which say that it is what one has.
const OWN_ZH: &[&str] = &[
    "我现在",
    "我目前",
    "我现在的",
    "我目前的",
    "我现在用的",
    "我用的",
    "我原来",
    "我原来的",
    "我自己的",
];

/// Whether a text speaks of what was just offered or asked about: `what does it cost`, `这个有合约吗`.
pub fn refers_back(text: &str) -> bool {
    let text = normalise(text);
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let in_english = words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1);
        POINTING.contains(word) && !next.is_some_and(|next| TIMES.contains(next))
    });
    let in_chinese = POINTING_ZH.iter().any(|pointing| {
        text.match_indices(pointing).any(|(at, _)| {
            let (before, rest) = (&text[..at], &text[at + pointing.len()..]);
            let own = OWN_ZH.iter().any(|own| before.ends_with(own));
            !own && !TIMES_ZH.iter().any(|time| rest.starts_with(time))
        })
    });
    in_english || in_chinese
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_back() {
        for text in [
            "what does it cost?",
            "When does this start",
            "how much is that one",
            "is it's price fixed",
            "这个有合约吗",
            "那款多少钱",
            "它能异地用吗",
        ] {
            assert!(refers_back(text), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "how much data do I have left this month?",
            "我这个月还剩多少流量",
            "那个时候的账单",
            "what plan am I on",
            "my limit",
            "我的套餐多少钱",
            "我现在那个多少钱来着",
        ] {
            assert!(!refers_back(text), "{text}");
        }
    }
}
