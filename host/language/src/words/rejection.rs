use std::sync::LazyLock;

use regex::Regex;

/// How a sentence opens that turns something down. Compiled once; a test holds that it is valid.
static OPENING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:(?:oh|hmm|um|wait|hang on|hold on|sorry|well|哦|噢|啊|嗯|等等|等一下|抱歉|不好意思)[,，.。!！\s]*)*(?:(?:no|nope|nah|not|wrong|never|don'?t|do not|that'?s (?:not|wrong)|that is (?:not|wrong)|this is(?:n'?t| not)|it'?s not|i did(?:n'?t| not)|i (?:never|don'?t|do not))\b|不对|不是|不要|不行|不想|不用|不选|不换|不办|不，|不,|不 |错了|搞错|弄错|选错|说错|别|没说|没要|换一个|换个别)",
    )
    .ok()
});

/// What opens like that and turns nothing down.
const OTHERWISE: &[&str] = &[
    "不是不",
    "不错",
    "别的",
    "别人",
    "不用等",
    "no problem",
    "not bad",
    "no worries",
];

/// Whether a sentence turns down what was just proposed, whatever it says besides: `no, I meant the cheap one`, `不对，我说的是流量多的`.
pub fn rejects(text: &str) -> bool {
    let text = crate::normalise(text);
    let opens = OPENING
        .as_ref()
        .is_some_and(|opening| opening.is_match(&text));
    opens && !OTHERWISE.iter().any(|word| text.starts_with(word))
}

/// What follows the opening that turns something down: `the cheap one` of `no, the cheap one`.
pub fn after_rejection(text: &str) -> Option<&str> {
    let opening = OPENING.as_ref()?.find(text)?;
    let rest = text.get(opening.end()..)?;
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ",，.。!！的了".contains(c));
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{OPENING, after_rejection, rejects};

    #[test]
    fn what_is_wanted_instead() {
        for (text, rest) in [
            ("no, the voice one", Some("the voice one")),
            ("不对，语音版", Some("语音版")),
            ("选错了，要语音版的", Some("要语音版的")),
            ("no", None),
            ("the voice one", None),
        ] {
            assert_eq!(after_rejection(text), rest, "{text}");
        }
    }

    #[test]
    fn what_turns_down() {
        assert!(OPENING.is_some());
        for text in [
            "no, I meant the third",
            "No wait, the cheaper one",
            "not that one",
            "that's not what I picked",
            "wrong plan",
            "I didn't want this one",
            "oh no, the one with more data",
            "不对，我要第二个",
            "不是这个，是流量多的那个",
            "等等，选错了",
        ] {
            assert!(rejects(text), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "yes",
            "no problem, do it",
            "from next month",
            "nothing else?",
            "note that I travel",
            "不错，就这个",
            "下个月起",
            "可以",
            "",
        ] {
            assert!(!rejects(text), "{text}");
        }
    }
}
